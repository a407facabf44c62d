package mockserver

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func isReadOnly(s *openapi.Schema) bool  { return s != nil && s.ReadOnly }
func isWriteOnly(s *openapi.Schema) bool { return s != nil && s.WriteOnly }
func isSecret(s *openapi.Schema) bool    { return s != nil && s.Mock.Value == openapi.MockSecret }

// generatedBy returns the x-mock word by which the server makes a property, "" where it does not.
// In documents without x-mock, read-only times whose names speak of creation or change count as
// openapi.MockNow and openapi.MockUpdated.
func generatedBy(p *openapi.Property) string {
	s := p.Schema
	if s.Mock.Value != "" {
		return s.Mock.Value
	}
	if !s.ReadOnly || (s.Format != "date-time" && s.Format != "date") {
		return ""
	}
	name := strings.ToLower(p.Name)
	contained := func(word string) bool { return strings.Contains(name, word) }
	switch {
	case slices.ContainsFunc([]string{"updat", "modif", "chang", "edit"}, contained):
		return openapi.MockUpdated
	case slices.ContainsFunc([]string{"creat", "added", "registered"}, contained):
		return openapi.MockNow
	}
	return ""
}

// inSchemaOrder returns an object with its members in the order of a schema's properties, followed
// by all others as they were.
func inSchemaOrder(o *jsonvalue.Object, s *openapi.Schema) *jsonvalue.Object {
	if s == nil || len(s.Properties) == 0 {
		return o
	}
	rank := make(map[string]int, len(s.Properties))
	for i, p := range s.Properties {
		rank[p.Name] = i - len(s.Properties) // members without a rank sort last
	}
	members := slices.Clone(o.Members)
	slices.SortStableFunc(members, func(a, b jsonvalue.Member) int { return cmp.Compare(rank[a.Name], rank[b.Name]) })
	return &jsonvalue.Object{Members: members}
}
