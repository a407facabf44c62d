package coverage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract/coverage"
	"github.com/agentmock/agentmock/openapi"
)

// TestBounds: of a body with thousands of places, some are told apart, the shallow ones first, and the others
// are counted.
func TestBounds(t *testing.T) {
	t.Parallel()
	var members strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&members, "                wide%d: {type: object, properties: {deep: {type: string}}}\n", i)
	}
	doc, err := openapi.Parse("wide.yaml", []byte(`openapi: 3.1.0
info: {title: Wide, version: "1"}
paths:
  /wide:
    post:
      operationId: widen
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
`+members.String()+`      responses: {"204": {description: Done.}}
`))
	if err != nil {
		t.Fatal(err)
	}
	m := coverage.NewMeter(doc, nil)
	m.Exchange(exchange(t, doc, "widen", "", `{"wide0": {"deep": "a"}, "wide2999": {"deep": "a"}}`, 204, ""))
	c := m.Coverage()
	if n := len(c.Elements); n > 2000 || n < 500 || c.Omitted < 2000 {
		t.Errorf("%d elements, %d omitted", n, c.Omitted)
	}
	if got := strings.Join(hit(c, true), "\n"); !strings.Contains(got, "body /wide0 sent-valid") ||
		strings.Contains(got, "deep") || strings.Contains(got, "wide2999") {
		t.Errorf("exercised is\n%.200s", got)
	}
}

func BenchmarkExchange(b *testing.B) {
	doc := document(b)
	m := coverage.NewMeter(doc, nil)
	x := exchange(b, doc, "createTree", "", `{"name": "a", "age": 3, "labels": {"x": "y"}}`, 201,
		`{"id": "1", "name": "a", "age": 3, "labels": {"x": "y"}}`)
	b.ReportAllocs()
	for b.Loop() {
		m.Exchange(x)
	}
}
