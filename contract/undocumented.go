package contract

import (
	"fmt"
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// The rules of notes about what an item shows beyond the document.
const (
	undocumentedRule = "undocumented-field"
	unexampledRule   = "value-beside-examples"
)

// noteUndocumented notes what an item shows that the document does not forbid and does not tell of either:
// members that it does not name, and values of the server's own that are not among its examples.
func (s *session) noteUndocumented(x *exchange, resource *openapi.Resource, shown *jsonvalue.Object) {
	if x.open {
		return
	}
	for _, m := range shown.Members {
		p := resource.Schema.Property(m.Name)
		switch {
		case p == nil && !resource.Schema.Open:
			s.note(x, undocumentedRule, m.Name,
				fmt.Sprintf("answers have /%s, which the document does not describe", m.Name), resource.Schema.Position)
		case p != nil && beside(p.Schema, m.Value):
			s.note(x, unexampledRule, m.Name, fmt.Sprintf("/%s is %s, which is none of the document's examples",
				m.Name, quote(m.Value)), p.Schema.Position)
		}
	}
}

// beside says whether a text of the server's own is none of several examples. One example stands
// for any text.
func beside(schema *openapi.Schema, value any) bool {
	text, ok := value.(string)
	return ok && schema.ReadOnly && schema.Mock.Value == "" && schema.Format == "" && len(schema.Enum) == 0 &&
		len(schema.Examples) > 1 &&
		!slices.ContainsFunc(schema.Examples, func(e any) bool { return e == text })
}

func (s *session) note(x *exchange, rule, name, message string, position openapi.Position) {
	v := openapi.Violation{Rule: rule, In: "body", Pointer: jsonvalue.Join("", name), Message: message,
		Document: position}
	s.run.file(s.outcome.fixture, x.op, Finding{Violation: s.clean(v), Check: checkSchema, Request: x.method(),
		Status: x.answer.status}, true)
}
