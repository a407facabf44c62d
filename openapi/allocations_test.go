//go:build !race

package openapi_test

import (
	"bytes"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// TestValidateAllocations: what is valid is found to be so with next to no allocations. The race
// detector allocates on its own account, so this file is left out there.
func TestValidateAllocations(t *testing.T) {
	op, request, response := update(t)
	var found []openapi.Violation
	for name, c := range map[string]struct {
		most     float64
		validate func()
	}{
		"credentials": {0, func() { found = op.ValidateCredentials(request) }},
		"parameters":  {2, func() { found = op.ValidateParameters(request) }},
		"body":        {3, func() { _, found = op.ValidateBody(request) }},
		"response":    {3, func() { found = op.ValidateResponse(response) }},
	} {
		if n := testing.AllocsPerRun(100, c.validate); n > c.most || len(found) > 0 {
			t.Errorf("%s: %v allocations, want at most %v; %v", name, n, c.most, found)
		}
	}
}

// TestRefuseAllocations: of what is not valid, the library sees no more than that.
func TestRefuseAllocations(t *testing.T) {
	op, request, _ := update(t)
	request.Body = bytes.Replace(request.Body, []byte(`"smartCallback":true`), []byte(`"smartCallback":"yes"`), 1)
	if n := testing.AllocsPerRun(100, func() { op.ValidateBody(request) }); n > 120 {
		t.Errorf("%v allocations, want at most 120", n)
	}
}
