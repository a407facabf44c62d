package sample

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"unicode/utf8"

	"github.com/agentmock/agentmock/internal/identifier"
	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Extreme returns the strangest values that a schema allows: empty, very long, negative,
// right-to-left, or looking like code. The key names a member, i an item: over some hundred items a
// member takes all the values that there are. Keywords that Schema does not expose are left to the
// caller. The error is an *Impossible.
func (g *Generator) Extreme(s *openapi.Schema, name string, key deal.Key, i uint64) (any, error) {
	return g.run(mostEffort).extreme(s, name, key, i, 0)
}

func (r run) extreme(s *openapi.Schema, name string, key deal.Key, i uint64, depth int) (any, error) {
	choice := key.With(i).Stream()
	switch {
	case s == nil:
		return choose(key, i, anything), nil
	case depth > fullDepth || len(s.OneOf)+len(s.AnyOf) > 0:
		return r.value(demandOf(s), name, key.With(i), depth)
	case s.Enum != nil:
		if len(s.Enum) == 0 {
			return nil, impossible(s, "no value is allowed at all")
		}
		return choose(key, i, s.Enum), nil
	case slices.Contains(s.Types, "null") && choice.Chance(25):
		return nil, nil
	}
	switch typ := Type(s); typ {
	case "object":
		return r.extremeObject(s, key, i, depth)
	case "array":
		return r.extremeArray(s, name, key, i, depth)
	case "string":
		return r.extremeText(s, name, key, i)
	case "number", "integer":
		return r.extremeNumber(s, typ, name, key, i)
	}
	return r.value(demandOf(s), name, key.With(i), depth)
}

// choose returns value i modulo their number, in an order that the key decides: all occur equally
// often.
func choose[T any](key deal.Key, i uint64, values []T) T {
	n := uint64(len(values))
	return values[deal.Permute(key.At("extreme").With(i/n), n, i%n)]
}

func (r run) extremeText(s *openapi.Schema, name string, key deal.Key, i uint64) (any, error) {
	candidates := extremes().Texts
	switch {
	case least(s.MinLength) > maxLength:
		return r.text(r.rules(demandOf(s)), name, key)
	case s.Format == "date-time":
		candidates = extremes().Moments
	case s.Format != "" && !lenient[s.Format]:
		candidates = nil // none of them has a format
	}
	n := uint64(len(candidates))
	for k := range n {
		first := deal.Permute(key.At("extreme").With(i/n), n, i%n)
		if v := stretch(s, candidates[(first+k)%n]); r.Fits(s, v) {
			return v, nil
		}
	}
	if s.MaxLength != nil && s.Pattern != "" { // as long as may be
		if p := compilePattern(s.Pattern); p.err == nil {
			for more := range min(*s.MaxLength, 8) {
				if v := p.text(key.With(i).Stream(), *s.MaxLength-more); r.Fits(s, v) &&
					utf8.RuneCountInString(v) > least(s.MinLength) {
					return v, nil
				}
			}
		}
	}
	return r.text(r.rules(demandOf(s)), name, key.With(i))
}

func (r run) extremeNumber(s *openapi.Schema, typ, name string, key deal.Key, i uint64) (any, error) {
	var list []json.Number
	add := func(n json.Number) {
		if r.Fits(s, n) && (typ == "number" || isInteger(n)) && !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	if l, err := newMultiples(s, typ, size{-100, 100, false}); err == nil {
		for _, at := range []*big.Int{l.low, l.high, new(big.Int).Add(l.low, big.NewInt(1)),
			new(big.Int).Sub(l.high, big.NewInt(1))} {
			add(l.at(at))
		}
	}
	for _, n := range extremes().Numbers {
		add(n)
	}
	if len(list) == 0 {
		return numberFor(s, typ, name, key.With(i))
	}
	return choose(key, i, list), nil
}

func (r run) extremeArray(s *openapi.Schema, name string, key deal.Key, i uint64, depth int) (any, error) {
	if least(s.MinItems) > maxItems {
		return r.value(demandOf(s), name, key, depth)
	}
	many := 60
	if depth > 1 { // lists of lists multiply
		many = 2
	}
	low, high := bounds(s.MinItems, s.MaxItems, 0, many)
	count := choose(key, i, []int{low, high, low, min(high, low+1)})
	list := []any{}
	for n := uint64(0); len(list) < count && n < uint64(4*count+20); n++ {
		v, err := r.extreme(s.Item(len(list)), identifier.Singular(name), key.At("item"), i*64+n, depth+1)
		if err != nil {
			return nil, err
		}
		if !s.UniqueItems || !contains(list, v) {
			list = append(list, v)
		}
	}
	if len(list) < low {
		return r.value(demandOf(s), name, key.With(i), depth)
	}
	return list, nil
}

func (r run) extremeObject(s *openapi.Schema, key deal.Key, i uint64, depth int) (any, error) {
	if s.Open && s.Additional == nil && len(s.Properties) == 0 && s.MaxProperties == nil && s.MinProperties == nil {
		return choose(key, i, objects)(), nil
	}
	o := &jsonvalue.Object{}
	for _, p := range s.Properties {
		at := key.At(p.Name)
		if p.AbsentIn(r.view) || !p.RequiredIn(r.view) && at.With(i).At("shown").Stream().Chance(25) {
			continue
		}
		v, err := r.extreme(p.Schema, p.Name, at, i, depth+1)
		if err != nil {
			if p.RequiredIn(r.view) {
				return nil, err
			}
			continue
		}
		o.Set(p.Name, v)
	}
	return o, r.fill(r.rules(demandOf(s)), o, key.With(i), depth, usual)
}

// objects are values for objects whose schema says nothing of their members.
var objects = []func() *jsonvalue.Object{
	func() *jsonvalue.Object { return &jsonvalue.Object{} },
	func() *jsonvalue.Object { return deep(40) },
	func() *jsonvalue.Object { return wide(1000) },
	strangeNames,
	ofEverything,
}

// deep returns objects and lists nested in each other to that many levels.
func deep(levels int) *jsonvalue.Object {
	var v any = "the bottom"
	for level := range levels - 1 {
		if level%2 == 0 {
			v = []any{v}
		} else {
			v = jsonvalue.ObjectOf("level", v)
		}
	}
	return jsonvalue.ObjectOf("deep", v)
}

// wide returns an object of that many members.
func wide(members int) *jsonvalue.Object {
	o := &jsonvalue.Object{}
	for n := range members {
		o.Set(fmt.Sprintf("field%04d", n), json.Number(fmt.Sprint(n)))
	}
	return o
}

func strangeNames() *jsonvalue.Object {
	o := &jsonvalue.Object{}
	for _, name := range extremes().Names {
		o.Set(name, name)
	}
	return o
}

func ofEverything() *jsonvalue.Object {
	o, list := &jsonvalue.Object{}, []any{}
	for n, text := range extremes().Texts {
		if len(text) < 1000 {
			o.Set(fmt.Sprintf("text%02d", n), text)
		}
	}
	for _, number := range extremes().Numbers {
		list = append(list, number)
	}
	o.Set("numbers", list)
	o.Set("nothing", nil)
	o.Set("truths", []any{true, false})
	o.Set("empty", []any{[]any{}, &jsonvalue.Object{}, ""})
	return o
}
