package sample

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// satisfiable writes schemas that a given value meets: whatever it says of the value is true, so that
// every schema has a value.
type satisfiable struct{ *rand.Rand }

// instance returns a random value.
func (s satisfiable) instance(depth int) any {
	kinds := 6
	if depth <= 0 {
		kinds = 4
	}
	switch s.IntN(kinds) {
	case 0:
		return s.word()
	case 1:
		return json.Number(fmt.Sprint(s.IntN(200) - 50))
	case 2:
		return s.IntN(2) == 0
	case 3:
		return json.Number(fmt.Sprintf("%d.%d", s.IntN(20), s.IntN(9)+1))
	case 4:
		list := make([]any, s.IntN(4))
		for i := range list {
			list[i] = s.instance(depth - 1)
		}
		return list
	}
	o := &jsonvalue.Object{}
	for range s.IntN(5) {
		o.Set(s.word()[:2], s.instance(depth-1))
	}
	return o
}

func (s satisfiable) word() string {
	b := make([]byte, 2+s.IntN(8))
	for i := range b {
		b[i] = "abcdefgh0123"[s.IntN(12)]
	}
	return string(b)
}

func (s satisfiable) chance(percent int) bool { return s.IntN(100) < percent }

// schema returns a schema that the value meets.
func (s satisfiable) schema(v any, depth int) *jsonvalue.Object {
	o := &jsonvalue.Object{}
	if s.chance(85) {
		typ := jsonvalue.TypeOf(v)
		o.Set("type", typ)
		if s.chance(15) {
			o.Set("type", []any{"null", typ})
		}
	}
	if s.chance(6) {
		o.Set("enum", []any{s.word(), v, true})
	}
	switch v := v.(type) {
	case string:
		s.ofText(o, v)
	case json.Number:
		s.ofNumber(o, v)
	case []any:
		s.ofList(o, v, depth)
	case *jsonvalue.Object:
		s.ofObject(o, v, depth)
	}
	if depth > 0 && s.chance(45) {
		s.composed(o, v, depth-1)
	}
	return o
}

func (s satisfiable) ofText(o *jsonvalue.Object, v string) {
	if s.chance(30) {
		o.Set("minLength", count(max(0, len(v)-s.IntN(3))))
	}
	if s.chance(30) {
		o.Set("maxLength", count(len(v)+s.IntN(3)))
	}
	if s.chance(40) {
		o.Set("pattern", []string{"^" + v[:1], regexp.QuoteMeta(v[1:2]), "[a-h0-3]$", "^[a-h0-3]{1,20}$", `^\w+$`}[s.IntN(5)])
	}
}

func (s satisfiable) ofNumber(o *jsonvalue.Object, v json.Number) {
	r, _ := rat(v)
	if s.chance(30) {
		o.Set("minimum", v)
	}
	if s.chance(30) {
		o.Set("maximum", v)
	}
	if s.chance(20) && r.IsInt() && r.Sign() != 0 {
		o.Set("multipleOf", json.Number(strings.TrimPrefix(string(v), "-")))
	}
}

func (s satisfiable) ofList(o *jsonvalue.Object, v []any, depth int) {
	if s.chance(30) {
		o.Set("minItems", count(len(v)))
	}
	if s.chance(30) {
		o.Set("maxItems", count(len(v)+s.IntN(2)))
	}
	if len(v) > 0 && s.chance(40) {
		o.Set("contains", s.schema(v[s.IntN(len(v))], depth-1))
	}
	if len(v) > 0 && s.chance(40) {
		prefix := []any{}
		for _, item := range v[:1+s.IntN(len(v))] {
			prefix = append(prefix, s.schema(item, depth-1))
		}
		o.Set("prefixItems", prefix)
		if len(prefix) == len(v) && s.chance(50) {
			o.Set("items", false)
		}
	}
}

