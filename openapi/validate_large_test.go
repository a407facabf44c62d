package openapi

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestPiecesAgree: validated in pieces or at once, a value gets the same violations.
func TestPiecesAgree(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	s, err := CompileSchema("s.yaml", []byte(`
$defs:
  tree:
    type: object
    required: [a]
    properties:
      a: {type: [integer, array, object, string], maximum: 5, minItems: 1}
      b: {$ref: '#/$defs/tree'}
      c/~%: {type: array, uniqueItems: true, prefixItems: [{type: string}], items: {$ref: '#/$defs/tree'}}
      d: {allOf: [{type: object, additionalProperties: {type: integer}}, {required: [a]}]}
      e: {unevaluatedProperties: false, allOf: [{properties: {a: {}}}]}
      f: {oneOf: [{$ref: '#/$defs/tree'}, {type: array, items: {type: integer}}]}
      g: {type: object, patternProperties: {'^a': {type: string}}, additionalProperties: {type: integer}}
    additionalProperties: false
$ref: '#/$defs/tree'
`))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	var value func(depth int) any
	value = func(depth int) any {
		switch n := random.IntN(7); {
		case n < 2 || depth == 0:
			return json.Number([]string{"1", "2", "7", "1.5"}[random.IntN(4)])
		case n == 2:
			return "x"
		case n == 3:
			list := make([]any, random.IntN(4))
			for i := range list {
				list[i] = value(depth - 1)
			}
			return list
		}
		o := &jsonvalue.Object{}
		for range random.IntN(5) {
			o.Set([]string{"a", "b", "c/~%", "d", "e", "f", "g", "h"}[random.IntN(8)], value(depth-1))
		}
		return o
	}
	bad := 0
	for range 3000 {
		v := value(5)
		compiled := s.compiledFor(RequestView)
		if compiled.err != nil {
			t.Fatal(compiled.err)
		}
		var said [2]string
		for i, large := range []int{1, 1 << 30} {
			e := &explainer{doc: s.doc, view: RequestView, value: v}
			p := &pieces{explainer: e, large: large}
			p.validate(compiled.library, plain(v), "")
			if p.failed != nil {
				t.Fatal(p.failed)
			}
			for _, err := range p.kept {
				for _, f := range e.failures(err, nil) {
					e.put(f)
				}
			}
			list, _ := json.Marshal(capped(e.list, 0))
			said[i] = string(list)
		}
		if said[0] != said[1] {
			t.Fatalf("%s\nin pieces %s\nat once   %s", jsonvalue.Marshal(v), said[0], said[1])
		}
		if said[0] != "null" {
			bad++
		}
	}
	if bad < 1000 || bad > 2990 {
		t.Errorf("%d of 3000 values were wrong; the test says little", bad)
	}
}

// TestLongEnum: a violation does not repeat a list of any length.
func TestLongEnum(t *testing.T) {
	t.Parallel()
	var stamps strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&stamps, "stamp-%d, ", i)
	}
	s, err := CompileSchema("stamps.yaml", []byte("enum: ["+stamps.String()+"]"))
	if err != nil {
		t.Fatal(err)
	}
	found := s.Validate("stmap-7", ResponseView)
	if len(found) != 1 || !strings.Contains(found[0].Message, `"stamp-99", … (4900 more); did you mean "stamp-7"?`) ||
		len(found[0].Expected.([]any)) != maxAllowed {
		t.Errorf("got %.2000v", found)
	}
}
