package sample_test

import (
	"fmt"
	"testing"

	"github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestIdentities: what is made for an item meets its property and the paths that name it.
func TestIdentities(t *testing.T) {
	t.Parallel()
	hex := func() any { return "65f0c2a7e9b1d4833a7f0c21" }
	uuid := func() any { return "0b9f1c4e-6a52-4d0e-9c6f-2f4f5f1f7a10" }
	for _, c := range []struct {
		property, parameter string
		want                string // a value that is the first; "" for any that fits
		impossible          bool
	}{
		{property: "{type: string}", parameter: "{type: string}", want: `"65f0c2a7e9b1d4833a7f0c21"`},
		{property: "{type: string}", parameter: "{type: string, format: uuid}",
			want: `"0b9f1c4e-6a52-4d0e-9c6f-2f4f5f1f7a10"`},
		{property: "{type: string}", parameter: "{type: integer}", want: `"1"`},
		{property: "{type: integer}", parameter: "{type: string}", want: "1"},
		{property: "{type: integer, minimum: 500}", parameter: "{type: integer, maximum: 999}", want: "500"},
		{property: "{type: number, exclusiveMinimum: 6}", parameter: "{}", want: "7"},
		{property: "{type: string}", parameter: "{type: string, pattern: '^kiln_[a-z]{6}$'}"},
		{property: "{type: string, pattern: '^[A-Z]{3}-[0-9]{4}$'}",
			parameter: "{type: string, pattern: '^[A-Z0-9-]+$'}"},
		{property: "{type: string, minLength: 40}", parameter: "{type: string, maxLength: 60}"},
		{property: "{type: string, enum: [raku, celadon]}", parameter: "{type: string}"},
		{property: "{type: string}", parameter: "{type: string, enum: [raku, celadon]}"},
		{property: "{type: integer}", parameter: "{type: string, pattern: '^[0-9]{5}$'}"},
		{property: "{type: integer}", parameter: "{type: string, format: uuid}", impossible: true},
		{property: "{type: string, maxLength: 3}", parameter: "{type: string, minLength: 5}", impossible: true},
	} {
		kilns := kilnsWith(t, c.property, c.parameter)
		identities := sample.NewIdentities(kilns)
		for n := range int64(20) {
			value, ok := identities.Value(deal.NewKey(3).With(uint64(n)), n+1, hex, uuid)
			if ok == c.impossible || ok != kilns.TakesIdentity(value) {
				t.Errorf("%s in %s: %v, %v", c.property, c.parameter, value, ok)
			}
			if got := string(jsonvalue.Marshal(value)); n == 0 && c.want != "" && got != c.want {
				t.Errorf("%s in %s: %s, want %s", c.property, c.parameter, got, c.want)
			}
			if found := kilns.Schema.Property("id").Schema.Validate(value, openapi.ResponseView); len(found) > 0 {
				t.Errorf("%s in %s: %v", c.property, c.parameter, found)
			}
		}
	}
}

// TestIdentitiesThatCannotBe: where no sample fits, few are tried for each identity, which does not depend
// on those before it.
func TestIdentitiesThatCannotBe(t *testing.T) {
	kilns := kilnsWith(t, "{type: string, maxLength: 3}", "{type: string, minLength: 5}")
	of := func(identities *sample.Identities, n uint64) any {
		value, _ := identities.Value(deal.NewKey(3).With(n), int64(n)+1)
		return value
	}
	used := sample.NewIdentities(kilns)
	for n := range uint64(9) {
		if got, want := of(used, n), of(sample.NewIdentities(kilns), n); got != want {
			t.Errorf("identity %d is %v, and %v without those before it", n, got, want)
		}
	}
	first := testing.AllocsPerRun(5, func() { of(sample.NewIdentities(kilns), 1) })
	further := testing.AllocsPerRun(5, func() { of(used, 1) })
	if further > first/10 {
		t.Errorf("%.0f allocations, %.0f for the first identity", further, first)
	}
}

// kilnsWith returns a resource whose identity is in a property and a path parameter with schemas.
func kilnsWith(t *testing.T, property, parameter string) *openapi.Resource {
	t.Helper()
	doc, err := openapi.Parse("kilns.yaml", fmt.Appendf(nil, `
openapi: 3.1.0
info: {title: Kilns, version: '1'}
paths:
  /kilns:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Kiln'}}}}
      responses: {'201': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Kiln'}}}}}
  /kilns/{id}:
    parameters: [{name: id, in: path, required: true, schema: %s}]
    get: {responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Kiln'}}}}}}
components: {schemas: {Kiln: {type: object, properties: {id: %s}}}}
`, parameter, property))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Resources[0]
}
