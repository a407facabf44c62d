// Package sample makes values that a schema allows, from the schema alone.
//
//	m := sample.NewMaker(openapi.ResponseView)
//	v, err := m.Value(schema, "email", deal.NewKey(7)) // "h.marsh@example.com"
//
// A value depends on the schema, its name and the key, and on nothing else. What the readable
// keywords of a schema say is met by construction; where a schema has alternatives, candidates are
// judged and the first good one is taken. Keywords that no reader can see (not, if,
// dependentSchemas, …) are left to whoever validates the whole.
package sample

import (
	"fmt"
	"sync"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

const (
	fullDepth = 4  // levels down to which optional members are filled in
	lastDepth = 40 // levels below which a schema counts as endless
	tries     = 12 // candidates for a schema with alternatives
)

// Maker makes values for one view. It is safe for concurrent use.
type Maker struct {
	view     openapi.View
	patterns sync.Map // pattern → *pattern
	lean     bool
}

// NewMaker makes a maker of believable values.
func NewMaker(view openapi.View) *Maker { return &Maker{view: view} }

// NewLeanMaker makes a maker of values that have only what is required.
func NewLeanMaker(view openapi.View) *Maker { return &Maker{view: view, lean: true} }

// Impossible is a schema that no value was found for.
type Impossible struct {
	Position openapi.Position
	Reason   string
}

func (e *Impossible) Error() string {
	if at := e.Position.String(); at != "" {
		return at + ": " + e.Reason
	}
	return e.Reason
}

func impossible(s *openapi.Schema, format string, args ...any) error {
	return &Impossible{s.Position, fmt.Sprintf(format, args...)}
}

// Value makes a value for a member (or parameter) of that name; "" where it has none. The error is
// an *Impossible.
func (m *Maker) Value(s *openapi.Schema, name string, key deal.Key) (any, error) {
	return m.value(s, name, key, 0)
}

func (m *Maker) value(s *openapi.Schema, name string, key deal.Key, depth int) (any, error) {
	switch {
	case s == nil:
		return text(name, key), nil
	case depth > lastDepth:
		return nil, impossible(s, "the schema demands itself without end")
	case len(s.OneOf) > 0 || len(s.AnyOf) > 0:
		return m.alternative(s, name, key, depth)
	}
	return m.plain(s, name, key, depth)
}

// plain makes a value by the keywords of the schema itself.
func (m *Maker) plain(s *openapi.Schema, name string, key deal.Key, depth int) (any, error) {
	if s.Enum != nil {
		if len(s.Enum) == 0 {
			return nil, impossible(s, "no value is allowed at all")
		}
		return pickNonNull(s.Enum, key), nil
	}
	if v, ok := m.fromExamples(s, key); ok {
		return v, nil
	}
	switch typ := kind(s); typ {
	case "object":
		return m.object(s, name, key, depth)
	case "array":
		return m.array(s, name, key, depth)
	case "string":
		return m.text(s, name, key)
	case "number", "integer":
		return numberFor(s, typ, name, key)
	case "boolean":
		return key.At("boolean").Stream().Chance(50), nil
	}
	return nil, nil
}

// pickNonNull picks a value that is not null, if there is one.
func pickNonNull(values []any, key deal.Key) any {
	s := key.At("enum").Stream()
	for range 8 {
		if v := deal.Pick(s, values); v != nil {
			return v
		}
	}
	return values[0]
}

// fromExamples takes a scalar from the document's own examples, where it has some: nothing is more
// like it.
func (m *Maker) fromExamples(s *openapi.Schema, key deal.Key) (any, bool) {
	if m.lean || len(s.Examples) == 0 || s.Format != "" {
		return nil, false
	}
	v := deal.Pick(key.At("example").Stream(), s.Examples)
	switch v.(type) {
	case string, bool:
		return v, m.Fits(s, v)
	}
	return nil, false
}

// kind is the type to make: the first that is not null; where none is named, what the keywords
// speak of.
func kind(s *openapi.Schema) string {
	for _, t := range s.Types {
		if t != "null" {
			return t
		}
	}
	switch {
	case len(s.Types) > 0:
		return "null"
	case len(s.Properties) > 0 || s.MinProperties != nil || s.Additional != nil:
		return "object"
	case s.Items != nil || len(s.PrefixItems) > 0 || s.MinItems != nil:
		return "array"
	case s.Minimum != "" || s.Maximum != "" || s.ExclusiveMinimum != "" || s.ExclusiveMaximum != "" ||
		s.MultipleOf != "":
		return "number"
	}
	return "string"
}

// alternative tries the branches of oneOf and anyOf, each together with the schema's own keywords,
// until the whole is valid.
func (m *Maker) alternative(s *openapi.Schema, name string, key deal.Key, depth int) (any, error) {
	branches := s.OneOf
	if len(branches) == 0 {
		branches = s.AnyOf
	}
	var last error
	for try := range uint64(max(tries, 2*len(branches))) {
		at := key.At("branch").With(try)
		branch := branches[(uint64(at.Stream().Below(len(branches)))+try)%uint64(len(branches))]
		v, err := m.joined(s, branch, name, at, depth)
		if err != nil {
			last = err
			continue
		}
		if v, ok := m.judged(s, v, at, depth); ok {
			return v, nil
		}
	}
	if last != nil {
		return nil, last
	}
	return nil, impossible(s, "no value was found that fits exactly as many alternatives as it should")
}

// judged says whether the whole is valid; where it is an object, also without some of the members
// that may be left out.
func (m *Maker) judged(s *openapi.Schema, v any, key deal.Key, depth int) (any, bool) {
	if depth >= fullDepth || len(s.Validate(v, m.view)) == 0 {
		return v, true
	}
	o, isObject := v.(*jsonvalue.Object)
	for try := range uint64(tries) {
		if !isObject {
			break
		}
		fewer := &jsonvalue.Object{}
		choice := key.At("fewer").With(try).Stream()
		for _, member := range o.Members {
			p := s.Property(member.Name)
			if keep := choice.Chance(50); keep || p != nil && p.RequiredIn(m.view) {
				fewer.Set(member.Name, member.Value)
			}
		}
		if len(s.Validate(fewer, m.view)) == 0 {
			return fewer, true
		}
	}
	return nil, false
}

// joined makes a value for a branch, and adds what the schema around it demands of an object.
func (m *Maker) joined(s, branch *openapi.Schema, name string, key deal.Key, depth int) (any, error) {
	if len(branch.Types) == 0 && len(branch.Properties) == 0 && branch.Enum == nil &&
		len(branch.OneOf)+len(branch.AnyOf) == 0 {
		full := &Maker{view: m.view} // the branch only restricts, or demands what is not required otherwise
		return full.plain(s, name, key, depth)
	}
	v, err := m.value(branch, name, key, depth+1)
	o, isObject := v.(*jsonvalue.Object)
	if err != nil || !isObject || len(s.Properties) == 0 {
		return v, err
	}
	outer, err := m.object(s, name, key, depth)
	if err != nil {
		return nil, err
	}
	for _, p := range branch.Properties { // what the branch says of a member counts for more
		member, made := o.Get(p.Name)
		if _, there := outer.Get(p.Name); there && !made {
			if member, err = m.value(p.Schema, p.Name, key.At(p.Name), depth+1); err != nil {
				return nil, err
			}
			made = true
		}
		if made {
			outer.Set(p.Name, member)
		}
	}
	for _, member := range o.Members {
		outer.Set(member.Name, member.Value)
	}
	return outer, nil
}

func (m *Maker) array(s *openapi.Schema, name string, key deal.Key, depth int) (any, error) {
	low, high := bounds(s.MinItems, s.MaxItems, 1, 3)
	if m.lean || depth > fullDepth {
		low, high = bounds(s.MinItems, s.MaxItems, 0, 0)
	}
	low = max(low, min(len(s.PrefixItems), high))
	count := key.At("count").Stream().Between(low, max(low, high))
	list := make([]any, 0, count)
	for i := uint64(0); len(list) < count; i++ {
		if i > uint64(20*count+100) {
			if len(list) >= least(s.MinItems) {
				break
			}
			return nil, impossible(s, "no %d different items were found", least(s.MinItems))
		}
		schema := s.Items
		if len(list) < len(s.PrefixItems) {
			schema = s.PrefixItems[len(list)]
		}
		v, err := m.value(schema, singular(name), key.With(i), depth+1)
		if err != nil {
			return nil, err
		}
		if !s.UniqueItems || !contains(list, v) {
			list = append(list, v)
		}
	}
	return list, nil
}

func contains(list []any, v any) bool {
	for _, item := range list {
		if jsonvalue.Equal(item, v) {
			return true
		}
	}
	return false
}

func (m *Maker) object(s *openapi.Schema, name string, key deal.Key, depth int) (*jsonvalue.Object, error) {
	o := &jsonvalue.Object{}
	for _, p := range s.Properties {
		if !p.RequiredIn(m.view) && (m.lean || depth > fullDepth || p.Schema.Deprecated || !m.shows(p.Schema)) {
			continue
		}
		called := p.Name
		if called == "name" && name != "" { // whose it is
			called = singular(name) + "Name"
		}
		v, err := m.value(p.Schema, called, key.At(p.Name), depth+1)
		if err != nil {
			if !p.RequiredIn(m.view) {
				continue
			}
			return nil, err
		}
		o.Set(p.Name, v)
	}
	return o, m.fill(s, o, key, depth)
}

// shows says whether the view shows a property at all.
func (m *Maker) shows(s *openapi.Schema) bool {
	return m.view == openapi.RequestView && !s.ReadOnly || m.view == openapi.ResponseView && !s.WriteOnly
}

// fill adds members of any name until there are enough, and a few where the schema describes them.
func (m *Maker) fill(s *openapi.Schema, o *jsonvalue.Object, key deal.Key, depth int) error {
	want := least(s.MinProperties)
	if s.Additional != nil && len(s.Properties) == 0 && !m.lean && depth <= fullDepth {
		want = max(want, 2)
	}
	if s.MaxProperties != nil {
		want = min(want, *s.MaxProperties)
		for len(o.Members) > *s.MaxProperties && m.dropOptional(s, o) {
		}
	}
	for i := 0; len(o.Members) < want; i++ {
		if s.Closed {
			return impossible(s, "at least %d members are demanded, and no more than the declared ones are allowed",
				want)
		}
		name := memberName(i)
		if _, taken := o.Get(name); taken {
			continue
		}
		v, err := m.value(s.Additional, name, key.At(name), depth+1)
		if err != nil {
			return err
		}
		o.Set(name, v)
	}
	return nil
}

func (m *Maker) dropOptional(s *openapi.Schema, o *jsonvalue.Object) bool {
	for i := len(o.Members) - 1; i >= 0; i-- {
		p := s.Property(o.Members[i].Name)
		if p == nil || !p.RequiredIn(m.view) {
			o.Delete(o.Members[i].Name)
			return true
		}
	}
	return false
}

func least(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// bounds are the smallest and the largest count, the usual ones where the schema leaves them open.
func bounds(low, high *int, usualLow, usualHigh int) (int, int) {
	lo, hi := usualLow, usualHigh
	if low != nil {
		lo, hi = *low, max(*low, usualHigh)
	}
	if high != nil && hi > *high {
		hi = *high
		lo = min(lo, hi)
	}
	return lo, hi
}
