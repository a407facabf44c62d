package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// TestExampleRequest sends the request that serve suggests, for every document that tests share, to a mock
// of that document.
func TestExampleRequest(t *testing.T) {
	t.Parallel()
	documents := []string{""}
	err := filepath.WalkDir("../../testdata", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".yaml") {
			documents = append(documents, path)
		}
		return err
	})
	if err != nil || len(documents) < 2 {
		t.Fatalf("%d documents: %v", len(documents), err)
	}
	for _, name := range documents {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			doc, err := (&documentFlags{spec: name}).load(t.Context(), testEnv())
			if err != nil {
				t.Skipf("SKIPPED: not a document of its own: %v", err)
			}
			tryFirst(t, doc, mockserver.Options{Agents: 3})
			tryFirst(t, doc, mockserver.Options{Agents: 3, APIKeys: []string{"a-key"}})
			tryFirst(t, doc, mockserver.Options{})
		})
	}
}

func tryFirst(t *testing.T, doc *openapi.Document, o mockserver.Options) {
	t.Helper()
	server, err := mockserver.New(doc, o)
	if err != nil {
		t.Fatal(err)
	}
	get, call := firstRequests(doc, server, o, "http://127.0.0.1:4010")
	if call == nil {
		t.Fatalf("nothing to suggest for %s", doc.Title)
	}
	if get != nil && get.Method != http.MethodGet {
		t.Errorf("%s is no GET", get.Method)
	}
	for _, call := range []*curl.Request{get, call} {
		if call == nil {
			continue
		}
		req := httptest.NewRequest(call.Method, call.URL, bytes.NewReader(call.Body))
		req.Header = call.Header
		res := httptest.NewRecorder()
		server.ServeHTTP(res, req)
		if res.Code/100 != 2 {
			t.Errorf("%s %s %v %s: %d %s", call.Method, call.URL, call.Header, call.Body, res.Code, res.Body)
		}
	}
}

// TestExampleRequestOfState: the items of a given state are preferred to generated ones.
func TestExampleRequestOfState(t *testing.T) {
	t.Parallel()
	state, err := os.ReadFile("testdata/state.json")
	if err != nil {
		t.Fatal(err)
	}
	o := mockserver.Options{State: json.RawMessage(state), Agents: 3}
	server, err := mockserver.New(openapi.Agent(), o)
	if err != nil {
		t.Fatal(err)
	}
	_, call := firstRequests(openapi.Agent(), server, o, "http://127.0.0.1:4010")
	if call == nil || call.Method != http.MethodPut || !strings.HasSuffix(call.URL, "/v1/api/agents/brought-along") {
		t.Errorf("%+v", call)
	}
	if got := call.Header.Get("x-workspace-id"); got != "ws-brought" {
		t.Errorf("the agent lives in ws-brought, not in %s", got)
	}
}
