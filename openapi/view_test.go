package openapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// validated is what a schema says of a JSON text: the rule and pointer of each violation.
func validated(t testing.TB, s *openapi.Schema, text string, view openapi.View) string {
	t.Helper()
	value, bad := openapi.ReadJSON([]byte(text))
	if bad != nil {
		t.Fatal(bad)
	}
	var parts []string
	for _, v := range s.Validate(value, view) {
		parts = append(parts, v.Rule+" "+v.Pointer)
	}
	return strings.Join(parts, ", ")
}

// TestSides: a required read-only property binds responses only, a write-only one requests only,
// wherever demand and declaration stand.
func TestSides(t *testing.T) {
	t.Parallel()
	for name, schemas := range map[string]string{
		"beside": `
    S:
      required: [id, secret, name]
      properties: {id: {type: string, readOnly: true}, secret: {type: string, writeOnly: true}, name: {type: string}}
`,
		"demanded below": `
    Base: {required: [id, secret, name]}
    S:
      allOf: [{$ref: '#/components/schemas/Base'}]
      properties: {id: {type: string, readOnly: true}, secret: {type: string, writeOnly: true}, name: {type: string}}
`,
		"demanded beside": `
    Base:
      properties: {id: {type: string, readOnly: true}, secret: {type: string, writeOnly: true}, name: {type: string}}
    S:
      allOf: [{$ref: '#/components/schemas/Base'}, {required: [id, secret, name]}]
`,
		"demanded above": `
    Base:
      properties: {id: {type: string, readOnly: true}, secret: {type: string, writeOnly: true}, name: {type: string}}
    S:
      required: [id, secret, name]
      allOf: [{$ref: '#/components/schemas/Base'}]
`,
		"declared by reference": `
    Id: {type: string, readOnly: true}
    Secret: {type: string, writeOnly: true}
    S:
      required: [id, secret, name]
      properties: {id: {$ref: '#/components/schemas/Id'}, secret: {$ref: '#/components/schemas/Secret'}, name: {type: string}}
`,
		"declared twice": `
    Base:
      required: [id, secret, name]
      properties: {id: {type: string}, secret: {type: string}, name: {type: string}}
    S:
      allOf: [{$ref: '#/components/schemas/Base'}, {properties: {id: {readOnly: true}, secret: {writeOnly: true}}}]
`,
		"demanded in an alternative": `
    S:
      properties: {id: {type: string, readOnly: true}, secret: {type: string, writeOnly: true}, name: {type: string}}
      oneOf: [{required: [id, secret, name]}]
`,
		"two levels of allOf": `
    A: {properties: {id: {type: string, readOnly: true}}}
    B: {allOf: [{$ref: '#/components/schemas/A'}], properties: {secret: {type: string, writeOnly: true}, name: {type: string}}}
    S: {allOf: [{$ref: '#/components/schemas/B'}], required: [id, secret, name]}
`,
	} {
		for _, version := range []string{"3.0.3", "3.1.0"} {
			t.Run(name+" "+version, func(t *testing.T) {
				t.Parallel()
				s := load(t, schemaDocument(version, schemas[1:])).Schema("S")
				for _, c := range []struct {
					text, request, response string
				}{
					{`{"name":"n","secret":"s"}`, "", "required /id"},
					{`{"name":"n","id":"i"}`, "required /secret", ""},
					{`{"id":"i","secret":"s"}`, "required /name", "required /name"},
					{`{"name":"n","id":"i","secret":"s"}`, "", ""},
				} {
					if got := validated(t, s, c.text, openapi.RequestView); got != c.request {
						t.Errorf("request %s: %q, want %q", c.text, got, c.request)
					}
					if got := validated(t, s, c.text, openapi.ResponseView); got != c.response {
						t.Errorf("response %s: %q, want %q", c.text, got, c.response)
					}
				}
				if id, secret := s.Property("id"), s.Property("secret"); name != "demanded in an alternative" &&
					(id.RequiredIn(openapi.RequestView) || !id.RequiredIn(openapi.ResponseView) ||
						secret.RequiredIn(openapi.ResponseView) || !secret.RequiredIn(openapi.RequestView)) {
					t.Error("RequiredIn says otherwise")
				}
			})
		}
	}
}

