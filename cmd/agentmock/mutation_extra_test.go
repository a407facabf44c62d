package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/internal/testonly/mutants"
	"github.com/agentmock/agentmock/openapi"
)

// extraDefects returns defects that only one check can catch, in addition to the catalogue's. Two of
// them run with one fixture alone, because in a whole run other fixtures would notice them, too.
func extraDefects(t *testing.T) []mutant {
	t.Helper()
	return []mutant{
		{id: "neighbours-of-the-same-name", family: mutants.State, wrap: updatesByName,
			args: []string{"--filter", "update-agent-leaves-others-alone"}},
		{id: "second-read-in-a-row-spoiled", family: mutants.State, wrap: spoilsSecondReads,
			args: []string{"--filter", "reading-changes-nothing"}},
		{id: "promised-header-missing", family: mutants.Protocol,
			wrap: func(h http.Handler) http.Handler { return h }, args: []string{"--spec", withHeader(t)}},
	}
}

// updatesByName applies an update to all agents of the workspace with the same name.
func updatesByName(sound http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		body.ReadFrom(r.Body)
		ask := func(method, path string, body []byte) *httptest.ResponseRecorder {
			in := httptest.NewRequest(method, path, bytes.NewReader(body))
			in.Header = r.Header.Clone()
			rec := httptest.NewRecorder()
			sound.ServeHTTP(rec, in)
			return rec
		}
		var list []map[string]any
		if r.Method == http.MethodPut && r.Header.Get("X-Api-Key") != "" {
			if err := json.Unmarshal(ask(http.MethodGet, "/v1/api/agents", nil).Body.Bytes(), &list); err != nil {
				list = nil // a request that is refused anyway
			}
		}
		response := ask(r.Method, r.RequestURI, body.Bytes())
		for _, other := range alike(list, strings.TrimPrefix(r.URL.Path, "/v1/api/agents/")) {
			if response.Code == http.StatusOK {
				ask(http.MethodPut, "/v1/api/agents/"+other, body.Bytes())
			}
		}
		copyResponse(w, response)
	})
}

// alike returns the ids of the other agents with the name of a given one.
func alike(list []map[string]any, id string) []string {
	var name any
	for _, agent := range list {
		if agent["_id"] == id {
			name = agent["name"]
		}
	}
	var ids []string
	for _, agent := range list {
		if other, ok := agent["_id"].(string); ok && name != nil && other != id && agent["name"] == name {
			ids = append(ids, other)
		}
	}
	return ids
}

// spoilsSecondReads returns another name in a read that directly follows a read of the same agent.
func spoilsSecondReads(sound http.Handler) http.Handler {
	var mu sync.Mutex
	last := map[string]string{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		again := last[r.URL.Path] == http.MethodGet && r.Method == http.MethodGet && r.URL.Path != "/v1/api/agents"
		last[r.URL.Path] = r.Method
		mu.Unlock()
		rec := httptest.NewRecorder()
		sound.ServeHTTP(rec, r)
		var agent map[string]any
		if again && rec.Code == http.StatusOK && json.Unmarshal(rec.Body.Bytes(), &agent) == nil {
			agent["name"] = "spoiled"
			rec.Body.Reset()
			_ = json.NewEncoder(rec.Body).Encode(agent) // what was decoded can be encoded
			rec.Header().Del("Content-Length")
		}
		copyResponse(w, rec)
	})
}

func copyResponse(w http.ResponseWriter, response *httptest.ResponseRecorder) {
	for name, values := range response.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(response.Code)
	_, _ = w.Write(response.Body.Bytes()) // a client that is gone
}

// withHeader writes a document that promises a header in the response to an update.
func withHeader(t *testing.T) string {
	t.Helper()
	const response = "          description: The whole agent, as it is after the update.\n"
	source := string(openapi.Agent().Source())
	if strings.Count(source, response) != 1 {
		t.Fatal("the document has changed: the description of the response to an update was not found")
	}
	file := filepath.Join(t.TempDir(), "agent.yaml")
	source = strings.Replace(source, response,
		response+"          headers:\n            x-request-id: {required: true, schema: {type: string}}\n", 1)
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
