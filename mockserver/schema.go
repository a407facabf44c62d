package mockserver

import (
	"cmp"
	"math"
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func isReadOnly(s *openapi.Schema) bool  { return s != nil && s.ReadOnly }
func isWriteOnly(s *openapi.Schema) bool { return s != nil && s.WriteOnly }
func isSecret(s *openapi.Schema) bool    { return s != nil && s.Mock.Value == openapi.MockSecret }

// updateTimes returns the names of the properties that are times of the last change.
func updateTimes(s *openapi.Schema) (names []string) {
	if s == nil {
		return nil
	}
	for _, p := range s.Properties {
		if p.Schema.Mock.Value == openapi.MockUpdated {
			names = append(names, p.Name)
		}
	}
	return names
}

// order is the order of the members of an object: that of a schema's properties, followed by all
// others as they are.
type order map[string]int

func orderOf(s *openapi.Schema) order {
	if s == nil {
		return nil
	}
	o := make(order, len(s.Properties))
	for i, p := range s.Properties {
		o[p.Name] = i - len(s.Properties) // members without a place sort last
	}
	return o
}

// sorted returns an object in this order; the object itself where it is in order.
func (o order) sorted(object *jsonvalue.Object) *jsonvalue.Object {
	if o.holds(object) {
		return object
	}
	members := slices.Clone(object.Members)
	slices.SortStableFunc(members, func(a, b jsonvalue.Member) int { return cmp.Compare(o[a.Name], o[b.Name]) })
	return &jsonvalue.Object{Members: members}
}

func (o order) holds(object *jsonvalue.Object) bool {
	before := math.MinInt
	for i := range object.Members {
		place := o[object.Members[i].Name]
		if place < before {
			return false
		}
		before = place
	}
	return true
}