func TestReadOnlyPropertiesOfRequestsAreNotValidated(t *testing.T) {
	t.Parallel()
	doc := load(t, schemaDocument("3.1.0", `    S:
      properties:
        at: {type: string, format: date-time, readOnly: true}
        owner:
          readOnly: true
          type: object
          required: [name]
          properties: {name: {type: string}}
`))
	s := doc.Schema("S")
	if got := validated(t, s, `{"at":5,"owner":{"name":1}}`, openapi.RequestView); got != "" {
		t.Error(got)
	}
	if got := validated(t, s, `{"at":5,"owner":{"name":1}}`,
		openapi.ResponseView); got != "type /at, type /owner/name" {
		t.Error(got)
	}
	// by themselves they are validated in both
	for _, view := range []openapi.View{openapi.RequestView, openapi.ResponseView} {
		if got := validated(t, s.Property("at").Schema, `5`, view); got != "type " {
			t.Error(got)
		}
		if got := validated(t, s.Property("owner").Schema.Property("name").Schema, `5`, view); got != "type " {
			t.Error(got)
		}
	}
}

func TestConditionsAreNotNarrowed(t *testing.T) {
	t.Parallel()
	s := load(t, schemaDocument("3.1.0", `    S:
      not: {required: [id], properties: {id: {readOnly: true}}}
`)).Schema("S")
	if got := validated(t, s, `{}`, openapi.RequestView); got != "" {
		t.Errorf("an object without id: %s", got)
	}
	if got := validated(t, s, `{"id":1}`, openapi.ResponseView); got != "not " {
		t.Errorf("an object with id: %s", got)
	}
}

// TestVersion30 covers what 3.0's schemas say otherwise than JSON Schema.
func TestVersion30(t *testing.T) {
	t.Parallel()
	doc := load(t, schemaDocument("3.0.3", `    Pet: {type: object, required: [name], properties: {name: {type: string}}}
    Typed: {type: string, nullable: true}
    Before: {nullable: true, type: string}
    Enum: {type: string, nullable: true, enum: [a, b]}
    Bare: {nullable: true, enum: [a]}
    All: {nullable: true, allOf: [{$ref: '#/components/schemas/Pet'}]}
    TypedAll: {type: object, nullable: true, allOf: [{$ref: '#/components/schemas/Pet'}]}
    One: {nullable: true, oneOf: [{$ref: '#/components/schemas/Pet'}, {type: integer}]}
    Any: {nullable: true, anyOf: [{type: string, nullable: true}, {type: integer}]}
    Not: {type: string}
    Sibling: {$ref: '#/components/schemas/Not', description: ignored, minLength: 5}
    More: {type: number, minimum: 1, exclusiveMinimum: true, maximum: 5, exclusiveMaximum: false}
    Of: {type: object, properties: {all: {$ref: '#/components/schemas/All'}}}
    Defaulted: {nullable: true, default: {name: n}, allOf: [{$ref: '#/components/schemas/Pet'}]}
`))
	if problems := doc.Check(); len(problems) != 1 ||
		!strings.Contains(problems[0].Message, "minLength beside $ref is ignored in OpenAPI 3.0") {
		t.Error(problems)
	}
	for _, c := range []struct{ schema, text, want string }{
		{"Typed", `null`, ""}, {"Typed", `1`, "type "}, {"Before", `null`, ""}, {"Before", `"x"`, ""},
		{"Enum", `null`, ""}, {"Enum", `"a"`, ""}, {"Enum", `"c"`, "enum "}, {"Bare", `null`, ""},
		{"Bare", `"b"`, "enum "},
		{"All", `null`, ""}, {"All", `{"name":"n"}`, ""}, {"All", `{}`, "required /name"}, {"All", `3`, "type "},
		{"TypedAll", `null`, ""}, {"TypedAll", `{}`, "required /name"},
		{"One", `null`, ""}, {"One", `3`, ""}, {"One", `{"name":3}`, "type /name"}, {"Any", `null`, ""},
		{"Any", `true`, "any-of "},
		{"Not", `null`, "type "}, {"Sibling", `"x"`, ""}, {"Sibling", `3`, "type "},
		{"More", `1`, "minimum "}, {"More", `1.1`, ""}, {"More", `5`, ""}, {"More", `6`, "maximum "},
		{"Of", `{"all":null}`, ""}, {"Of", `{"all":{}}`, "required /all/name"},
	} {
		for _, view := range []openapi.View{openapi.RequestView, openapi.ResponseView} {
			if got := validated(t, doc.Schema(c.schema), c.text, view); got != c.want {
				t.Errorf("%s %s: %q, want %q", c.schema, c.text, got, c.want)
			}
		}
	}
	for schema, want := range map[string]string{
		"Typed": "[string null]", "Before": "[string null]", "All": "[object null]",
		"TypedAll": "[object null]", "Sibling": "[string]", "Not": "[string]",
	} {
		if got := fmt.Sprint(doc.Schema(schema).Types); got != want {
			t.Errorf("types of %s: %s, want %s", schema, got, want)
		}
	}
	if s := doc.Schema("More"); s.ExclusiveMinimum != "1" || s.Minimum != "" || s.Maximum != "5" ||
		s.ExclusiveMaximum != "" {
		t.Errorf("bounds %s %s %s %s", s.Minimum, s.ExclusiveMinimum, s.Maximum, s.ExclusiveMaximum)
	}
	// the line survives that the schema moved
	found := doc.Schema("All").Validate(map[string]any{}, openapi.ResponseView)
	if len(found) != 1 || found[0].Document.Line != lineOf(t, doc, "    Pet:") {
		t.Errorf("%v", found)
	}
}

