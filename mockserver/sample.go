package mockserver

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// sampleDepth bounds what is made of recursive schemas.
const sampleDepth = 12

// sample makes a value that shows what an answer of a schema looks like: its example where it has
// one, else its default, else something made of its keywords. What no example shows and keywords
// describe in ways too intricate (a pattern, a negation) may miss the schema.
func sample(s *openapi.Schema) any { return sampleWithin(s, sampleDepth) }

func sampleWithin(s *openapi.Schema, depth int) any {
	if s == nil || depth == 0 {
		return nil
	}
	if v, ok := givenValue(s); ok {
		return v
	}
	var v any
	switch jsonType(s) {
	case "object":
		v = sampleObject(s, depth)
	case "array":
		v = sampleArray(s, depth)
	case "string":
		v = sampleString(s)
	case "integer", "number":
		v = sampleNumber(s)
	case "boolean":
		v = false
	}
	return v
}

// givenValue is a lawful value that the document itself names.
func givenValue(s *openapi.Schema) (any, bool) {
	candidates := append([]any{}, s.Examples...)
	if s.HasDefault {
		candidates = append(candidates, s.Default)
	}
	if s.Mock.HasInitial {
		candidates = append(candidates, s.Mock.Initial)
	}
	candidates = append(candidates, s.Enum...)
	for _, v := range candidates {
		if meets(s, v) {
			return jsonvalue.Clone(v), true
		}
	}
	return nil, false
}

func meets(s *openapi.Schema, v any) bool { return len(s.Validate(v, openapi.ResponseView)) == 0 }

// jsonType picks one of the types that a schema allows; an untyped one has the type that its
// keywords are about.
func jsonType(s *openapi.Schema) string {
	for _, t := range []string{"object", "array", "string", "integer", "number", "boolean"} {
		for _, allowed := range s.Types {
			if t == allowed {
				return t
			}
		}
	}
	switch {
	case len(s.Types) > 0:
		return "null"
	case len(s.Properties) > 0 || s.Additional != nil || len(s.OneOf)+len(s.AnyOf) > 0:
		return "object"
	case s.Items != nil:
		return "array"
	}
	return "null"
}

func sampleObject(s *openapi.Schema, depth int) any {
	out := &jsonvalue.Object{}
	for _, p := range s.Properties {
		if !isWriteOnly(p.Schema) && (p.RequiredIn(openapi.ResponseView) || hasExample(p.Schema)) {
			out.Set(p.Name, sampleWithin(p.Schema, depth-1))
		}
	}
	if meets(s, out) {
		return out
	}
	for _, branch := range slices.Concat(s.OneOf, s.AnyOf) {
		v := sampleWithin(branch, depth-1)
		object, ok := v.(*jsonvalue.Object)
		if !ok {
			if meets(s, v) {
				return v
			}
			continue
		}
		merged := jsonvalue.Clone(out).(*jsonvalue.Object)
		for _, m := range object.Members {
			merged.Set(m.Name, m.Value)
		}
		if meets(s, merged) {
			return merged
		}
	}
	return out
}

func hasExample(s *openapi.Schema) bool { return s != nil && len(s.Examples) > 0 }

func sampleArray(s *openapi.Schema, depth int) any {
	out := []any{}
	least := 0
	if s.MinItems != nil {
		least = min(*s.MinItems, 100)
	}
	for i := 0; i < least || i < len(s.PrefixItems); i++ {
		out = append(out, sampleWithin(s.Item(i), depth-1))
	}
	return out
}

// formatSamples are values of the formats that JSON Schema and OpenAPI name.
func formatSample(format string) string {
	switch format {
	case "date-time":
		return "2025-01-19T02:57:27.923Z"
	case "date":
		return "2025-01-19"
	case "time":
		return "02:57:27Z"
	case "duration":
		return "PT1H"
	case "email", "idn-email":
		return "someone@example.com"
	case "uuid":
		return "6f1ed002-ab5c-4d8e-9f0a-3c1b2d4e5f60"
	case "uri", "iri", "url":
		return "https://example.com/"
	case "uri-reference", "iri-reference":
		return "/"
	case "hostname", "idn-hostname":
		return "example.com"
	case "ipv4":
		return "192.0.2.1"
	case "ipv6":
		return "2001:db8::1"
	case "byte":
		return "ZXhhbXBsZQ=="
	case "json-pointer":
		return "/example"
	}
	return ""
}

func sampleString(s *openapi.Schema) any {
	candidates := []string{formatSample(s.Format), "", "example", "0", "1", "a", "A", "example-1", "EX",
		"EXAMPLE", "1.0.0", "+15550100"}
	if s.Format == "" {
		candidates = append(candidates[1:], "")
	}
	for _, c := range candidates {
		if meets(s, c) {
			return c
		}
	}
	length := 0
	if s.MinLength != nil {
		length = min(*s.MinLength, 10_000)
	}
	for _, unit := range []string{"x", "X", "0", "a"} {
		if v := strings.Repeat(unit, length); meets(s, v) {
			return v
		}
	}
	return candidates[0]
}

func sampleNumber(s *openapi.Schema) any {
	for _, n := range []json.Number{"0", "1", s.Minimum, s.Maximum, s.MultipleOf,
		between(s.ExclusiveMinimum, s.ExclusiveMaximum)} {
		if n != "" && meets(s, n) {
			return n
		}
	}
	return json.Number("0")
}

// between is a number above an exclusive bound, or below one where there is no lower one.
func between(low, high json.Number) json.Number {
	l, lowErr := low.Float64()
	h, highErr := high.Float64()
	var v float64
	switch {
	case lowErr == nil && highErr == nil && h-l <= 1:
		v = (l + h) / 2
	case lowErr == nil:
		v = l + 1
	case highErr == nil:
		v = h - 1
	}
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return json.Number(text)
}

// blank makes the emptiest value that a schema allows: what a field holds that nobody has filled
// in.
func blank(s *openapi.Schema) any {
	if s == nil {
		return nil
	}
	if s.HasDefault {
		return jsonvalue.Clone(s.Default)
	}
	if s.Mock.HasInitial {
		return jsonvalue.Clone(s.Mock.Initial)
	}
	for _, v := range []any{nil, "", json.Number("0"), false, []any{}, &jsonvalue.Object{}} {
		if meets(s, v) {
			return v
		}
	}
	return sample(s)
}
