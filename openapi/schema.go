package openapi

import (
	"encoding/json"
	"slices"
)

// View is the side from which a schema is read: a required readOnly property binds responses only,
// a writeOnly one requests only (OpenAPI 3.0.3 §4.7.24.1; 3.1 leaves both to JSON Schema Validation
// §9.4, and they are treated alike here). A readOnly property that a request carries is not judged
// at all.
type View int

// The two views.
const (
	RequestView View = iota
	ResponseView
)

// Schema is the readable side of a schema: $ref and allOf are folded in, so that a reader sees one
// flat set of keywords. It serves inference and generation; verdicts come from Validate, which
// knows every keyword. Recursive schemas are cyclic here. It is immutable and safe for concurrent
// use. Values (Enum, Default, Examples, …) are nil, bool, string, json.Number, []any or an object
// that marshals in document order.
type Schema struct {
	Name        string // of the component it came from, if any: AgentUpdate
	Title       string
	Description string
	Position    Position

	Types  []string // allowed JSON types, "null" included where null is allowed; empty: any
	Enum   []any    // allowed values; a const is an enum of one; empty: any
	Format string

	Pattern                            string
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
	Additional                         *Schema     // for members not in Properties, where the document gives a schema
	// Open is true where additionalProperties says so, as true or as a schema, or where no
	// properties are declared at all: members that the document does not name belong there.
	Open bool
	// Closed is true where additionalProperties or unevaluatedProperties is false.
	Closed       bool
	OneOf, AnyOf []*Schema

	Default    any
	HasDefault bool
	Examples   []any // example, then examples

	ReadOnly, WriteOnly, Deprecated bool
	Mock                            Extension

	pointer  string // into the bundle
	anything bool   // of a parameter that has no schema
	doc      *Document
}

// Property is one declared member of an object.
type Property struct {
	Name     string
	Required bool // as the document says, before views: see RequiredIn
	Schema   *Schema

	also []*Schema // where several parts of an allOf declare it
}

// RequiredIn says whether a view demands the property.
func (p *Property) RequiredIn(view View) bool { return p.Required && !p.absentIn(view) }

// absentIn says whether the property belongs to the other view.
func (p *Property) absentIn(view View) bool {
	return view == RequestView && p.Schema.ReadOnly || view == ResponseView && p.Schema.WriteOnly
}

// merge takes over what the property's other declarations say about sides and what its first leaves
// open.
func (p *Property) merge() {
	if len(p.also) == 0 {
		return
	}
	merged := *p.Schema
	for _, s := range p.also {
		merged.ReadOnly = merged.ReadOnly || s.ReadOnly
		merged.WriteOnly = merged.WriteOnly || s.WriteOnly
		setText(&merged.Description, s.Description)
		setText(&merged.Format, s.Format)
		setText(&merged.Mock.Value, s.Mock.Value)
		if len(merged.Types) == 0 {
			merged.Types = s.Types
		}
		if merged.Enum == nil {
			merged.Enum = s.Enum
		}
		if !merged.HasDefault {
			merged.Default, merged.HasDefault = s.Default, s.HasDefault
		}
		merged.Examples = slices.Concat(merged.Examples, s.Examples)
	}
	p.Schema, p.also = &merged, nil
}

// Property finds a declared property by name, or nil. A nil schema has none.
func (s *Schema) Property(name string) *Property {
	if s == nil {
		return nil
	}
	for _, p := range s.Properties {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// Allows says whether the schema's types include one. A number schema allows integer too.
func (s *Schema) Allows(typ string) bool {
	if len(s.Types) == 0 {
		return true
	}
	for _, t := range s.Types {
		if t == typ || t == "number" && typ == "integer" {
			return true
		}
	}
	return false
}
