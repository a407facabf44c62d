package openapi

import (
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// anyValue accepts every value.
var anyValue = everything()

// narrowed returns a schema of the library that finds the same errors in a value as the schema of
// which this is the check, but has nothing to do with what is plainly valid in it: most of a value
// that has one error. Only what applies to a member or an item by itself is left out, so that the
// places of errors and what counts as mentioned stay the same.
func (c *check) narrowed(s *jsonschema.Schema, n jsonvalue.Node, w *walk) *jsonschema.Schema {
	typ := n.Type()
	if c == nil || s.Always != nil || typ != "object" && typ != "array" {
		return s
	}
	shell := *s
	parts := c.all
	if s.Ref != nil {
		shell.Ref, parts = parts[0].narrowed(s.Ref, n, w), parts[1:]
	}
	if len(s.AllOf) > 0 {
		shell.AllOf = make([]*jsonschema.Schema, len(s.AllOf))
		for i, part := range s.AllOf {
			shell.AllOf[i] = parts[i].narrowed(part, n, w)
		}
	}
	if typ == "array" {
		if s.Items2020 != nil && c.array.others.holdsFrom(len(s.PrefixItems), n, w) {
			shell.Items2020 = anyValue
		}
		return &shell
	}
	shell.Properties = make(map[string]*jsonschema.Schema, n.Len())
	for name, member := range n.Members() {
		property, declared := s.Properties[name]
		if !declared {
			continue
		}
		if inside := c.object.members[name].check; inside.of(member, w) == yes {
			shell.Properties[name] = anyValue
		} else {
			shell.Properties[name] = inside.narrowed(property, member, w)
		}
	}
	return &shell
}

// holdsFrom reports whether the items of an array from a place on are plainly valid.
func (c *check) holdsFrom(first int, n jsonvalue.Node, w *walk) bool {
	i := 0
	for item := range n.Items() {
		if i >= first && c.of(item, w) != yes {
			return false
		}
		i++
	}
	return true
}
