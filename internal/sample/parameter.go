package sample

import (
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Parameter returns a value for a parameter as it stands in a header or URL: its example, else one
// of the values that its schema documents, else one that is generated. It is never empty; "1" where
// nothing valid was found.
func (d *Documented) Parameter(p *openapi.Parameter) string {
	if t := Text(p.Example); t != "" && len(p.Schema.Validate(p.Example, d.view)) == 0 {
		return t
	}
	for _, v := range d.Values(Place{p.Schema, p.Name, "/" + p.Name}, Shown) {
		if t := Text(v); t != "" {
			return t
		}
	}
	return "1"
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
