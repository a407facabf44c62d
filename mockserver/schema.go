package mockserver

import (
	"cmp"
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func isReadOnly(s *openapi.Schema) bool  { return s != nil && s.ReadOnly }
func isWriteOnly(s *openapi.Schema) bool { return s != nil && s.WriteOnly }
func isSecret(s *openapi.Schema) bool    { return s != nil && s.Mock.Value == openapi.MockSecret }

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
