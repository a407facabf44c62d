package openapi

import (
	"encoding/json"
	"maps"
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
	seen     []string // pointers of what was merged in
	known    map[string]bool
	alone    bool // for a Part, after loading: nothing is followed or merged in
}

// flatten merges in the schema at a pointer.
func (f *flattener) flatten(pointer string) {
	if f.known[pointer] {
		return
	}
	f.see(pointer)
	value, _ := f.table.bundle.lookup(pointer)
	o, isObject := value.(*jsonvalue.Object)
	if value == false {
		f.schema.Closed, f.schema.Enum = true, []any{}
	}
	if !isObject {
		return
	}
	ref, isRef := refOf(o)
	if isRef && f.table.is30 { // OpenAPI 3.0 ignores siblings of $ref
		f.follow(ref)
		return
	}
	o = &jsonvalue.Object{Members: slices.Clone(o.Members)}
	exclusiveBounds(o)
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
		if !f.alone {
			f.flatten(index(jsonvalue.Join(pointer, "allOf"), i))
		}
	}
	if f.nullable(o) && len(f.schema.Types) > 0 && !slices.Contains(f.schema.Types, "null") { // beside an allOf
		f.schema.Types = append(f.schema.Types, "null")
	}
}

func (f *flattener) see(pointer string) {
	f.seen = append(f.seen, pointer)
	if f.known == nil {
		f.known = map[string]bool{}
	}
	f.known[pointer] = true
}

// follow merges in the target of a reference.
func (f *flattener) follow(ref string) {
	target, err := refPointer(ref)
	if err != nil || f.alone {
		return
	}
	if f.schema.Name == "" {
		f.schema.Name = componentName(target)
	}
	f.flatten(target)
}

// nullable reports whether a schema has nullable: true, a word of OpenAPI 3.0 that later documents
// use, too.
func (f *flattener) nullable(o *jsonvalue.Object) bool {
	flag, _ := o.Get("nullable")
	return flag == true
}

// keyword merges in one keyword. Of several values for the same keyword the first, outermost one
// wins; properties, alternatives, examples and flags accumulate.
func (f *flattener) keyword(pointer string, m jsonvalue.Member) {
	s := f.schema
	switch m.Name {
	case "enum":
		if list, ok := m.Value.([]any); ok && s.Enum == nil {
			s.Enum = list
		}
	case "const":
		s.Enum = []any{m.Value}
	case "pattern":
		f.table.setPattern(s, m.Value)
	case defaultKey:
		if !s.HasDefault {
			s.Default, s.HasDefault = m.Value, true
		}
		if s.defaultAt == "" {
			s.defaultAt = jsonvalue.Join(pointer, m.Name)
		}
	case "example":
		s.Examples = append([]any{m.Value}, s.Examples...)
	case "examples":
		s.Examples = append(s.Examples, asList(m.Value)...)
	case "required":
		for _, name := range asList(m.Value) {
			if name, ok := name.(string); ok {
				f.require(name)
			}
		}
	default:
		f.scalar(m)
		f.schemas(jsonvalue.Join(pointer, m.Name), m)
	}
}

func (f *flattener) require(name string) {
	if f.required == nil {
		f.required = map[string]bool{}
	}
	f.required[name] = true
}

// scalar merges in a keyword whose value is a text, a flag or a number.
func (f *flattener) scalar(m jsonvalue.Member) {
	field := scalarFields[m.Name]
	if field == nil {
		return
	}
	switch dst := field(f.schema).(type) {
	case *string:
		setText(dst, m.Value)
	case *bool:
		*dst = *dst || m.Value == true
	case *json.Number:
		if n, ok := m.Value.(json.Number); ok && *dst == "" {
			*dst = n
		}
	case **int:
		if *dst == nil {
			*dst = wholeNumber(m.Value)
		}
	}
}

// wholeNumber returns the number that a keyword has, nil where it is no integer.
func wholeNumber(v any) *int {
	n, _ := v.(json.Number)
	if i, err := strconv.Atoi(string(n)); err == nil {
		return &i
	}
	return nil
}

