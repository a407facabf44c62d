package proxy_test

import (
	"net/http"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// The code of README.md.

func TestBackendConforms(t *testing.T) {
	backend := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"no":"list"}`))
	}) // or proxy.New(proxy.Options{Upstream: u})
	judge := mockserver.RunT(t, openapi.Agent(), mockserver.Options{Backend: backend})

	if _, err := http.Get(judge.URL + "/v1/api/agents"); err != nil { // your code under test
		t.Fatal(err)
	}

	for _, e := range judge.Requests(mockserver.Filter{}).Requests {
		if len(e.ResponseViolations) != 1 {
			t.Errorf("%s %s: %v", e.Method, e.Path, e.ResponseViolations)
		}
	}
}
