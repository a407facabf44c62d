package openapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestValidateGoValues: the result depends on what a value says in JSON, not on its Go type.
func TestValidateGoValues(t *testing.T) {
	t.Parallel()
	type pet struct {
		Name string   `json:"name"`
		Legs int      `json:"legs"`
		Tags []string `json:"tags,omitempty"`
	}
	s := load(t, schemaDocument("3.1.0", `
    Pet:
      type: object
      additionalProperties: false
      required: [name]
      properties:
        name: {type: string, minLength: 2}
        legs: {type: integer, maximum: 8}
        tags: {type: array, uniqueItems: true, items: {type: string, enum: [a, b]}}
`)).Schema("Pet")
	for _, tt := range []struct {
		want   string
		values []any
	}{
		{"", []any{
			pet{"Tom", 4, []string{"a"}},
			&pet{"Tom", 4, []string{"a"}},
			map[string]any{"name": "Tom", "legs": 4, "tags": []string{"a"}},
			map[string]any{"name": "Tom", "legs": 4.0, "tags": []any{"a"}},
			map[string]any{"name": "Tom", "legs": uint8(4)},
			jsonvalue.ObjectOf("name", "Tom", "legs", int64(4), "tags", []string{"a", "b"}),
			json.RawMessage(`{"name": "Tom", "legs": 4.0}`),
			map[string]json.RawMessage{"name": json.RawMessage(`"Tom"`)},
		}},
		{"maximum /legs, min-length /name, enum /tags/0", []any{
			pet{"T", 100, []string{"c"}},
			map[string]any{"name": "T", "legs": 100, "tags": []string{"c"}},
			jsonvalue.ObjectOf("legs", 100, "name", "T", "tags", []string{"c"}),
			json.RawMessage(`{"tags":["c"],"legs":1e2,"name":"T"}`),
		}},
	} {
		for _, value := range tt.values {
			var parts []string
			for _, v := range s.Validate(value, openapi.RequestView) {
				parts = append(parts, v.Rule+" "+v.Pointer)
			}
			got := strings.Join(parts, ", ")
			if got != tt.want {
				t.Errorf("%T: %q, want %q", value, got, tt.want)
			}
		}
	}
	for text, rule := range map[string]string{`{"name":}`: "malformed-json",
		`{"name":"a","name":"b"}`: "duplicate-name",
		``:                        "malformed-json"} {
		found := s.Validate(json.RawMessage(text), openapi.RequestView)
		if len(found) != 1 || found[0].Rule != rule {
			t.Errorf("%s: %v, want the rule %s", text, found, rule)
		}
	}
}
