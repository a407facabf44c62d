package openapi

import (
	"bytes"
	"encoding/json"
	"sync"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Accepts reports whether a value is plainly valid: Validate then finds nothing. Where it is false,
// the value may be valid all the same, and Validate decides. Like that, it accepts everything for a
// nil schema and for one that belongs to no document.
func (s *Schema) Accepts(n jsonvalue.Node, view View) bool {
	if s == nil || s.anything || s.doc == nil {
		return true
	}
	c := s.compiledFor(view)
	return c.err != nil || c.check.of(n) == yes
}

// marshaled is a value that was marshaled to be accepted, and the memory for the next one.
type marshaled struct {
	buffer []byte
	text   jsonvalue.Text
}

var marshaledPool = sync.Pool{New: func() any { return &marshaled{} }}

// largestPooled is the number of bytes of the largest buffer that is kept for another value.
const largestPooled = 1 << 16

// replaced stands in JSON for what is not UTF-8, which schemas see as it is.
var replaced = []byte("\ufffd")

// acceptsValue is Accepts for a value in the forms of package jsonvalue, or JSON text.
func (s *Schema) acceptsValue(value any, view View) bool {
	m := marshaledPool.Get().(*marshaled)
	text, isText := value.(json.RawMessage)
	if !isText {
		m.buffer = jsonvalue.Append(m.buffer[:0], value)
		text = m.buffer
	}
	accepted := m.text.Scan(text, jsonvalue.Limits{}) && s.Accepts(m.text.Root(), view) &&
		(isText || !bytes.Contains(text, replaced))
	if len(text) <= largestPooled {
		m.text.Clear()
		marshaledPool.Put(m)
	}
	return accepted
}

// verdict is what a check says of a value: the least of several that must all hold, the greatest of
// several of which one must, and its negative under a not.
type verdict int8

const (
	no     verdict = -1
	unsure verdict = 0
	yes    verdict = 1
)

// verdictOf returns yes or no.
func verdictOf(valid bool) verdict {
	if valid {
		return yes
	}
	return no
}

// check is a schema of the library as Accepts tries it: on a JSON text, without a report. It knows
// what the schemas of documents consist of; for the rest it is unsure.
type check struct {
	always verdict // of true and false; unsure for any other schema
	made   bool    // by the compiler
	vague  bool    // the schema says something that the check does not know

	types  typeSet
	values []*valueCheck // of enum and const
	text   *textCheck
	number *numberCheck
	object *objectCheck
	array  *arrayCheck

	all                   []*check // $ref and allOf
	any, one              []*check
	not                   *check
	when, then, otherwise *check // if; the others may be nil
}

// of returns what the check says of a value. A nil check is unsure of everything.
func (c *check) of(n jsonvalue.Node) verdict {
	switch {
	case c == nil:
		return unsure
	case c.always != unsure:
		return c.always
	case !c.types.hold(n):
		return no
	}
	v := yes
	if c.vague {
		v = unsure
	}
	for _, values := range c.values {
		v = min(v, values.of(n))
	}
	if v == no {
		return no
	}
	switch n.Type() {
	case "string":
		v = min(v, c.text.of(n))
	case "number":
		v = min(v, c.number.of(n))
	case "object":
		v = min(v, c.object.of(n))
	case "array":
		v = min(v, c.array.of(n))
	}
	for i := 0; i < len(c.all) && v != no; i++ {
		v = min(v, c.all[i].of(n))
	}
	if v == no || !c.composed() {
		return v
	}
	return min(v, c.composition(n))
}

func (c *check) composed() bool {
	return len(c.any)+len(c.one) > 0 || c.not != nil || c.when != nil
}

// composition returns what the schemas say of which not all need to hold.
func (c *check) composition(n jsonvalue.Node) verdict {
	v := yes
	if len(c.any) > 0 {
		best := no
		for i := 0; i < len(c.any) && best != yes; i++ {
			best = max(best, c.any[i].of(n))
		}
		v = best
	}
	if len(c.one) > 0 && v != no {
		v = min(v, c.exactlyOne(n))
	}
	if c.not != nil && v != no {
		v = min(v, -c.not.of(n))
	}
	if c.when != nil && v != no {
		v = min(v, c.condition(n))
	}
	return v
}

func (c *check) exactlyOne(n jsonvalue.Node) verdict {
	sure, maybe := 0, 0
	for i := 0; i < len(c.one) && sure < 2; i++ {
		switch c.one[i].of(n) {
		case yes:
			sure++
		case unsure:
			maybe++
		}
	}
	switch {
	case sure > 1:
		return no
	case maybe > 0:
		return unsure
	}
	return verdictOf(sure == 1)
}

func (c *check) condition(n jsonvalue.Node) verdict {
	branch := func(c *check) verdict {
		if c == nil {
			return yes
		}
		return c.of(n)
	}
	switch c.when.of(n) {
	case yes:
		return branch(c.then)
	case no:
		return branch(c.otherwise)
	}
	if then := branch(c.then); then != unsure && then == branch(c.otherwise) {
		return then
	}
	return unsure
}
