package openapi_test

import (
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// TestIsValid: a value is valid where Validate has nothing to list, and only there.
func TestIsValid(t *testing.T) {
	t.Parallel()
	s, err := openapi.CompileSchema("kiln.yaml", []byte(`
type: object
required: [cone]
properties:
  cone: {type: integer, maximum: 14}
  glaze: {oneOf: [{const: ash}, {type: object, required: [tin], properties: {tin: {type: number}}}]}
  pots: {type: array, uniqueItems: true, items: {type: [string, 'null']}}
additionalProperties: false
`))
	if err != nil {
		t.Fatal(err)
	}
	var none *openapi.Schema
	for _, c := range []struct {
		schema *openapi.Schema
		value  any
		want   bool
	}{
		{s, map[string]any{"cone": 9}, true},
		{s, map[string]any{"cone": 9, "glaze": map[string]any{"tin": 0.5}, "pots": []any{"a", nil}}, true},
		{s, map[string]any{"cone": 15}, false},
		{s, map[string]any{}, false},
		{s, map[string]any{"cone": 9, "lid": true}, false},
		{s, map[string]any{"cone": 9, "glaze": map[string]any{}}, false},
		{s, map[string]any{"cone": 9, "pots": []any{"a", "a"}}, false},
		{s, "kiln", false},
		{s, func() {}, false}, // no JSON at all
		{none, 1, true},
	} {
		for _, view := range []openapi.View{openapi.RequestView, openapi.ResponseView} {
			got, found := c.schema.IsValid(c.value, view), c.schema.Validate(c.value, view)
			if got != c.want || got != (len(found) == 0) {
				t.Errorf("%v: %v, want %v; %v", c.value, got, c.want, found)
			}
		}
	}
}
