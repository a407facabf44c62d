package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// someTexts and someNumbers are values at the edges of what schemas say of them.
var (
	someTexts = []string{"", "a", "b", "ab", "abc", "ä", "😀😀", "a\n\"\\", "x", "2024-02-29", "2024-02-29T23:59:60Z",
		"2025-01-19T02:57:27.923Z", "10:00:00", "a@example.com", "https://example.com/a?b", "127.0.0.1",
		"123e4567-e89b-12d3-a456-426614174000", "1", "true", "null", "\u2028", strings.Repeat("a", 300)}
	someNumbers = []json.Number{"0", "-0", "1", "1.0", "1e0", "10e-1", "2", "2.5", "-1", "-1.5", "0.1", "0.3", "3", "7",
		"100", "1e2", "123456789012345678", "1234567890123456789", "0.123456789012345678", "9007199254740993",
		"9223372036854775807", "9223372036854775808", "2147483648", "-2147483648", "1e300", "1e-300", "-7.50"}
	someNames = []string{"a", "b", "c", "ab", "ä/~%", "", "x-a", "n\n"}
)

// valueMaker makes values that come near to what a schema accepts.
type valueMaker struct{ *rand.Rand }

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// any returns a value that has nothing to do with a schema.
func (m valueMaker) any(depth int) any {
	switch n := m.IntN(10); {
	case n < 2:
		return pick(m.Rand, someTexts)
	case n < 4:
		return pick(m.Rand, someNumbers)
	case n == 4:
		return nil
	case n == 5:
		return m.IntN(2) == 0
	case depth <= 0:
		return pick(m.Rand, someNumbers)
	case n < 8:
		list := make([]any, m.IntN(4))
		for i := range list {
			list[i] = m.any(depth - 1)
		}
		return list
	}
	o := &jsonvalue.Object{}
	for range m.IntN(4) {
		o.Set(pick(m.Rand, someNames), m.any(depth-1))
	}
	return o
}

// value returns a value for schemas that all apply.
func (m valueMaker) value(depth int, schemas ...*jsonschema.Schema) any {
	all := m.parts(nil, schemas, 8)
	var types []string
	for _, s := range all {
		switch {
		case len(s.Constant) > 0:
			return asOurs(s.Constant[0])
		case len(s.Enum) > 0 && m.IntN(20) > 0:
			return asOurs(pick(m.Rand, s.Enum))
		case len(s.Types) > 0:
			types = s.Types
		case types == nil && len(s.Properties)+len(s.Required) > 0:
			types = []string{"object"}
		case types == nil && (s.Items2020 != nil || len(s.PrefixItems) > 0):
			types = []string{"array"}
		}
	}
	if types == nil || depth <= 0 || m.IntN(60) == 0 {
		return m.any(depth)
	}
	switch pick(m.Rand, types) {
	case "object":
		return m.object(depth, all)
	case "array":
		return m.array(depth, all)
	case "string":
		return m.text(all)
	case "integer", "number":
		return m.number(all)
	case "boolean":
		return m.IntN(2) == 0
	}
	return nil
}

// asOurs returns a value of the library in the forms of jsonvalue.
func asOurs(v any) any {
	out, _ := jsonvalue.Of(v)
	return out
}

// parts returns schemas and what they refer to.
func (m valueMaker) parts(out, schemas []*jsonschema.Schema, depth int) []*jsonschema.Schema {
	for _, s := range schemas {
		if s == nil || depth == 0 || slices.Contains(out, s) {
			continue
		}
		out = append(out, s)
		inner := append([]*jsonschema.Schema{s.Ref}, s.AllOf...)
		for _, choice := range [][]*jsonschema.Schema{s.OneOf, s.AnyOf} {
			if len(choice) > 0 {
				inner = append(inner, pick(m.Rand, choice))
			}
		}
		inner = append(inner, [][]*jsonschema.Schema{{s.If, s.Then}, {s.Else}, {}}[m.IntN(3)]...)
		out = m.parts(out, inner, depth-1)
	}
	return out
}

func (m valueMaker) object(depth int, all []*jsonschema.Schema) any {
	inside := map[string][]*jsonschema.Schema{}
	required := map[string]bool{}
	for _, s := range all {
		for _, name := range s.Required {
			inside[name], required[name] = append(inside[name], nil), true
		}
		for name, property := range s.Properties {
			inside[name] = append(inside[name], property)
		}
		if additional, ok := s.AdditionalProperties.(*jsonschema.Schema); ok && m.IntN(2) == 0 {
			name := pick(m.Rand, someNames)
			inside[name] = append(inside[name], additional)
		}
		for _, property := range s.PatternProperties {
			name := pick(m.Rand, someNames)
			inside[name] = append(inside[name], property)
		}
	}
	o := &jsonvalue.Object{}
	for _, name := range slices.Sorted(maps.Keys(inside)) {
		if required[name] && m.IntN(30) > 0 || m.IntN(3) > 0 {
			o.Set(name, m.value(depth-1, inside[name]...))
		}
	}
	if m.IntN(20) == 0 {
		o.Set(pick(m.Rand, someNames), m.any(1))
	}
	return o
}

func (m valueMaker) array(depth int, all []*jsonschema.Schema) any {
	size := m.IntN(4)
	if m.IntN(15) == 0 {
		size = 10 + m.IntN(20)
	}
	for _, s := range all {
		if size < s.MinItems && s.MinItems < 30 {
			size = s.MinItems
		}
	}
	list := make([]any, size)
	for i := range list {
		var inside []*jsonschema.Schema
		for _, s := range all {
			if i < len(s.PrefixItems) {
				inside = append(inside, s.PrefixItems[i])
			} else {
				inside = append(inside, s.Items2020)
			}
			if m.IntN(2) == 0 {
				inside = append(inside, s.Contains)
			}
		}
		list[i] = m.value(depth-1, inside...)
	}
	return list
}

// samples are texts of formats.
var samples = map[string]string{"date-time": "2025-01-19T02:57:27.923Z", "date": "2024-02-29", "time": "10:00:00Z",
	"email": "a@example.com", "uri": "https://example.com/a", "uuid": "123e4567-e89b-12d3-a456-426614174000",
	"ipv4": "127.0.0.1", "hostname": "example.com"}

func (m valueMaker) text(all []*jsonschema.Schema) any {
	for _, s := range all {
		if sample, ok := samples[s.Format]; ok && m.IntN(10) > 0 {
			return sample
		}
		if s.MinLength > 0 && s.MinLength < 2000 && m.IntN(5) > 0 {
			return strings.Repeat("ä", s.MinLength+m.IntN(2))
		}
		if s.MaxLength >= 0 && s.MaxLength < 2000 && m.IntN(3) > 0 {
			return strings.Repeat("b", max(0, s.MaxLength-m.IntN(3)+1))
		}
	}
	return pick(m.Rand, someTexts)
}

func (m valueMaker) number(all []*jsonschema.Schema) any {
	for _, s := range all {
		for _, bound := range []*big.Rat{s.Minimum, s.Maximum, s.ExclusiveMinimum, s.ExclusiveMaximum, s.MultipleOf} {
			if bound != nil && m.IntN(2) == 0 {
				near := new(big.Rat).Add(bound, big.NewRat(int64(m.IntN(5)-2), int64(1+m.IntN(2))))
				digits := strings.TrimSuffix(near.FloatString(m.IntN(3)), ".")
				return json.Number(digits)
			}
		}
	}
	if m.IntN(2) == 0 {
		return json.Number(fmt.Sprint(m.IntN(10)))
	}
	return pick(m.Rand, someNumbers)
}
