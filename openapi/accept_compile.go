package openapi

import (
	"cmp"
	"maps"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// checkCompiler makes checks from the library's schemas.
type checkCompiler struct {
	enforced map[string]format
	known    map[*jsonschema.Schema]*check
	open     map[*jsonschema.Schema]bool // those that are being made
	later    []*jsonschema.Schema        // those of members and items, which are made after the rest
	circular bool                        // a schema applies itself to the same value
}

func newCheckCompiler() *checkCompiler {
	return &checkCompiler{enforced: enforcedFormats(), known: map[*jsonschema.Schema]*check{}}
}

// check returns the check of a schema; nil, which is unsure of everything, where the library would
// find an endless loop.
func (c *checkCompiler) check(s *jsonschema.Schema) *check {
	c.open, c.later, c.circular = map[*jsonschema.Schema]bool{}, nil, false
	out := c.same(s)
	for len(c.later) > 0 {
		next := c.later[0]
		c.later = c.later[1:]
		c.same(next)
	}
	if c.circular {
		c.known = map[*jsonschema.Schema]*check{} // some of them are in the circle
		return nil
	}
	return out
}

// place returns the check of a schema, which may be yet to be made.
func (c *checkCompiler) place(s *jsonschema.Schema) *check {
	if c.known[s] == nil {
		c.known[s] = &check{}
	}
	return c.known[s]
}

// inside returns the check of a schema for members or items of a value; nil for nil.
func (c *checkCompiler) inside(s *jsonschema.Schema) *check {
	if s == nil {
		return nil
	}
	if c.known[s] == nil {
		c.later = append(c.later, s)
	}
	return c.place(s)
}

// same returns the check of a schema that applies to the same value as the one around it; nil for
// nil.
func (c *checkCompiler) same(s *jsonschema.Schema) *check {
	if s == nil {
		return nil
	}
	if c.open[s] {
		c.circular = true
		return c.place(s)
	}
	out := c.place(s)
	if out.made {
		return out
	}
	c.open[s] = true
	c.fill(out, s)
	delete(c.open, s)
	out.made = true
	return out
}

func (c *checkCompiler) list(schemas []*jsonschema.Schema) []*check {
	var out []*check
	for _, s := range schemas {
		out = append(out, c.same(s))
	}
	return out
}

// fill makes the check of a schema.
func (c *checkCompiler) fill(out *check, s *jsonschema.Schema) {
	out.schema = s
	if s.Always != nil {
		out.always = verdictOf(*s.Always)
		return
	}
	out.vague = unknownKeywords(s)
	out.types = typeSetOfAll(s.Types)
	if len(s.Constant) > 0 {
		out.allow(s.Constant)
	}
	if len(s.Enum) > 0 {
		out.allow(s.Enum)
	}
	out.all = c.list(obligatory(s))
	out.any, out.one, out.not = c.list(s.AnyOf), c.list(s.OneOf), c.same(s.Not)
	out.when, out.then, out.otherwise = c.same(s.If), c.same(s.Then), c.same(s.Else)
	if !c.circular { // else nothing is accepted anyway
		c.fillScalars(out, s)
		out.object, out.array = c.object(s), c.array(s)
	}
}

// unknownKeywords reports whether a schema has keywords that checks do not know: those of earlier
// drafts, and those that no document brings so far.
func unknownKeywords(s *jsonschema.Schema) bool {
	for _, extension := range s.Extensions {
		if _, known := extension.(*textPattern); !known {
			return true
		}
	}
	return s.RecursiveRef != nil || s.DynamicRef != nil || s.RegexProperties || len(s.Dependencies) > 0 ||
		s.Items != nil || s.AdditionalItems != nil || s.ContentEncoding != "" || s.ContentMediaType != "" ||
		s.ContentSchema != nil
}

// allow adds a list of allowed values.
func (c *check) allow(list []any) {
	values := &valueCheck{}
	for _, v := range list {
		if text, isText := v.(string); isText {
			values.texts = append(values.texts, text)
			continue
		}
		value, plain := jsonvalue.Scan(jsonvalue.Marshal(v), jsonvalue.Limits{})
		if plain {
			values.others = append(values.others, value.Root())
		} else {
			values.more = true
		}
	}
	if len(values.texts) >= manyTexts {
		values.many = map[string]bool{}
		for _, text := range values.texts {
			values.many[text] = true
		}
	}
	c.values = append(c.values, values)
}

func (c *checkCompiler) fillScalars(out *check, s *jsonschema.Schema) {
	format := c.enforced[s.Format]
	text := textCheck{s.MinLength, s.MaxLength, s.Pattern, nil, format.text}
	if ours, ok := s.Extensions[patternKeyword].(*textPattern); ok {
		text.ours = ours
	}
	if text.least > 0 || text.most >= 0 || text.pattern != nil || text.ours != nil || text.format != nil {
		out.text = &text
	}
	number := numberCheck{newBound(s.Minimum), newBound(s.Maximum), newBound(s.ExclusiveMinimum),
		newBound(s.ExclusiveMaximum), newBound(s.MultipleOf), format.number}
	if number.least != nil || number.most != nil || number.above != nil || number.below != nil ||
		number.multiple != nil || number.format != nil {
		out.number = &number
	}
}

// object returns the check of what a schema says of objects; nil where that is nothing.
func (c *checkCompiler) object(s *jsonschema.Schema) *objectCheck {
	out := objectCheck{size: sizeCheck{s.MinProperties, s.MaxProperties}, members: map[string]memberCheck{},
		names: c.inside(s.PropertyNames)}
	for name, property := range s.Properties {
		out.members[name] = memberCheck{check: c.inside(property), declared: true}
	}
	for _, name := range s.Required {
		member := out.members[name]
		member.required = true
		out.members[name] = member
	}
	for _, member := range out.members {
		if member.required {
			out.required++
		}
	}
	for pattern, property := range s.PatternProperties {
		out.patterns = append(out.patterns, patternCheck{pattern, c.inside(property)})
	}
	slices.SortFunc(out.patterns, func(a, b patternCheck) int {
		return cmp.Compare(escaped(a.String()), escaped(b.String()))
	})
	switch additional := s.AdditionalProperties.(type) {
	case *jsonschema.Schema:
		out.others = c.inside(additional)
	case bool:
		if !additional {
			out.others = &check{always: no}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.DependentRequired)) {
		out.needs = append(out.needs, need{name: name, members: s.DependentRequired[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(s.DependentSchemas)) {
		out.needs = append(out.needs, need{name: name, check: c.same(s.DependentSchemas[name])})
	}
	if s.UnevaluatedProperties != nil {
		out.rest = &restCheck{check: c.inside(s.UnevaluatedProperties), names: map[string]bool{}}
		out.rest.mentionedMembers(s)
	}
	if len(out.members)+len(out.patterns)+len(out.needs) == 0 && out.others == nil && out.names == nil &&
		out.rest == nil && out.size == (sizeCheck{-1, -1}) {
		return nil
	}
	return &out
}

// array returns the check of what a schema says of arrays; nil where that is nothing.
func (c *checkCompiler) array(s *jsonschema.Schema) *arrayCheck {
	out := arrayCheck{size: sizeCheck{s.MinItems, s.MaxItems}, distinct: s.UniqueItems,
		others: c.inside(s.Items2020), contains: c.inside(s.Contains),
		times: sizeCheck{s.MinContains, s.MaxContains}}
	for _, item := range s.PrefixItems {
		out.first = append(out.first, c.inside(item))
	}
	if s.UnevaluatedItems != nil {
		out.rest = &restCheck{check: c.inside(s.UnevaluatedItems)}
		out.rest.mentionedItems(s)
	}
	if len(out.first) == 0 && out.others == nil && out.contains == nil && out.rest == nil && !out.distinct &&
		out.size == (sizeCheck{-1, -1}) {
		return nil
	}
	return &out
}

// mentionedMembers adds the members that a schema and its parts, which must all hold, mention.
func (c *restCheck) mentionedMembers(s *jsonschema.Schema) {
	for name := range s.Properties {
		c.names[name] = true
	}
	c.patterns = slices.AppendSeq(c.patterns, maps.Keys(s.PatternProperties))
	c.all = c.all || s.AdditionalProperties != nil
	for _, part := range obligatory(s) {
		c.mentionedMembers(part)
	}
}

// mentionedItems adds the items that a schema and its parts, which must all hold, mention.
func (c *restCheck) mentionedItems(s *jsonschema.Schema) {
	c.items = max(c.items, len(s.PrefixItems))
	c.all = c.all || s.Items2020 != nil
	for _, part := range obligatory(s) {
		c.mentionedItems(part)
	}
}

// obligatory returns the parts of a schema that must hold for the same value.
func obligatory(s *jsonschema.Schema) []*jsonschema.Schema {
	if s.Ref == nil {
		return s.AllOf
	}
	return append([]*jsonschema.Schema{s.Ref}, s.AllOf...)
}
