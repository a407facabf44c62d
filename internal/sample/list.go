package sample

import (
	"slices"

	"github.com/agentmock/agentmock/internal/identifier"
	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// list makes an array.
func (r run) list(w *rules, name string, key deal.Key, depth int, how variant) (any, error) {
	if least(w.MinItems) > maxItems {
		return nil, impossible(&w.Schema, "at least %d items are demanded (minItems)", *w.MinItems)
	}
	contained := w.contained()
	low, high := bounds(w.MinItems, w.MaxItems, 1, 3)
	if !r.fills(depth, how) {
		low, high = bounds(w.MinItems, w.MaxItems, 0, 0)
	}
	low = max(low, min(len(w.PrefixItems), high), min(contained, orMany(w.MaxItems)))
	count := key.At("count").Stream().Between(low, max(low, high))
	list := make([]any, 0, count)
	for i := uint64(0); len(list) < count; i++ {
		if i > uint64(20*count+100) {
			if len(list) >= least(w.MinItems) {
				break
			}
			return nil, impossible(&w.Schema, "no %d different items were found (minItems, uniqueItems)",
				least(w.MinItems))
		}
		item := w.item(len(list), contained, how)
		v, err := r.value(item, identifier.Singular(name), key.With(i), depth+1)
		if err != nil {
			if len(list) >= max(least(w.MinItems), contained) {
				break
			}
			return nil, below("0", err)
		}
		if !w.UniqueItems || !contains(list, v) {
			list = append(list, v)
		}
	}
	return list, nil
}

// item is what item i of a list has to meet: some of them what the list must contain, and, where the
// list may contain only so many, the others not that. A variant has them at another place.
func (w *rules) item(i, contained int, how variant) (d demand) {
	first := len(w.PrefixItems)
	if w.MaxItems != nil {
		first = max(0, min(first, *w.MaxItems-contained))
	}
	if how > usual {
		first = int(how-lean) % (first + 1)
	}
	d.against = slices.Clone(w.demand.items)
	for _, p := range w.parts {
		switch {
		case i < len(p.PrefixItems):
			d.schemas = append(d.schemas, p.PrefixItems[i])
		case p.FurtherItems != nil:
			d.schemas = append(d.schemas, p.FurtherItems)
		case p.UnevaluatedItems != nil && w.Items == nil && i >= len(w.PrefixItems) && p.Contains == nil:
			d.schemas = append(d.schemas, p.UnevaluatedItems)
		}
		if p.Contains == nil {
			continue
		}
		least := atLeast(p)
		if i >= first && i < first+least {
			d.schemas = append(d.schemas, p.Contains)
		} else if p.MaxContains != nil {
			d.against = append(d.against, p.Contains)
		}
		first += least
	}
	return d
}

// contained returns how many items there must be that meet contains, of all parts.
func (w *rules) contained() (n int) {
	for _, p := range w.parts {
		n += atLeast(p)
	}
	return n
}

// atLeast returns how many items a part wants that meet its contains.
func atLeast(p *openapi.Part) int {
	switch {
	case p.Contains == nil:
		return 0
	case p.MinContains != nil:
		return min(*p.MinContains, maxItems)
	}
	return 1
}

// orMany returns a count, maxItems where there is none.
func orMany(n *int) int {
	if n == nil {
		return maxItems
	}
	return *n
}

func contains(list []any, v any) bool {
	return slices.ContainsFunc(list, func(item any) bool { return jsonvalue.Equal(item, v) })
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
