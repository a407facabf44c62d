package openapi

import (
	"encoding/json"
	"errors"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/agentmock/agentmock/internal/jsonvalue"
)

// schemaTable holds every schema of a document, by JSON pointer into the bundle: as it can be read, and as it is compiled.
type schemaTable struct {
	doc      *Document
	bundle   *bundle
	problems *problems
	is30     bool // 3.0, whose schemas are not yet JSON Schema

	readable map[string]*Schema
	// nodes are the places of all schemas that can be reached, with the schemas that have them in their allOf.
	nodes   map[string]*node
	secrets map[string]bool

	compile  sync.Mutex // guards compilers, which are used after loading too, for parts that no operation names
	compiled [2]*compiler
}

// node is one schema as it is written, before references are followed.
type node struct{ allOfParents []string }

func newSchemaTable(doc *Document, found *problems) *schemaTable {
	return &schemaTable{
		doc: doc, bundle: doc.bundle, problems: found, is30: strings.HasPrefix(doc.OpenAPI, "3.0"),
		readable: map[string]*Schema{}, nodes: map[string]*node{}, secrets: map[string]bool{},
	}
}

// CompileSchema compiles a JSON Schema (2020-12) of its own, YAML or JSON, that belongs to no document. The error is a *LoadError.
func CompileSchema(name string, data []byte) (*Schema, error) {
	bundle, found := newBundle(name, data, func(string) ([]byte, error) { return nil, errors.ErrUnsupported })
	if err := found.err(); err != nil {
		return nil, err
	}
	b := &builder{problems: found, doc: &Document{Name: name, bundle: bundle}}
	b.doc.schemas = newSchemaTable(b.doc, found)
	s := b.doc.schemas.at("")
	b.doc.Schemas = []*Schema{s}
	if len(found.list) == 0 {
		b.compileSchemas()
	}
	return s, found.err()
}

// at makes the readable schema at a pointer. A pointer that leads nowhere is a problem of the document and yields an empty one.
func (t *schemaTable) at(pointer string) *Schema {
	if s, ok := t.readable[pointer]; ok {
		return s
	}
	s := &Schema{doc: t.doc, pointer: pointer, Position: t.bundle.position(pointer)}
	t.readable[pointer] = s
	t.visit(pointer, "")
	f := folder{table: t, schema: s, required: map[string]bool{}}
	f.fold(pointer)
	f.finish()
	return s
}

// one-schema, list-of-schemas and map-of-schemas keywords (JSON Schema 2020-12; OpenAPI 3.0's are among them).
var (
	schemaKeys    = []string{"items", "not", "if", "then", "else", "contains", "propertyNames", "additionalProperties", "unevaluatedProperties", "unevaluatedItems"}
	schemaLists   = []string{"allOf", "oneOf", "anyOf", "prefixItems"}
	schemaMaps    = []string{"properties", "patternProperties", "dependentSchemas", "$defs"}
	schemaMapKeys = []string{"array", "boolean", "integer", "null", "number", "object", "string"}
)

// visit registers a schema and all below it.
func (t *schemaTable) visit(pointer, allOfParent string) {
	n, known := t.nodes[pointer]
	if !known {
		n = &node{}
		t.nodes[pointer] = n
	}
	if allOfParent != "" && !slices.Contains(n.allOfParents, allOfParent) {
		n.allOfParents = append(n.allOfParents, allOfParent)
	} else if known {
		return
	}
	value, _ := jsonvalue.Lookup(t.bundle.value, pointer)
	if _, isBool := value.(bool); isBool && !t.is30 {
		return
	}
	o, ok := value.(*jsonvalue.Object)
	if !ok {
		t.problems.add(pointer, "a schema is an object%s, not %s", map[bool]string{false: " or true or false"}[t.is30], jsonvalue.TypeOf(value))
		return
	}
	if ref, isRef := refOf(o); isRef {
		target, err := refPointer(ref)
		if err == nil {
			_, _, err = t.bundle.resolve(pointer)
		}
		if err != nil {
			t.problems.unresolved(jsonvalue.Join(pointer, "$ref"), err)
			return
		}
		t.visit(target, allOfParent)
	}
	for _, m := range o.Members {
		t.visitMember(pointer, m)
	}
	t.hint(o, pointer)
}

func (t *schemaTable) visitMember(pointer string, m jsonvalue.Member) {
	child := jsonvalue.Join(pointer, m.Name)
	switch {
	case slices.Contains(schemaKeys, m.Name):
		if _, isBool := m.Value.(bool); !isBool {
			t.visit(child, "")
		}
	case slices.Contains(schemaLists, m.Name):
		list, ok := m.Value.([]any)
		if !ok || len(list) == 0 {
			t.problems.add(child, "%s is a list of at least one schema, not %s", m.Name, jsonvalue.TypeOf(m.Value))
			return
		}
		for i := range list {
			parent := ""
			if m.Name == "allOf" {
				parent = pointer
			}
			t.visit(child+"/"+strconv.Itoa(i), parent)
		}
	case slices.Contains(schemaMaps, m.Name):
		members, ok := m.Value.(*jsonvalue.Object)
		if !ok {
			t.problems.add(child, "%s is an object of schemas by name, not %s", m.Name, jsonvalue.TypeOf(m.Value))
			return
		}
		for _, property := range members.Members {
			t.visit(jsonvalue.Join(child, property.Name), "")
			if t.isSecret(property.Value) {
				t.secrets[property.Name] = true
			}
		}
	case m.Name == "type":
		t.checkType(child, m.Value)
	}
}

