package openapi

import (
	"encoding/json"
	"math/rand/v2"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// schemaMaker makes schemas of all keywords.
type schemaMaker struct{ *rand.Rand }

// document returns a schema with definitions that refer to each other.
func (m schemaMaker) document() []byte {
	o := m.schema(3)
	root, ok := o.(*jsonvalue.Object)
	if !ok {
		root = &jsonvalue.Object{}
	}
	root.Set("$defs", jsonvalue.ObjectOf("a", m.schema(2), "b", m.schema(2)))
	return jsonvalue.Marshal(root)
}

func (m schemaMaker) schema(depth int) any {
	if n := m.IntN(20); n < 2 {
		return n == 0
	} else if depth == 0 {
		return jsonvalue.ObjectOf("type", pick(m.Rand, jsonTypes))
	}
	o := &jsonvalue.Object{}
	if m.IntN(3) > 0 {
		o.Set("type", pick(m.Rand, jsonTypes))
	}
	for range 1 + m.IntN(4) {
		m.keyword(o, depth-1)
	}
	return o
}

func (m schemaMaker) list(depth int) []any {
	list := make([]any, 1+m.IntN(3))
	for i := range list {
		list[i] = m.schema(depth)
	}
	return list
}

func (m schemaMaker) named(names []string, depth int) any {
	o := &jsonvalue.Object{}
	for range 1 + m.IntN(3) {
		o.Set(pick(m.Rand, names), m.schema(depth))
	}
	return o
}

func (m schemaMaker) names() []any {
	var list []any
	for range 1 + m.IntN(2) {
		list = union(list, []any{pick(m.Rand, someNames)})
	}
	return list
}

func (m schemaMaker) values() []any {
	var list []any
	for range 1 + m.IntN(16) {
		list = union(list, []any{valueMaker(m).any(2)})
	}
	return list
}

func (m schemaMaker) count() json.Number { return json.Number(string(rune('0' + m.IntN(4)))) }

// keyword adds a keyword, with what it needs.
func (m schemaMaker) keyword(o *jsonvalue.Object, depth int) {
	patterns := []string{"^a", "b$", "^.{2}$", "^(?!x)", `^\u0061`, "[ä]", "a(?=b)"}
	switch name := pick(m.Rand, keywordsOfSchemas); name {
	case "$ref":
		o.Set(name, pick(m.Rand, []string{"#/$defs/a", "#/$defs/b", "#"}))
	case "enum":
		o.Set(name, m.values())
	case "const":
		o.Set(name, valueMaker(m).any(2))
	case "allOf", "anyOf", "oneOf", "prefixItems":
		o.Set(name, m.list(depth))
	case "properties", "dependentSchemas":
		o.Set(name, m.named(someNames, depth))
	case "patternProperties":
		o.Set(name, m.named(patterns, depth))
	case "required":
		o.Set(name, m.names())
	case "dependentRequired":
		o.Set(name, jsonvalue.ObjectOf(pick(m.Rand, someNames), m.names()))
	case "if":
		o.Set(name, m.schema(depth))
		o.Set("then", m.schema(depth))
		o.Set("else", m.schema(depth))
	case "format":
		o.Set(name, pick(m.Rand, []string{"date-time", "date", "time", "email", "uri", "uuid", "int32", "int64", "byte",
			"ipv4", "duration", "hostname", "json-pointer", "mine"}))
	case "pattern":
		o.Set(name, pick(m.Rand, patterns))
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
		o.Set(name, pick(m.Rand, someNumbers))
	case "multipleOf":
		o.Set(name, pick(m.Rand, []json.Number{"1", "2", "0.1", "1e-300", "3.50", "1e20", "123456789012345678"}))
	case "uniqueItems", "readOnly", "writeOnly":
		o.Set(name, true)
	case "minContains", "maxContains":
		o.Set("contains", m.schema(depth))
		o.Set(name, m.count())
	case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties":
		o.Set(name, m.count())
	default:
		o.Set(name, m.schema(depth))
	}
}

var keywordsOfSchemas = []string{"$ref", "enum", "const", "allOf", "anyOf", "oneOf", "prefixItems", "properties",
	"properties", "properties", "dependentSchemas", "patternProperties", "required", "dependentRequired", "if",
	"format", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
	"uniqueItems", "readOnly",
	"writeOnly", "minContains", "maxContains", "minLength", "maxLength", "minItems", "maxItems", "minProperties",
	"maxProperties", "items", "not", "contains", "propertyNames", "additionalProperties", "unevaluatedProperties",
	"unevaluatedItems"}
