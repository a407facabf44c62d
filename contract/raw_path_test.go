package contract_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// TestRawPathWritesNothing wants a path as it is written to be read alone: what it means to a target is
// unknown.
func TestRawPathWritesNothing(t *testing.T) {
	t.Parallel()
	request := fixtures.Request{Operation: "deleteAgent", RawPath: map[string]string{"agentId": "%zz"}}
	step := fixtures.Step{Request: request, Expect: fixtures.Expect{Status: fixtures.Status{fixtures.Refused}}}
	look := func(r *http.Request, to http.RoundTripper) (*http.Response, error) {
		if strings.Contains(r.URL.RequestURI(), "%zz") {
			t.Errorf("%s %s was sent", r.Method, r.URL.RequestURI())
		}
		return to.RoundTrip(r)
	}
	target := between(contracttest.Handler(sound()), look)
	list := []*fixtures.Fixture{{ID: "raw", Steps: []fixtures.Step{step}}}
	_, err := contract.Run(t.Context(), openapi.Agent(), list, target, contract.Options{})
	if err == nil || !strings.Contains(err.Error(), "rawPath") {
		t.Errorf("want it refused because of its rawPath, got %v", err)
	}
}
