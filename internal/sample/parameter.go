package sample

import (
	"net/url"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Parameter returns a value for a parameter as it stands in a header or URL: its example, else one
// of the values that its schema documents, else one that is generated. It is never empty; "1" where
// nothing valid was found.
func (d *Documented) Parameter(p *openapi.Parameter) string {
	if t := Text(p.Example); t != "" && p.Schema.IsValid(p.Example, d.view) {
		return t
	}
	for _, v := range d.Values(Place{p.Schema, p.Name, "/" + p.Name}, Shown) {
		if t := Text(v); t != "" {
			return t
		}
	}
	return "1"
}

// Fields returns query parameters that spell a valid object for a parameter: its example, else what
// Parameter would send, else one with all its members, or one member that it does not name. It is nil
// where the parameter takes no object in its own style.
func (d *Documented) Fields(p *openapi.Parameter) url.Values {
	if p.In != "query" || !p.Schema.Allows("object") {
		return nil
	}
	at := Place{p.Schema, p.Name, "/" + p.Name}
	candidates := append([]any{p.Example}, d.Values(at, Shown)...)
	candidates = append(candidates, d.Values(at, Complete)...)
	further, values := p.Schema.Member(p.Name), []any{"1"}
	if further != nil {
		values = d.Values(Place{further, p.Name, at.Pointer + at.Pointer}, Shown)
	}
	for _, v := range values {
		candidates = append(candidates, jsonvalue.ObjectOf(p.Name, v))
	}
	for _, v := range candidates {
		if object, ok := v.(*jsonvalue.Object); ok {
			if fields := p.Fields(object); fields != nil {
				return fields
			}
		}
	}
	return nil
}

// Text returns a value as it stands in a header or URL: strings without quotes, lists with commas
// (OpenAPI 3.1 §4.8.12.3), other values as JSON; null is "".
func Text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = Text(v[i])
		}
		return strings.Join(parts, ",")
	}
	return string(jsonvalue.Marshal(value))
}
