package sample

import (
	"encoding/json"
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// ofType returns candidates of one type.
func (d *Documented) ofType(typ string, at spot, extent Extent) []any {
	switch typ {
	case "boolean":
		return []any{true, false}
	case "number", "integer":
		return numbersOf(at, typ, extent)
	case "string":
		return d.texts(at)
	case "array":
		return d.arrays(at, extent)
	case "object":
		return d.objects(at, extent)
	}
	return []any{nil}
}

func (d *Documented) objects(at spot, extent Extent) []any {
	object := &jsonvalue.Object{}
	if at.depth >= maxDepth {
		return []any{object}
	}
	for _, p := range at.Schema.Named() {
		child := at.property(p, d.view)
		if !p.AbsentIn(d.view) && d.includes(child, extent) {
			if value, ok := d.first(child, extent); ok {
				object.Set(p.Name, value)
			}
		}
	}
	if extent == Complete && len(object.Members) == 0 && at.Schema.Open {
		return []any{jsonvalue.ObjectOf("agentmock", "first", "nested",
			jsonvalue.ObjectOf("list", []any{json.Number("2"), json.Number("1")})), object}
	}
	return []any{object}
}

// includes reports whether an object of some extent has a member of the view.
func (d *Documented) includes(member spot, extent Extent) bool {
	s := member.Schema
	switch {
	case member.required:
		return true
	case member.depth > member.levels || member.recursive(),
		d.view == openapi.RequestView && s.Mock.Value == openapi.MockSecret:
		return false
	}
	return extent == Complete || extent == Shown && len(s.Examples) > 0
}

// arrays returns lists of the least count and, where that is allowed, of two items and of none.
func (d *Documented) arrays(at spot, extent Extent) []any {
	s := at.Schema
	few := max(1, least(s.MinItems))
	if len(s.PrefixItems) > 0 || few > maxItems {
		return nil
	}
	var items []any
	if s.Items == nil {
		items = []any{"agentmock"}
	} else if at.depth < maxDepth {
		items = d.values(at.item(), extent, max(few, 2))
	}
	if len(items) == 0 {
		return []any{[]any{}}
	}
	if items = slices.Clone(items); !s.UniqueItems {
		for len(items) < few {
			items = append(items, items[0])
		}
	}
	few = min(few, len(items))
	out := []any{items[:few:few]}
	if two := min(len(items), max(few, 2)); two > few {
		out = append(out, items[:two:two])
	}
	return append(out, []any{})
}

// numbersOf returns numbers within the bounds and at those that the schema names. Those that are
// shown begin with the plainest: pages are counted from their least number.
func numbersOf(at spot, typ string, extent Extent) (out []any) {
	s := at.Schema
	m, err := newMultiples(s, typ, size{0, 100, false})
	if err != nil {
		return nil
	}
	if extent == Shown {
		if s.Minimum != "" || s.ExclusiveMinimum != "" {
			out = append(out, m.at(m.low))
		}
		out = append(out, json.Number("1"), json.Number("0"))
	}
	for n := range uint64(2) {
		if v, err := numberFor(s, typ, at.Name, keyOf(at).With(n)); err == nil {
			out = append(out, v)
		}
	}
	out = append(out, json.Number("0"), json.Number("1"), m.at(m.low), m.at(m.high))
	if typ == "number" {
		out = append(out, json.Number("2.5"))
	}
	return out
}

// texts returns two texts that the keywords ask for, and an empty one.
func (d *Documented) texts(at spot) (out []any) {
	const enough = 2
	for n := range uint64(tries) {
		v, err := d.full.run(mostEffort).text(d.full.rules(demandOf(at.Schema)), at.Name, keyOf(at).With(n))
		if err != nil {
			break
		}
		if !contains(out, v) {
			out = append(out, v)
		}
		if len(out) == enough {
			break
		}
	}
	return append(out, "")
}

// Empty returns the emptiest value that the schema allows, which a field has that nobody has set:
// its default, its initial value (x-mock), or null, "", 0, false, an empty list or object; where
// none of these is allowed, what the document shows.
func (d *Documented) Empty(s *openapi.Schema) (any, error) {
	if s == nil {
		return nil, nil
	}
	if s.HasDefault {
		return jsonvalue.Clone(s.Default), nil
	}
	if settled, ok := s.Mock.Settled(); ok {
		return jsonvalue.Clone(settled), nil
	}
	candidates := []any{nil, "", json.Number("0"), false, []any{}, &jsonvalue.Object{}}
	if empty := d.valid(s, slices.Values(candidates), 1); len(empty) > 0 {
		return empty[0], nil
	}
	return d.Value(Place{Schema: s}, Shown)
}
