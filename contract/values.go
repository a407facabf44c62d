package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// withValues returns fixtures that send and expect values that the target knows, by JSON pointer
// into bodies. What a step tries stays as it is.
func withValues(list []*fixtures.Fixture, values map[string]any) ([]*fixtures.Fixture, error) {
	if len(values) == 0 {
		return list, nil
	}
	known := knownValues{}
	for pointer, value := range values {
		if !strings.HasPrefix(pointer, "/") {
			return nil, fmt.Errorf("value for %q: a JSON pointer into the body is needed, such as /phoneNumberIds/0",
				pointer)
		}
		v, err := jsonvalue.Of(value)
		if err != nil {
			return nil, fmt.Errorf("value for %s: %w", pointer, err)
		}
		known[pointer] = v
	}
	out, err := fixtures.Map(list, func(at fixtures.Place, value any) (any, error) {
		return known.in(at, value)
	})
	for _, f := range out {
		for i := range f.Steps {
			s := &f.Steps[i]
			s.References = slices.DeleteFunc(slices.Clone(s.References), known.cover)
		}
	}
	return out, err
}

// knownValues are values that the target knows, by JSON pointer into a body.
type knownValues map[string]any

// in returns a value of a fixture with the known values in it. Those at the place of what the step
// tries are left out.
func (k knownValues) in(at fixtures.Place, value any) (any, error) {
	if at.Member == "mutation" {
		return value, nil
	}
	tried := ""
	if at.Step != nil && at.Step.Mutation != nil && at.Step.Mutation.In == "body" {
		tried = at.Step.Mutation.Pointer
	}
	for _, pointer := range slices.Sorted(maps.Keys(k)) { // a whole before its parts
		if overlaps(pointer, tried) {
			continue
		}
		var err error
		if value, err = replace(at.Pointer, value, pointer, k[pointer]); err != nil {
			return nil, err
		}
	}
	return value, nil
}

// replace returns the value at one pointer of a body, as it is once the body has the known value at
// another one; fixtures.ErrDrop where it then has nothing.
func replace(at string, value any, pointer string, known any) (any, error) {
	if inside, ok := below(pointer, at); ok {
		if _, there := jsonvalue.Lookup(value, inside); there {
			value, _ = jsonvalue.Put(jsonvalue.Clone(value), inside, known)
		}
		return value, nil
	}
	if inside, ok := below(at, pointer); ok {
		part, there := jsonvalue.Lookup(known, inside)
		if !there {
			return nil, fixtures.ErrDrop
		}
		return part, nil
	}
	return value, nil
}

// below returns the rest of a pointer from another one that it is equal to or leads through.
func below(pointer, above string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(pointer, above)
	return rest, ok && (rest == "" || rest[0] == '/')
}

// cover reports whether a known value stands at a pointer, around it or inside of it.
func (k knownValues) cover(pointer string) bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(k)), func(at string) bool { return overlaps(at, pointer) })
}

// overlaps reports whether one of two pointers leads to the other's value or through it; nothing
// overlaps "".
func overlaps(a, b string) bool {
	return b != "" && (a == b || strings.HasPrefix(a, b+"/") || strings.HasPrefix(b, a+"/"))
}
