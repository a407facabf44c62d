package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestEdgeAgentsSurvive sends the strangest agents there are through the mock, created, updated,
// read and listed: not one byte of what they hold may change. Keys are another matter: they never
// come back as they were sent.
func TestEdgeAgentsSurvive(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	mock, err := mockserver.New(openapi.Agent(), mockserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g := fixtures.NewGenerator(openapi.Agent(), 7)
	g.Profile = fixtures.Edge
	const agents = 110
	want := map[string]*jsonvalue.Object{}
	for i := range agents {
		body, err := g.CreateBody(i)
		if err != nil {
			t.Fatal(err)
		}
		created := exchange(t, mock, http.MethodPost, "/v1/api/agents", body, http.StatusCreated).(*jsonvalue.Object)
		same(t, fmt.Sprintf("agent %d, created", i), object(t, body), created)
		id := textOf(created, "_id")
		change, err := g.UpdateBody(i)
		if err != nil {
			t.Fatal(err)
		}
		updated := exchange(t, mock, http.MethodPut, "/v1/api/agents/"+id, change, http.StatusOK).(*jsonvalue.Object)
		want[id] = object(t, body)
		for _, m := range object(t, change).Members {
			want[id].Set(m.Name, m.Value)
		}
		same(t, fmt.Sprintf("agent %d, updated", i), want[id], updated)
		same(t, fmt.Sprintf("agent %d, read", i), want[id], exchange(t, mock, http.MethodGet,
			"/v1/api/agents/"+id, nil, http.StatusOK).(*jsonvalue.Object))
	}
	list := exchange(t, mock, http.MethodGet, "/v1/api/agents", nil, http.StatusOK).([]any)
	if len(list) != agents {
		t.Fatalf("%d agents are listed", len(list))
	}
	for _, item := range list {
		agent := item.(*jsonvalue.Object)
		same(t, "agent "+textOf(agent, "_id")+", listed", want[textOf(agent, "_id")], agent)
	}
}

// TestEdgeStateSurvives starts the mock from edge agents and asks for its state again, in both
// formats that state files have.
func TestEdgeStateSurvives(t *testing.T) {
	t.Parallel()
	var want []string
	for _, format := range []string{"json", "ndjson"} {
		code, state, stderr := agentmock(t.Context(), "seed", "--profile", "edge", "--count", "60", "--format", format)
		if code != exitOK {
			t.Fatal(stderr)
		}
		lines := slices.DeleteFunc(strings.Split(state, "\n"),
			func(line string) bool { return !strings.HasPrefix(line, `{"_id"`) })
		for i := range lines {
			lines[i] = strings.TrimSuffix(lines[i], ",")
		}
		if want == nil {
			want = lines
		}
		if !slices.Equal(lines, want) || len(lines) != 60 {
			t.Fatalf("%d agents in %s, which differ from those in JSON: %t", len(lines), format,
				!slices.Equal(lines, want))
		}
	}
	mock, err := mockserver.New(openapi.Agent(), mockserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	exchange(t, mock, http.MethodPut, "/__mock/state", []byte(`{"agents": [`+strings.Join(want, ",")+`]}`),
		http.StatusNoContent)
	got, _ := exchange(t, mock, http.MethodGet, "/__mock/state", nil, http.StatusOK).(*jsonvalue.Object).Get("agents")
	for i, agent := range got.([]any) {
		if raw := string(jsonvalue.Marshal(agent)); raw != want[i] {
			t.Fatalf("agent %d came back as\n%.2000s\nwant\n%.2000s", i, raw, want[i])
		}
	}
}

// exchange sends a request to the mock and reads its answer.
func exchange(t *testing.T, mock http.Handler, method, path string, body []byte, status int) any {
	t.Helper()
	w, r := httptest.NewRecorder(), httptest.NewRequest(method, path, bytes.NewReader(body))
	r.Host = "127.0.0.1"
	r.Header.Set("x-api-key", "k")
	r.Header.Set("x-workspace-id", "ws-demo")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	mock.ServeHTTP(w, r)
	if w.Code != status {
		t.Fatalf("%s %s: %d: %.2000s\nsent %.2000s", method, path, w.Code, w.Body, body)
	}
	if status == http.StatusNoContent {
		return nil
	}
	v, err := jsonvalue.Parse(w.Body.Bytes(), jsonvalue.Limits{})
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return v
}

func object(t *testing.T, raw json.RawMessage) *jsonvalue.Object {
	t.Helper()
	v, err := jsonvalue.Parse(raw, jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return v.(*jsonvalue.Object)
}

// same wants every member that was sent in the answer, byte for byte.
func same(t *testing.T, what string, sent, answered *jsonvalue.Object) {
	t.Helper()
	for _, m := range sent.Members {
		got, _ := answered.Get(m.Name)
		a, b := jsonvalue.Clone(m.Value), jsonvalue.Clone(got)
		drop(a, "elevenLabsApiKey")
		drop(b, "elevenLabsApiKey")
		if x, y := jsonvalue.Marshal(a), jsonvalue.Marshal(b); !bytes.Equal(x, y) {
			t.Fatalf("%s: %s was\n%.2000q, and came back as\n%.2000q", what, m.Name, x, y)
		}
	}
}

// Whatever a document calls its callbacks, a real target is not asked to call.
func TestCallNobody(t *testing.T) {
	t.Parallel()
	o := object(t, []byte(`{"name": "A", "smartCallback": true, "maxAttemptsForSmartCallback": 3,
		"gapBetweenEachAttemptForSmartCallback": [],
		"callbackEnabled": true, "callbackText": "true", "recordCalls": true}`))
	callNobody(o)
	same(t, "an agent",
		object(t, []byte(`{"name": "A", "smartCallback": false, "callbackEnabled": false, "callbackText": "true",
			"recordCalls": true}`)), o)
}
