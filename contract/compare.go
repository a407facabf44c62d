package contract

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// difference is a place at which a value is not what it should be.
type difference struct {
	pointer string
	want    any
	got     any
	absent  bool            // there is no value
	stale   bool            // a time that should have moved on
	note    string          // why the documents allow it; empty: they do not
	schema  *openapi.Schema // of the place, in the response; nil: there is none
	trait   trait
}

// found says what stands at the place, as the end of a sentence.
func (d difference) found() string {
	if d.absent {
		return "it is missing"
	}
	return "it is " + quote(d.got)
}

// comparison collects differences. What is shown may have more members: no document forbids that,
// and whether nested objects are replaced or merged is open.
type comparison []difference

// compare returns the differences between a value and what a response has for it. The schema is the
// response's for the place, nil if there is none.
func compare(want, got any, present bool, schema *openapi.Schema, pointer string) []difference {
	var c comparison
	c.value(want, got, present, schema, pointer)
	return c
}

func (c *comparison) value(want, got any, present bool, schema *openapi.Schema, pointer string) {
	if schema != nil && schema.Mock.Value == openapi.MockSecret {
		return // a token stands for it, and tokens are never compared
	}
	if !present {
		c.missing(want, schema, pointer)
		return
	}
	switch w := want.(type) {
	case *jsonvalue.Object:
		if g, ok := got.(*jsonvalue.Object); ok {
			c.object(w, g, schema, pointer)
			return
		}
	case []any:
		if g, ok := got.([]any); ok {
			c.array(w, g, schema, pointer)
			return
		}
		if len(w) == 0 && got == nil {
			return
		}
	}
	if equalScalar(want, got, schema) || empty(want) && empty(got) && !contrary(want, got) {
		return
	}
	d := difference{pointer: pointer, want: want, got: got, note: imprecise(want, got, schema), schema: schema}
	*c = append(*c, d)
}

func (c *comparison) missing(want any, schema *openapi.Schema, pointer string) {
	if empty(want) {
		return
	}
	d := difference{pointer: pointer, want: want, absent: true, schema: schema}
	switch {
	case schema != nil && schema.Mock.Assumed:
		d.note = "the document does not promise that it is shown"
	case schema == nil && isInherited(pointer):
		d.note = "many libraries drop a name that objects have by themselves"
	}
	*c = append(*c, d)
}

// isInherited reports whether a pointer ends in a name that objects of JavaScript have without being given
// it: libraries drop such members so that nobody writes to what all objects share.
func isInherited(pointer string) bool {
	tokens := jsonvalue.Tokens(pointer)
	return len(tokens) > 0 && slices.Contains([]string{"__proto__", "constructor", "prototype"}, tokens[len(tokens)-1])
}

func (c *comparison) object(want, got *jsonvalue.Object, schema *openapi.Schema, pointer string) {
	for _, m := range want.Members {
		g, ok := got.Get(m.Name)
		c.value(m.Value, g, ok, schema.Member(m.Name), jsonvalue.Join(pointer, m.Name))
	}
}

// beside reports whether a schema names members, and has no place for one of that name: the target's
// own, such as the _id that some databases give each object in a list.
func beside(schema *openapi.Schema, name string) bool {
	return schema != nil && len(schema.Properties) > 0 && !schema.Covers(name)
}

// documented returns what an answer shows without the members beside those of the schema, but for those
// that are wanted: nothing is promised of them, and they may change at any time.
func documented(want, got any, schema *openapi.Schema) any {
	switch got := got.(type) {
	case *jsonvalue.Object:
		if got == nil {
			return got
		}
		of, _ := want.(*jsonvalue.Object)
		out := &jsonvalue.Object{}
		for _, m := range got.Members {
			wanted, named := of.Get(m.Name)
			if named || !beside(schema, m.Name) {
				out.Set(m.Name, documented(wanted, m.Value, schema.Member(m.Name)))
			}
		}
		return out
	case []any:
		of, _ := want.([]any)
		out := slices.Clone(got)
		for i := range out {
			var wanted any
			if i < len(of) {
				wanted = of[i]
			}
			out[i] = documented(wanted, out[i], schema.Item(i))
		}
		return out
	}
	return got
}

