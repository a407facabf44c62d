package mockserver

import (
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// conformTries bounds how many members are tried, for hostile bodies.
const conformTries = 64

// conform drops members whose presence the schema of answers forbids, as in "a key only with this
// provider". It is found out by trying: what a violation goes away without, and nothing demands,
// must go. Whatever else is wrong stays.
func conform(object *jsonvalue.Object, s *openapi.Schema) *jsonvalue.Object {
	if s == nil {
		return object
	}
	violations := s.Validate(object, openapi.ResponseView)
	for tries := 0; len(violations) > 0; {
		before := len(violations)
		for _, pointer := range excessive(object, s, violations) {
			if tries++; tries > conformTries {
				return object
			}
			smaller := jsonvalue.Remove(jsonvalue.Clone(object), pointer).(*jsonvalue.Object)
			if left := s.Validate(smaller, openapi.ResponseView); len(left) < len(violations) {
				object, violations = smaller, left
				break
			}
		}
		if len(violations) == before {
			break
		}
	}
	return object
}

// excessive lists the members that violations may be about and that answers can do without, secrets
// first.
func excessive(object *jsonvalue.Object, s *openapi.Schema, violations []openapi.Violation) []string {
	var secrets, others []string
	add := func(holder, name string) {
		p := s.At(holder).Property(name)
		pointer := jsonvalue.Join(holder, name)
		switch {
		case p != nil && p.RequiredIn(openapi.ResponseView):
		case p != nil && isSecret(p.Schema):
			secrets = append(secrets, pointer)
		default:
			others = append(others, pointer)
		}
	}
	for _, v := range violations {
		switch v.Rule {
		case "forbidden-property", "additional-property":
			tokens := jsonvalue.Tokens(v.Pointer)
			if n := len(tokens); n > 0 {
				add(v.Pointer[:strings.LastIndexByte(v.Pointer, '/')], tokens[n-1])
			}
		case "not":
			value, _ := jsonvalue.Lookup(object, v.Pointer)
			if holder, ok := value.(*jsonvalue.Object); ok {
				for _, m := range slices.Backward(holder.Members) {
					add(v.Pointer, m.Name)
				}
			}
		}
	}
	return append(secrets, others...)
}
