package openapi

import (
	"bytes"
	"slices"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v5"

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
	return c.err != nil || c.check.of(n, newWalk(n)) == yes
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

// of returns the text of a value in the forms of package jsonvalue; nil where it has no plain one.
func (m *marshaled) of(value any) *jsonvalue.Text {
	m.buffer = jsonvalue.Append(m.buffer[:0], value)
	if !m.text.Scan(m.buffer, jsonvalue.Limits{}) || bytes.Contains(m.buffer, replaced) && !isUTF8(value) {
		return nil
	}
	return &m.text
}

// isUTF8 reports whether all texts in a value are UTF-8.
func isUTF8(value any) bool {
	switch v := value.(type) {
	case string:
		return utf8.ValidString(v)
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !isUTF8(item) })
	case *jsonvalue.Object:
		return !slices.ContainsFunc(v.Members, func(m jsonvalue.Member) bool {
			return !utf8.ValidString(m.Name) || !isUTF8(m.Value)
		})
	}
	return true
}

// acceptsJSON is Accepts for JSON text.
func (s *Schema) acceptsJSON(text []byte, view View) bool {
	m := marshaledPool.Get().(*marshaled)
	defer m.release()
	return m.text.Scan(text, jsonvalue.Limits{}) && s.Accepts(m.text.Root(), view)
}

// acceptsText is Accepts for what a text stands for, which has no more parts: itself, or a number or
// boolean that the schema allows.
func (s *Schema) acceptsText(text string, view View) bool {
	m := marshaledPool.Get().(*marshaled)
	defer m.release()
	if slices.ContainsFunc(s.Types, func(t string) bool { return t != "string" }) {
		m.buffer = append(m.buffer[:0], text...)
		if m.accepted(s, view) && s.spells(m.text.Root(), text) {
			return true
		}
	}
	m.buffer = jsonvalue.AppendString(m.buffer[:0], text)
	return m.accepted(s, view) && !bytes.Contains(m.buffer, replaced)
}

// spells reports whether a text is the JSON of a number or boolean that the types of the schema have.
func (s *Schema) spells(n jsonvalue.Node, text string) bool {
	switch {
	case len(n.Raw()) < len(text): // there is white space around it
		return false
	case n.Type() == "number":
		return s.Allows("number") || s.Allows("integer")
	}
	return n.Type() == "boolean" && s.Allows("boolean")
}

// accepted is Accepts for the text in the buffer.
func (m *marshaled) accepted(s *Schema, view View) bool {
	return m.text.Scan(m.buffer, jsonvalue.Limits{}) && s.Accepts(m.text.Root(), view)
}

// release gives the memory back for another value.
func (m *marshaled) release() {
	if cap(m.buffer) <= largestPooled && m.text.Clear() <= largestPooled {
		marshaledPool.Put(m)
	}
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
	schema *jsonschema.Schema // nil: additionalProperties is false

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

	around atomic.Pointer[withoutParts] // once it was needed
}

// of returns what the check says of a value. A nil check is unsure of everything.
func (c *check) of(n jsonvalue.Node, w *walk) verdict {
	switch {
	case c == nil:
		return unsure
	case c.always != unsure:
		return c.always
	case !c.types.hold(n):
		return no
	}
	return w.visit(c, n)
}

// each returns what the keywords of the schema say of a value of a right type.
func (c *check) each(n jsonvalue.Node, w *walk) verdict {
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
		v = min(v, c.object.of(n, w))
	case "array":
		v = min(v, c.array.of(n, w))
	}
	for i := 0; i < len(c.all) && v != no; i++ {
		v = min(v, c.all[i].of(n, w))
	}
	if v == no || !c.composed() {
		return v
	}
	return min(v, c.composition(n, w))
}

func (c *check) composed() bool {
	return len(c.any)+len(c.one) > 0 || c.not != nil || c.when != nil
}

// composition returns what the schemas say of which not all need to hold.
func (c *check) composition(n jsonvalue.Node, w *walk) verdict {
	v := yes
	if len(c.any) > 0 {
		best := no
		for i := 0; i < len(c.any) && best != yes; i++ {
			best = max(best, c.any[i].of(n, w))
		}
		v = best
	}
	if len(c.one) > 0 && v != no {
		v = min(v, c.exactlyOne(n, w))
	}
	if c.not != nil && v != no {
		v = min(v, -c.not.of(n, w))
	}
	if c.when != nil && v != no {
		v = min(v, c.condition(n, w))
	}
	return v
}

func (c *check) exactlyOne(n jsonvalue.Node, w *walk) verdict {
	sure, maybe := 0, 0
	for i := 0; i < len(c.one) && sure < 2; i++ {
		switch c.one[i].of(n, w) {
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

func (c *check) condition(n jsonvalue.Node, w *walk) verdict {
	branch := func(c *check) verdict {
		if c == nil {
			return yes
		}
		return c.of(n, w)
	}
	switch c.when.of(n, w) {
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
