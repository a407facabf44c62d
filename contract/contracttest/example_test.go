package contracttest_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

func newHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"status": "ok"}`)
	})
}

func TestContract(t *testing.T) {
	doc, err := openapi.Load("testdata/health.yaml")
	if err != nil {
		t.Fatal(err)
	}
	list := append(fixtures.BuiltIn(doc), fixtures.Derive(doc)...)
	contracttest.Run(t, doc, list, contracttest.Handler(newHandler()), contract.Options{})
}

func ExampleRun() {
	// In a file that ends in _test.go:
	_ = func(t *testing.T) {
		doc := openapi.Agent()
		list := append(fixtures.BuiltIn(doc), fixtures.Derive(doc)...)
		contracttest.Run(t, doc, list, contracttest.Handler(newHandler()), contract.Options{})
	}
}
