package openapi

import (
	"maps"
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Part is one of the schema objects that bind the same value, as it is written: its own keywords
// alone, nothing merged in. The properties, alternatives and other schemas that it holds are
// complete schemas. Validate checks the whole schema at the part's place.
//
// A Schema suits readers who ask what a value may look like; those who make values need every rule,
// and of two rules about the same thing both.
type Part struct {
	*Schema

	Reference bool // a $ref and nothing beside it

	Required           []string
	RequiredWith       []RequiredWith // dependentRequired
	DependentSchemas   []NamedSchema  // that hold where the member of that name is there
	PatternProperties  []NamedSchema  // by regular expression, as RE2 spells it
	AdditionalMembers  *Schema        // additionalProperties, true and false included; nil where it is absent
	UnevaluatedMembers *Schema        // unevaluatedProperties, likewise
	PropertyNames      *Schema

	FurtherItems             *Schema // items, true and false included; nil where it is absent
	UnevaluatedItems         *Schema
	Contains                 *Schema
	MinContains, MaxContains *int

	Not            *Schema
	If, Then, Else *Schema

	Discriminator *Discriminator
}

// NamedSchema is a schema under a name.
type NamedSchema struct {
	Name   string
	Schema *Schema
}

// RequiredWith are the members that an object must have where it has another.
type RequiredWith struct {
	Name     string
	Required []string
}

// Discriminator tells by one member of an object which schema it follows (OpenAPI 3.1 §4.8.25).
type Discriminator struct {
	Property string
	// Branches are the schemas by the values of the property: alternatives of the part or, where it
	// has none, the schemas that extend it by allOf, and the part's own where a value names it. A
	// schema has as many branches as names.
	Branches []Branch
}

// Branch is a schema that a value of a discriminator's property names.
type Branch struct {
	Value  any
	Schema *Schema
}

// Parts returns the schema objects that a value of the schema must meet, all of them: its own, what
// it refers to, and those of allOf.
func (s *Schema) Parts() []*Part {
	if s == nil {
		return nil
	}
	if s.doc == nil {
		return []*Part{{Schema: s}}
	}
	parts := make([]*Part, len(s.parts))
	for i, pointer := range s.parts {
		parts[i] = s.doc.schemas.part(pointer)
	}
	return parts
}

// part returns the part at a pointer, always the same one.
func (t *schemaTable) part(pointer string) *Part {
	if p, ok := t.parts.Load(pointer); ok {
		return p.(*Part)
	}
	s := t.blank(pointer)
	p := &Part{Schema: s}
	f := flattener{table: t, schema: s, alone: true}
	f.flatten(pointer)
	p.Required = slices.Sorted(maps.Keys(f.required))
	f.finish()
	value, _ := t.bundle.lookup(pointer)
	if o, _ := value.(*jsonvalue.Object); o != nil {
		_, isRef := refOf(o)
		p.Reference = isRef && (t.is30 || len(o.Members) == 1)
		if !isRef || !t.is30 {
			for _, m := range o.Members {
				t.partKeyword(p, jsonvalue.Join(pointer, m.Name), m)
			}
			p.Discriminator = t.branches(pointer)
		}
	}
	actual, _ := t.parts.LoadOrStore(pointer, p)
	return actual.(*Part)
}

// partKeyword reads a keyword that only parts show.
func (t *schemaTable) partKeyword(p *Part, child string, m jsonvalue.Member) {
	if field := p.schemaField(m.Name); field != nil {
		*field = t.known(child)
		return
	}
	switch m.Name {
	case "patternProperties":
		p.PatternProperties = t.named(child, m.Value)
		for i := range p.PatternProperties {
			p.PatternProperties[i].Name = t.pattern(p.PatternProperties[i].Name).main()
		}
	case "dependentSchemas":
		p.DependentSchemas = t.named(child, m.Value)
	case "dependentRequired":
		for _, rule := range members(m.Value) {
			p.RequiredWith = append(p.RequiredWith, RequiredWith{rule.Name, textsOf(rule.Value)})
		}
	case "minContains":
		p.MinContains = wholeNumber(m.Value)
	case "maxContains":
		p.MaxContains = wholeNumber(m.Value)
	}
}

// schemaField returns the field of a keyword that holds one schema; nil for any other.
func (p *Part) schemaField(keyword string) **Schema {
	return map[string]**Schema{"additionalProperties": &p.AdditionalMembers, "propertyNames": &p.PropertyNames,
		"unevaluatedProperties": &p.UnevaluatedMembers, "items": &p.FurtherItems, "contains": &p.Contains,
		"unevaluatedItems": &p.UnevaluatedItems, "not": &p.Not, "if": &p.If, "then": &p.Then, "else": &p.Else}[keyword]
}

func (t *schemaTable) named(child string, v any) (list []NamedSchema) {
	for _, m := range members(v) {
		list = append(list, NamedSchema{m.Name, t.known(jsonvalue.Join(child, m.Name))})
	}
	return list
}

// known returns the flattened schema at a pointer of a loaded document. true and false, which are
// not registered everywhere, are schemas, too.
func (t *schemaTable) known(pointer string) *Schema {
	if s := t.readable[pointer]; s != nil {
		return s
	}
	s := t.blank(pointer)
	s.parts = []string{pointer}
	if value, _ := t.bundle.lookup(pointer); value == false {
		s.Closed, s.Enum = true, []any{}
	}
	return s
}

// blank returns a schema without keywords.
func (t *schemaTable) blank(pointer string) *Schema {
	return &Schema{doc: t.doc, pointer: pointer, Position: t.bundle.position(pointer), compiled: &compiled{}}
}

// branches returns the discriminator of a schema as makers need it; nil where it has none.
func (t *schemaTable) branches(pointer string) *Discriminator {
	d := t.discriminators[pointer]
	if d == nil {
		return nil
	}
	shown := &Discriminator{Property: d.property}
	for _, c := range append(d.choices[:len(d.choices):len(d.choices)], choice{pointer: pointer, names: d.own}) {
		for _, value := range c.names {
			shown.Branches = append(shown.Branches, Branch{value, t.known(c.pointer)})
		}
	}
	return shown
}

// textsOf returns the texts of a list.
func textsOf(v any) (list []string) {
	for _, item := range asList(v) {
		if text, ok := item.(string); ok {
			list = append(list, text)
		}
	}
	return list
}
