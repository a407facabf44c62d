package openapi

import (
	"encoding/json"
	"slices"
)

// View is the direction in which a schema is used: a required readOnly property is required in
// responses only, a writeOnly one in requests only (OpenAPI 3.0.3 §4.7.24.1; OpenAPI 3.1 refers to
// JSON Schema Validation §9.4, and both are treated alike here). A readOnly property in a request
// is not validated.
type View int

// The two views.
const (
	RequestView View = iota
	ResponseView
)

// Schema is the flattened, readable form of a schema: $ref and allOf are merged in, so that a
// reader sees one set of keywords. It serves inference and generation; Validate checks every
// keyword, also those that have no field here. Recursive schemas are cyclic. A Schema is immutable
// and safe for concurrent use. Values (Enum, Default, Examples, …) have the forms of package
// jsonvalue.
type Schema struct {
	Name        string // of the component, if it is one: AgentUpdate
	Title       string
	Description string
	Position    Position

	Types  []string // allowed JSON types, "null" included where null is allowed; empty: any
	Enum   []any    // allowed values; a const is an enum of one; nil: any
	Format string

	// Pattern is a regular expression as RE2 spells it. PatternAlso and PatternNot are what lookaheads
	// of the document's pattern add: what a text matches as well, and what it does not.
	Pattern                 string
	PatternAlso, PatternNot []string

	MinLength, MaxLength               *int
	Minimum, Maximum                   json.Number // "" where unbounded
	ExclusiveMinimum, ExclusiveMaximum json.Number
	MultipleOf                         json.Number
	MinItems, MaxItems                 *int
	MinProperties, MaxProperties       *int
	UniqueItems                        bool
	Items                              *Schema // nil: anything
	PrefixItems                        []*Schema
	Properties                         []*Property // in document order
	Undeclared                         []*Property // required without being declared: anything, sorted by name
	Additional                         *Schema     // additionalProperties, where it is a schema
	// Open is true where additionalProperties is true or a schema, or where no properties are
	// declared at all: the document provides for members that it does not name.
	Open bool
	// Closed is true where additionalProperties or unevaluatedProperties is false.
	Closed       bool
	OneOf, AnyOf []*Schema

	Default    any
	HasDefault bool
	Examples   []any // example, then examples

	ReadOnly, WriteOnly, Deprecated bool
	Mock                            Extension

	pointer   string               // into the bundle
	merged    []string             // pointers to all that is merged in, the outermost first
	parts     []string             // pointers of its Parts
	named     map[string]*Property // nil where there are few
	anything  bool                 // of a parameter that has no schema
	defaultAt string               // pointer to the keyword default; "": none, or it is a word of x-mock
	doc       *Document
	compiled  *compiled // shared by copies; nil without a document, and of anything
}

// Property is a declared member of an object.
type Property struct {
	Name     string
	Required bool // in the document; RequiredIn takes the view into account
	Schema   *Schema

	also []*Schema // further declarations, in other parts of an allOf
}

// RequiredIn reports whether the property is required in a view.
func (p *Property) RequiredIn(view View) bool { return p.Required && !p.AbsentIn(view) }

// AbsentIn reports whether the property belongs to the other view: it is readOnly or writeOnly.
func (p *Property) AbsentIn(view View) bool {
	return view == RequestView && p.Schema.ReadOnly || view == ResponseView && p.Schema.WriteOnly
}

// merge merges the property's other declarations into the first that says what is inside, else the
// first: a general envelope has a member of any kind that a part of an allOf describes.
func (p *Property) merge() {
	if len(p.also) == 0 {
		return
	}
	declared := append([]*Schema{p.Schema}, p.also...)
	main := max(slices.IndexFunc(declared, (*Schema).structured), 0)
	merged := *declared[main]
	merged.Properties = slices.Clone(merged.Properties)
	for i, s := range declared {
		if i == main {
			continue
		}
		for _, inner := range s.Properties {
			if merged.Property(inner.Name) == nil {
				merged.Properties = append(merged.Properties, inner)
			}
		}
		merged.ReadOnly = merged.ReadOnly || s.ReadOnly
		merged.WriteOnly = merged.WriteOnly || s.WriteOnly
		setText(&merged.Description, s.Description)
		setText(&merged.Format, s.Format)
		setText(&merged.Mock.Value, s.Mock.Value)
		if len(merged.Types) == 0 {
			merged.Types = s.Types
		}
		merged.Enum = common(merged.Enum, s.Enum)
		if !merged.HasDefault {
			merged.Default, merged.HasDefault = s.Default, s.HasDefault
		}
		setText(&merged.defaultAt, s.defaultAt)
		merged.Examples = slices.Concat(merged.Examples, s.Examples)
		merged.parts = slices.Concat(merged.parts, s.parts)
	}
	p.Schema, p.also = &merged, nil
}

// common returns the values that two lists of allowed ones have in common, the first list where they
// exclude each other: validation then rejects every value. A list that is nil allows any.
func common(a, b []any) []any {
	if a == nil {
		return b
	}
	if both := slices.DeleteFunc(slices.Clone(a), func(v any) bool { return !holdsValue(b, v) }); len(both) > 0 {
		return both
	}
	return a
}

// structured reports whether a schema says what is inside its values.
func (s *Schema) structured() bool {
	return len(s.Properties)+len(s.OneOf)+len(s.AnyOf)+len(s.PrefixItems) > 0 || s.Items != nil && s.Items.describes()
}

// describes reports whether a schema says anything of the kind of its values.
func (s *Schema) describes() bool {
	return len(s.Types) > 0 || s.Enum != nil || s.Items != nil ||
		len(s.Properties)+len(s.OneOf)+len(s.AnyOf)+len(s.PrefixItems) > 0
}

// Property returns the property that the schema itself declares under a name, or nil; Member looks
// further. A nil schema has none.
func (s *Schema) Property(name string) *Property {
	if s == nil {
		return nil
	}
	if s.named != nil {
		return s.named[name]
	}
	return first(s.Properties, func(p *Property) bool { return p.Name == name })
}

// Named returns the properties and what is required without being declared.
func (s *Schema) Named() []*Property {
	if len(s.Undeclared) == 0 {
		return s.Properties
	}
	return slices.Concat(s.Properties, s.Undeclared)
}

// manyProperties is the number of properties from which a schema has a table of them.
const manyProperties = 24

func (s *Schema) addProperty(p *Property) {
	s.Properties = append(s.Properties, p)
	switch {
	case s.named != nil:
		s.named[p.Name] = p
	case len(s.Properties) >= manyProperties:
		s.named = map[string]*Property{}
		for _, p := range s.Properties {
			s.named[p.Name] = p
		}
	}
}

// Allows reports whether values of a JSON type are allowed. A schema without types allows all, one
// of numbers integers, too.
func (s *Schema) Allows(typ string) bool {
	return len(s.Types) == 0 || slices.ContainsFunc(s.Types, func(t string) bool {
		return t == typ || t == "number" && typ == "integer"
	})
}

// Same reports whether s and other come from the same place of a document: behind $refs, one schema
// is compiled several times.
func (s *Schema) Same(other *Schema) bool {
	if s == nil || other == nil {
		return s == other
	}
	return s == other || s.Position.Line > 0 && s.Position == other.Position || s.Name != "" && s.Name == other.Name
}
