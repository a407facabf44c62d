package mockserver

import (
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// branchDepth bounds how deep alternatives within alternatives are searched; recursive schemas are
// cyclic.
const branchDepth = 8

// memberSchema says how a schema describes a member of its objects: known is false where it names
// members and this is none of them. The schema is nil where anything may stand there. A nil schema
// knows everything.
func memberSchema(s *openapi.Schema, name string) (schema *openapi.Schema, known bool) {
	return searchMember(s, name, branchDepth)
}

func searchMember(s *openapi.Schema, name string, depth int) (*openapi.Schema, bool) {
	if s == nil || depth == 0 {
		return nil, true
	}
	if p := s.Property(name); p != nil {
		return p.Schema, true
	}
	branches := append(s.OneOf[:len(s.OneOf):len(s.OneOf)], s.AnyOf...)
	for _, branch := range branches {
		if declaresMembers(branch, depth-1) {
			if schema, known := searchMember(branch, name, depth-1); known {
				return schema, true
			}
		}
	}
	if len(s.Properties) == 0 && anyDeclares(branches, depth-1) {
		return nil, false
	}
	return s.Additional, s.Open
}

// declaresMembers says whether a schema, or one of its alternatives, names members at all.
func declaresMembers(s *openapi.Schema, depth int) bool {
	if s == nil || depth <= 0 {
		return false
	}
	return len(s.Properties) > 0 || anyDeclares(s.OneOf, depth-1) || anyDeclares(s.AnyOf, depth-1)
}

func anyDeclares(list []*openapi.Schema, depth int) bool {
	for _, s := range list {
		if declaresMembers(s, depth) {
			return true
		}
	}
	return false
}

// itemSchema is the schema of item i of an array.
func itemSchema(s *openapi.Schema, i int) *openapi.Schema {
	switch {
	case s == nil:
		return nil
	case i < len(s.PrefixItems):
		return s.PrefixItems[i]
	}
	return s.Items
}

func isReadOnly(s *openapi.Schema) bool  { return s != nil && s.ReadOnly }
func isWriteOnly(s *openapi.Schema) bool { return s != nil && s.WriteOnly }
func isSecret(s *openapi.Schema) bool    { return s != nil && s.Mock.Value == hintSecret }

// The values of x-mock on a property.
const (
	hintObjectID = "objectId"
	hintNow      = "now"
	hintUpdated  = "updated"
	hintSecret   = "secret"
)

// serverMade says how the server makes a property: as x-mock says, or, in documents without it, now
// and updated for read-only points in time whose names speak of creation and of change.
func serverMade(p *openapi.Property) string {
	s := p.Schema
	if s == nil {
		return ""
	}
	if s.Mock.Value != "" {
		return s.Mock.Value
	}
	if !s.ReadOnly || (s.Format != "date-time" && s.Format != "date") {
		return ""
	}
	name := strings.ToLower(p.Name)
	for _, word := range []string{"updat", "modif", "chang", "edit"} {
		if strings.Contains(name, word) {
			return hintUpdated
		}
	}
	for _, word := range []string{"creat", "added", "registered"} {
		if strings.Contains(name, word) {
			return hintNow
		}
	}
	return ""
}

// sameSchema says whether two schemas come from the same place of a document.
func sameSchema(a, b *openapi.Schema) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a == b || (a.Position == b.Position && a.Position.Line > 0) || (a.Name != "" && a.Name == b.Name)
}
