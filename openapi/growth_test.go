package openapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// chained returns the schemas of a document in which each extends the next.
func chained(links int) string {
	var out strings.Builder
	for i := range links {
		fmt.Fprintf(&out, "    S%d: {allOf: [{$ref: '#/components/schemas/S%d'}], "+
			"properties: {p%d: {type: string}}}\n", i, i+1, i)
	}
	fmt.Fprintf(&out, "    S%d: {type: object}\n", links)
	return out.String()
}

// meshed returns the schemas of a document of which each may have all others, and a collection of them.
func meshed(schemas int) string {
	var out strings.Builder
	for i := range schemas {
		fmt.Fprintf(&out, "    S%d:\n      type: object\n      properties:\n        name: {type: string}\n", i)
		for j := range schemas {
			fmt.Fprintf(&out, "        s%d: {$ref: '#/components/schemas/S%d'}\n", j, j)
		}
	}
	return strings.Replace(schemaDocument("3.1.0", out.String()), "paths:\n", `paths:
  /things:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/S0'}}}}
      responses: {201: {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/S1'}}}}}
  /things/{thingId}:
    parameters: [{name: thingId, in: path, required: true, schema: {type: string}}]
    get:
      responses: {200: {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/S1'}}}}}
`, 1)
}

// TestLongChains: a chain of schemas that extend each other is cut where it has become very long, with a
// warning that says where; a shorter one is not.
func TestLongChains(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	if found := load(t, schemaDocument("3.1.0", chained(100))).Warnings(); len(found) > 0 {
		t.Errorf("a chain of 100: %v", found)
	}
	doc := load(t, schemaDocument("3.1.0", chained(1000)))
	found := doc.Warnings()
	if len(found) == 0 || len(found) > 10 {
		t.Fatalf("%d warnings", len(found))
	}
	for _, p := range found {
		if p.Position.Line == 0 || !strings.Contains(p.Message, "begins a chain of more than 300 schemas") {
			t.Errorf("%v", p)
		}
	}
	for _, s := range doc.Schemas {
		if n := len(s.Properties); n > 300 {
			t.Fatalf("%s has %d properties", s.Name, n)
		}
	}
}

// TestLoadWorkOfSchemas: twice the schemas are not more than about twice the work for chains, and not
// more than about eight times for those that all refer to each other: there are four times as many
// references, to schemas that have twice as many members.
func TestLoadWorkOfSchemas(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	for _, c := range []struct {
		name  string
		text  func(n int) string
		n     int
		times float64
	}{
		{"a chain", func(n int) string { return schemaDocument("3.1.0", chained(n)) }, 500, 2.4},
		{"all refer to all", meshed, 20, 8},
	} {
		work := func(n int) float64 {
			text := []byte(c.text(n))
			return testing.AllocsPerRun(1, func() {
				if _, err := openapi.Parse("s.yaml", text); err != nil {
					t.Fatal(err)
				}
			})
		}
		if once, twice := work(c.n), work(2*c.n); twice > c.times*once {
			t.Errorf("%s: %.0f allocations for %d schemas, %.0f for twice as many", c.name, once, c.n, twice)
		}
	}
}

// BenchmarkLoadSizes shows how loading grows with the number of schemas.
func BenchmarkLoadSizes(b *testing.B) {
	for _, c := range []struct {
		name  string
		text  func(n int) string
		sizes []int
	}{
		{"chain", func(n int) string { return schemaDocument("3.1.0", chained(n)) }, []int{250, 500, 1000, 2000}},
		{"mesh", meshed, []int{10, 20, 40, 80}},
	} {
		for _, n := range c.sizes {
			b.Run(fmt.Sprintf("%s=%d", c.name, n), func(b *testing.B) {
				text := []byte(c.text(n))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := openapi.Parse("s.yaml", text); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// TestLongPointers: a pointer of megabytes is cut wherever it is said.
func TestLongPointers(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("k", 2<<20)
	doc := load(t, schemaDocument("3.1.0", "    Map: {type: object, additionalProperties: {type: string}}\n"))
	found := doc.Schemas[0].Validate(jsonvalue.ObjectOf(long, json.Number("1")), openapi.RequestView)
	_, twice := openapi.ReadJSON([]byte(`{"` + long + `": {"a": 1, "a": 2}}`))
	for _, v := range append(found, *twice) {
		if text := asJSON(t, v); len(text) > 2000 || strings.Count(v.Message, "/k") != 1 {
			t.Errorf("%d bytes: %.300s", len(text), text)
		}
	}
	problem := openapi.Problem{Pointer: "/" + long, Message: "wrong"}
	if text := problem.String(); len(text) > 1000 || !strings.HasSuffix(text, "…: wrong") {
		t.Errorf("%d bytes", len(text))
	}
}
