package openapi_test

import (
	"encoding/json"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func TestIdentityText(t *testing.T) {
	t.Parallel()
	resource := load(t, crud("GET /items/{id} {$ref: '#/components/schemas/Item'}", "DELETE /items/{id}")).Resources[0]
	for _, c := range []struct {
		item any
		want string
	}{
		{jsonvalue.ObjectOf("id", "a/b"), "a/b"}, {jsonvalue.ObjectOf("id", json.Number("70")), "70"},
		{jsonvalue.ObjectOf("id", nil), ""}, {jsonvalue.ObjectOf("id", true), ""}, {jsonvalue.ObjectOf("ID", "x"), ""},
		{[]any{jsonvalue.ObjectOf("id", "x")}, ""}, {nil, ""},
	} {
		if got := resource.IdentityText(c.item); got != c.want {
			t.Errorf("%s: %q, want %q", jsonvalue.Marshal(c.item), got, c.want)
		}
	}
}

func TestIdentityIn(t *testing.T) {
	t.Parallel()
	doc := load(t, crud("GET /v1/shops/{shop}/items/{id} {$ref: '#/components/schemas/Item'}",
		"DELETE /v1/shops/{shop}/items/{id}"))
	for location, want := range map[string]string{
		"/v1/shops/s/items/7":                       "7",
		"/v1/shops/s/items/7/":                      "7",
		"/v1/shops/s/items/a%2Fb%20c?fresh=1#x":     "a/b c",
		"https://shop.example/v1/shops/s/items/7":   "7",
		"https://shop.example/eu/v1/shops/s/items/": "",
		"/base/path/v1/shops/s/items/7":             "7",
		"7":                                         "7",
		"items/7":                                   "7",
		"goods/7":                                   "",
		"/items/7":                                  "",
		"/v1/shops/s/orders/7":                      "",
		"":                                          "",
		"https://shop.example":                      "",
		"%zz":                                       "",
	} {
		if got := doc.Resources[0].IdentityIn(location); got != want {
			t.Errorf("%s: %q, want %q", location, got, want)
		}
	}
}

// TestIdentityInShort: a Location may leave out the start of the path, which names nothing.
func TestIdentityInShort(t *testing.T) {
	t.Parallel()
	doc := load(t, crud("GET /eu/v1/items/{id} {$ref: '#/components/schemas/Item'}", "DELETE /eu/v1/items/{id}"))
	for location, want := range map[string]string{
		"/items/7": "7", "/v1/items/7": "7", "https://shop.example/items/7": "7", "/7": "", "/goods/7": "",
	} {
		if got := doc.Resources[0].IdentityIn(location); got != want {
			t.Errorf("%s: %q, want %q", location, got, want)
		}
	}
}

// TestIdentitySchemas: an identity meets what its property says and what the paths say.
func TestIdentitySchemas(t *testing.T) {
	t.Parallel()
	list := load(t, head+`paths:
  /items/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}]
    get: {responses: {'200': {description: x, content: {application/json: {schema: {
      properties: {id: {type: string, maxLength: 40}}}}}}}}
    delete: {responses: {'204': {description: x}}}
`).Resources[0].IdentitySchemas()
	if len(list) != 2 || list[0].MaxLength == nil || list[1].Format != "uuid" {
		t.Errorf("got %d schemas: %+v", len(list), list)
	}
}

// TestIdentitiesThatCannotBe: what a property and a path cannot both allow is warned of, and served.
func TestIdentitiesThatCannotBe(t *testing.T) {
	t.Parallel()
	for schemas, want := range map[[2]string]bool{
		{"{type: integer}", "{type: string, format: uuid}"}:                true,
		{"{type: string, format: uuid}", "{type: integer}"}:                true,
		{"{type: string, minLength: 9}", "{type: string, maxLength: 8}"}:   true,
		{"{type: string, minLength: 8}", "{type: string, maxLength: 8}"}:   false,
		{"{type: integer}", "{type: string}"}:                              false,
		{"{type: string}", "{type: string, format: uuid}"}:                 false,
		{"{type: [integer, string]}", "{type: string, format: date-time}"}: false,
	} {
		doc := load(t, head+`paths:
  /items/{id}:
    parameters: [{name: id, in: path, required: true, schema: `+schemas[1]+`}]
    get: {responses: {'200': {description: x, content: {application/json: {schema: {
      properties: {id: `+schemas[0]+`}}}}}}}
    delete: {responses: {'204': {description: x}}}
`)
		if warnings := doc.Warnings(); (len(warnings) == 1) != want {
			t.Errorf("%s: %v, want one: %v", schemas, warnings, want)
		}
	}
}
