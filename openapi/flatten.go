package openapi

import (
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// flattener merges a schema, what it refers to and its allOf into one readable schema.
type flattener struct {
	table    *schemaTable
	schema   *Schema
	required map[string]bool
	seen     []string
}

// flatten merges in the schema at a pointer.
func (f *flattener) flatten(pointer string) {
	if slices.Contains(f.seen, pointer) {
		return
	}
	f.seen = append(f.seen, pointer)
	value, _ := jsonvalue.Lookup(f.table.bundle.value, pointer)
	o, isObject := value.(*jsonvalue.Object)
	if !isObject {
		if value == false {
			f.schema.Closed = true
			f.schema.Enum = []any{}
		}
		return
	}
	ref, isRef := refOf(o)
	if isRef && f.table.is30 { // OpenAPI 3.0 ignores siblings of $ref
		f.follow(ref)
		return
	}
	f.types(o)
	for _, m := range o.Members {
		f.keyword(pointer, m)
	}
	f.table.applyExtension(f.schema, o)
	if isRef {
		f.follow(ref)
	}
	list, _ := o.Get("allOf")
	for i := range asList(list) {
		f.flatten(index(jsonvalue.Join(pointer, "allOf"), i))
	}
	if f.nullable(o) && len(f.schema.Types) > 0 && !slices.Contains(f.schema.Types, "null") { // beside an allOf
		f.schema.Types = append(f.schema.Types, "null")
	}
}

// follow merges in the target of a reference.
func (f *flattener) follow(ref string) {
	target, err := refPointer(ref)
	if err != nil {
		return
	}
	if f.schema.Name == "" {
		f.schema.Name = componentName(target)
	}
	f.flatten(target)
}

// nullable reports whether an OpenAPI 3.0 schema has nullable: true.
func (f *flattener) nullable(o *jsonvalue.Object) bool {
	flag, _ := o.Get("nullable")
	return flag == true && f.table.is30
}

// keyword merges in one keyword. Of several values for the same keyword the first, outermost one
// wins; properties, alternatives, examples and flags accumulate.
func (f *flattener) keyword(pointer string, m jsonvalue.Member) {
	switch m.Name {
	case "title", "description", "format", "pattern":
		f.text(m)
	case "readOnly", "writeOnly", "deprecated", "uniqueItems":
		f.flag(m)
	case "enum", "const", "default", "example", "examples":
		f.data(m)
	case "properties", "required", "additionalProperties", "unevaluatedProperties", "items", "prefixItems",
		"oneOf", "anyOf":
		f.structure(jsonvalue.Join(pointer, m.Name), m)
	default:
		f.bound(m)
	}
}

func (f *flattener) text(m jsonvalue.Member) {
	s := f.schema
	dst := map[string]*string{"title": &s.Title, "description": &s.Description, "format": &s.Format,
		"pattern": &s.Pattern}[m.Name]
	setText(dst, m.Value)
}

func (f *flattener) flag(m jsonvalue.Member) {
	s := f.schema
	dst := map[string]*bool{"readOnly": &s.ReadOnly, "writeOnly": &s.WriteOnly, "deprecated": &s.Deprecated,
		"uniqueItems": &s.UniqueItems}[m.Name]
	*dst = *dst || m.Value == true
}

// data merges in keywords that hold values of the schema.
func (f *flattener) data(m jsonvalue.Member) {
	s := f.schema
	switch m.Name {
	case "enum":
		if list, ok := m.Value.([]any); ok && s.Enum == nil {
			s.Enum = list
		}
	case "const":
		s.Enum = []any{m.Value}
	case "default":
		if !s.HasDefault {
			s.Default, s.HasDefault = m.Value, true
		}
	case "example":
		s.Examples = append([]any{m.Value}, s.Examples...)
	case "examples":
		s.Examples = append(s.Examples, asList(m.Value)...)
	}
}

// structure merges in keywords that hold schemas of members and items.
func (f *flattener) structure(child string, m jsonvalue.Member) {
	s := f.schema
	switch m.Name {
	case "properties":
		members, _ := m.Value.(*jsonvalue.Object)
		for i := 0; members != nil && i < len(members.Members); i++ {
			name := members.Members[i].Name
			declared := f.table.at(jsonvalue.Join(child, name))
			if p := s.Property(name); p != nil {
				p.also = append(p.also, declared)
			} else {
				s.Properties = append(s.Properties, &Property{Name: name, Schema: declared})
			}
		}
	case "required":
		list, _ := m.Value.([]any)
		for _, name := range list {
			if name, ok := name.(string); ok {
				f.required[name] = true
			}
		}
	case "additionalProperties", "unevaluatedProperties":
		switch m.Value {
		case true:
			s.Open = true
		case false:
			s.Closed = true
		default:
			s.Open = true
			s.Additional = f.table.at(child)
		}
	case "items":
		if _, isBool := m.Value.(bool); !isBool && s.Items == nil {
			s.Items = f.table.at(child)
		}
	default:
		f.alternatives(child, m)
	}
}

func (f *flattener) alternatives(child string, m jsonvalue.Member) {
	list, _ := m.Value.([]any)
	var schemas []*Schema
	for i := range list {
		schemas = append(schemas, f.table.at(index(child, i)))
	}
	switch m.Name {
	case "prefixItems":
		f.schema.PrefixItems = schemas
	case "oneOf":
		f.schema.OneOf = append(f.schema.OneOf, schemas...)
	case "anyOf":
		f.schema.AnyOf = append(f.schema.AnyOf, schemas...)
	}
}

// types narrows the allowed types to those that one more schema allows.
func (f *flattener) types(o *jsonvalue.Object) {
	v, ok := o.Get("type")
	if !ok {
		return
	}
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	if f.nullable(o) {
		list = append(slices.Clone(list), "null")
	}
	var types []string
	for _, t := range list {
		name, _ := t.(string)
		switch {
		case name == "" || slices.Contains(types, name):
		case f.schema.Allows(name):
			types = append(types, name)
		case name == "number" && f.schema.Allows("integer"):
			types = append(types, "integer")
		}
	}
	if len(types) > 0 { // where types exclude each other, validation rejects every value
		f.schema.Types = types
	}
}

// bound merges in a numeric limit.
func (f *flattener) bound(m jsonvalue.Member) {
	s := f.schema
	counts := map[string]**int{
		"minLength": &s.MinLength, "maxLength": &s.MaxLength, "minItems": &s.MinItems, "maxItems": &s.MaxItems,
		"minProperties": &s.MinProperties, "maxProperties": &s.MaxProperties,
	}
	limits := map[string]*json.Number{
		"minimum": &s.Minimum, "maximum": &s.Maximum, "exclusiveMinimum": &s.ExclusiveMinimum,
		"exclusiveMaximum": &s.ExclusiveMaximum, "multipleOf": &s.MultipleOf,
	}
	n, ok := m.Value.(json.Number)
	if !ok {
		if m.Value == true && f.table.is30 { // 3.0's exclusiveMinimum: true turns minimum into an exclusive bound
			switch m.Name {
			case "exclusiveMinimum":
				s.ExclusiveMinimum = "true"
			case "exclusiveMaximum":
				s.ExclusiveMaximum = "true"
			}
		}
		return
	}
	if count, known := counts[m.Name]; known {
		if i, err := strconv.Atoi(string(n)); err == nil && *count == nil {
			*count = &i
		}
	}
	if limit, known := limits[m.Name]; known && *limit == "" {
		*limit = n
	}
}

// finish sets what depends on all keywords.
func (f *flattener) finish() {
	s := f.schema
	for _, p := range s.Properties {
		p.Required = f.required[p.Name]
	}
	if name := componentName(s.pointer); name != "" {
		s.Name = name
	}
	if s.ExclusiveMinimum == "true" {
		s.ExclusiveMinimum, s.Minimum = s.Minimum, ""
	}
	if s.ExclusiveMaximum == "true" {
		s.ExclusiveMaximum, s.Maximum = s.Maximum, ""
	}
	if len(s.Properties) == 0 && !s.Closed {
		s.Open = true
	}
}

// componentName returns the name of a schema of components/schemas, here or in another file, of a
// top-level member of another file, or of a file that is one schema; "" for any other.
func componentName(pointer string) string {
	tokens := jsonvalue.Tokens(pointer)
	if len(tokens) > 1 && tokens[0] == filesKey {
		if len(tokens) <= 3 {
			name := path.Base(tokens[len(tokens)-1])
			return strings.TrimSuffix(name, path.Ext(name))
		}
		tokens = tokens[2:]
	}
	if len(tokens) == 3 && tokens[0] == "components" && tokens[1] == "schemas" {
		return tokens[2]
	}
	return ""
}

// setText sets a text that is not set yet.
func setText(dst *string, v any) {
	if text, ok := v.(string); ok && *dst == "" {
		*dst = text
	}
}
