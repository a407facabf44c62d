package sample

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// beside are the schemas to which those of the table refer.
var beside = []string{
	`Leaf: {type: object, required: [value], properties: {value: {type: number}}}`,
	`Tree: {oneOf: [{$ref: '#/components/schemas/Leaf'}, {type: object, required: [left, right], properties: {left: {$ref: '#/components/schemas/Tree'}, right: {$ref: '#/components/schemas/Tree'}}, additionalProperties: false}]}`,
	`Shape: {oneOf: [{$ref: '#/components/schemas/Circle'}, {$ref: '#/components/schemas/Square'}], discriminator: {propertyName: form, mapping: {round: '#/components/schemas/Circle', ball: '#/components/schemas/Circle', box: Square}}}`,
	`Circle: {type: object, required: [form, radius], properties: {form: {type: string}, radius: {type: number, exclusiveMinimum: 0}}}`,
	`Square: {type: object, required: [form, side], properties: {form: {type: string}, side: {type: number, exclusiveMinimum: 0}}}`,
	`Craft: {type: object, required: [kind], properties: {kind: {type: string}}, discriminator: {propertyName: kind, mapping: {paddled: '#/components/schemas/Canoe'}}}`,
	`Canoe: {allOf: [{$ref: '#/components/schemas/Craft'}, {type: object, required: [seats], properties: {seats: {type: integer, minimum: 1, maximum: 3}}}]}`,
	`Raft: {allOf: [{$ref: '#/components/schemas/Craft'}, {type: object, required: [logs], properties: {logs: {type: integer, minimum: 6}}}]}`,
	`Expr: {oneOf: [{$ref: '#/components/schemas/Sum'}, {$ref: '#/components/schemas/Num'}], discriminator: {propertyName: op}}`,
	`Sum: {type: object, required: [op, terms], properties: {op: {const: Sum}, terms: {type: array, minItems: 2, items: {$ref: '#/components/schemas/Expr'}}}}`,
	`Num: {type: object, required: [op, n], properties: {op: {const: Num}, n: {type: integer}}}`,
	`Chain: {type: object, required: [name], properties: {name: {type: string}, next: {$ref: '#/components/schemas/Chain'}, others: {type: array, items: {$ref: '#/components/schemas/Chain'}}}}`,
}

// TestEverySchemaOfTheTable: whatever the keywords and however deep, each way to make a value makes
// a valid one, soon, in both views.
func TestEverySchemaOfTheTable(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/schemas.txt")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for text := range strings.Lines(string(data)) {
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, "#") {
			continue
		}
		count++
		failed := false
		s := schema(t, text, beside...)
		began := time.Now()
		for _, view := range []openapi.View{openapi.RequestView, openapi.ResponseView} {
			check := func(way string, v any, err error) {
				if err != nil && !failed {
					t.Errorf("%s, %s, view %d: %v", text, way, view, err)
					failed = true
				} else if bad := s.Validate(v, view); err == nil && len(bad) > 0 && !failed {
					t.Errorf("%s, %s, view %d: %s: %v", text, way, view, jsonvalue.Marshal(v), bad[0])
					failed = true
				}
			}
			for way, g := range map[string]*Generator{"believable": New(view, Believable), "lean": New(view, Lean)} {
				for i := range uint64(8) {
					v, err := g.Value(s, "value", deal.NewKey(i))
					check(way, v, err)
				}
			}
			d := NewDocumented(view, nil)
			for _, extent := range []Extent{Smallest, Shown, Complete} {
				v, err := d.Value(Place{Schema: s}, extent)
				check([]string{"smallest", "shown", "complete"}[extent], v, err)
				for _, v := range d.Values(Place{Schema: s}, extent) {
					check("values", v, nil)
				}
			}
		}
		if took := time.Since(began); testing.Verbose() && took > time.Second {
			t.Logf("%s took %v", text, took)
		}
	}
	if count < 120 {
		t.Errorf("%d schemas, want at least 120", count)
	}
}

// TestDiscriminators: the member that a discriminator names says which schema the value follows, with
// alternatives and with schemas that extend another; by the mapping, and by name where it says nothing.
func TestDiscriminators(t *testing.T) {
	t.Parallel()
	for text, allowed := range map[string][]string{
		`{$ref: '#/components/schemas/Shape'}`: {"round radius", "ball radius", "box side"},
		`{$ref: '#/components/schemas/Craft'}`: {"paddled seats", "Raft logs"},
		`{$ref: '#/components/schemas/Raft'}`:  {"Raft logs"},
		`{$ref: '#/components/schemas/Canoe'}`: {"paddled seats"},
	} {
		s := schema(t, text, beside...)
		for seed := range uint64(6) {
			generated, err := New(openapi.ResponseView, Believable).Value(s, "", deal.NewKey(seed))
			if err != nil {
				t.Fatal(err)
			}
			values := append(NewDocumented(openapi.ResponseView, nil).Values(Place{Schema: s}, Smallest), generated)
			for _, v := range values {
				o := v.(*jsonvalue.Object)
				if got := o.Members[0].Value.(string) + " " + o.Members[1].Name; !slices.Contains(allowed, got) {
					t.Errorf("%s: %s, want one of %q", text, jsonvalue.Marshal(v), allowed)
				}
			}
		}
	}
}

// TestNear: where no value is found, what comes nearest is there with the reason.
func TestNear(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{type: object, required: [name, tide], properties: {name: {const: Ebb}, tide: {type: string, minLength: 9, enum: [low, high]}}}`: `{"name":"Ebb","tide":"low"}`,
		`{type: array, minItems: 1, items: {type: integer, minimum: 4, maximum: 3}}`:                                                      `[0]`,
		`{type: object, required: [up], properties: {up: {$ref: '#/components/schemas/Test'}}}`:                                           `{"up":{"up":{"up":{"up":{"up":{}}}}}}`,
		`{const: 3}`: `3`,
	} {
		v, err := New(openapi.ResponseView, Lean).Near(schema(t, text), "", deal.NewKey(1))
		if got := string(jsonvalue.Marshal(v)); got != want || (err == nil) != (text == "{const: 3}") {
			t.Errorf("%s: %s, want %s (%v)", text, got, want, err)
		}
	}
}
