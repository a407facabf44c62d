package openapi_test

import (
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// TestFaults: whatever is faulty in a document is said at its place, and the rest of the document
// holds.
func TestFaults(t *testing.T) {
	t.Parallel()
	schema := func(text string) string { return schemaDocument("3.0.3", "    S:\n      "+text+"\n") }
	const at = "/components/schemas/S"
	for _, c := range []struct{ name, text, pointer, want string }{
		{"no title", "openapi: 3.0.3\ninfo: {version: '1'}\npaths: {}\n", "/info", "title: missing; info has one"},
		{"an empty version", "openapi: 3.0.3\ninfo: {title: a, version: ''}\npaths: {}\n", "/info/version",
			"version is empty; say which it is"},
		{"a header that HTTP cannot carry", withParameters("{name: Day of birth, in: header, schema: {}}"),
			"/paths/~1x/get/parameters/0", `no header can have the name "Day of birth"`},
		{"a cookie that HTTP cannot carry", withParameters("{name: 'a;b', in: cookie, schema: {}}"),
			"/paths/~1x/get/parameters/0", `no cookie can have the name "a;b"`},
		{"null beside alternatives", schema("{type: 'null', oneOf: [{type: string}]}"), at + "/type",
			"type null excludes every schema of oneOf; it is read as one more of them"},
		{"the same alternative twice", schema("{oneOf: [{type: string, title: a}, {type: string, title: b}]}"),
			at + "/oneOf/1", "what this alternative of oneOf allows, alternative 0 does, too"},
		{"a narrower alternative", schema("{oneOf: [{allOf: [{required: [a]}, {type: object}]}, " +
			"{required: [a]}]}"), at + "/oneOf/0",
			"oneOf is read as anyOf"},
		{"alternatives that differ", schema("{oneOf: [{required: [a]}, {required: [b]}, {type: string}, " +
			"{type: object, properties: {c: {type: number}}}, {type: object, properties: {c: {type: string}}}]}"),
			"", ""},
		{"typo in an operation", withParameters("{name: n, in: query, schema: {}}\n      sumary: x"),
			"/paths/~1x/get/sumary", `"sumary" is no field of an operation; did you mean "summary"?`},
		{"typo in a parameter", withParameters("{name: n, in: query, requierd: true, schema: {}}"),
			"/paths/~1x/get/parameters/0/requierd", `did you mean "required"?`},
		{"parameters of Swagger 2", withParameters("{name: n, in: body, schema: {}}"),
			"/paths/~1x/get/parameters/0", "OpenAPI 3 has a requestBody beside parameters"},
		{"a parameter twice", withParameters("{name: n, in: query, schema: {}}", "{name: n, in: query, schema: {}}"),
			"/paths/~1x/get/parameters/1", `parameter "n" in query is declared twice; the first counts`},
		{"no schema", withParameters("{name: n, in: query}"), "/paths/~1x/get/parameters/0", "schema: missing"},
		{"a flag as a text", withParameters("{name: n, in: query, required: 'yes', schema: {}}"),
			"/paths/~1x/get/parameters/0/required", `required is true or false, not the string "yes"; it is read as true`},
		{"swapped letters", schema("{type: string, enmu: [a]}"), at + "/enmu", `did you mean "enum"?`},
		{"a number as a text", schema("{type: string, maxLength: '5'}"), at + "/maxLength", "it is read as 5"},
		{"no number", schema("{type: string, maxLength: long}"), at + "/maxLength", "it is left out"},
		{"no step", schema("{type: number, multipleOf: 0}"), at + "/multipleOf", "a number above 0"},
		{"an enum of one", schema("{enum: open}"), at + "/enum", "enum is a list, not string"},
		{"null", schema("{type: string, description: null}"), at + "/description", "description is null; leave it out"},
		{"another word for a type", schema("{type: int}"), at + "/type", `it is read as integer`},
		{"a list of types", schema("{type: [string, 'null']}"), at + "/type", "a list of types is of OpenAPI 3.1"},
		{"a word of 3.1", schema("{const: 1}"), at + "/const", "const is a word of OpenAPI 3.1; it is honoured"},
		{"a tuple", schema("{type: array, items: [{type: string}, {type: integer}]}"), at + "/items",
			"it is read as prefixItems"},
		{"no items", schema("{type: array}"), at, "items: missing"},
		{"a schema that is a word", schema("{type: array, items: string}"), at + "/items", "{type: string}"},
		{"an allOf of one", schema("{allOf: {type: string}}"), at + "/allOf", "it is read as a list of one"},
		{"beside a reference", schema("{$ref: '#/components/schemas/S', nullable: true}"), at + "/$ref", "circle"},
		{"a discriminator as a text", schema("{discriminator: kind}"), at + "/discriminator", "{propertyName: kind}"},
		{"a default of another type", schema("{type: integer, default: many}"), at + "/default",
			`default "many" is of another type than integer`},
		{"a default that YAML reads as a number", schema("{type: string, default: 1.10}"), at + "/default",
			`it is read as "1.10"`},
		{"values that YAML reads as others", schema("{type: string, enum: [a, true, 1.0]}"), at + "/enum/2",
			`enum has 1.0 where a value of type string is expected; it is read as "1.0"`},
		{"values that are all of another type", schema("{type: object, enum: [slow, fast]}"), at + "/type",
			`type object allows no value of enum, such as "slow"; it is left out`},
		{"values of items at the list", schema("{type: array, items: {type: string}, enum: [slow, fast]}"),
			at + "/enum", "enum has no value of type array, which the schema describes; it is left out"},
		{"examples by name", schema("{examples: {one: {value: 1}}}"), at + "/examples", "examples is a list"},
		{"a pattern", schema("{pattern: 'a{2'}"), "", ""},
		{"no pattern", schema("{pattern: '[a'}"), at + "/pattern", `pattern "[a" cannot be used`},
		{"a name of no pattern", schema("{patternProperties: {'(x': {}}}"), at + "/patternProperties/(x",
			"cannot be used"},
	} {
		doc, err := openapi.Parse("api.yaml", []byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		found := c.want == ""
		for _, p := range doc.Warnings() {
			found = found || p.Pointer == c.pointer && strings.Contains(p.Message, c.want) && p.Position.Line > 0 &&
				p.Warning
		}
		if !found || c.want == "" && len(doc.Warnings()) > 0 {
			t.Errorf("%s: got %v, want %s: %s", c.name, doc.Warnings(), c.pointer, c.want)
		}
	}
}

// TestFaultsLeaveTheRest: a faulty rule is left out or read as it is meant, and those beside it hold.
func TestFaultsLeaveTheRest(t *testing.T) {
	t.Parallel()
	doc := load(t, schemaDocument("3.0.3", `    Word: {type: Integer, minimum: "3", maximum: high}
    Parts: {type: array, items: [{type: string}, {type: integer}], maxItems: 2}
    Named: {type: object, required: name, properties: {name: string, tags: {type: array, items: [{type: boolean}]}}}
    Of: {allOf: {$ref: '#/components/schemas/Named'}}
    Lost: {type: object, properties: {gone: {$ref: '#/components/schemas/Gone'}, size: {type: integer}}}
    Round: {allOf: [{$ref: '#/components/schemas/Round'}, {type: object, required: [a]}]}
    Text: {type: string, pattern: '[', maxLength: 2}
    Known: {type: object, additionalProperties: false, patternProperties: {'^(?!x)[a-z]+$': {type: integer}}}
    Modes: {type: string, enum: [off, 1, false], default: 1}
    More: {type: string, const: x, nullable: true}
    Wide: {oneOf: [{type: integer}, {type: number}, {oneOf: [{type: boolean}, {type: boolean}]}]}
    Kept: {oneOf: [{type: integer, maximum: 3}, {type: integer, maximum: 9}]}
    Pointed: {oneOf: [{type: integer}, {type: integer}]}
    Pointing: {$ref: '#/components/schemas/Pointed/oneOf/1'}
    Perhaps: {type: "null", oneOf: [{type: string}, {type: number}]}
`))
	for _, c := range []struct{ schema, text, want string }{
		{"Word", "4", ""}, {"Word", "1", "minimum "}, {"Word", `"x"`, "type "},
		{"Parts", `["a",1]`, ""}, {"Parts", `[1,"a"]`, "type /0, type /1"}, {"Parts", `["a",1,2]`, "max-items "},
		{"Named", `{"name":"a","tags":[true]}`, ""}, {"Named", `{"tags":[1]}`, "required /name, type /tags/0"},
		{"Of", `{}`, "required /name"}, {"Of", `{"name":1}`, "type /name"},
		{"Lost", `{"gone":[],"size":1}`, ""}, {"Lost", `{"gone":[],"size":"x"}`, "type /size"},
		{"Round", `{"a":1}`, ""}, {"Round", `{}`, "required /a"},
		{"Modes", `"1"`, ""}, {"Modes", `"false"`, ""}, {"Modes", "1", "type "},
		{"Wide", "1", ""}, {"Wide", "true", ""}, {"Wide", `"x"`, "any-of "}, {"Kept", "1", "one-of "}, {"Kept", "5", ""},
		{"Pointed", "1", "one-of "}, {"Pointing", "1", ""}, {"Pointing", `"x"`, "type "},
		{"Perhaps", "null", ""}, {"Perhaps", "1", ""}, {"Perhaps", "true", "one-of "},
		{"Text", `"["`, ""}, {"Text", `"abc"`, "max-length "},
		{"Known", `{"a":1}`, ""}, {"Known", `{"a":"x"}`, "type /a"}, {"Known", `{"A":1}`, "additional-property /A"},
	} {
		if got := validated(t, doc.Schema(c.schema), c.text, openapi.RequestView); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.schema, c.text, got, c.want)
		}
	}
	if again, err := openapi.Parse("again.yaml", doc.Source()); err != nil || !strings.Contains(string(again.JSON()),
		`"type": "Integer"`) {
		t.Errorf("what is published is what was written: %v", err)
	}
}

