package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// withValues puts values that the target knows into what fixtures send and expect. What a fixture
// tries out stays as it is.
func withValues(list []*fixtures.Fixture, values map[string]any) ([]*fixtures.Fixture, error) {
	if len(values) == 0 {
		return list, nil
	}
	known := map[string]any{}
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
	out := make([]*fixtures.Fixture, len(list))
	for i, f := range list {
		out[i] = replaced(f, known)
	}
	return out, nil
}

func replaced(f *fixtures.Fixture, values map[string]any) *fixtures.Fixture {
	c := *f
	c.Given, c.Steps = slices.Clone(f.Given), slices.Clone(f.Steps)
	for i := range c.Given {
		g := &c.Given[i]
		g.Body, g.Update = put(g.Body, values, ""), put(g.Update, values, "")
	}
	for i := range c.Steps {
		s := &c.Steps[i]
		tried := ""
		if s.Mutation != nil && s.Mutation.In == "body" {
			tried = s.Mutation.Pointer
		}
		s.References = slices.DeleteFunc(slices.Clone(s.References), func(p string) bool { return covered(p, values) })
		if s.Request.Body != nil && s.Request.Body.Raw == nil {
			body := *s.Request.Body
			body.Value = put(body.Value, values, tried)
			s.Request.Body = &body
		}
		s.Expect.Body = put(s.Expect.Body, values, tried)
		exact := map[string]any{}
		for pointer, want := range s.Expect.Exact {
			exact[pointer] = want
			for at, value := range values {
				if inside, ok := strings.CutPrefix(at, pointer); ok && (inside == "" || inside[0] == '/') &&
					!overlaps(at, tried) {
					exact[pointer] = put(want, map[string]any{inside: value}, "")
				}
			}
		}
		s.Expect.Exact = exact
	}
	return &c
}

func covered(pointer string, values map[string]any) bool {
	for at := range values {
		if overlaps(at, pointer) {
			return true
		}
	}
	return false
}

// put replaces the values at pointers that are there.
func put(body any, values map[string]any, tried string) any {
	if body == nil {
		return nil
	}
	for _, pointer := range slices.Sorted(maps.Keys(values)) {
		if tried != "" && overlaps(pointer, tried) {
			continue
		}
		if pointer == "" {
			body = values[pointer]
			continue
		}
		if _, ok := jsonvalue.Lookup(body, pointer); ok {
			body, _ = jsonvalue.Put(jsonvalue.Clone(body), pointer, values[pointer])
		}
	}
	return body
}

// overlaps says whether one of two pointers leads through the other's place.
func overlaps(a, b string) bool {
	if b == "" {
		return false
	}
	return a == b || strings.HasPrefix(a, b+"/") || strings.HasPrefix(b, a+"/")
}
