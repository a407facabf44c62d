package openapi

import (
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// AcceptsMember reports whether an object that Accepts has accepted is plainly valid with another value
// for a member, or with one more member: where each rule of the schema is about single members. Where
// it is false, Accepts decides about the whole object.
func (s *Schema) AcceptsMember(name string, n jsonvalue.Node, view View) bool {
	if s == nil || s.anything || s.doc == nil {
		return true
	}
	c := s.compiledFor(view)
	if c.err != nil {
		return true
	}
	w := newWalk(n)
	rules, alone := c.check.ofMember(name, nil)
	return alone && !slices.ContainsFunc(rules, func(rule *check) bool { return rule.of(n, w) != yes })
}

// AcceptsMemberOf reports whether AcceptsMember would be true of every value of a member of the objects
// that another schema finds valid in a view of its own: the document says the same of it in both places,
// or less. Where it is false, AcceptsMember decides about the single value.
func (s *Schema) AcceptsMemberOf(other *Schema, otherView View, name string, view View) bool {
	if s == nil || s.anything || s.doc == nil || other == nil || other.doc == nil {
		return false
	}
	c, from := s.compiledFor(view), other.compiledFor(otherView)
	if c.err != nil || from.err != nil {
		return false
	}
	rules, alone := c.check.ofMember(name, nil)
	given, _ := from.check.ofMember(name, []*check{{}})
	return alone && !slices.ContainsFunc(rules, func(rule *check) bool { return !anyImplies(given, rule, mostImplied) })
}

// ofMember appends the checks of what an object has as a member. It reports false where they are not alone:
// whether the object is valid depends on the member in other ways, too.
func (c *check) ofMember(name string, found []*check) (all []*check, alone bool) {
	switch {
	case c == nil:
		return found, false
	case c.always != unsure:
		return found, c.always == yes
	}
	alone = !c.vague && len(c.values) == 0 && !c.composed()
	if c.object != nil {
		parts, _ := c.object.parts(name)
		found = append(found, parts...)
		alone = alone && c.object.size.most < 0 && c.object.names == nil && len(c.object.needs) == 0 &&
			c.object.rest == nil
	}
	for _, part := range c.all {
		partAlone := false
		found, partAlone = part.ofMember(name, found)
		alone = alone && partAlone
	}
	return found, alone
}

// mostImplied bounds how deep schemas are compared: they may be recursive.
const mostImplied = 8

func anyImplies(given []*check, rule *check, depth int) bool {
	return slices.ContainsFunc(given, func(c *check) bool { return c.implies(rule, depth) })
}

// implies reports whether every value that meets the schema of c plainly meets that of another check. It
// compares types, members, items and texts, and takes no other rule for another one's.
func (c *check) implies(other *check, depth int) bool {
	switch {
	case c == nil || other == nil || depth == 0:
		return false
	case c == other || other.always == yes:
		return true
	case c.always != unsure || other.always == no || other.vague || other.composed() || len(other.values) > 0 ||
		other.number != nil || !c.sameText(other):
		return false
	}
	if anyImplies(c.all, other, depth-1) {
		return true
	}
	for _, part := range other.all {
		if !c.implies(part, depth-1) {
			return false
		}
	}
	return c.types.within(other.types) && c.object.implies(other.object, depth-1) &&
		c.array.implies(other.array, depth-1)
}

// within reports whether a set has no other types than another one.
func (t typeSet) within(other typeSet) bool {
	if other&numbers != 0 {
		other |= integers
	}
	return other == 0 || t != 0 && t&^other == 0
}

// sameText reports whether a check says of texts what another one says, or the other one says nothing.
func (c *check) sameText(other *check) bool {
	a, b := c.text, other.text
	return b == nil || a != nil && a.least == b.least && a.most == b.most && c.schema.Format == other.schema.Format &&
		a.pattern == nil && b.pattern == nil && a.ours == nil && b.ours == nil
}

func (c *objectCheck) implies(other *objectCheck, depth int) bool {
	switch {
	case other == nil:
		return true
	case c == nil || other.size != sizeCheck{-1, -1} || len(other.patterns)+len(other.needs) > 0 ||
		other.others != nil || other.names != nil || other.rest != nil:
		return false
	}
	for name, member := range other.members {
		given, _ := c.parts(name)
		if member.required && !c.members[name].required ||
			member.check != nil && !anyImplies(append(given, &check{}), member.check, depth) {
			return false
		}
	}
	return true
}

func (c *arrayCheck) implies(other *arrayCheck, depth int) bool {
	switch {
	case other == nil:
		return true
	case c == nil || len(c.first) > 0 || other.size != sizeCheck{-1, -1} || other.distinct || len(other.first) > 0 ||
		other.contains != nil || other.rest != nil:
		return false
	}
	return other.others == nil || c.others.implies(other.others, depth)
}
