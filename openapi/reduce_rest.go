package openapi

import (
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// restOfMembers reduces the schema of members that are not evaluated elsewhere. Those that plainly fit it count
// as evaluated: the schema evaluates all members in any case, and they are right either way. Where one is left,
// the schema is made for that.
func (r *reducer) restOfMembers(out *jsonschema.Schema, c *check, n jsonvalue.Node) {
	if out.AdditionalProperties != nil {
		return // which evaluates all of them
	}
	var left []jsonvalue.Node
	for name, member := range n.Members() {
		switch {
		case c.of(member, r.walk) != yes:
			left = append(left, member)
		case out.Properties[name] == nil:
			out.Properties[name] = anyValue
		}
	}
	switch len(left) {
	case 0:
		out.UnevaluatedProperties = anyValue
	case 1:
		out.UnevaluatedProperties = r.reduced(c, left[0], false)
	}
}

// restOfItems is restOfMembers for the items of an array. What counts as evaluated is at its beginning: behind an
// item that does not fit, all are tried as they are.
func (r *reducer) restOfItems(out *jsonschema.Schema, c *check, n jsonvalue.Node) {
	if out.Items2020 != nil {
		return // which evaluates all of them
	}
	i, last := 0, jsonvalue.Node{}
	for item := range n.Items() {
		if i == len(out.PrefixItems) && c.of(item, r.walk) == yes {
			out.PrefixItems = append(out.PrefixItems, anyValue)
		}
		last = item
		i++
	}
	switch i - len(out.PrefixItems) {
	case 0:
		out.UnevaluatedItems = anyValue
	case 1:
		out.UnevaluatedItems = r.reduced(c, last, false)
	}
}