func (c *comparison) array(want, got []any, schema *openapi.Schema, pointer string) {
	if len(want) != len(got) {
		d := difference{pointer: pointer, want: want, got: got, schema: schema}
		if isStringList(schema) && slices.EqualFunc(distinct(want), got, jsonvalue.Equal) {
			d.note = "whether repetitions are kept is open"
		}
		*c = append(*c, d)
		return
	}
	for i := range want {
		c.value(want[i], got[i], true, schema.Item(i), jsonvalue.Join(pointer, strconv.Itoa(i)))
	}
}

// equalScalar compares values as JSON Schema does; where the format is date-time, as instants.
func equalScalar(a, b any, schema *openapi.Schema) bool {
	if jsonvalue.Equal(a, b) {
		return true
	}
	if schema == nil || schema.Format != "date-time" {
		return false
	}
	x, okX := instant(a)
	y, okY := instant(b)
	return okX && okY && x.Equal(y)
}

func instant(v any) (time.Time, bool) {
	s, _ := v.(string)
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil
}

// imprecise returns why two different values may pass for the same one: numbers that are the same
// 64-bit float, and timestamps that differ beyond the precision of one of them, which is more than
// APIs promise. Empty: they may not.
func imprecise(a, b any, schema *openapi.Schema) string {
	x, okX := float(a)
	y, okY := float(b)
	if okX && okY && (x == y || (math.IsInf(x, 0) && math.IsInf(y, 0))) {
		return "the number is beyond the precision of 64-bit floats"
	}
	if schema == nil || schema.Format != "date-time" {
		return ""
	}
	s, okS := instant(a)
	t, okT := instant(b)
	if okS && okT && resolution(a) != resolution(b) && s.Sub(t).Abs() < max(resolution(a), resolution(b)) {
		return "the times are written with different precision"
	}
	return ""
}

// resolution returns the smallest difference that a timestamp can show, by the digits of its
// seconds.
func resolution(v any) time.Duration {
	text, _ := v.(string)
	_, fraction, _ := strings.Cut(text, ".")
	digits := len(fraction) - len(strings.TrimLeft(fraction, "0123456789"))
	unit := time.Second
	for range min(digits, 9) {
		unit /= 10
	}
	return unit
}

func float(v any) (float64, bool) {
	n, _ := v.(json.Number)
	f, err := strconv.ParseFloat(string(n), 64)
	return f, err == nil || math.IsInf(f, 0)
}

// empty reports whether a value may as well be absent: [], {}, null, and objects of nothing else.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case *jsonvalue.Object:
		return v != nil && !slices.ContainsFunc(v.Members, func(m jsonvalue.Member) bool { return !empty(m.Value) })
	}
	return false
}

// contrary reports whether of two values one is a list and the other an object.
func contrary(a, b any) bool {
	_, list := a.([]any)
	_, object := b.(*jsonvalue.Object)
	_, otherList := b.([]any)
	_, otherObject := a.(*jsonvalue.Object)
	return list && object || otherList && otherObject
}

// isStringList reports whether a schema is that of a list of strings: whether such a list may have
// the same one twice is open.
func isStringList(schema *openapi.Schema) bool {
	return schema != nil && schema.Items != nil && slices.Equal(schema.Items.Types, []string{"string"})
}

func distinct(list []any) []any {
	var out []any
	for _, v := range list {
		if !slices.ContainsFunc(out, func(have any) bool { return jsonvalue.Equal(have, v) }) {
			out = append(out, v)
		}
	}
	return out
}

// violating returns the differences that no document allows.
func violating(differences []difference) []difference {
	return slices.DeleteFunc(differences, func(d difference) bool { return d.note != "" })
}
