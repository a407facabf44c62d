package openapi_test

import (
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// TestNamedSchemas covers the names that schemas give themselves in OpenAPI 3.1.
func TestNamedSchemas(t *testing.T) {
	t.Parallel()
	doc := load(t, schemaDocument("3.1.0", `    Crate:
      $id: https://crates.test/schemas/crate
      type: object
      properties:
        lid: {$ref: '#/$defs/lid'}
        label: {$ref: '#label'}
        inner: {$ref: crate}
        whole: {$ref: '#/components/schemas/Plain'}
      $defs:
        lid: {type: boolean}
        label: {$anchor: label, type: string, maxLength: 3}
    Plain: {type: integer}
    Stack: {type: array, items: {$ref: 'https://crates.test/schemas/crate'}}
    Lid: {$ref: 'https://crates.test/schemas/crate#/$defs/lid'}
    Label: {$ref: 'https://crates.test/schemas/crate#label'}
    Named: {$anchor: named, type: 'null'}
    ByName: {$ref: '#named'}
    Tree: {$dynamicAnchor: node, type: object, properties: {kids: {type: array, items: {$dynamicRef: '#node'}}, n: {type: integer}}}
    Page:
      $id: page
      type: object
      required: [rows]
      properties: {rows: {type: array, items: {$dynamicRef: '#row'}}}
      $defs: {row: {$dynamicAnchor: row, not: {}}}
    Ships:
      $id: ships
      $ref: page
      $defs: {row: {$dynamicAnchor: row, type: object, required: [draught]}}
    Planes:
      $id: planes
      $ref: page
      $defs: {row: {$dynamicAnchor: row, type: integer}}
`))
	if problems := doc.Check(); len(problems) > 0 {
		t.Error(problems)
	}
	for _, c := range []struct{ schema, text, want string }{
		{"Crate", `{"lid": true, "label": "abc", "inner": {"lid": false}, "whole": 1}`, ""},
		{"Crate", `{"lid": 1, "label": "abcd", "inner": {"lid": 0}, "whole": "x"}`,
			"type /inner/lid, max-length /label, type /lid, type /whole"},
		{"Stack", `[{"lid": "no"}]`, "type /0/lid"}, {"Lid", `1`, "type "}, {"Label", `"long"`, "max-length "},
		{"ByName", `1`, "type "}, {"ByName", `null`, ""},
		{"Tree", `{"kids": [{"kids": [{"n": "x"}]}]}`, "type /kids/0/kids/0/n"},
		{"Page", `{"rows": [1]}`, "not /rows/0"}, {"Page", `{"rows": []}`, ""},
		{"Ships", `{"rows": [{"draught": 1}]}`, ""}, {"Ships", `{"rows": [{}]}`, "required /rows/0/draught"},
		{"Ships", `{}`, "required /rows"}, {"Planes", `{"rows": [1]}`, ""}, {"Planes", `{"rows": [{}]}`, "type /rows/0"},
	} {
		if got := validated(t, doc.Schema(c.schema), c.text, openapi.RequestView); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.schema, c.text, got, c.want)
		}
	}
	if s := doc.Schema("Ships").Property("rows"); s == nil || s.Schema.Items.Types[0] != "object" {
		t.Errorf("%+v", s)
	}
}
