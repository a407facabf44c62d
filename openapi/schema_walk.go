package openapi

import (
	"iter"
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Variants yields the schema and its alternatives: itself, those of oneOf, then those of anyOf,
// theirs included, depth first. A nil schema has none.
func (s *Schema) Variants() iter.Seq[*Schema] {
	return func(yield func(*Schema) bool) {
		switch {
		case s == nil:
		case len(s.OneOf)+len(s.AnyOf) == 0:
			yield(s)
		default:
			var seen []*Schema
			s.eachVariant(&seen, yield)
		}
	}
}

// eachVariant enters no schema twice: a document may have circles that it is refused for later.
func (s *Schema) eachVariant(seen *[]*Schema, yield func(*Schema) bool) bool {
	if slices.Contains(*seen, s) {
		return true
	}
	*seen = append(*seen, s)
	if !yield(s) {
		return false
	}
	for _, list := range [][]*Schema{s.OneOf, s.AnyOf} {
		for _, alternative := range list {
			if !alternative.eachVariant(seen, yield) {
				return false
			}
		}
	}
	return true
}

// Member returns the schema of an object's member: the one that the first of the schema's Variants
// declares under that name, else the first additionalProperties schema among them. It is nil where
// the document says nothing about the member, as Covers tells apart, and for a nil schema.
func (s *Schema) Member(name string) *Schema {
	if declared := s.declared(name); declared != nil {
		return declared
	}
	for variant := range s.Variants() {
		if variant.Additional != nil {
			return variant.Additional
		}
	}
	return nil
}

// declared is the schema that the first of the variants has for a property; nil where none has.
func (s *Schema) declared(name string) *Schema {
	for variant := range s.Variants() {
		if p := variant.Property(name); p != nil {
			return p.Schema
		}
	}
	return nil
}

// Covers reports whether the document provides for a member of that name: one of the schema's
// Variants declares it, requires it or is open, or none of them names any member and the schema is not closed.
// Where Covers is true and Member is nil, the member may be anything; so it may for a nil schema.
// Where it is false, validation may still accept the member: the document neither names it nor
// forbids it.
func (s *Schema) Covers(name string) bool {
	if s == nil || s.declared(name) != nil {
		return true
	}
	names := false
	for variant := range s.Variants() {
		if variant.Additional != nil || len(variant.Properties) > 0 && variant.Open ||
			slices.ContainsFunc(variant.Undeclared, func(p *Property) bool { return p.Name == name }) {
			return true
		}
		names = names || len(variant.Properties) > 0
	}
	return !names && s.Open
}

// Item returns the schema of item i of an array, from 0: that of prefixItems, else that of items,
// of the first of the schema's Variants that has one. It is nil where the document says nothing
// about the item, and for a nil schema.
func (s *Schema) Item(i int) *Schema {
	for variant := range s.Variants() {
		switch {
		case i < 0:
		case i < len(variant.PrefixItems):
			return variant.PrefixItems[i]
		case variant.Items != nil:
			return variant.Items
		}
	}
	return nil
}

// At returns the schema of the value at a JSON pointer (RFC 6901) into a value of this schema, by
// Member and Item. A token that is an index names an item, unless a property of that name is
// declared. It is nil where the document says nothing about the place; "" is the schema itself.
func (s *Schema) At(pointer string) *Schema {
	for _, token := range jsonvalue.Tokens(pointer) {
		s = s.child(token)
	}
	return s
}

func (s *Schema) child(token string) *Schema {
	if i, isIndex := jsonvalue.Index(token); isIndex && s.declared(token) == nil {
		if item := s.Item(i); item != nil {
			return item
		}
	}
	return s.Member(token)
}
