package contract

import (
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// withMarks returns fixtures whose items have the mark of the run in their names, by which what they
// leave is found. The names in a user's own fixtures stay as they are, and so do those that a document
// has rules for, and those of requests whose very bytes count.
func withMarks(doc *openapi.Document, list []*fixtures.Fixture) ([]*fixtures.Fixture, error) {
	if slices.ContainsFunc(doc.Operations, rulesNames) {
		return list, nil
	}
	out, err := fixtures.Map(list, func(at fixtures.Place, value any) (any, error) {
		return markNames(strings.HasSuffix(at.Pointer, "/name"), value), nil
	})
	if err != nil {
		return nil, err
	}
	for i, f := range list {
		switch {
		case f.Source != fixtures.FromSuite && f.Source != fixtures.FromDocument:
			out[i] = f
		case slices.ContainsFunc(f.Steps, func(s fixtures.Step) bool {
			return s.Request.Body != nil && s.Request.Body.Raw != nil
		}):
			out[i].Steps = f.Steps
		}
	}
	return out, nil
}

// rulesNames reports whether an operation takes only some texts as a name.
func rulesNames(op *openapi.Operation) bool {
	p := op.SentSchema().Property("name")
	return p != nil && (p.Schema.MaxLength != nil || p.Schema.Pattern != "" || p.Schema.Format != "" ||
		len(p.Schema.Enum) > 0)
}

// markNames returns a value with the mark in the texts that are the name of something.
func markNames(isName bool, value any) any {
	switch value := value.(type) {
	case string:
		if rest, ok := strings.CutPrefix(value, "agentmock-"); ok && isName && !strings.Contains(value, "{{") {
			return "agentmock-{{unique}}-" + rest
		}
	case []any:
		out := make([]any, len(value))
		for i := range value {
			out[i] = markNames(false, value[i])
		}
		return out
	case *jsonvalue.Object:
		out := &jsonvalue.Object{}
		for _, m := range value.Members {
			out.Set(m.Name, markNames(m.Name == "name", m.Value))
		}
		return out
	}
	return value
}
