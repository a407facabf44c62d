package openapi

import (
	"slices"

	"github.com/agentmock/agentmock/internal/identifier"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// spot is an object in a body: the body itself, or one that its properties lead to.
type spot struct {
	pointer string
	name    string // of the property; "" for the body
	depth   int
	schema  *Schema
}

const (
	wrapperDepth = 3   // how many wrappers an item may have around it
	wrapperSpots = 100 // how many objects are looked at
	fewMembers   = 4   // what wraps an item has no more members than that, unless its name tells
)

// spots returns the objects of a body, the body first and the outer ones before the inner ones. What
// is inside lists is not among them.
func spots(body *Schema) []spot {
	if body == nil {
		return nil
	}
	list := []spot{{schema: body}}
	for i := 0; i < len(list); i++ {
		at := list[i]
		for variant := range at.schema.Variants() {
			for _, p := range variant.Properties {
				if at.depth < wrapperDepth && len(list) < wrapperSpots && p.Schema.isItem() && !isAside(p.Name) {
					list = append(list, spot{jsonvalue.Join(at.pointer, p.Name), p.Name, at.depth + 1, p.Schema})
				}
			}
		}
	}
	return list
}

// asides are the names of members that say something about an answer beside the item.
var asides = []string{"links", "meta", "pagination", "paging", "page", "error", "errors", "included"}

func isAside(name string) bool { return slices.Contains(asides, identifier.Bare(name)) }

// isItem reports whether a response of this schema may be one item: an object, not a list.
func (s *Schema) isItem() bool {
	return s != nil && s.Allows("object") && (len(s.Properties)+len(s.OneOf)+len(s.AnyOf) > 0 || !s.Allows("array"))
}

// names of properties that wrap an item, and a list of items.
var (
	itemWrappers = []string{"data", "result", "response", "payload", "item", "object", "record", "resource", "entity",
		"content", "body", "attributes"}
	listWrappers = []string{"data", "items", "results", "result", "records", "entries", "list", "values", "content",
		"rows", "objects", "elements", "resources", "entities", "docs", "hits", "nodes"}
)

// wrapsItem reports whether a property is named as one that wraps an item.
func (r *Resource) wrapsItem(name string) bool {
	name = identifier.Bare(name)
	return slices.Contains(itemWrappers, name) || r.noun != "" && nounOf(name) == r.noun
}

// itemIn returns where an answer has the item: where the item's schema, if it is known, stands, else
// the one object that shows an identity. That is the answer itself where nothing else is plain.
func (r *Resource) itemIn(answer, known *Schema) spot {
	list := spots(answer)
	if len(list) == 0 {
		return spot{}
	}
	root := list[0]
	if root.schema.Same(known) || r.identifies(root.schema) && !root.schema.isEnvelopeOf(known) {
		return root
	}
	var candidates []spot
	for _, at := range list[1:] {
		if known != nil && at.schema.Same(known) {
			return at
		}
		if r.identifies(at.schema) && (len(candidates) == 0 || at.depth == candidates[0].depth) {
			candidates = append(candidates, at)
		}
	}
	named := slices.DeleteFunc(slices.Clone(candidates), func(at spot) bool { return !r.wrapsItem(at.name) })
	switch {
	case len(named) == 1:
		return named[0]
	case len(candidates) == 1 && len(root.schema.Properties) <= fewMembers:
		return candidates[0]
	}
	return root
}

// isEnvelopeOf reports whether a schema has a known item as a member, and nothing in common with it
// but one name: that of an identity, perhaps.
func (s *Schema) isEnvelopeOf(item *Schema) bool {
	if item == nil || shared(s, item) > 1 {
		return false
	}
	return slices.ContainsFunc(s.Properties, func(p *Property) bool { return p.Schema.Same(item) })
}

// identifies reports whether a schema shows the identity of an item.
func (r *Resource) identifies(s *Schema) bool {
	name, _ := r.identityOf(s)
	return name != ""
}

// shared returns how many properties of one schema another has, too, alternatives included.
func shared(a, b *Schema) int {
	n := 0
	seen := map[string]bool{}
	for variant := range a.Variants() {
		for _, p := range variant.Properties {
			if !seen[p.Name] && b.declared(p.Name) != nil {
				n++
			}
			seen[p.Name] = true
		}
	}
	return n
}

// size returns how many properties a schema has, alternatives included.
func size(s *Schema) int { return shared(s, s) }

// alike reports whether two schemas describe the same thing: they are the same, or most of their
// properties have the same names.
func alike(a, b *Schema) bool {
	if a == nil || b == nil {
		return false
	}
	common := shared(a, b)
	return a.Same(b) || common > 0 && 2*common >= max(size(a), size(b))
}

// listIn returns where an answer has the list of items, and the schema of the items; nil where it
// has none or several that may be it.
func (r *Resource) listIn(answer, known *Schema) (pointer string, items *Schema) {
	if answer.IsList() {
		if r.mayList(answer.Items, known) {
			return "", answer.Items
		}
		return "", nil
	}
	best, score, unclear := spot{}, 0, false
	for _, at := range spots(answer) {
		for _, p := range at.schema.Properties {
			if !p.Schema.IsList() || !r.mayList(p.Schema.Items, known) {
				continue
			}
			n := r.listScore(p, known)
			if n == 0 {
				continue
			}
			if n > score {
				best = spot{jsonvalue.Join(at.pointer, p.Name), p.Name, at.depth, p.Schema.Items}
			}
			unclear = n == score && at.depth == best.depth || n <= score && unclear
			score = max(score, n)
		}
	}
	if best.schema == nil || unclear {
		return "", nil
	}
	return best.pointer, best.schema
}

// mayList reports whether entries of a list may be items of which the schema is known: both have
// something in common, or the document says nothing about the entries.
func (r *Resource) mayList(entry, known *Schema) bool {
	if !entry.isItem() && entry.describes() {
		return false
	}
	return size(entry) == 0 || size(known) == 0 || shared(entry, known) > 0
}

// listScore tells how plainly a property is the list of the items; 0: not plainly enough.
func (r *Resource) listScore(p *Property, known *Schema) int {
	name := identifier.Bare(p.Name)
	switch {
	case known != nil && p.Schema.Items.Same(known):
		return 4
	case r.noun != "" && nounOf(p.Name) == r.noun:
		return 3
	case slices.Contains(listWrappers, name):
		return 2
	case known == nil && r.identifies(p.Schema.Items), alike(p.Schema.Items, known):
		return 1
	}
	return 0
}

// bodyIn returns where the body of a request has the item: the body itself, unless it has nothing in
// common with the item and an object in it has; and whether there is a list of items.
func bodyIn(body, item *Schema) (pointer string, bulk bool) {
	switch {
	case body == nil || item == nil || body.Same(item):
		return "", false
	case body.IsList():
		return "", body.Items.isItem()
	}
	list := spots(body)
	common := 0
	for i, at := range list {
		if n := shared(at.schema, item); n > common {
			pointer, common = at.pointer, n
		}
		if i == 0 && common > 0 {
			return "", false
		}
	}
	if common > 0 {
		return pointer, false
	}
	for _, at := range list {
		for _, p := range at.schema.Properties {
			if n := shared(p.Schema.Items, item); p.Schema.IsList() && n > common {
				pointer, common = jsonvalue.Join(at.pointer, p.Name), n
			}
		}
	}
	return pointer, common > 0
}
