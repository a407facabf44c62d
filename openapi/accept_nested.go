package openapi

import (
	"regexp"
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// sizeCheck bounds the number of members or items.
type sizeCheck struct{ least, most int } // -1: unbounded

func (c sizeCheck) allows(n int) bool { return n >= c.least && (c.most < 0 || n <= c.most) }

// objectCheck is what a schema says of objects.
type objectCheck struct {
	size     sizeCheck
	members  map[string]memberCheck // properties, and what is required
	required int                    // how many members are
	patterns []patternCheck
	others   *check // for further members; nil: anything
	names    *check // nil: anything
	needs    []need
	rest     *restCheck
}

// memberCheck is what a schema says of one member.
type memberCheck struct {
	check    *check // nil: anything, if patterns and others say so
	declared bool   // by properties
	required bool
}

// patternCheck is what a schema says of members with names of a pattern.
type patternCheck struct {
	*regexp.Regexp
	check *check
}

// need is what an object must have, or be, that has a member.
type need struct {
	name    string
	members []string
	check   *check // nil: nothing
}

// restCheck is what a schema says of members or items that it does not mention elsewhere.
type restCheck struct {
	check    *check
	all      bool // are mentioned
	names    map[string]bool
	patterns []*regexp.Regexp
	items    int // the first ones are mentioned
}

// of returns what the check says of an object. A nil check accepts all.
func (c *objectCheck) of(n jsonvalue.Node, w *walk) verdict {
	if c == nil {
		return yes
	}
	if !c.size.allows(n.Len()) {
		return no
	}
	v, required := yes, 0
	for name, member := range n.Members() {
		known := c.members[name]
		if known.required {
			required++
		}
		if v = min(v, c.member(known, name, member, w)); v == no {
			return no
		}
	}
	if required < c.required {
		return no
	}
	if c.names != nil {
		for name := range n.Names() {
			v = min(v, c.names.of(name, w))
		}
	}
	for i := range c.needs {
		v = min(v, c.needs[i].of(n, w))
	}
	if c.rest != nil && v != no {
		for name, member := range n.Members() {
			v = min(v, c.rest.member(name, member, w))
		}
	}
	return v
}

// member returns what the check says of a member, of which it knows something.
func (c *objectCheck) member(known memberCheck, name string, member jsonvalue.Node, w *walk) verdict {
	v, evaluated := yes, known.declared
	if known.check != nil {
		v = known.check.of(member, w)
	}
	for _, p := range c.patterns {
		if p.MatchString(name) {
			evaluated = true
			v = min(v, p.check.of(member, w))
		}
	}
	if !evaluated && c.others != nil {
		v = min(v, c.others.of(member, w))
	}
	return v
}

func (c *need) of(n jsonvalue.Node, w *walk) verdict {
	if _, has := n.Member(c.name); !has {
		return yes
	}
	for _, name := range c.members {
		if _, has := n.Member(name); !has {
			return no
		}
	}
	if c.check == nil {
		return yes
	}
	return c.check.of(n, w)
}

// member returns what the check says of a member. It is never no: other parts of the schema, which
// need not hold, may mention the member.
func (c *restCheck) member(name string, member jsonvalue.Node, w *walk) verdict {
	mentioned := c.all || c.names[name] ||
		slices.ContainsFunc(c.patterns, func(p *regexp.Regexp) bool { return p.MatchString(name) })
	if mentioned {
		return yes
	}
	return max(unsure, c.check.of(member, w))
}

// arrayCheck is what a schema says of arrays.
type arrayCheck struct {
	size     sizeCheck
	distinct bool
	first    []*check
	others   *check // nil: anything
	contains *check // nil: nothing
	times    sizeCheck
	rest     *restCheck
}

// of returns what the check says of an array. A nil check accepts all.
func (c *arrayCheck) of(n jsonvalue.Node, w *walk) verdict {
	if c == nil {
		return yes
	}
	if !c.size.allows(n.Len()) {
		return no
	}
	v, i := yes, 0
	for item := range n.Items() {
		if i < len(c.first) {
			v = min(v, c.first[i].of(item, w))
		} else if c.others != nil {
			v = min(v, c.others.of(item, w))
		}
		if c.rest != nil && !c.rest.all && i >= c.rest.items {
			v = min(v, max(unsure, c.rest.check.of(item, w)))
		}
		if v == no {
			return no
		}
		i++
	}
	if c.contains != nil {
		v = min(v, c.containing(n, w))
	}
	if c.distinct && v != no {
		v = min(v, distinctItems(n))
	}
	return v
}

// containing returns whether the right number of items is of the kind that the array must contain.
func (c *arrayCheck) containing(n jsonvalue.Node, w *walk) verdict {
	sure, maybe := 0, 0
	for item := range n.Items() {
		switch c.contains.of(item, w) {
		case yes:
			sure++
		case unsure:
			maybe++
		}
	}
	if maybe > 0 {
		return unsure
	}
	return verdictOf(c.times.allows(sure))
}

// fewItems is the number of items up to which they are compared with each other.
const fewItems = 16

// distinctItems returns whether no two items are equal.
func distinctItems(n jsonvalue.Node) verdict {
	if n.Len() <= fewItems {
		var seen [fewItems]jsonvalue.Node
		i := 0
		for item := range n.Items() {
			if slices.ContainsFunc(seen[:i], item.Equal) {
				return no
			}
			seen[i] = item
			i++
		}
		return yes
	}
	seen := make(map[string]bool, n.Len())
	for item := range n.Items() {
		if item.Type() != "string" {
			return unsure
		}
		seen[item.String()] = true
	}
	return verdictOf(len(seen) == n.Len())
}
