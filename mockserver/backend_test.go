package mockserver_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// askBackend sends a request to a server with a backend, and returns what the journal has of it.
func askBackend(t *testing.T, r *http.Request, backend http.HandlerFunc) mockserver.Entry {
	t.Helper()
	server, err := mockserver.New(openapi.Agent(), mockserver.Options{Backend: backend})
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "localhost"
	r.Header = http.Header{"X-Api-Key": {"sk-live-0123456789"}, "X-Workspace-Id": {"ws-demo"},
		"Content-Type": {"application/json"}}
	server.ServeHTTP(httptest.NewRecorder(), r)
	list := server.Requests(mockserver.Filter{}).Requests
	if len(list) != 1 {
		t.Fatalf("%d entries in the journal", len(list))
	}
	return list[0]
}

// A handler of the own program does as it likes with its request, early or late: what has come is judged.
func TestBackendChangesItsRequest(t *testing.T) {
	t.Parallel()
	spoil := func(r *http.Request) {
		r.Method, r.URL.Path, r.URL.RawQuery = "POST", "/elsewhere", "page=none"
		r.Header.Del("X-Workspace-Id")
		r.Header.Set("X-Api-Key", "changed")
	}
	e := askBackend(t, httptest.NewRequest("GET", "/v1/api/agents", nil),
		func(w http.ResponseWriter, r *http.Request) {
			spoil(r)
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "2")
			_, _ = io.WriteString(w, "[]") // with which it is judged
			for range 100 {
				spoil(r)
			}
		})
	if e.Method != "GET" || e.Path != "/v1/api/agents" || e.Operation != "listAgents" || len(e.Violations) > 0 ||
		len(e.ResponseViolations) > 0 || len(e.Unjudged) > 0 {
		t.Errorf("%+v", e)
	}
}

// A body counts as whole once all that was promised has passed: nobody has to read its end.
func TestBackendReadsNoEnd(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"empty": "", "whole": `{"llmModel":"gpt-9"}`} {
		e := askBackend(t, httptest.NewRequest("PUT", "/v1/api/agents/a1", strings.NewReader(body)),
			func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.ReadFull(r.Body, make([]byte, r.ContentLength))
				w.WriteHeader(http.StatusNoContent)
			})
		if len(e.Violations) == 0 || e.Violations[0].In != "body" || len(e.Unjudged) > 0 {
			t.Errorf("%s: %v, %v", name, e.Violations, e.Unjudged)
		}
	}
}
