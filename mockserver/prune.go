package mockserver

import (
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// maxPruneAttempts bounds the validations of one prune, for hostile bodies.
const maxPruneAttempts = 64

// prune removes members that the schema of responses forbids, as in "a key only with this
// provider". Documents state such rules in many ways (if, not, oneOf), so prune tries: a member
// goes if there are fewer violations without it and nothing requires it. All other violations stay.
func prune(object *jsonvalue.Object, s *openapi.Schema) *jsonvalue.Object {
	if s == nil {
		return object
	}
	violations := s.Validate(object, openapi.ResponseView)
	for attempts := 0; len(violations) > 0; {
		before := len(violations)
		for _, pointer := range removable(object, s, violations) {
			if attempts++; attempts > maxPruneAttempts {
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

// removable returns pointers to the members that violations may be about and that responses need
// not have, secrets first.
func removable(object *jsonvalue.Object, s *openapi.Schema, violations []openapi.Violation) []string {
	var secrets, others []string
	add := func(parent, name string) {
		p := s.At(parent).Property(name)
		pointer := jsonvalue.Join(parent, name)
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
			if parent, ok := value.(*jsonvalue.Object); ok {
				for _, m := range slices.Backward(parent.Members) {
					add(v.Pointer, m.Name)
				}
			}
		}
	}
	return append(secrets, others...)
}