func (t *schemaTable) checkType(pointer string, v any) {
	types, isList := v.([]any)
	if !isList {
		types = []any{v}
	}
	for _, typ := range types {
		if name, ok := typ.(string); !ok || !slices.Contains(schemaMapKeys, name) {
			t.problems.add(pointer, "type %s is none of %s", jsonvalue.Marshal(typ), strings.Join(schemaMapKeys, ", "))
		}
	}
}

func (t *schemaTable) isSecret(v any) bool {
	hint, _ := member(v, "x-mock")
	if word, _ := hint.(string); word == "secret" {
		return true
	}
	word, _ := member(hint, "value")
	return word == "secret"
}

// member reads a member of what may be an object.
func member(v any, name string) (any, bool) {
	o, _ := v.(*jsonvalue.Object)
	return o.Get(name)
}

// folder folds a schema, what it refers to and its allOf into one readable schema.
type folder struct {
	table    *schemaTable
	schema   *Schema
	required map[string]bool
	seen     []string
}

func (f *folder) fold(pointer string) {
	if slices.Contains(f.seen, pointer) {
		return
	}
	f.seen = append(f.seen, pointer)
	value, ok := jsonvalue.Lookup(f.table.bundle.value, pointer)
	o, isObject := value.(*jsonvalue.Object)
	if !ok || !isObject {
		if value == false {
			f.schema.Closed = true
			f.schema.Enum = []any{}
		}
		return
	}
	ref, isRef := refOf(o)
	if !isRef || !f.table.is30 { // siblings of $ref count from 3.1 on
		for _, m := range o.Members {
			f.keyword(pointer, m)
		}
		f.table.applyHint(f.schema, o)
	}
	if isRef {
		if target, err := refPointer(ref); err == nil {
			if f.schema.Name == "" {
				f.schema.Name = componentName(target)
			}
			f.fold(target)
		}
	}
	if list, ok := member(o, "allOf"); ok {
		items, _ := list.([]any)
		for i := range items {
			f.fold(jsonvalue.Join(pointer, "allOf") + "/" + strconv.Itoa(i))
		}
	}
}

// keyword takes over one keyword; of several for the same thing the first (the outermost) wins, but lists and bounds add up.
func (f *folder) keyword(pointer string, m jsonvalue.Member) {
	s, child := f.schema, jsonvalue.Join(pointer, m.Name)
	switch m.Name {
	case "title":
		setText(&s.Title, m.Value)
	case "description":
		setText(&s.Description, m.Value)
	case "format":
		setText(&s.Format, m.Value)
	case "pattern":
		setText(&s.Pattern, m.Value)
	case "type":
		f.types(m.Value)
	case "nullable":
		if m.Value == true && f.table.is30 && len(s.Types) > 0 && !slices.Contains(s.Types, "null") {
			s.Types = append(s.Types, "null")
		}
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
		list, _ := m.Value.([]any)
		s.Examples = append(s.Examples, list...)
	case "readOnly":
		s.ReadOnly = s.ReadOnly || m.Value == true
	case "writeOnly":
		s.WriteOnly = s.WriteOnly || m.Value == true
	case "deprecated":
		s.Deprecated = s.Deprecated || m.Value == true
	case "uniqueItems":
		s.UniqueItems = s.UniqueItems || m.Value == true
	case "properties", "required", "additionalProperties", "unevaluatedProperties", "items", "prefixItems", "oneOf", "anyOf":
		f.structure(child, m)
	default:
		f.bound(m)
	}
}

func (f *folder) structure(child string, m jsonvalue.Member) {
	s := f.schema
	switch m.Name {
	case "properties":
		members, _ := m.Value.(*jsonvalue.Object)
		for i := 0; members != nil && i < len(members.Members); i++ {
			name := members.Members[i].Name
			if s.Property(name) == nil {
				s.Properties = append(s.Properties, &Property{Name: name, Schema: f.table.at(jsonvalue.Join(child, name))})
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

func (f *folder) alternatives(child string, m jsonvalue.Member) {
	list, _ := m.Value.([]any)
	var schemas []*Schema
	for i := range list {
		schemas = append(schemas, f.table.at(child+"/"+strconv.Itoa(i)))
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

func (f *folder) types(v any) {
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	var types []string
	for _, t := range list {
		if name, ok := t.(string); ok && (len(f.schema.Types) == 0 || f.schema.Allows(name)) {
			types = append(types, name)
		}
	}
	f.schema.Types = types
}

func (f *folder) bound(m jsonvalue.Member) {
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

// finish settles what needs all keywords.
func (f *folder) finish() {
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
	if f.table.is30 {
		f.nullable()
	}
}

// nullable is 3.0's flag where the type came after it, or from an allOf.
func (f *folder) nullable() {
	value, _ := jsonvalue.Lookup(f.table.bundle.value, f.schema.pointer)
	if flag, _ := member(value, "nullable"); flag == true && len(f.schema.Types) > 0 && !slices.Contains(f.schema.Types, "null") {
		f.schema.Types = append(f.schema.Types, "null")
	}
}

// componentName is the name of a schema that has one: of components/schemas, or the last part of a place in another file.
func componentName(pointer string) string {
	tokens := jsonvalue.Tokens(pointer)
	if len(tokens) == 3 && tokens[0] == "components" && tokens[1] == "schemas" || len(tokens) > 2 && tokens[0] == filesKey {
		return tokens[len(tokens)-1]
	}
	return ""
}

func setText(dst *string, v any) {
	if text, ok := v.(string); ok && *dst == "" {
		*dst = text
	}
}

func sortedNames(set map[string]bool) []string {
	names := make([]string, 0, len(set))
	for name := range set {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
