package sample

import (
	"slices"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func (r run) array(s *openapi.Schema, name string, key deal.Key, depth int) (any, error) {
	if least(s.MinItems) > maxItems {
		return nil, impossible(s, "at least %d items are demanded", *s.MinItems)
	}
	low, high := bounds(s.MinItems, s.MaxItems, 1, 3)
	if r.lean || depth > fullDepth {
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
		v, err := r.value(s.Item(len(list)), singular(name), key.With(i), depth+1)
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
	return slices.ContainsFunc(list, func(item any) bool { return jsonvalue.Equal(item, v) })
}

func (r run) object(s *openapi.Schema, name string, key deal.Key, depth int) (*jsonvalue.Object, error) {
	o := &jsonvalue.Object{}
	for _, p := range s.Properties {
		if !p.RequiredIn(r.view) && (r.lean || depth > fullDepth || p.Schema.Deprecated || p.AbsentIn(r.view)) {
			continue
		}
		called := p.Name
		if called == "name" && name != "" { // whose it is
			called = singular(name) + "Name"
		}
		v, err := r.value(p.Schema, called, key.At(p.Name), depth+1)
		if err != nil {
			if !p.RequiredIn(r.view) {
				continue
			}
			return nil, err
		}
		o.Set(p.Name, v)
	}
	return o, r.fill(s, o, key, depth)
}

// fill adds members until there are enough, and a few where the schema describes members of any
// name.
func (r run) fill(s *openapi.Schema, o *jsonvalue.Object, key deal.Key, depth int) error {
	want := least(s.MinProperties)
	if want > maxItems {
		return impossible(s, "at least %d members are demanded", want)
	}
	if s.Additional != nil && len(s.Properties) == 0 && !r.lean && depth <= fullDepth {
		want = max(want, 2)
	}
	if s.MaxProperties != nil {
		want = min(want, *s.MaxProperties)
		for len(o.Members) > *s.MaxProperties && r.dropOptional(s, o) {
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
		v, err := r.value(s.Additional, name, key.At(name), depth+1)
		if err != nil {
			return err
		}
		o.Set(name, v)
	}
	return nil
}

func (r run) dropOptional(s *openapi.Schema, o *jsonvalue.Object) bool {
	for i := len(o.Members) - 1; i >= 0; i-- {
		p := s.Property(o.Members[i].Name)
		if p == nil || !p.RequiredIn(r.view) {
			o.Delete(o.Members[i].Name)
			return true
		}
	}
	return false
}

// least returns a count, 0 where there is none.
func least(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// bounds returns the smallest and the largest count; the usual ones where the schema has none.
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
