package apiclient

import (
	"encoding/json"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// ParameterText is a value for a parameter that nobody gave one: the document's example, what its
// schema names, or something that its schema lets pass. It is never empty.
func ParameterText(p *openapi.Parameter) string {
	if s := text(p.Example); s != "" {
		return s
	}
	if p.Schema != nil {
		if value, ok := Named(p.Schema); ok && text(value) != "" {
			return text(value)
		}
		if s := text(made(p.Schema, deepest)); s != "" {
			return s
		}
	}
	return "1"
}

// Named is a value that a schema names itself: an example, a default, or the first of the allowed
// ones.
func Named(s *openapi.Schema) (any, bool) {
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0], true
	case s.HasDefault:
		return s.Default, true
	case len(s.Enum) > 0:
		return s.Enum[0], true
	}
	return nil, false
}

// text is a value as it stands in a header or a URL: strings without quotes, lists with commas
// (OpenAPI 3.1 §4.8.12.3), else JSON.
func text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = text(v[i])
		}
		return strings.Join(parts, ",")
	}
	return string(jsonvalue.Marshal(value))
}

// deepest bounds the lists in lists that are made up.
const deepest = 3

// made is a value that a schema lets pass, nil where none is found.
func made(s *openapi.Schema, depth int) any {
	if value, ok := Named(s); ok {
		return value
	}
	for _, candidate := range candidates(s) {
		if len(s.Validate(candidate, openapi.RequestView)) == 0 {
			return candidate
		}
	}
	if s.Items == nil || depth == 0 || !s.Allows("array") {
		return nil
	}
	item := made(s.Items, depth-1)
	if item == nil {
		return nil
	}
	return []any{item}
}

// candidates are values of all types: what is asked for most comes first.
func candidates(s *openapi.Schema) []any {
	list := []any{"1", json.Number("1"), json.Number("0"), true}
	for _, number := range []json.Number{s.Minimum, s.Maximum, s.MultipleOf} {
		if number != "" {
			list = append(list, number)
		}
	}
	if s.MinLength != nil && *s.MinLength < 10_000 {
		list = append(list, strings.Repeat("a", *s.MinLength))
	}
	return append(list, "a", "A", "agentmock", "678c6a17c3f1e80b52d49a07", "2025-01-19T02:57:27Z", "2025-01-19",
		"02:57:27Z",
		"6b1f0c52-6a0e-4f6e-9a3c-0d7c5b1e2f84", "someone@example.com", "https://example.com/", "example.com", "192.0.2.1", "2001:db8::1")
}
