package mockserver

import (
	"slices"

	samples "github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// maxDepth bounds how deep a recursive schema is followed where no value does.
const maxDepth = 12

// setDefaults adds the defaults of a request's schema, at every level, for members that the item
// can hold.
func setDefaults(v any, request, item *openapi.Schema, depth int) {
	if depth == 0 || request == nil {
		return
	}
	switch v := v.(type) {
	case *jsonvalue.Object:
		for _, p := range request.Properties {
			stored := item.Member(p.Name)
			value, has := v.Get(p.Name)
			if !has && p.Schema.HasDefault && item.Covers(p.Name) && isWritable(p.Schema, stored) {
				value = jsonvalue.Clone(p.Schema.Default)
				v.Set(p.Name, value)
			}
			setDefaults(value, p.Schema, stored, depth-1)
		}
	case []any:
		for i := range v {
			setDefaults(v[i], request.Item(i), item.Item(i), depth-1)
		}
	}
}

// isGenerated reports whether the server makes the value of a property: an identity or a time.
func isGenerated(s *openapi.Schema) bool {
	return slices.Contains([]string{openapi.MockObjectID, openapi.MockNow, openapi.MockUpdated}, s.Mock.Value)
}

// isProvided reports whether setProvided adds a property to a new item.
func isProvided(p *openapi.Property) bool {
	return isGenerated(p.Schema) || p.Schema.Mock.HasInitial ||
		p.RequiredIn(openapi.ResponseView) && !isSecret(p.Schema)
}

// setProvided adds a missing member that the server generates, that has an initial value in x-mock,
// or that responses must have: an example of what is read-only, else the emptiest value that the
// schema allows.
func (b *builder) setProvided(object *jsonvalue.Object, p *openapi.Property) {
	initial, has := b.collection.course.initial(p)
	switch {
	case b.setGenerated(object, p):
	case has:
		object.Set(p.Name, jsonvalue.Clone(initial))
	case !isProvided(p):
	case isReadOnly(p.Schema):
		object.Set(p.Name, jsonvalue.Clone(b.collection.made(p.Schema, p.Name)))
	default:
		object.Set(p.Name, jsonvalue.Clone(b.api.examples.blank(p.Schema)))
	}
}

// setGenerated adds a missing identity or time. It reports false for any other property.
func (b *builder) setGenerated(object *jsonvalue.Object, p *openapi.Property) bool {
	switch {
	case !isGenerated(p.Schema):
		return false
	case p.Schema.Mock.Value == openapi.MockObjectID:
		object.Set(p.Name, b.objectID())
	default:
		object.Set(p.Name, samples.Moment(p.Schema, b.now))
	}
	return true
}

// eachMissing calls visit for every declared or required property that an object does not have, at
// every level, those below what visit has added included.
func eachMissing(v any, s *openapi.Schema, depth int, visit func(*jsonvalue.Object, *openapi.Property)) {
	if depth == 0 || s == nil {
		return
	}
	switch v := v.(type) {
	case *jsonvalue.Object:
		for _, p := range s.Named() {
			if _, has := v.Get(p.Name); !has {
				visit(v, p)
			}
			value, _ := v.Get(p.Name)
			eachMissing(value, p.Schema, depth-1, visit)
		}
	case []any:
		for i := range v {
			eachMissing(v[i], s.Item(i), depth-1, visit)
		}
	}
}
