package mockserver

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/nearest"
	"github.com/agentmock/agentmock/openapi"
)

// undeclared returns violations for what a request has and its operation does not take: query parameters,
// those that nobody can read, and a body. The API takes them and leaves them without effect, as its vendor
// does; the control does not: a reset of a workspace whose parameter is misspelt would reset everything.
func (x *exchange) undeclared() (found []openapi.Violation) {
	op := x.endpoint.operation
	if _, err := url.ParseQuery(x.http.URL.RawQuery); err != nil {
		found = append(found, openapi.Violation{Rule: ruleUnknownParameter, In: "query", Message: fmt.Sprintf(
			"query: not readable (%s); a parameter is NAME=VALUE with escapes such as %%20, & between two of them",
			truncate(err.Error(), 100))})
	}
	var known []string
	for _, p := range op.Parameters {
		if p.In == "query" {
			known = append(known, p.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(x.request.Query)) {
		if !slices.Contains(known, name) {
			found = append(found, unknownParameter(op, truncate(name, 100), known))
		}
	}
	if body := strings.TrimSpace(string(x.body.raw[:min(len(x.body.raw), 100)])); op.Body == nil &&
		len(x.body.raw) > 0 && body != "" && body != "{}" {
		found = append(found, openapi.Violation{Rule: ruleUnexpectedBody, In: "body",
			Message: fmt.Sprintf("body: %s %s takes none", op.Method, op.Path)})
	}
	return found
}

func unknownParameter(op *openapi.Operation, name string, known []string) openapi.Violation {
	v := openapi.Violation{Rule: ruleUnknownParameter, In: "query", Name: name, Expected: known,
		Suggestion: nearest.To(name, known), Document: op.Position}
	v.Message = fmt.Sprintf("query %s: %s %s takes no such parameter", name, op.Method, op.Path)
	switch {
	case v.Suggestion != "":
		v.Message += fmt.Sprintf("; %q is near to it", v.Suggestion)
	case len(known) > 0:
		v.Message += "; it takes " + strings.Join(known, ", ")
	}
	return v
}