// scalarFields are the fields that hold texts, flags and numbers, by keyword.
var scalarFields = map[string]func(s *Schema) any{
	"title":            func(s *Schema) any { return &s.Title },
	"description":      func(s *Schema) any { return &s.Description },
	"format":           func(s *Schema) any { return &s.Format },
	"readOnly":         func(s *Schema) any { return &s.ReadOnly },
	"writeOnly":        func(s *Schema) any { return &s.WriteOnly },
	"deprecated":       func(s *Schema) any { return &s.Deprecated },
	"minLength":        func(s *Schema) any { return &s.MinLength },
	"maxLength":        func(s *Schema) any { return &s.MaxLength },
	"minItems":         func(s *Schema) any { return &s.MinItems },
	"maxItems":         func(s *Schema) any { return &s.MaxItems },
	"uniqueItems":      func(s *Schema) any { return &s.UniqueItems },
	"minProperties":    func(s *Schema) any { return &s.MinProperties },
	"maxProperties":    func(s *Schema) any { return &s.MaxProperties },
	"minimum":          func(s *Schema) any { return &s.Minimum },
	"maximum":          func(s *Schema) any { return &s.Maximum },
	"exclusiveMinimum": func(s *Schema) any { return &s.ExclusiveMinimum },
	"exclusiveMaximum": func(s *Schema) any { return &s.ExclusiveMaximum },
	"multipleOf":       func(s *Schema) any { return &s.MultipleOf },
}

// schemas merges in a keyword that holds schemas.
func (f *flattener) schemas(child string, m jsonvalue.Member) {
	s := f.schema
	switch m.Name {
	case "properties":
		for _, property := range members(m.Value) {
			declared := f.at(jsonvalue.Join(child, property.Name))
			if p := s.Property(property.Name); p != nil {
				p.also = append(p.also, declared)
			} else {
				s.addProperty(&Property{Name: property.Name, Schema: declared})
			}
		}
	case "additionalProperties", "unevaluatedProperties":
		s.Open, s.Closed = s.Open || m.Value != false, s.Closed || m.Value == false
		if _, isBool := m.Value.(bool); !isBool {
			s.Additional = f.at(child)
		}
	case "items":
		if _, isBool := m.Value.(bool); !isBool && s.Items == nil {
			s.Items = f.at(child)
		}
	case "prefixItems":
		s.PrefixItems = f.list(child, m.Value)
	case "oneOf":
		s.OneOf = append(s.OneOf, f.list(child, m.Value)...)
	case "anyOf":
		s.AnyOf = append(s.AnyOf, f.list(child, m.Value)...)
	}
}

func (f *flattener) list(child string, v any) []*Schema {
	var schemas []*Schema
	for i := range asList(v) {
		schemas = append(schemas, f.at(index(child, i)))
	}
	return schemas
}

// at returns the schema at a pointer inside the schema.
func (f *flattener) at(pointer string) *Schema {
	if f.alone {
		return f.table.known(pointer)
	}
	return f.table.at(pointer)
}

// types narrows the allowed types to those that one more schema allows.
func (f *flattener) types(o *jsonvalue.Object) {
	v, ok := o.Get("type")
	if !ok {
		return
	}
	list := oneOrMore(v)
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

// finish sets what depends on all keywords.
func (f *flattener) finish() {
	s := f.schema
	s.parts = f.seen
	for _, p := range s.Properties {
		p.Required = f.required[p.Name]
	}
	for _, name := range slices.Sorted(maps.Keys(f.required)) {
		if s.Property(name) == nil {
			anything := &Schema{doc: s.doc, Position: s.Position, Open: true, anything: true}
			s.Undeclared = append(s.Undeclared, &Property{Name: name, Required: true, Schema: anything})
		}
	}
	if name := componentName(s.pointer); name != "" {
		s.Name = name
	}
	if len(s.Properties) == 0 && !s.Closed {
		s.Open = true
	}
}

// componentName returns the name of a schema of components/schemas, here or in another file, of a
// top-level member of another file, or of a file that is one schema; "" for any other.
func componentName(pointer string) string {
	if !strings.HasPrefix(pointer, "/components/schemas/") && !strings.HasPrefix(pointer, "/"+filesKey+"/") {
		return ""
	}
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

// oneOrMore returns the values of a keyword that takes one value or a list of them.
func oneOrMore(v any) []any {
	if list, isList := v.([]any); isList {
		return list
	}
	return []any{v}
}
