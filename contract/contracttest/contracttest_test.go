package contracttest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/testonly/backend"
	"github.com/agentmock/agentmock/openapi"
)

func TestRun(t *testing.T) {
	t.Parallel()
	doc := openapi.Agent()
	list := contract.Selection{Level: fixtures.Smoke}.Select(append(fixtures.BuiltIn(doc), fixtures.Derive(doc)...))
	report := contracttest.Run(t, doc, list, contracttest.Handler(backend.New(backend.Options{})),
		contract.Options{Level: fixtures.Smoke})
	if report == nil || report.Summary.Passed != len(list) {
		t.Fatalf("want %d fixtures passed: %+v", len(list), report)
	}
}

// A handler is a target like any other: what breaks connections there breaks them here.
func TestHandler(t *testing.T) {
	t.Parallel()
	for name, h := range map[string]http.HandlerFunc{
		"panic": func(http.ResponseWriter, *http.Request) { panic("out of order") },
		"wrong length": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5")
			w.Write([]byte("123"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := http.Client{Transport: contracttest.Handler(h).Transport, Timeout: 10 * time.Second}
			if res, err := client.Get("http://handler.test/v1/api/agents"); err == nil {
				res.Body.Close()
				t.Errorf("answered %s; want an error", res.Status)
			}
		})
	}
}
