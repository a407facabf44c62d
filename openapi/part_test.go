package openapi

import (
	"fmt"
	"strings"
	"testing"
)

// TestParts: every rule stays apart, those that Schema merges too, and all keywords that hold schemas
// can be read.
func TestParts(t *testing.T) {
	t.Parallel()
	doc, err := Parse("parts.yaml", []byte(`openapi: 3.1.0
info: {title: Parts, version: "1"}
paths: {/berths: {get: {responses: {'204': {description: none}}}}}
components:
  schemas:
    Berth:
      $ref: '#/components/schemas/Place'
      allOf:
        - {type: object, properties: {name: {pattern: '^B'}}, oneOf: [{required: [a]}, {required: [b]}]}
        - {oneOf: [{required: [c]}, {required: [d]}], minProperties: 3}
      minProperties: 2
      additionalProperties: false
      unevaluatedProperties: {type: integer}
      patternProperties: {'^x-': {type: string}}
      propertyNames: {maxLength: 9}
      dependentRequired: {a: [b, c]}
      dependentSchemas: {d: {required: [e]}}
      not: {required: [f]}
      if: {required: [a]}
      then: {required: [g]}
      else: true
    Place: {type: object, required: [name], properties: {name: {type: string}, depths: {contains: {const: 3}, minContains: 2, items: false}}}
    Vessel: {type: object, discriminator: {propertyName: kind, mapping: {barge: Barge}}}
    Barge: {allOf: [{$ref: '#/components/schemas/Vessel'}, {required: [load]}]}
    Tug: {allOf: [{$ref: '#/components/schemas/Vessel'}]}
    Mooring: {oneOf: [{$ref: '#/components/schemas/Berth'}, {$ref: '#/components/schemas/Place'}], discriminator: {propertyName: form, mapping: {quay: '#/components/schemas/Berth'}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	parts := doc.Schema("Berth").Parts()
	if len(parts) != 4 || parts[0] != doc.Schema("Berth").Parts()[0] {
		t.Fatalf("%d parts, want the schema, what it refers to and two of allOf, the same ones again", len(parts))
	}
	b := parts[0]
	if len(b.OneOf) != 0 || *b.MinProperties != 2 || b.AdditionalMembers.Enum == nil || b.UnevaluatedMembers == nil ||
		b.PatternProperties[0].Name != "^x-" || b.PropertyNames == nil || b.RequiredWith[0].Required[1] != "c" ||
		b.DependentSchemas[0].Name != "d" || b.Not == nil || b.If == nil || b.Then == nil || b.Else == nil {
		t.Errorf("%+v", b)
	}
	if p := parts[1]; p.Required[0] != "name" || p.Property("depths").Schema.Parts()[0].FurtherItems.Enum == nil ||
		*p.Property("depths").Schema.Parts()[0].MinContains != 2 {
		t.Errorf("%+v", p)
	}
	if len(parts[2].OneOf) != 2 || len(parts[3].OneOf) != 2 || *parts[3].MinProperties != 3 {
		t.Error("the alternatives of two parts are not apart")
	}
	if found := b.Else.Validate(1, ResponseView); len(found) > 0 {
		t.Errorf("true: %v", found)
	}
	if found := b.AdditionalMembers.Validate(1, ResponseView); len(found) == 0 {
		t.Error("false allows a value")
	}
	for name, want := range map[string]string{"Vessel": "barge=Barge Tug=Tug", "Mooring": "quay=Berth Place=Place"} {
		var got []string
		for _, branch := range doc.Schema(name).Parts()[0].Discriminator.Branches {
			got = append(got, fmt.Sprintf("%v=%s", branch.Value, branch.Schema.Name))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("the discriminator of %s has %v, want %s", name, got, want)
		}
	}
	if named := doc.Schema("Barge").Named(); len(named) != 2 || named[1].Name != "load" || !named[1].Required {
		t.Errorf("what Barge names is %v, want load, which is required and not declared, behind kind", named)
	}
	if got := (&Schema{}).Parts(); len(got) != 1 || (*Schema)(nil).Parts() != nil {
		t.Error("a schema of no document has itself as a part, none has none")
	}
}
