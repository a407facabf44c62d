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

// undocumented notes what an item shows that the document neither forbids nor mentions: members
// that it does not name, and values of the server's own that are not among its examples. Answers
// always have these, so that the notes belong to the operation and not to a fixture.
func (s *session) undocumented(x *exchange, resource *openapi.Resource, shown *jsonvalue.Object) []Finding {
	var notes []Finding
	note := func(rule, name, message string, position openapi.Position) {
		notes = append(notes, Finding{note: true, Violation: openapi.Violation{
			Rule: rule, In: "body", Pointer: jsonvalue.Join("", name), Message: message, Document: position,
		}})
	}
	for _, m := range shown.Members {
		p := resource.Schema.Property(m.Name)
		switch {
		case p == nil && !resource.Schema.Covers(m.Name):
			note(undocumentedRule, m.Name, fmt.Sprintf("answers have /%s, which the document does not describe",
				m.Name), resource.Schema.Position)
		case p != nil && unexampled(p.Schema, m.Value):
			note(unexampledRule, m.Name, fmt.Sprintf("/%s is %s, which is none of the document's examples", m.Name,
				quote(m.Value)), p.Schema.Position)
		}
	}
	notes = s.report(x, checkSchema, notes...)
	for i := range notes {
		notes[i].operation = x.sent.op.ID
	}
	return notes
}

// unexampled reports whether a text of the server's own is none of several examples. One example
// stands for any text.
func unexampled(schema *openapi.Schema, value any) bool {
	text, ok := value.(string)
	return ok && schema.ReadOnly && schema.Mock.Value == "" && schema.Format == "" && len(schema.Enum) == 0 &&
		len(schema.Examples) > 1 && !slices.ContainsFunc(schema.Examples, func(e any) bool { return e == text })
}
