package contracttest_test

import (
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/testonly/backend"
	"github.com/agentmock/agentmock/openapi"
)

func ExampleRun() {
	// In a file that ends in _test.go:
	_ = func(t *testing.T) {
		doc := openapi.Agent()
		yours := backend.New(backend.Options{}) // any http.Handler
		contracttest.Run(t, doc, fixtures.Derive(doc), contracttest.Handler(yours), contract.Options{})
	}
}
