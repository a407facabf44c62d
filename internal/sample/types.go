package sample

import (
	"slices"

	"github.com/agentmock/agentmock/openapi"
)

// Types returns the JSON types that a value of a schema may have, the preferred one first: the
// types that the schema names, without null where it names others, else the type that its keywords
// are about. A schema that says nothing is about strings.
func Types(s *openapi.Schema) []string {
	types := slices.DeleteFunc(slices.Clone(s.Types), func(t string) bool { return t == "null" })
	switch {
	case len(types) > 0:
		return types
	case len(s.Types) > 0:
		return []string{"null"}
	case len(s.Properties) > 0 || s.MinProperties != nil || s.Additional != nil:
		return []string{"object"}
	case s.Items != nil || len(s.PrefixItems) > 0 || s.MinItems != nil:
		return []string{"array"}
	case s.Minimum != "" || s.Maximum != "" || s.ExclusiveMinimum != "" || s.ExclusiveMaximum != "" ||
		s.MultipleOf != "":
		return []string{"number"}
	}
	return []string{"string"}
}

// Type returns the first of Types.
func Type(s *openapi.Schema) string { return Types(s)[0] }