// TestOperationsAfterFaults: operations keep what can be known of them.
func TestOperationsAfterFaults(t *testing.T) {
	t.Parallel()
	doc := load(t, `openapi: "3.1"
info: {title: Kites, version: 1.0}
paths:
  kites:
    get: {operationId: list, responses: {2xx: {description: d}}}
    put: {operationId: list, parameters: null, responses: {'204': null}}
  /kites/{kite}:
    get: {operationId: list-2, responses: {'200': {$ref: '#/components/responses/None'}}}
    put: {operationId: change, requestBody: {$ref: '#/components/requestBodies/None'}, responses: {'204': {}}}
  /kites/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    get: {operationId: again, responses: {'200': {description: d}}}
    delete: {operationId: remove, responses: {'204': {description: d}}}
`)
	var got []string
	for _, op := range doc.Operations {
		got = append(got, op.ID+" "+op.Method+" "+op.Path)
	}
	want := "list GET /kites, list-3 PUT /kites, list-2 GET /kites/{kite}, change PUT /kites/{kite}, " +
		"remove DELETE /kites/{name}"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %s\nwant %s", strings.Join(got, ", "), want)
	}
	if doc.Version != "1.0" {
		t.Errorf("version %q", doc.Version)
	}
	read := doc.Operation("list-2")
	if p := read.Parameters; len(p) != 1 || p[0].Name != "kite" || !p[0].Required {
		t.Errorf("%+v", p)
	}
	if found := read.ValidateResponse(&openapi.ResponseData{Status: 200,
		Header: typed("application/json", `{"any":1}`).Header, Body: []byte(`{"any":1}`)}); len(found) > 0 {
		t.Errorf("any body is allowed: %v", found)
	}
	if found := doc.Operation("change").ValidateRequest(&openapi.Request{Path: map[string]string{"kite": "k"},
		Header: typed("application/json", `[1]`).Header, Body: []byte(`[1]`)}); len(found) > 0 {
		t.Errorf("any body is allowed: %v", found)
	}
}