func (s satisfiable) ofObject(o, v *jsonvalue.Object, depth int) {
	properties, required := &jsonvalue.Object{}, []any{}
	for _, m := range v.Members {
		if s.chance(75) {
			properties.Set(m.Name, s.schema(m.Value, depth-1))
		}
		if s.chance(50) {
			required = append(required, m.Name)
		}
	}
	if s.chance(40) {
		properties.Set("zz", s.schema(s.instance(1), depth-1))
	}
	if len(properties.Members) > 0 {
		o.Set("properties", properties)
		if len(properties.Members) >= len(v.Members) && s.chance(30) && coversAll(properties, v) {
			o.Set("additionalProperties", false)
		}
	}
	if len(required) > 0 {
		o.Set("required", required)
	}
	if s.chance(30) {
		o.Set("minProperties", count(len(v.Members)))
	}
	if s.chance(20) {
		o.Set("maxProperties", count(len(v.Members)))
	}
	if len(v.Members) > 1 && s.chance(20) {
		o.Set("dependentRequired", jsonvalue.ObjectOf(v.Members[0].Name, []any{v.Members[1].Name}))
	}
	if s.chance(15) {
		o.Set("propertyNames", jsonvalue.ObjectOf("pattern", "^[a-z0-9]{2}$"))
	}
}

func coversAll(properties, v *jsonvalue.Object) bool {
	for _, m := range v.Members {
		if _, there := properties.Get(m.Name); !there {
			return false
		}
	}
	return true
}

// composed adds alternatives of which the value meets one, and what it does not meet.
func (s satisfiable) composed(o *jsonvalue.Object, v any, depth int) {
	other := func() any { return s.schema(s.instance(2), depth-1) }
	same := func() any { return s.schema(v, depth-1) }
	different := jsonvalue.ObjectOf("const", "nothing-"+s.word())
	switch s.IntN(6) {
	case 0:
		o.Set("allOf", []any{same(), same()})
	case 1:
		o.Set("anyOf", []any{other(), same(), other()})
	case 2:
		o.Set("oneOf", []any{different, same()})
	case 3:
		o.Set("not", different)
	case 4:
		o.Set("if", different)
		o.Set("then", false)
		o.Set("else", same())
	case 5:
		o.Set("if", same())
		o.Set("then", same())
	}
}

func count(n int) json.Number { return json.Number(fmt.Sprint(n)) }

// made reports whether a value is made for the random schema of a seed; the schema is one that has a
// value.
func made(t *testing.T, seed uint64) bool {
	s := satisfiable{rand.New(rand.NewPCG(seed, 1))}
	instance := s.instance(3)
	text := string(jsonvalue.Marshal(s.schema(instance, 3)))
	compiled := schema(t, text)
	if bad := compiled.Validate(instance, openapi.ResponseView); len(bad) > 0 {
		t.Fatalf("seed %d: %s does not allow %s: %v", seed, text, jsonvalue.Marshal(instance), bad[0])
	}
	for _, policy := range []Policy{Believable, Lean} {
		v, err := New(openapi.ResponseView, policy).Value(compiled, "value", deal.NewKey(seed))
		if err != nil {
			t.Logf("seed %d: %s: %v; a value is %s", seed, text, err, jsonvalue.Marshal(instance))
			return false
		}
		if bad := compiled.Validate(v, openapi.ResponseView); len(bad) > 0 {
			t.Errorf("seed %d: %s: %s: %v", seed, text, jsonvalue.Marshal(v), bad[0])
		}
	}
	return true
}

// TestSatisfiableSchemas: nearly every random schema that has a value gets one.
func TestSatisfiableSchemas(t *testing.T) {
	t.Parallel()
	const all, least = 1500, 1490
	found := 0
	for seed := range uint64(all) {
		if made(t, seed) {
			found++
		}
	}
	if found < least {
		t.Errorf("%d of %d schemas got a value, want at least %d", found, all, least)
	}
}

// FuzzSatisfiableSchemas: no random schema makes the maker panic, hang or return what is invalid.
func FuzzSatisfiableSchemas(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { made(t, seed) })
}
