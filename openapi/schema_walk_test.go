package openapi_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// walkSchema returns the schema W of a document that has others for it to refer to.
func walkSchema(t *testing.T, text string) *openapi.Schema {
	t.Helper()
	return load(t, schemaDocument("3.1.0", `
    W: `+text+`
    A: {title: A, properties: {a: {title: a of A}, both: {title: both of A}}}
    B: {title: B, properties: {b: {title: b of B}, both: {title: both of B}}, additionalProperties: {title: more of B}}
    Tree: {title: Tree, properties: {children: {type: array, items: {$ref: '#/components/schemas/Tree'}}}}
    Nested: {title: Nested, oneOf: [{$ref: '#/components/schemas/A'}, {items: {$ref: '#/components/schemas/Nested'}}]}
`)).Schema("W")
}

// TestAt: the schema of a place, by the titles of schemas; "" where the document says nothing.
func TestAt(t *testing.T) {
	t.Parallel()
	const a, b = "{$ref: '#/components/schemas/A'}", "{$ref: '#/components/schemas/B'}"
	for _, tt := range []struct{ schema, pointer, want string }{
		{`{title: W}`, "", "W"},
		{`{title: W}`, "/a", ""},
		{a, "/a", "a of A"},
		{a, "/b", ""},
		{a, "/a/deeper", ""},
		{`{properties: {"x/y": {title: xy}}}`, "/x~1y", "xy"},
		{`{properties: {"0": {title: zero}}, items: {title: item}}`, "/0", "zero"},
		{`{properties: {"0": {title: zero}}, items: {title: item}}`, "/1", "item"},
		{`{allOf: [` + a + `, ` + b + `]}`, "/b", "b of B"},
		// additionalProperties
		{`{properties: {a: {title: a}}, additionalProperties: true}`, "/b", ""},
		{`{properties: {a: {title: a}}, additionalProperties: false}`, "/b", ""},
		{`{properties: {a: {title: a}}, additionalProperties: {title: more}}`, "/b", "more"},
		{`{properties: {a: {title: a}}, additionalProperties: {title: more}}`, "/7", "more"},
		{`{properties: {a: {title: a}}, additionalProperties: {title: more}}`, "/a", "a"},
		// alternatives
		{`{oneOf: [` + a + `, ` + b + `]}`, "/b", "b of B"},
		{`{oneOf: [` + a + `, ` + b + `]}`, "/both", "both of A"},
		{`{oneOf: [` + b + `, ` + a + `]}`, "/both", "both of B"},
		{`{anyOf: [` + b + `], oneOf: [` + a + `]}`, "/both", "both of A"},
		{`{oneOf: [` + b + `, ` + a + `]}`, "/a", "a of A"},
		{`{oneOf: [` + a + `, ` + b + `]}`, "/c", "more of B"},
		{`{anyOf: [{oneOf: [` + a + `]}, {type: "null"}]}`, "/a", "a of A"},
		{`{properties: {both: {title: own}}, oneOf: [` + a + `]}`, "/both", "own"},
		{`{additionalProperties: {title: more}, oneOf: [` + a + `]}`, "/a", "a of A"},
		{`{additionalProperties: {title: more}, oneOf: [` + b + `]}`, "/c", "more"},
		// lists
		{`{items: {title: item}}`, "/0", "item"},
		{`{items: {title: item}}`, "/99", "item"},
		{`{items: {title: item}}`, "/01", ""},
		{`{items: {title: item}}`, "/-", ""},
		{`{items: {title: item}}`, "/99999999999999999999", ""},
		{`{prefixItems: [{title: first}], items: {title: rest}}`, "/0", "first"},
		{`{prefixItems: [{title: first}], items: {title: rest}}`, "/1", "rest"},
		{`{prefixItems: [{title: first}]}`, "/1", ""},
		{`{oneOf: [{type: string}, {type: array, items: {title: item}}]}`, "/3", "item"},
		{`{anyOf: [{prefixItems: [{title: first}]}, {items: {title: item}}]}`, "/0", "first"},
		{`{anyOf: [{prefixItems: [{title: first}]}, {items: {title: item}}]}`, "/1", "item"},
		// recursion
		{`{$ref: '#/components/schemas/Tree'}`, "/children/0/children/5", "Tree"},
		{`{$ref: '#/components/schemas/Nested'}`, "/0/0/a", "a of A"},
		{`{$ref: '#/components/schemas/Nested'}`, "/0/0/c", ""},
	} {
		title := ""
		if s := walkSchema(t, tt.schema).At(tt.pointer); s != nil {
			title = s.Title
		}
		if title != tt.want {
			t.Errorf("%s at %q: %q, want %q", tt.schema, tt.pointer, title, tt.want)
		}
	}
}

