package openapi

import (
	"reflect"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// effort counts the steps that the library would take to validate a value: one for each schema that it
// tries on each part. Below choices that lead to the same schema again, these are a power of the
// depth; they are counted without taking them.
type effort struct {
	most  int // steps that are counted; beyond them there are too many
	taken int // by the count itself
	known map[trial]int
}

// trial is a schema that is tried on an array or an object.
type trial struct {
	schema *jsonschema.Schema
	value  uintptr
}

// of returns the number of steps, or more than most.
func (e *effort) of(s *jsonschema.Schema, v any) int {
	e.taken++
	switch {
	case e.taken > e.most: // each of these is at least one of the library's
		return e.most + 1
	case s.Always != nil || !typeSetOfAll(s.Types).holdAny(v):
		return 1
	}
	at := trial{schema: s}
	switch v.(type) {
	case map[string]any, []any:
		at.value = reflect.ValueOf(v).Pointer()
	}
	remembered := at.value != 0 && e.taken > quickSteps
	if n, known := e.known[at]; known && remembered {
		return n
	}
	n := 1
	e.addSame(&n, s, v)
	switch v := v.(type) {
	case map[string]any:
		e.addMembers(&n, s, v)
	case []any:
		e.addItems(&n, s, v)
	}
	if remembered {
		if e.known == nil {
			e.known = map[trial]int{}
		}
		e.known[at] = n
	}
	return n
}

// add adds the steps of a part to a number of them.
func (e *effort) add(n *int, s *jsonschema.Schema, v any) {
	if s != nil && *n <= e.most {
		*n += e.of(s, v)
	}
}

// addSame adds the steps of the schemas that apply to the same value.
func (e *effort) addSame(n *int, s *jsonschema.Schema, v any) {
	for _, part := range []*jsonschema.Schema{s.Ref, s.RecursiveRef, s.DynamicRef, s.Not, s.If, s.Then, s.Else} {
		e.add(n, part, v)
	}
	for _, list := range [][]*jsonschema.Schema{s.AllOf, s.AnyOf, s.OneOf} {
		for _, part := range list {
			e.add(n, part, v)
		}
	}
}

func (e *effort) addMembers(n *int, s *jsonschema.Schema, v map[string]any) {
	additional, _ := s.AdditionalProperties.(*jsonschema.Schema)
	for name, member := range v {
		declared := s.Properties[name]
		e.add(n, declared, member)
		evaluated := declared != nil
		for pattern, part := range s.PatternProperties {
			if pattern.MatchString(name) {
				evaluated = true
				e.add(n, part, member)
			}
		}
		if !evaluated {
			e.add(n, additional, member)
		}
		if !evaluated && s.AdditionalProperties == nil { // else the library does not ask for the rest
			e.add(n, s.UnevaluatedProperties, member)
		}
		e.add(n, s.PropertyNames, name)
		e.add(n, s.DependentSchemas[name], v)
	}
}

func (e *effort) addItems(n *int, s *jsonschema.Schema, v []any) {
	for i, item := range v {
		part := s.Items2020
		if i < len(s.PrefixItems) {
			part = s.PrefixItems[i]
		}
		e.add(n, part, item)
		e.add(n, s.Contains, item)
		if part == nil {
			e.add(n, s.UnevaluatedItems, item)
		}
	}
}

// typeSetOfAll returns the set of types of a schema of the library.
func typeSetOfAll(names []string) typeSet {
	var set typeSet
	for _, name := range names {
		set |= typeSetOf(name)
	}
	return set
}

// holdAny is hold for a value in the forms of encoding/json. It takes any number for an integer.
func (t typeSet) holdAny(v any) bool {
	if t == 0 {
		return true
	}
	is := nulls
	switch v.(type) {
	case string:
		is = texts
	case bool:
		is = booleans
	case map[string]any:
		is = objects
	case []any:
		is = arrays
	case nil:
	default:
		is = numbers | integers
	}
	return t&is != 0
}
