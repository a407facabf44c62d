package openapi

import (
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// meant returns those of the doubtful alternatives that were meant, as the explainer finds them out from
// the library's errors.
func (r *reducer) meant(c *check, list []*check, doubtful []int, n jsonvalue.Node) []int {
	if d := r.explainer.discriminator(placeOf(c.schema.Location)); d != nil && n.Type() == "object" {
		var name any
		if member, has := n.Member(d.property); has {
			name = member.Value()
		}
		named := d.named(name)
		if named < 0 || slices.Contains(doubtful, named) {
			return slices.DeleteFunc(doubtful, func(i int) bool { return i != named })
		}
	}
	is := func(fails func(*check, jsonvalue.Node) bool) func(int) bool {
		return func(i int) bool { return r.anyPart(list[i], n, fails) }
	}
	meant := remaining(doubtful, is(failsNull))
	meant = remaining(meant, is(failsType))
	if len(meant) > 1 {
		meant = remaining(meant, is(r.failsInside))
	}
	return meant
}

// remaining returns the alternatives that are not excluded, or all of them where none is left.
func remaining(list []int, excluded func(int) bool) []int {
	kept := slices.DeleteFunc(slices.Clone(list), excluded)
	if len(kept) == 0 {
		return list
	}
	return kept
}

// anyPart reports whether a value fails a part of a schema that applies to it, by a test for one part.
func (r *reducer) anyPart(c *check, n jsonvalue.Node, fails func(*check, jsonvalue.Node) bool) bool {
	if c.always != unsure || r.left <= 0 || c.of(n, r.walk) == yes {
		return false
	}
	r.left--
	inside := func(part *check) bool { return r.anyPart(part, n, fails) }
	if fails(c, n) {
		return true
	}
	return c.types.hold(n) && slices.ContainsFunc(r.failing(c, n), inside)
}

// failing returns the schemas of which the errors are among those of a schema about the same value.
func (r *reducer) failing(c *check, n jsonvalue.Node) []*check {
	list := slices.Clone(c.all)
	for _, alternatives := range [][]*check{c.any, c.one} {
		if !slices.ContainsFunc(alternatives, func(c *check) bool { return c.of(n, r.walk) == yes }) {
			list = append(list, alternatives...)
		}
	}
	if c.when != nil {
		switch when := c.when.of(n, r.walk); {
		case when == yes && c.then != nil:
			list = append(list, c.then)
		case when == no && c.otherwise != nil:
			list = append(list, c.otherwise)
		}
	}
	if c.object != nil && n.Type() == "object" {
		for _, need := range c.object.needs {
			if _, has := n.Member(need.name); has && need.check != nil {
				list = append(list, need.check)
			}
		}
	}
	return list
}

// failsNull reports whether a schema allows only null, and the value is another one.
func failsNull(c *check, n jsonvalue.Node) bool { return c.types == nulls && failsType(c, n) }

func failsType(c *check, n jsonvalue.Node) bool { return !c.types.hold(n) }

// failsInside reports whether a member or an item is not the only value that a schema allows for it. The
// place of the whole value has no place around it, and counts as inside itself.
func (r *reducer) failsInside(c *check, n jsonvalue.Node) bool {
	switch {
	case !c.types.hold(n):
	case n == r.root && failsConstant(c, n):
		return true
	case n.Type() == "object" && c.object != nil:
		for name, member := range n.Members() {
			parts, _ := c.object.parts(name)
			if slices.ContainsFunc(parts, func(c *check) bool { return r.anyPart(c, member, failsConstant) }) {
				return true
			}
		}
	case n.Type() == "array" && c.array != nil:
		i := 0
		for item := range n.Items() {
			if part := c.array.part(i); part != nil && r.anyPart(part, item, failsConstant) {
				return true
			}
			i++
		}
	}
	return false
}

// failsConstant reports whether the value is not the only one that a schema allows.
func failsConstant(c *check, n jsonvalue.Node) bool {
	for i, values := range c.values {
		constant := len(c.schema.Constant) > 0 && i == 0
		if (constant || len(c.schema.Enum) == 1) && c.types.hold(n) && values.of(n) == no {
			return true
		}
	}
	return false
}