// TestCovers: a member is provided for where it is declared, in an alternative too, or left open.
func TestCovers(t *testing.T) {
	t.Parallel()
	const a, b = "{$ref: '#/components/schemas/A'}", "{$ref: '#/components/schemas/B'}"
	for _, tt := range []struct {
		schema, name string
		want         bool
	}{
		{a, "a", true},
		{a, "b", false},
		{`{properties: {a: {}}, additionalProperties: true}`, "b", true},
		{`{properties: {a: {}}, additionalProperties: {type: integer}}`, "b", true},
		{`{properties: {a: {}}, additionalProperties: false}`, "b", false},
		{`{type: object}`, "b", true},
		{`{type: object, additionalProperties: false}`, "b", false},
		{`{allOf: [` + a + `, {properties: {b: {}}}]}`, "b", true},
		{`{oneOf: [` + a + `, {properties: {b: {}}}]}`, "b", true},
		{`{oneOf: [` + a + `, {properties: {b: {}}}]}`, "c", false},
		{`{oneOf: [` + a + `, ` + b + `]}`, "c", true},
		{`{properties: {a: {}}, anyOf: [{properties: {b: {}}}]}`, "b", true},
		{`{properties: {a: {}}, anyOf: [{type: object}]}`, "b", false},
		{`{$ref: '#/components/schemas/Nested'}`, "b", false},
	} {
		if got := walkSchema(t, tt.schema).Covers(tt.name); got != tt.want {
			t.Errorf("%s covers %s: %v, want %v", tt.schema, tt.name, got, tt.want)
		}
	}
}

// TestWalkersOfNothing: a nil schema says nothing, and so forbids nothing.
func TestWalkersOfNothing(t *testing.T) {
	t.Parallel()
	var none *openapi.Schema
	if none.Member("a") != nil || none.Item(0) != nil || none.At("/a/0") != nil || none.At("") != nil {
		t.Error("a nil schema has schemas inside")
	}
	if !none.Covers("a") {
		t.Error("a nil schema leaves no room for a member")
	}
	if variants := slices.Collect(none.Variants()); len(variants) > 0 {
		t.Error("a nil schema has variants")
	}
	if list := walkSchema(t, `{items: {title: item}}`); list.Item(-1) != nil {
		t.Error("there is an item before the first")
	}
}

// TestVariants: alternatives of alternatives are among them, depth first.
func TestVariants(t *testing.T) {
	t.Parallel()
	s := walkSchema(t, `{title: W, anyOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/Nested'}],
        oneOf: [{title: X, anyOf: [{title: Y}]}]}`)
	var titles []string
	for variant := range s.Variants() {
		titles = append(titles, variant.Title)
	}
	if want := []string{"W", "X", "Y", "A", "Nested", "A", ""}; !slices.Equal(titles, want) {
		t.Errorf("%q, want %q", titles, want)
	}
}

// TestDefaultResource: the collection that most can be done with is meant, of those whose items
// have a schema and belong to nothing; else the first.
func TestDefaultResource(t *testing.T) {
	t.Parallel()
	if r := openapi.Agent().DefaultResource(); r == nil || r.Name != "agents" {
		t.Errorf("of the agent document: %v", r)
	}
	const item = "{$ref: '#/components/schemas/Item'}"
	for _, c := range []struct {
		what, want string
		lines      []string
	}{
		{"neither what belongs to something nor what has no items", "m", []string{"GET /a {type: array}", "POST /a",
			"POST /b/{bId}/c " + item, "GET /b/{bId}/c/{cId} " + item, "POST /z " + item, "GET /z/{zId} " + item,
			"POST /m " + item, "GET /m/{mId} " + item, "GET /agents {type: array}"}},
		{"no name counts for more than another", "accounts", []string{"POST /agents " + item,
			"GET /agents/{agentId} " + item, "POST /accounts " + item, "GET /accounts/{accountId} " + item}},
		{"what can be created counts for more than what can be listed", "stays", []string{
			"GET /rooms {type: array, items: " + item + "}", "GET /rooms/{id} " + item, "DELETE /rooms/{id}",
			"POST /stays " + item, "GET /stays/{id} " + item}},
		{"what is only changed is better than nothing", "rooms", []string{"PATCH /rooms/{id} " + item}},
	} {
		if r := load(t, crud(c.lines...)).DefaultResource(); r == nil || r.Name != c.want {
			t.Errorf("%s: %+v, want %s", c.what, r, c.want)
		}
	}
	none := load(t, schemaDocument("3.1.0", "    A: {type: object}\n"))
	if r := none.DefaultResource(); r != nil {
		t.Errorf("of a document without collections: %s", r.Name)
	}
}

// TestAlternativesInCircles: a schema that is its own alternative allows any value there.
func TestAlternativesInCircles(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Parse("api.yaml", []byte(schemaDocument("3.1.0", `
    Loop: {oneOf: [{$ref: '#/components/schemas/Loop'}, {type: string}]}
    Holder: {properties: {loop: {$ref: '#/components/schemas/Loop'}}}
`)))
	if got := faultsOf(t, doc, err); err != nil || !strings.Contains(got, "/Loop/oneOf/0/$ref") ||
		!strings.Contains(got, "in a circle") {
		t.Errorf("%v %s", err, got)
	}
}
