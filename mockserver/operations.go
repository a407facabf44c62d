package mockserver

import (
	"cmp"
	"slices"
	"strings"

	samples "github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// describeOperations returns the operations of the document as the control API answers them: what a form
// needs that sends a valid request of each.
func (a *api) describeOperations() []byte {
	from := samples.NewDocumented(openapi.RequestView, nil)
	list := make([]any, len(a.doc.Operations))
	for i, op := range a.doc.Operations {
		list[i] = a.describeOperation(op, from)
	}
	return jsonvalue.Marshal(jsonvalue.ObjectOf("operations", list))
}

func (a *api) describeOperation(op *openapi.Operation, from *samples.Documented) *jsonvalue.Object {
	statuses, shown := []any{}, &jsonvalue.Object{}
	for _, r := range op.Responses {
		if r.Status == "default" {
			continue
		}
		if code := r.StatusCode(); !slices.Contains(statuses, any(code)) {
			statuses = append(statuses, code)
		}
		if names := namesOfExamples(r); len(names) > 0 {
			shown.Set(r.Status, names)
		}
	}
	out := jsonvalue.ObjectOf("id", op.ID, "method", op.Method, "path", op.Path)
	if op.Summary != "" {
		out.Set("summary", op.Summary)
	}
	out.Set("statuses", statuses)
	out.Set("examples", shown)
	out.Set("parameters", a.describeParameters(op, from))
	media := op.Body.Preferred()
	if op.Body != nil && media == nil && len(op.Body.Content) > 0 {
		media = op.Body.Content[0]
	}
	if media == nil {
		return out
	}
	out.Set("mediaType", media.Concrete())
	body, _ := from.Body(media) // as near to a valid one as can be
	if value, err := jsonvalue.Parse(body, jsonvalue.Limits{}); err == nil && media.IsJSON() {
		out.Set("body", value)
	} else {
		out.Set("body", string(body))
	}
	return out
}

func namesOfExamples(r *openapi.Response) []any {
	var names []any
	for _, m := range r.Content {
		for _, e := range m.Examples {
			if e.Name != "" && !slices.Contains(names, any(e.Name)) {
				names = append(names, e.Name)
			}
		}
	}
	return names
}

// exampleSecret stands for a credential where a server takes any.
const exampleSecret = "demo-key"

func (a *api) describeParameters(op *openapi.Operation, from *samples.Documented) []any {
	list := []any{}
	add := func(name, in string, required bool, description, example string) {
		p := jsonvalue.ObjectOf("name", name, "in", in, "required", required)
		if description != "" {
			p.Set("description", description)
		}
		p.Set("example", example)
		list = append(list, p)
	}
	if len(op.Security) > 0 {
		optional := slices.ContainsFunc(op.Security, func(all []*openapi.Credential) bool { return len(all) == 0 })
		for _, c := range op.Security[0] {
			add(c.Name, c.In, !optional, "The credential "+c.Scheme+".", c.Prefix+exampleSecret)
		}
	}
	for _, p := range op.Parameters {
		example := ""
		if p.In == "header" && a.doc.Scope != nil && strings.EqualFold(p.Name, a.doc.Scope.Header) {
			example = a.options.Workspaces[0]
		}
		add(p.Name, p.In, p.Required, p.Description, cmp.Or(example, from.Parameter(p)))
	}
	return list
}
