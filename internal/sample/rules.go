package sample

import (
	"encoding/json"
	"math/big"
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// rules are a demand, read: the schema objects that bind the value, merged so that each keyword has
// its strictest value, and the choices that they leave.
type rules struct {
	demand
	openapi.Schema // types, bounds, counts, examples; Properties has every name once

	parts    []*openapi.Part
	patterns []string // all of them
	unlike   []string // patterns that texts must not match
	formats  []string // likewise
	choices  []choice
	extended []*openapi.Part // with a discriminator and without alternatives
	members  []member        // that are declared or required
	// unsure is true where a value must be validated, because some rule is met by trying alone.
	unsure bool
	clash  string // the rules that exclude each other; "" where none do
}

// rules reads a demand.
func (g *Generator) rules(d demand) *rules {
	if !d.plain() {
		return g.read(d)
	}
	if known, ok := g.known.Load(d.schemas[0]); ok {
		return known.(*rules)
	}
	w, _ := g.known.LoadOrStore(d.schemas[0], g.read(d))
	return w.(*rules)
}

func (g *Generator) read(d demand) *rules {
	w := &rules{demand: d}
	for _, s := range d.schemas {
		for _, p := range s.Parts() {
			if !slices.Contains(w.parts, p) {
				w.parts = append(w.parts, p)
				w.merge(p)
				w.choose(p)
			}
		}
	}
	for _, s := range d.against {
		w.refute(s)
	}
	for _, list := range d.only {
		w.allow(list)
	}
	w.extending()
	w.unsure = w.unsure || len(w.choices)+len(w.against)+len(w.decided) > 0 || len(w.patterns)+len(w.unlike) > 1 ||
		len(d.schemas) > 1
	w.excludeTypes()
	w.readMembers(g.view)
	return w
}

// merge narrows the rules by a part.
func (w *rules) merge(p *openapi.Part) {
	if w.Position.Line == 0 {
		w.Position = p.Position
	}
	w.mergeTypes(p.Types)
	w.allow(p.Enum)
	for _, pattern := range append([]string{p.Pattern}, p.PatternAlso...) {
		if pattern != "" && !slices.Contains(w.patterns, pattern) {
			w.patterns = append(w.patterns, pattern)
		}
	}
	w.unlike = append(w.unlike, p.PatternNot...)
	if p.Format != "" && !slices.Contains(w.formats, p.Format) {
		w.formats = append(w.formats, p.Format)
		w.Format = w.formats[0]
	}
	w.mergeBounds(p)
	w.UniqueItems = w.UniqueItems || p.UniqueItems
	w.Examples = append(w.Examples[:len(w.Examples):len(w.Examples)], p.Examples...)
	if p.HasDefault && !w.HasDefault {
		w.Default, w.HasDefault = p.Default, true
	}
	w.mergeItems(p)
	w.Closed = w.Closed || p.Closed
	w.unsure = w.unsure || p.Contains != nil || p.PropertyNames != nil || p.RequiredWith != nil ||
		p.PatternProperties != nil || p.PatternNot != nil || p.UnevaluatedMembers != nil || p.UnevaluatedItems != nil
}

func (w *rules) mergeBounds(p *openapi.Part) {
	for _, bound := range []struct {
		own  **int
		more *int
		sign int
	}{
		{&w.MinLength, p.MinLength, 1}, {&w.MaxLength, p.MaxLength, -1},
		{&w.MinItems, p.MinItems, 1}, {&w.MaxItems, p.MaxItems, -1},
		{&w.MinProperties, p.MinProperties, 1}, {&w.MaxProperties, p.MaxProperties, -1},
	} {
		if bound.more != nil && (*bound.own == nil || (*bound.more-**bound.own)*bound.sign > 0) {
			*bound.own = bound.more
		}
	}
	w.Minimum, w.Maximum = tighter(w.Minimum, p.Minimum, 1), tighter(w.Maximum, p.Maximum, -1)
	w.ExclusiveMinimum = tighter(w.ExclusiveMinimum, p.ExclusiveMinimum, 1)
	w.ExclusiveMaximum = tighter(w.ExclusiveMaximum, p.ExclusiveMaximum, -1)
	w.MultipleOf = commonMultiple(w.MultipleOf, p.MultipleOf)
}

func (w *rules) mergeItems(p *openapi.Part) {
	if w.Items == nil {
		w.Items = p.FurtherItems
	}
	if len(p.PrefixItems) > len(w.PrefixItems) {
		w.PrefixItems = p.PrefixItems
	}
	if n := len(p.PrefixItems); never(p.FurtherItems) && (w.MaxItems == nil || *w.MaxItems > n) {
		w.MaxItems = &n
	}
	if p.AdditionalMembers != nil && p.AdditionalMembers.Enum == nil && w.Additional == nil {
		w.Additional = p.AdditionalMembers
	}
}

// never reports whether a schema is false.
func never(s *openapi.Schema) bool { return s != nil && s.Enum != nil && len(s.Enum) == 0 }

// mergeTypes leaves the types that one more part allows.
func (w *rules) mergeTypes(types []string) {
	if len(types) == 0 {
		return
	}
	if len(w.Types) == 0 {
		w.Types = types
		return
	}
	other := &openapi.Schema{Types: types}
	var both []string
	for _, t := range slices.Concat(w.Types, types) {
		if w.Allows(t) && other.Allows(t) && !slices.Contains(both, t) {
			both = append(both, t)
		}
	}
	if len(both) == 0 {
		w.clash = "its types exclude each other"
		return
	}
	w.Types = both
}

// allow leaves the values of one more enum.
func (w *rules) allow(values []any) {
	switch {
	case values == nil:
	case w.Enum == nil:
		w.Enum = values
	default:
		w.Enum = slices.DeleteFunc(slices.Clone(w.Enum), func(v any) bool { return !contains(values, v) })
	}
	if w.Enum != nil && len(w.Enum) == 0 && w.clash == "" {
		w.clash = "no value is allowed at all"
	}
}

// excludeTypes removes the types that a schema which must not be met is about and nothing else.
func (w *rules) excludeTypes() {
	for _, s := range w.against {
		parts := s.Parts()
		if len(parts) != 1 || len(s.Types) == 0 || !onlyTypes(parts[0]) {
			continue
		}
		if len(w.Types) == 0 {
			w.Types = []string{"string", "object", "integer", "array", "boolean", "number", "null"}
		}
		if w.Types = slices.DeleteFunc(slices.Clone(w.Types), s.Allows); len(w.Types) == 0 {
			w.clash = "every type is excluded"
		}
	}
}

// onlyTypes reports whether a part says nothing of a value but its types.
func onlyTypes(p *openapi.Part) bool {
	if p.Enum != nil || p.Pattern+p.Format+string(p.MultipleOf) != "" || p.UniqueItems || len(opposites(p)) > 0 {
		return false
	}
	if len(p.Properties)+len(p.Required)+len(p.OneOf)+len(p.AnyOf)+len(p.PatternProperties)+len(p.PrefixItems) > 0 {
		return false
	}
	for _, s := range []*openapi.Schema{p.AdditionalMembers, p.PropertyNames, p.FurtherItems, p.Contains, p.Not, p.If} {
		if s != nil {
			return false
		}
	}
	return true
}

// tighter returns the stricter of two bounds: the greater one where sign is 1.
func tighter(a, b json.Number, sign int) json.Number {
	x, hasX := rat(a)
	y, hasY := rat(b)
	if !hasX || hasY && y.Cmp(x)*sign > 0 {
		return b
	}
	return a
}

// commonMultiple returns the least number that is a multiple of both.
func commonMultiple(a, b json.Number) json.Number {
	x, hasX := rat(a)
	y, hasY := rat(b)
	switch {
	case !hasX || x.Sign() <= 0:
		return b
	case !hasY || y.Sign() <= 0 || x.Cmp(y) == 0:
		return a
	}
	// of a/b and c/d: the least common multiple of a·d and c·b, over b·d
	m, n := new(big.Int).Mul(x.Num(), y.Denom()), new(big.Int).Mul(y.Num(), x.Denom())
	common := new(big.Int).Div(new(big.Int).Mul(m, n), new(big.Int).GCD(nil, nil, m, n))
	return literal(new(big.Rat).SetFrac(common, new(big.Int).Mul(x.Denom(), y.Denom())))
}

// meets reports whether a value is what is demanded.
func (r run) meets(w *rules, v any) bool {
	r.effort.steps--
	for _, s := range w.demand.schemas {
		if !s.IsValid(v, r.view) {
			return false
		}
	}
	for _, s := range w.against {
		if s.IsValid(v, r.view) {
			return false
		}
	}
	return !slices.ContainsFunc(w.only, func(list []any) bool { return !contains(list, v) }) && w.insideMet(v)
}

// insideMet reports whether the members are what is demanded of them besides.
func (w *rules) insideMet(v any) bool {
	o, _ := v.(*jsonvalue.Object)
	return !slices.ContainsFunc(w.inside, func(in inside) bool {
		member, there := o.Get(in.member)
		return in.only != nil && there && !contains(in.only, member)
	})
}
