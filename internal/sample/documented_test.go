package sample

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func TestDocumentedValuesAreValid(t *testing.T) {
	t.Parallel()
	for _, text := range schemas {
		s := schema(t, text)
		for _, view := range []openapi.View{openapi.RequestView, openapi.ResponseView} {
			d := NewDocumented(view, nil)
			for _, extent := range []Extent{Smallest, Shown, Complete} {
				values := d.Values(Place{Schema: s}, extent)
				if len(values) == 0 {
					t.Errorf("%s, extent %d: no value", text, extent)
				}
				for i, v := range values {
					if bad := s.Validate(v, view); len(bad) > 0 {
						t.Errorf("%s, extent %d: %s: %v", text, extent, jsonvalue.Marshal(v), bad[0])
					}
					if contains(values[:i], v) {
						t.Errorf("%s, extent %d: %s is there twice", text, extent, jsonvalue.Marshal(v))
					}
				}
				first, err := d.Value(Place{Schema: s}, extent)
				if again := NewDocumented(view, nil).Values(Place{Schema: s}, extent); err != nil ||
					!jsonvalue.Equal(values, again) || !jsonvalue.Equal(first, values[0]) {
					t.Errorf("%s, extent %d: %s, then %s, %v", text, extent, jsonvalue.Marshal(values),
						jsonvalue.Marshal(again), err)
				}
			}
			if v, err := d.Empty(s); err != nil || len(s.Validate(v, view)) > 0 {
				t.Errorf("%s: the emptiest is %s, %v", text, jsonvalue.Marshal(v), err)
			}
		}
	}
}

// TestDocumentedPrefersTheDocument: examples, then defaults and enums, before anything generated;
// a request takes neither secrets nor read-only members from an example.
func TestDocumentedPrefersTheDocument(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		schema string
		extent Extent
		want   string
	}{
		{`{type: object, required: [a], properties: {a: {type: string, example: x}, b: {type: string, example: y}, c: {type: integer}}}`,
			Smallest, `{"a":"x"}`},
		{`{type: object, required: [a], properties: {a: {type: string, example: x}, b: {type: string, example: y}, c: {type: integer}}}`,
			Shown, `{"a":"x","b":"y"}`},
		{`{type: object, example: {a: z}, required: [a], properties: {a: {type: string, example: x}}}`, Shown,
			`{"a":"z"}`},
		{`{type: object, example: {a: z}, required: [a], properties: {a: {type: string, example: x}}}`,
			Smallest, `{"a":"x"}`},
		{`{type: object, required: [a], properties: {a: {type: string, pattern: '^b+$', example: x, default: bb}}}`,
			Smallest, `{"a":"bb"}`},
		{`{enum: [null, b, c]}`, Smallest, `"b"`},
		{`{type: object, required: [v], properties: {v: {type: object, properties: {k: {type: string, x-mock: secret}, r: {type: string, readOnly: true}, n: {type: string}}, example: {k: hush, r: r, n: n}}}}`,
			Smallest, `{"v":{"n":"n"}}`},
		{`{type: object, properties: {k: {type: string, x-mock: secret, example: hush}, n: {const: 1}}}`,
			Complete, `{"n":1}`},
	} {
		v, err := NewDocumented(openapi.RequestView, nil).Value(Place{Schema: schema(t, tt.schema)}, tt.extent)
		if got := string(jsonvalue.Marshal(v)); got != tt.want || err != nil {
			t.Errorf("%s: %s, want %s, %v", tt.schema, got, tt.want, err)
		}
	}
	shown := map[string][]any{"/a": {"from the body"}}
	s := schema(t, `{type: object, required: [a], properties: {a: {type: string, example: x}}}`)
	v, _ := NewDocumented(openapi.RequestView, shown).Value(Place{Schema: s}, Smallest)
	if string(jsonvalue.Marshal(v)) != `{"a":"from the body"}` {
		t.Errorf("an example of the whole body is worth more than one of a member: %s", jsonvalue.Marshal(v))
	}
}

// TestImpossible: what cannot be generated ends soon, with the position and the reason.
func TestImpossible(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ schema, pointer, reason string }{
		{`{type: object, required: [a], properties: {a: {type: object, required: [b], properties: {b: {type: string, pattern: '^x{3}$', maxLength: 2}}}}}`,
			"/a/b", "nothing that was made up for it meets its pattern ^x{3}$"},
		{`{type: array, minItems: 1, items: {type: integer, minimum: 3, maximum: 2}}`, "/0", "no value was found"},
		{`{type: object, required: [next], properties: {next: {$ref: '#/components/schemas/Test'}}}`, "", ""},
		{`{type: object, required: [next], properties: {next: {oneOf: [{$ref: '#/components/schemas/Test'}, {type: array, minItems: 2, items: {$ref: '#/components/schemas/Test'}}, {$ref: '#/components/schemas/Test'}]}}}`,
			"", ""},
		{`{type: string, minLength: 2000000000}`, "", ""},
		{`{type: array, minItems: 2000000000, items: {type: string}}`, "", ""},
		{`{type: object, minProperties: 2000000000}`, "", ""},
		{`{not: {}}`, "", ""},
	} {
		s := schema(t, tt.schema)
		_, err := NewDocumented(openapi.RequestView, nil).Value(Place{Schema: s}, Smallest)
		var impossible *Impossible
		if !errors.As(err, &impossible) || !strings.HasPrefix(impossible.Pointer, tt.pointer) ||
			!strings.Contains(impossible.Reason, tt.reason) || impossible.Position.Line == 0 {
			t.Errorf("%s: %+v", tt.schema, err)
		}
		if _, err := New(openapi.RequestView, Believable).Extreme(s, "", deal.NewKey(1), 1); err != nil &&
			!errors.As(err, &impossible) {
			t.Errorf("%s: %v", tt.schema, err)
		}
	}
}

func TestParameter(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ schema, example, want string }{
		{"{type: integer, minimum: 5}", "", "5"},
		{"{type: integer}", "", "1"},
		{"{type: string, enum: ['', b]}", "", "b"},
		{"{type: array, items: {type: integer}}", "[3, 4]", "3,4"},
		{"{type: string, pattern: '^a{3}$'}", "no", "aaa"},
		{"{type: string, pattern: '^a{3}$', maxLength: 2}", "", "1"},
		{"{type: boolean}", "", "true"},
	} {
		example := ""
		if tt.example != "" {
			example = ", example: " + tt.example
		}
		doc, err := openapi.Parse("test.yaml", fmt.Appendf(nil, `openapi: 3.1.0
info: {title: Test, version: "1"}
paths: {/things: {get: {operationId: things, parameters: [{name: p, in: query, schema: %s%s}], responses: {'204': {description: none}}}}}
`, tt.schema, example))
		if err != nil {
			t.Fatal(err)
		}
		p := doc.Operation("things").Parameters[0]
		if got := NewDocumented(openapi.RequestView, nil).Parameter(p); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.schema, got, tt.want)
		}
	}
}

// TestFormats: every format of the table makes two different texts of it.
func TestFormats(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"date-time", "date", "time", "duration", "email", "idn-email", "uuid", "uri",
		"uri-reference", "iri", "iri-reference", "uri-template", "hostname", "idn-hostname", "ipv4", "ipv6",
		"json-pointer", "relative-json-pointer", "byte", "password"} {
		s := schema(t, "{type: string, format: "+format+"}")
		if values := NewDocumented(openapi.RequestView, nil).Values(Place{Schema: s}, Smallest); len(values) < 2 {
			t.Errorf("%s: %v", format, values)
		}
	}
}
