package openapi

import (
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// anyValue accepts every value.
var anyValue = everything()

// doubt is a value within a value that a schema of the library has to decide about, with the places
// as the library writes them: of the value, and of the schema on the way of keywords to it.
type doubt struct {
	check             *check         // of the schema; nil: there is none
	node              jsonvalue.Node // the value, where there is a check
	schema            *jsonschema.Schema
	value             any // in the forms of encoding/json
	instance, keyword string
}

// inquiry looks for what there are doubts about.
type inquiry struct {
	walk *walk
	take func(doubt)
}

// doubts has those of a schema, of which this is the check, about a value taken one by one: the library
// finds the same errors in them together as in the whole, but has nothing to do with what is plainly
// valid, which is most of a value that has one error. The one that is given tells the places.
func (c *check) doubts(s *jsonschema.Schema, n jsonvalue.Node, at doubt, q *inquiry) {
	typ := n.Type()
	if c == nil || s.Always != nil || typ != "object" && typ != "array" || !c.separable(n) {
		at.check, at.node, at.schema, at.value = c, n, s, plain(n.Value())
		q.take(at)
		return
	}
	parts := c.all
	if s.Ref != nil {
		parts[0].inside(s.Ref, n, doubt{instance: at.instance, keyword: at.keyword + "/$ref"}, q)
		parts = parts[1:]
	}
	for i, part := range s.AllOf {
		parts[i].inside(part, n, doubt{instance: at.instance, keyword: index(at.keyword+"/allOf", i)}, q)
	}
	if around := c.withoutParts(s); around.check.of(n, q.walk) != yes {
		at.check, at.node, at.schema, at.value = around.check, n, around.library, around.valueOf(n)
		q.take(at)
	}
	c.object.doubts(s, n, at, q)
	c.array.doubts(s, n, at, q)
}

// inside is doubts about what may be plainly valid.
func (c *check) inside(s *jsonschema.Schema, n jsonvalue.Node, at doubt, q *inquiry) {
	if c.of(n, q.walk) != yes {
		c.doubts(s, n, at, q)
	}
}

// separable reports whether what the schema says of a value is that of its parts, and the rest.
func (c *check) separable(n jsonvalue.Node) bool {
	return !c.vague && c.types.hold(n) && (c.object == nil || c.object.rest == nil) &&
		(c.array == nil || c.array.rest == nil)
}

func (c *objectCheck) doubts(s *jsonschema.Schema, n jsonvalue.Node, at doubt, q *inquiry) {
	additional, _ := s.AdditionalProperties.(*jsonschema.Schema)
	if c == nil || len(s.Properties) == 0 && additional == nil {
		return
	}
	for name, member := range n.Members() {
		property, declared := s.Properties[name]
		switch {
		case declared:
			if known := c.members[name].check; known.of(member, q.walk) != yes {
				inside := doubt{instance: memberOf(at.instance, name)}
				inside.keyword = at.keyword + "/properties" + escaped(name)
				known.doubts(property, member, inside, q)
			}
		case additional != nil && len(s.PatternProperties) == 0 && c.others.of(member, q.walk) != yes:
			inside := doubt{instance: memberOf(at.instance, name), keyword: at.keyword + "/additionalProperties"}
			c.others.doubts(additional, member, inside, q)
		}
	}
}

// memberOf returns the place of a member as the library writes it: it leaves out an empty name.
func memberOf(instance, name string) string {
	if name == "" {
		return instance
	}
	return instance + escaped(name)
}

func (c *arrayCheck) doubts(s *jsonschema.Schema, n jsonvalue.Node, at doubt, q *inquiry) {
	if c == nil || s.Items2020 == nil {
		return
	}
	i, keyword := 0, at.keyword+"/items"
	for item := range n.Items() {
		if i >= len(s.PrefixItems) && c.others.of(item, q.walk) != yes {
			c.others.doubts(s.Items2020, item, doubt{instance: index(at.instance, i), keyword: keyword}, q)
		}
		i++
	}
}

// withoutParts is a schema without what applies to a member or an item by itself, and without the
// schemas that must hold as well.
type withoutParts struct {
	library *jsonschema.Schema
	check   *check
	byName  bool // it says nothing of what members and items are
}

// withoutParts returns the schema, of which this is the check, without its parts.
func (c *check) withoutParts(s *jsonschema.Schema) *withoutParts {
	if known := c.around.Load(); known != nil {
		return known
	}
	shell := *s
	out := &withoutParts{library: &shell, check: &check{schema: &shell, made: true, types: c.types, values: c.values,
		any: c.any, one: c.one, not: c.not, when: c.when, then: c.then, otherwise: c.otherwise}}
	out.byName = len(c.values) == 0 && !c.composed()
	shell.Ref, shell.AllOf, shell.Items2020 = nil, nil, nil
	shell.Properties = make(map[string]*jsonschema.Schema, len(s.Properties))
	for name := range s.Properties {
		shell.Properties[name] = anyValue
	}
	if _, isSchema := s.AdditionalProperties.(*jsonschema.Schema); isSchema && len(s.PatternProperties) == 0 {
		shell.AdditionalProperties = true
	}
	if c.object != nil {
		object := *c.object
		object.members = make(map[string]memberCheck, len(c.object.members))
		for name, member := range c.object.members {
			member.check = nil
			object.members[name] = member
		}
		if shell.AdditionalProperties == true {
			object.others = nil
		}
		out.check.object = &object
		out.byName = out.byName && len(object.patterns)+len(shell.DependentSchemas) == 0
	}
	if c.array != nil {
		array := *c.array
		array.others = nil
		out.check.array = &array
		out.byName = out.byName && len(array.first) == 0 && array.contains == nil && !array.distinct
	}
	c.around.Store(out)
	return out
}

// valueOf returns a value in the forms of encoding/json, as far as the schema says anything of it.
func (w *withoutParts) valueOf(n jsonvalue.Node) any {
	switch {
	case !w.byName:
		return plain(n.Value())
	case n.Type() == "array":
		return make([]any, n.Len())
	}
	out := make(map[string]any, n.Len())
	for name := range n.Members() {
		out[name] = nil
	}
	return out
}

// under prefixes the locations of keywords of an error with the way to its schema.
func under(err *jsonschema.ValidationError, keyword string) {
	err.KeywordLocation = keyword + err.KeywordLocation
	for _, cause := range err.Causes {
		under(cause, keyword)
	}
}
