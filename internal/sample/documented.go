package sample

import (
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Extent decides which members a documented object has.
type Extent int

// The extents. Required members are part of all of them; members that the view hides of none.
const (
	// Smallest has the required members. Examples of the whole value are not used, those of its
	// members are.
	Smallest Extent = iota
	// Shown is the example of the whole value where there is one, else the required members and
	// those that have an example.
	Shown
	// Complete has every member but recursive ones and, in requests, optional secrets.
	Complete
)

// Place is a schema at a place of a body or parameter.
type Place struct {
	Schema  *openapi.Schema
	Name    string // of the member, or of the list that it is an item of; "" where there is none
	Pointer string // JSON pointer (RFC 6901); the items of a list are /0
}

// Documented returns valid values of which as much as possible is what the document shows: its
// examples, then defaults and enums; what these leave open is generated. Every value is validated.
// The same place always has the same values. It is safe for concurrent use.
type Documented struct {
	view             openapi.View
	shown            map[string][]any
	lean, show, full *Generator
	known            sync.Map // query → []any: schemas are searched once, since their values repeat
	levels           sync.Map // level → int: what levelsOf found
}

// query is what the values of a place depend on.
type query struct {
	Place
	extent       Extent
	most, levels int
}

const every = 1000 // values of a place, at most

// NewDocumented returns a source of documented values. Shown are values that examples of whole
// bodies have, by pointer, the preferred ones first; nil where there are none.
func NewDocumented(view openapi.View, shown map[string][]any) *Documented {
	return &Documented{view: view, shown: shown, lean: New(view, Lean), full: New(view, Believable),
		show: &Generator{view: view, lean: true, shows: view == openapi.ResponseView}}
}

// Value returns the first of Values. The error is an *Impossible that names the innermost place for
// which no valid value was found.
func (d *Documented) Value(at Place, extent Extent) (any, error) {
	spot := spot{Place: at}
	if at.Schema == nil {
		return nil, nil
	}
	spot.levels = d.levelsOf(at.Schema, extent)
	if v, ok := d.first(spot, extent); ok {
		return v, nil
	}
	return nil, d.explain(spot)
}

// Values returns distinct valid values of a place, the preferred one first; none where none was
// found. They are shared: copy before changing.
func (d *Documented) Values(at Place, extent Extent) []any {
	return d.values(spot{Place: at, levels: d.levelsOf(at.Schema, extent)}, extent, every)
}

// Named returns the first valid value that a schema names itself: an example, its default or an
// allowed value. It is false where there is none; nothing is generated.
func (d *Documented) Named(s *openapi.Schema) (any, bool) {
	return firstOf(d.valid(s, d.documented(spot{Place: Place{Schema: s}}, Shown), 1))
}

// spot is a place among those that a search has come through.
type spot struct {
	Place
	required bool
	depth    int
	levels   int // down to which there are members that need not be there
	above    *spot
}

func (s spot) property(p *openapi.Property, view openapi.View) spot {
	at := Place{p.Schema, p.Name, jsonvalue.Join(s.Pointer, p.Name)}
	return spot{at, p.RequiredIn(view), s.depth + 1, s.levels, &s}
}

func (s spot) item() spot {
	return spot{Place{s.Schema.Items, s.Name, s.Pointer + "/0"}, true, s.depth + 1, s.levels, &s}
}

// branch is the same place under one of its schema's alternatives.
func (s spot) branch(schema *openapi.Schema) spot {
	s.Schema, s.depth = schema, s.depth+1
	return s
}

// recursive reports whether the schema is one of those around it.
func (s spot) recursive() bool {
	for above := s.above; above != nil; above = above.above {
		if above.Schema == s.Schema {
			return true
		}
	}
	return false
}

func (d *Documented) first(at spot, extent Extent) (any, bool) {
	return firstOf(d.values(at, extent, 1))
}

func firstOf(values []any) (any, bool) {
	if len(values) == 0 {
		return nil, false
	}
	return values[0], true
}

// values returns as many valid values as there are, and most of them.
func (d *Documented) values(at spot, extent Extent, most int) []any {
	key := query{at.Place, extent, most, at.levels}
	if known, ok := d.known.Load(key); ok {
		return known.([]any)
	}
	if d.lean.tooHeavy(at.Schema) != nil {
		return nil
	}
	valid := d.valid(at.Schema, d.candidates(at, extent), most)
	if len(valid) == 0 {
		valid = d.valid(at.Schema, d.generated(at, extent), most)
	}
	d.known.Store(key, valid)
	return valid
}

// valid returns the candidates that the schema allows, each once.
func (d *Documented) valid(s *openapi.Schema, candidates iter.Seq[any], most int) []any {
	var valid []any
	for v := range candidates {
		if !contains(valid, v) && s.IsValid(v, d.view) {
			valid = append(valid, v)
		}
		if len(valid) == most {
			break
		}
	}
	return valid
}

// generated yields values of a Generator, for schemas that are more than the sum of their members:
// alternatives, counts of members, further items.
func (d *Documented) generated(at spot, extent Extent) iter.Seq[any] {
	generators := map[Extent][]*Generator{Smallest: {d.lean, d.full}, Shown: {d.show, d.full},
		Complete: {d.full, d.lean}}
	return func(yield func(any) bool) {
		for n := range uint64(tries) {
			for _, g := range generators[extent] {
				v, err := g.Value(at.Schema, at.Name, keyOf(at).With(n))
				if err != nil || !yield(v) {
					return
				}
			}
		}
	}
}

func keyOf(at spot) deal.Key { return deal.NewKey(0).At(at.Pointer) }

// candidates yields what may be valid at a place, the preferred first: what the document has, then
// its alternatives, then what its types allow. Each source is looked at only when those before it
// had nothing valid, or too little.
func (d *Documented) candidates(at spot, extent Extent) iter.Seq[any] {
	s := at.Schema
	return func(yield func(any) bool) {
		enough := false
		from := func(source iter.Seq[any]) {
			for v := range source {
				if enough = !yield(v); enough {
					return
				}
			}
		}
		from(d.documented(at, extent))
		for _, branch := range slices.Concat(s.OneOf, s.AnyOf) {
			if !enough && s.Enum == nil && at.depth < maxDepth {
				from(d.candidates(at.branch(branch), extent))
			}
		}
		for _, typ := range Types(s) {
			if !enough && s.Enum == nil {
				from(slices.Values(d.ofType(typ, at, extent)))
			}
		}
	}
}

// documented yields the values that the document itself has for a place.
func (d *Documented) documented(at spot, extent Extent) iter.Seq[any] {
	s := at.Schema
	if s.Enum != nil {
		listed := slices.DeleteFunc(slices.Clone(s.Enum), func(v any) bool { return v == nil })
		if extent == Shown {
			listed = slices.Concat(s.Examples, defaults(s, d.view), listed)
		}
		return slices.Values(append(listed, s.Enum...))
	}
	var out []any
	for _, v := range slices.Concat(d.shown[at.Pointer], s.Examples) {
		out = append(out, d.sendable(s, jsonvalue.Clone(v)))
	}
	switch {
	case extent == Shown:
	case at.Pointer == "" && at.Name == "": // the example of a whole body is one case of many
		out = nil
	case extent == Complete && len(s.Properties) > 0: // an example may show less than everything
		out = append(d.objects(at, extent), out...)
	}
	return slices.Values(append(out, defaults(s, d.view)...))
}

// defaults returns what the document says to be there where nothing is sent.
func defaults(s *openapi.Schema, view openapi.View) (out []any) {
	if s.HasDefault && s.Default != nil {
		out = append(out, s.Default)
	}
	if settled, ok := s.Mock.Settled(); ok && view == openapi.ResponseView {
		out = append(out, settled)
	}
	return out
}

// sendable removes from an example what a request must not copy: members that only the server sets,
// and secrets, since an example's key is not a real one.
func (d *Documented) sendable(s *openapi.Schema, value any) any {
	if s == nil || d.view != openapi.RequestView {
		return value
	}
	switch value := value.(type) {
	case *jsonvalue.Object:
		for _, m := range slices.Clone(value.Members) {
			inner := s.Member(m.Name)
			switch {
			case inner == nil:
			case inner.Mock.Value == openapi.MockSecret || inner.ReadOnly:
				value.Delete(m.Name)
			default:
				value.Set(m.Name, d.sendable(inner, m.Value))
			}
		}
	case []any:
		for i := range value {
			value[i] = d.sendable(s.Item(i), value[i])
		}
	}
	return value
}

// explain returns the reason why a place has no values: that of the innermost place that lacks one.
func (d *Documented) explain(at spot) error {
	s := at.Schema
	if at.depth < maxDepth {
		for _, p := range s.Properties {
			child := at.property(p, d.view)
			if child.required && len(d.values(child, Smallest, 1)) == 0 {
				return d.explain(child)
			}
		}
		if s.Items != nil && least(s.MinItems) > 0 && len(d.values(at.item(), Smallest, 1)) == 0 {
			return d.explain(at.item())
		}
	}
	if err := d.lean.tooHeavy(s); err != nil {
		err.(*Impossible).Pointer = at.Pointer
		return err
	}
	reason := "no value was found"
	if s.Pattern != "" {
		reason = "nothing that was made up for it meets its pattern " + s.Pattern
	} else {
		for v := range d.candidates(at, Smallest) {
			if found := s.Validate(v, d.view); len(found) > 0 {
				reason = fmt.Sprintf("what was made up for it is refused by the document's rule %s", found[0].Rule)
			}
			break
		}
	}
	return &Impossible{Position: s.Position, Pointer: at.Pointer, Reason: reason}
}
