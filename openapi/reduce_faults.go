package openapi

import (
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// faults returns how many violations a value has, as far as they are plain.
func (r *reducer) faults(c *check, n jsonvalue.Node) int {
	switch v := c.of(n, r.walk); {
	case v != no || r.left <= 0:
		return 0
	case c.always == no || !c.types.hold(n):
		return 1
	}
	at := step{c, n}
	if known, counted := r.counted[at]; counted {
		return known
	}
	r.left--
	faults := r.ownFaults(c, n)
	for _, part := range c.all {
		faults += r.faults(part, n)
	}
	if c.one != nil && c.exactlyOne(n, r.walk) == no {
		faults += r.faultsOfAlternatives(c, c.one, n)
	}
	if c.any != nil && !slices.ContainsFunc(c.any, func(c *check) bool { return c.of(n, r.walk) != no }) {
		faults += r.faultsOfAlternatives(c, c.any, n)
	}
	if c.not != nil && c.not.of(n, r.walk) == yes {
		faults++
	}
	for _, part := range r.failing(&check{when: c.when, then: c.then, otherwise: c.otherwise, object: c.object}, n) {
		faults += r.faults(part, n)
	}
	r.counted[at] = faults
	return faults
}

// faultsOfAlternatives returns those of the alternative that is meant; one where that is unclear, or more
// than one of oneOf fit.
func (r *reducer) faultsOfAlternatives(c *check, list []*check, n jsonvalue.Node) int {
	var wrong []int
	for i, alternative := range list {
		if alternative.of(n, r.walk) == no {
			wrong = append(wrong, i)
		}
	}
	if len(wrong) < len(list) {
		return 1
	}
	if meant := r.meant(c, list, wrong, n); len(meant) == 1 {
		return r.faults(list[meant[0]], n)
	}
	return 1
}

// ownFaults returns the violations by what a schema says itself.
func (r *reducer) ownFaults(c *check, n jsonvalue.Node) int {
	faults := 0
	count := func(v verdict) {
		if v == no {
			faults++
		}
	}
	for _, values := range c.values {
		count(values.of(n))
	}
	switch n.Type() {
	case "string":
		count(c.text.of(n))
	case "number":
		count(c.number.of(n))
	case "object":
		if c.object != nil {
			faults += r.faultsOfObject(c.object, n)
		}
	case "array":
		if c.array != nil {
			faults += r.faultsOfArray(c.array, n)
		}
	}
	return faults
}

func (r *reducer) faultsOfObject(c *objectCheck, n jsonvalue.Node) int {
	faults := c.required
	for name, member := range n.Members() {
		if c.members[name].required {
			faults--
		}
		parts, _ := c.parts(name)
		for _, part := range parts {
			faults += r.faults(part, member)
		}
	}
	for name := range n.Names() {
		if c.names != nil && c.names.of(name, r.walk) == no {
			faults++
		}
	}
	if !c.size.allows(n.Len()) {
		faults++
	}
	return faults
}

func (r *reducer) faultsOfArray(c *arrayCheck, n jsonvalue.Node) int {
	faults, i := 0, 0
	for item := range n.Items() {
		if part := c.part(i); part != nil {
			faults += r.faults(part, item)
		}
		i++
	}
	if !c.size.allows(n.Len()) {
		faults++
	}
	if c.contains != nil && c.containing(n, r.walk) == no {
		faults++
	}
	if c.distinct && distinctItems(n) == no {
		faults++
	}
	return faults
}
