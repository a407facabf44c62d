package openapi_test

import (
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestItemsInEnvelopes: the item in an envelope is the property with an identity.
func TestItemsInEnvelopes(t *testing.T) {
	t.Parallel()
	for response, identity := range map[string]string{
		"{type: object, properties: {data: {$ref: '#/components/schemas/Van'}, trace: {type: string}}}": "plate",
		"{type: object, properties: {id: {type: string}, van: {$ref: '#/components/schemas/Van'}}}":     "id",
		"{type: object, properties: {one: {$ref: '#/components/schemas/Van'}, " +
			"two: {$ref: '#/components/schemas/Van'}}}": "id",
		"{type: object, properties: {data: {type: object, properties: {other: {type: string}}}}}": "id",
		"{$ref: '#/components/schemas/Van'}":                                                      "plate",
	} {
		doc, err := openapi.Parse("vans.yaml", []byte(`
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /vans/{plate}:
    parameters: [{name: plate, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: x, content: {application/json: {schema: `+response+`}}}}}
    delete: {responses: {'204': {description: x}}}
components: {schemas: {Van: {type: object, properties: {plate: {type: string}, load: {type: integer}}}}}
`))
		if err != nil {
			t.Fatal(err)
		}
		if got := doc.Resources[0].Identity; got != identity {
			t.Errorf("%s: identity %q, want %q", response, got, identity)
		}
		read := doc.Resources[0].Read
		if wantWrapper := strings.Contains(response, "data: {$ref"); (read.Wrapper == "/data") != wantWrapper {
			t.Errorf("%s: wrapper %q", response, read.Wrapper)
		}
		van := jsonvalue.ObjectOf("plate", "B-7")
		for _, body := range []any{van, jsonvalue.ObjectOf("data", van), nil, "text"} {
			want := body
			if read.Wrapper != "" {
				want, _ = jsonvalue.Lookup(body, "/data")
			}
			if got := read.Unwrap(body); !jsonvalue.Equal(got, want) {
				t.Errorf("%s: %v unwrapped is %v, want %v", response, body, got, want)
			}
		}
	}
}