// lineOf is the line of a document that starts with a text.
func lineOf(t testing.TB, doc *openapi.Document, start string) int {
	t.Helper()
	for i, line := range strings.Split(string(doc.Source()), "\n") {
		if strings.HasPrefix(line, start) {
			return i + 1
		}
	}
	t.Fatalf("no line starts with %q", start)
	return 0
}

func TestVersion31(t *testing.T) {
	t.Parallel()
	doc := load(t, schemaDocument("3.1.0", `    Typed: {type: [string, 'null']}
    Base: {type: string}
    Sibling: {$ref: '#/components/schemas/Base', minLength: 2, description: outer}
    Const: {const: null}
    True: true
    Maybe: {anyOf: [{$ref: '#/components/schemas/Base'}, {type: 'null'}]}
    Cond:
      if: {properties: {kind: {const: a}}, required: [kind]}
      then: {required: [x]}
      else: {required: [y]}
    Local: {$defs: {p: {type: integer}}, items: {$ref: '#/components/schemas/Local/$defs/p'}}
    Numbers: {allOf: [{type: integer}, {type: number}]}
    Nullable: {type: string, nullable: true}
    Letters: {pattern: '^[\u00e0-\u00ff]+$'}
`))
	for _, c := range []struct{ schema, text, want string }{
		{"Typed", `null`, ""}, {"Typed", `3`, "type "}, {"Sibling", `"x"`, "min-length "},
		{"Sibling", `"xy"`, ""}, {"Const", `null`, ""},
		{"Const", `0`, "const "}, {"True", `[1]`, ""}, {"Maybe", `null`, ""}, {"Maybe", `3`, "type "},
		{"Cond", `{"kind":"a"}`, "required /x"}, {"Cond", `{"kind":"b"}`, "required /y"}, {"Cond", `{}`, "required /y"},
		{"Local", `[1,"x"]`, "type /1"}, {"Numbers", `1.5`, "type "}, {"Numbers", `2.0`, ""},
		{"Nullable", `null`, ""}, {"Nullable", `1`, "type "},
		{"Letters", `"é"`, ""}, {"Letters", `"e"`, "pattern "},
	} {
		if got := validated(t, doc.Schema(c.schema), c.text, openapi.RequestView); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.schema, c.text, got, c.want)
		}
	}
	if s := doc.Schema("Sibling"); s.Description != "outer" || *s.MinLength != 2 || s.Types[0] != "string" ||
		s.Name != "Sibling" {
		t.Errorf("%+v", s)
	}
	if s := doc.Schema("Numbers"); fmt.Sprint(s.Types) != "[integer]" {
		t.Errorf("types %v", s.Types)
	}
}

