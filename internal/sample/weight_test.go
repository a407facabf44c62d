package sample_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// large returns the schema Large of a document, and that document's others.
func large(t testing.TB, schema, others string) *openapi.Schema {
	t.Helper()
	doc, err := openapi.Parse("large.yaml", []byte("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"+
		"components:\n  schemas:\n    Large: "+schema+"\n"+others))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Schemas[0]
}

// TestLargeValues: of a schema that demands more than can be made no value is made, and the error says
// so with the line; an optional member of such a schema is left out.
func TestLargeValues(t *testing.T) {
	t.Parallel()
	twice := func(levels int) string {
		var out strings.Builder
		for i := range levels {
			fmt.Fprintf(&out, "    S%d: {type: object, required: [a, b], properties: "+
				"{a: {$ref: '#/components/schemas/S%d'}, b: {$ref: '#/components/schemas/S%d'}}}\n", i, i+1, i+1)
		}
		return out.String() + fmt.Sprintf("    S%d: {type: string}\n", levels)
	}
	for _, c := range []struct{ name, schema, others, says string }{
		{"items", "{type: array, items: {type: string}, minItems: 1000000000}", "", "minItems"},
		{"items of items", "{type: array, minItems: 1000, items: {type: array, minItems: 1000, items: {}}}", "",
			"too large to be made"},
		{"long items", "{type: array, minItems: 5000, items: {type: string, minLength: 1000000}}", "", "too large"},
		{"characters", "{type: string, minLength: 1000000000}", "", "minLength"},
		{"characters beyond any number", "{type: string, minLength: 1000000000000000000}", "", "minLength"},
		{"members", "{type: object, additionalProperties: {type: string}, minProperties: 1000000000}", "",
			"minProperties"},
		{"alternatives", "{oneOf: [{type: string, minLength: 1000000000}, {type: string, minLength: 2000000000}]}",
			"", "too large"},
		{"twice, and twice again", "{$ref: '#/components/schemas/S0'}", twice(30), "too large to be made"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := large(t, c.schema, c.others)
			_, lean := sample.New(openapi.RequestView, sample.Lean).Value(s, "", deal.NewKey(1))
			_, full := sample.New(openapi.ResponseView, sample.Believable).Value(s, "", deal.NewKey(1))
			_, shown := sample.NewDocumented(openapi.RequestView, nil).Value(sample.Place{Schema: s}, sample.Complete)
			for _, err := range []error{lean, full, shown} {
				var impossible *sample.Impossible
				found := errors.As(err, &impossible) && impossible.Position.Line > 0
				if !found || !strings.Contains(err.Error(), c.says) {
					t.Errorf("%v", err)
				}
			}
			optional := large(t, "{type: object, properties: {x: "+c.schema+", y: {type: string}}}", c.others)
			v, err := sample.New(openapi.RequestView, sample.Believable).Value(optional, "", deal.NewKey(1))
			if o, _ := v.(*jsonvalue.Object); err != nil || len(o.Members) != 1 {
				t.Errorf("optional: %.100v, %v", v, err)
			}
		})
	}
}

// TestSchemasThatReferToEachOther: optional members are filled in down to a level that leaves the value
// small.
func TestSchemasThatReferToEachOther(t *testing.T) {
	t.Parallel()
	v, err := sample.NewDocumented(openapi.RequestView, nil).Value(sample.Place{Schema: meshed(t, 20)}, sample.Complete)
	if size := len(jsonvalue.Marshal(v)); err != nil || size > 100_000 || size < 200 {
		t.Errorf("%d bytes, %v", size, err)
	}
}

// meshed returns one of some schemas that all refer to each other.
func meshed(t testing.TB, n int) *openapi.Schema {
	var others strings.Builder
	properties := "name: {type: string}"
	for i := range n {
		properties += fmt.Sprintf(", s%d: {$ref: '#/components/schemas/S%d'}", i, i)
	}
	for i := range n {
		fmt.Fprintf(&others, "    S%d: {type: object, properties: {%s}}\n", i, properties)
	}
	return large(t, "{type: object, properties: {"+properties+"}}", others.String())
}

// BenchmarkDocumentedSizes shows how making all of a value grows with the number of schemas that all
// refer to each other.
func BenchmarkDocumentedSizes(b *testing.B) {
	for _, n := range []int{2, 4, 8, 16, 32} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := meshed(b, n)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := sample.NewDocumented(openapi.RequestView, nil).Value(sample.Place{Schema: s},
					sample.Complete); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
