package openapi

import (
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// members reduces the schemas of the members that the object has.
func (r *reducer) members(out *jsonschema.Schema, c *objectCheck, n jsonvalue.Node) {
	out.Properties, out.PatternProperties = map[string]*jsonschema.Schema{}, nil
	if _, isSchema := out.AdditionalProperties.(*jsonschema.Schema); isSchema {
		out.AdditionalProperties = anyValue
	}
	for name, member := range n.Members() {
		parts, declared := c.parts(name)
		var reduced []*jsonschema.Schema
		for _, part := range parts {
			if part.schema != nil {
				reduced = append(reduced, r.reduced(part, member, false))
			}
		}
		switch {
		case len(reduced) == 1:
			out.Properties[name] = reduced[0]
		case len(reduced) > 1:
			out.Properties[name] = together(reduced)
		case declared:
			out.Properties[name] = anyValue
		}
	}
}

// parts returns the checks that apply to a member, in the order of the library's locations, and whether
// the object declares its name.
func (c *objectCheck) parts(name string) (parts []*check, declared bool) {
	known := c.members[name]
	declared = known.declared
	for _, p := range c.patterns {
		if p.MatchString(name) {
			declared = true
			parts = append(parts, p.check)
		}
	}
	if known.check != nil {
		parts = append(parts, known.check)
	}
	if !declared && c.others != nil {
		parts = append(parts, c.others)
	}
	return parts, declared
}

// together returns a schema that demands what all of several do.
func together(parts []*jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{AllOf: parts, MaxProperties: -1, MaxItems: -1, MaxLength: -1}
}

// items reduces the schemas of the items that the array has.
func (r *reducer) items(out *jsonschema.Schema, c *arrayCheck, n jsonvalue.Node, around bool) {
	out.PrefixItems = nil
	i := 0
	for item := range n.Items() {
		part := c.part(i)
		if part == nil {
			break
		}
		out.PrefixItems = append(out.PrefixItems, r.reduced(part, item, false))
		i++
	}
	if c.contains == nil || around {
		return
	}
	switch c.containing(n, r.walk) {
	case yes:
		out.Contains = nil
	case no:
		r.contains(out, c, n)
	}
}

// part returns the check of an item; nil: there is none.
func (c *arrayCheck) part(i int) *check {
	if i < len(c.first) {
		return c.first[i]
	}
	return c.others
}

// contains replaces the kind of items of which an array has plainly a wrong number.
func (r *reducer) contains(out *jsonschema.Schema, c *arrayCheck, n jsonvalue.Node) {
	count := 0
	for item := range n.Items() {
		if c.contains.of(item, r.walk) == yes {
			count++
		}
	}
	out.Contains = ruledOut
	if count >= c.times.least {
		out.Contains, out.MinContains, out.MaxContains = anyValue, 0, 0
	}
}