func TestAlternativesSayWhatWasMeant(t *testing.T) {
	t.Parallel()
	doc := load(t, schemaDocument("3.0.3", `    Cat: {type: object, required: [kind, lives], properties: {kind: {type: string}, lives: {type: integer}}}
    Dog: {type: object, required: [kind, tricks, owner], properties: {kind: {type: string}, tricks: {type: array, items: {type: string}}, owner: {type: string}}}
    Named: {oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}], discriminator: {propertyName: kind}}
    Mapped:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: kind, mapping: {hound: '#/components/schemas/Dog', tom: Cat}}
    Plain: {oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]}
    Tagged:
      anyOf:
        - {type: object, required: [a], properties: {tag: {type: string, enum: [one]}}}
        - {type: object, required: [b, c], properties: {tag: {type: string, enum: [two]}}}
    Oddly: {type: object, required: [oneOf, a], properties: {oneOf: {type: object, required: [x, y]}, a: {}}}
`))
	for _, c := range []struct{ schema, text, want string }{
		{"Named", `{"kind":"Dog"}`, "required /owner, required /tricks"},
		{"Named", `{"kind":"Cat"}`, "required /lives"},
		{"Named", `{"kind":"Cow"}`, "enum /kind"},
		{"Mapped", `{"kind":"hound"}`, "required /owner, required /tricks"},
		{"Mapped", `{"kind":"tom"}`, "required /lives"},
		{"Plain", `{"kind":"Dog"}`, "one-of "},
		{"Plain", `7`, "one-of "},
		{"Tagged", `{"tag":"two"}`, "required /b, required /c"},
		{"Oddly", `{"oneOf":{}}`, "required /a, required /oneOf/x, required /oneOf/y"},
	} {
		if got := validated(t, doc.Schema(c.schema), c.text, openapi.RequestView); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.schema, c.text, got, c.want)
		}
	}
}

// TestRecursion: trees, and circles that say nothing.
func TestRecursion(t *testing.T) {
	t.Parallel()
	doc := load(t, schemaDocument("3.1.0", `    Tree: {type: object, required: [name], properties: {name: {type: string}, children: {type: array, items: {$ref: '#/components/schemas/Tree'}}}}
    A: {properties: {b: {$ref: '#/components/schemas/B'}}, required: [b]}
    B: {anyOf: [{$ref: '#/components/schemas/A'}, {type: 'null'}]}
`))
	text := strings.Repeat(`{"name":"n","children":[`, 30) + `{}` + strings.Repeat(`]}`, 30)
	if got := validated(t, doc.Schema("Tree"), text,
		openapi.ResponseView); got != "required "+strings.Repeat("/children/0", 30)+"/name" {
		t.Error(got)
	}
	if tree := doc.Schema("Tree"); tree.Property("children").Schema.Items.Property("children") == nil {
		t.Error("the readable tree ends")
	}
	if got := validated(t, doc.Schema("A"), `{"b":{"b":null}}`, openapi.RequestView); got != "" {
		t.Error(got)
	}
}

// TestLines: the line of a violation is that of the keyword, also behind references and in schemas
// that moved.
func TestLines(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"3.0.3", "3.1.0"} {
		doc := load(t, schemaDocument(version, `    Name:
      minLength: 3
    S:
      type: object
      properties:
        name:
          allOf:
            - $ref: '#/components/schemas/Name'
        moved:
          nullable: true
          oneOf:
            - type: object
              properties:
                "deep/er~":
                  type: object
                  properties:
                    x:
                      description: d
                      maximum: 3
        own:
          readOnly: true
          properties:
            y:
              multipleOf: 5
`))
		s := doc.Schema("S")
		value := map[string]any{"name": "x", "moved": map[string]any{"deep/er~": map[string]any{"x": 4}},
			"own": map[string]any{"y": json.Number("3")}}
		for i, want := range []struct {
			pointer, line string
		}{
			{"/moved/deep~1er~0/x", "                      maximum:"}, {"/name", "      minLength:"},
			{"/own/y", "              multipleOf:"},
		} {
			found := s.Validate(value, openapi.ResponseView)
			if len(found) != 3 {
				t.Fatal(found)
			}
			if found[i].Pointer != want.pointer || found[i].Document.Line != lineOf(t, doc, want.line) {
				t.Errorf("%s: %s %v, want %s on line %d", version, found[i].Pointer, found[i].Document,
					want.pointer, lineOf(t, doc, want.line))
			}
		}
		x := s.Property("moved").Schema.OneOf[0].Property("deep/er~").Schema.Property("x").Schema
		y := s.Property("own").Schema.Property("y").Schema
		for _, view := range []openapi.View{openapi.RequestView, openapi.ResponseView} {
			if got := x.Validate(4, view); len(got) != 1 || got[0].Document.Line != lineOf(t, doc,
				"                      maximum:") {
				t.Errorf("%s: %v", version, got)
			}
			if got := y.Validate(4, view); len(got) != 1 || got[0].Document.Line != lineOf(t, doc,
				"              multipleOf:") {
				t.Errorf("%s: %v", version, got)
			}
		}
	}
}
