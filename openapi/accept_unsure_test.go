package openapi

import (
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestVerdicts: what a check does not know stays unknown, whatever is around it.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	// of {"a": 1} it is unknown whether it meets this, as which alternative mentions a is not asked
	const vague = `{"unevaluatedProperties": false, "anyOf": [{"properties": {"a": {}}}, {"required": ["z"]}]}`
	for _, c := range []struct {
		schema string
		want   verdict
	}{
		{vague, unsure}, {`{"not": ` + vague + `}`, unsure}, {`{"not": {"not": ` + vague + `}}`, unsure},
		{`{"allOf": [` + vague + `, true]}`, unsure}, {`{"allOf": [` + vague + `, false]}`, no},
		{`{"anyOf": [` + vague + `, true]}`, yes}, {`{"anyOf": [` + vague + `, false]}`, unsure},
		{`{"oneOf": [` + vague + `, false]}`, unsure}, {`{"oneOf": [` + vague + `, true]}`, unsure},
		{`{"oneOf": [` + vague + `, true, true]}`, no}, {`{"oneOf": [true, false]}`, yes}, {`{"oneOf": [false]}`, no},
		{`{"if": ` + vague + `, "then": true, "else": false}`, unsure}, {`{"if": ` + vague + `, "then": true}`, yes},
		{`{"if": ` + vague + `, "then": false, "else": false}`, no}, {`{"if": true, "then": ` + vague + `}`, unsure},
		{`{"if": false, "then": false}`, yes}, {`{"if": false, "else": false}`, no},
		{`{"if": ` + vague + `, "then": ` + vague + `, "else": ` + vague + `}`, unsure},
		{`{"dependentSchemas": {"a": ` + vague + `}}`, unsure}, {`{"dependentSchemas": {"b": false}}`, yes},
		{`{"dependentRequired": {"a": ["b"]}}`, no}, {`{"dependentRequired": {"b": ["c"]}}`, yes},
		{`{"properties": {"a": {"const": 1.0}}}`, yes}, {`{"properties": {"a": {"const": 1e1000}}}`, unsure},
		{`{"properties": {"a": {"not": {"enum": [7, 1e1000]}}}}`, unsure},
		{`{"patternProperties": {"^a": true}, "additionalProperties": false}`, yes},
		{`{"patternProperties": {"^b": true}, "additionalProperties": false}`, no},
		{`{"patternProperties": {"^a": true}, "unevaluatedProperties": false}`, yes},
		{`{"patternProperties": {"^b": true}, "unevaluatedProperties": {"type": "integer"}}`, yes},
		{`{"propertyNames": {"maxLength": 1}}`, yes}, {`{"propertyNames": {"minLength": 2}}`, no},
		{`{"allOf": [{"properties": {"a": {}}}], "additionalProperties": false}`, no},
		{`{"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": false}`, yes},
		{`{"$ref": "#/$defs/d", "$defs": {"d": {"properties": {"a": {}}}}, "unevaluatedProperties": false}`, yes},
		{`{"properties": {"a": {"$ref": "#"}}, "type": ["object", "integer"]}`, yes},
	} {
		s, err := CompileSchema("schema.json", []byte(c.schema))
		if err != nil {
			t.Fatalf("%s: %v", c.schema, err)
		}
		text, _ := jsonvalue.Scan([]byte(`{"a":1}`), jsonvalue.Limits{})
		if got := s.compiledFor(RequestView).check.of(text.Root(), newWalk(text.Root())); got != c.want {
			t.Errorf("%s: %d, want %d", c.schema, got, c.want)
		}
		new(tally).compare(t, s, text.Root().Value(), RequestView)
	}
}

// TestCirclesAreNotAccepted: a schema that applies itself to the same value has no meaning.
func TestCirclesAreNotAccepted(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	for _, text := range []string{`{"$ref": "#"}`, `{"anyOf": [true, {"$ref": "#"}]}`, `{"not": {"$ref": "#"}}`,
		`{"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"$ref": "#/$defs/a"}}}`,
		`{"properties": {"x": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"if": {"$ref": "#/$defs/a"}}}}`,
	} {
		s, err := CompileSchema("schema.json", []byte(text))
		if err != nil {
			continue // most are refused
		}
		for _, value := range []any{nil, jsonvalue.ObjectOf("x", "y")} {
			new(tally).compare(t, s, value, RequestView)
		}
	}
}
