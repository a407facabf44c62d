package openapi

import (
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// viewWriter writes schemas of the document as plain JSON Schema 2020-12 for one view.
type viewWriter struct {
	table *schemaTable
	view  View
	ref   func(ref string) string // spells a reference
	moved map[string]move         // by pointer into the document
	// parent is the schema that is written as what inherits from it sees it
	parent string
}

// newViewWriter returns a writer that leaves references as they are.
func newViewWriter(t *schemaTable, view View) *viewWriter {
	return &viewWriter{table: t, view: view, ref: func(ref string) string { return ref }, moved: map[string]move{}}
}

// move is how far a schema moved from its place, and how much further what is inside it.
type move struct{ schema, inside string }

const (
	// The places of readOnly properties, whose rules do not apply to requests, and of compositions.
	setAside = "/$defs/readOnly"
	notNull  = "/anyOf/0"
)

// bareKeywords are the keywords that hold no schemas and say which values are valid.
var bareKeywords = []string{
	"$ref", "type", "enum", "const", "format", "pattern", "required",
	"minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
	"minItems", "maxItems", "uniqueItems", "minContains", "maxContains", "minProperties", "maxProperties",
	"dependentRequired", "nullable",
}

// schema returns a schema with only what validation needs: no annotations, and no definitions, which
// are schemas of their own.
func (w *viewWriter) schema(pointer string, v any) any {
	written, ok := v.(*jsonvalue.Object)
	if !ok {
		return v
	}
	o := &jsonvalue.Object{}
	for _, m := range written.Members {
		child := jsonvalue.Join(pointer, m.Name)
		switch {
		case m.Name == "$ref":
			if ref, isText := m.Value.(string); isText {
				m.Value = w.ref(ref) + w.table.parentMark(pointer, ref)
			}
		case slices.Contains(bareKeywords, m.Name):
		case slices.Contains(schemaKeys, m.Name):
			m.Value = w.schema(child, m.Value)
		case slices.Contains(schemaLists, m.Name):
			m.Value = w.list(child, asList(m.Value))
		case slices.Contains(schemaMaps, m.Name) && m.Name != "$defs":
			m.Value = w.named(child, m)
		default:
			continue
		}
		o.Members = append(o.Members, m)
	}
	w.table.portablePattern(o)
	if n := w.table.nodes[pointer]; n != nil && !n.condition {
		w.narrow(o, pointer)
	}
	w.discriminate(o, pointer)
	if w.table.fromVersion30(o) {
		w.moved[pointer] = move{w.moved[pointer].schema, notNull}
	}
	return o
}

func (w *viewWriter) list(pointer string, list []any) []any {
	out := make([]any, len(list))
	for i, item := range list {
		out[i] = w.schema(index(pointer, i), item)
	}
	return out
}

// named writes the schemas of a keyword whose members are schemas. The rules of readOnly properties,
// which servers ignore, go where they do not apply to requests.
func (w *viewWriter) named(pointer string, keyword jsonvalue.Member) any {
	out := &jsonvalue.Object{}
	for _, m := range members(keyword.Value) {
		at := jsonvalue.Join(pointer, m.Name)
		m.Value = w.schema(at, m.Value)
		if keyword.Name == "patternProperties" {
			m.Name = w.table.pattern(m.Name).main()
		}
		if s := w.table.readable[at]; w.view == RequestView && keyword.Name == "properties" && s != nil && s.ReadOnly {
			m.Value = jsonvalue.ObjectOf("$defs", jsonvalue.ObjectOf("readOnly", m.Value))
			w.moved[at] = move{setAside, w.moved[at].inside}
		}
		out.Members = append(out.Members, m)
	}
	return out
}

// narrow removes properties of the other view from required.
func (w *viewWriter) narrow(o *jsonvalue.Object, pointer string) {
	v, _ := o.Get("required")
	if list, ok := v.([]any); ok {
		o.Set("required", slices.DeleteFunc(slices.Clone(list), func(name any) bool {
			text, _ := name.(string)
			return w.table.otherSide(pointer, text, w.view)
		}))
	}
}

// origin returns the pointer into the document of a place in a schema that was written. What the
// writing added to a schema has the schema's origin.
func (w *viewWriter) origin(schema, place string) string {
	at := schema
	for rest := place; rest != ""; {
		m := w.moved[at]
		if at != schema {
			rest = strings.TrimPrefix(rest, m.schema)
		}
		if m.inside != "" {
			inside, ok := strings.CutPrefix(rest, m.inside)
			if !ok {
				return at
			}
			rest = inside
		}
		if rest == "" {
			return at
		}
		end := 1 + strings.IndexByte(rest[1:]+"/", '/')
		at, rest = at+rest[:end], rest[end:]
	}
	return at
}

// otherSide reports whether a required property belongs to the other view. It may be declared
// beside required, in an allOf of the schema, or in a schema that has this one as a part.
func (t *schemaTable) otherSide(pointer, name string, view View) bool {
	family, known := []string{pointer}, map[string]bool{pointer: true}
	for i := 0; i < len(family); i++ {
		if p := t.readable[family[i]].Property(name); p != nil && p.AbsentIn(view) {
			return true
		}
		for _, parent := range t.nodes[family[i]].around {
			if !known[parent] {
				known[parent] = true
				family = append(family, parent)
			}
		}
	}
	return false
}

// fromVersion30 rewrites what OpenAPI 3.0 spells otherwise than JSON Schema, in later documents, too,
// whose authors mean the same: nullable and boolean exclusive bounds; and $ref, which has no siblings
// in 3.0 (OpenAPI 3.0.3 §4.7.24). It reports whether it moved the schema into an anyOf, which makes
// it nullable: OpenAPI 3.0.3 gives nullable no meaning without a type, but authors mean this by it.
func (t *schemaTable) fromVersion30(o *jsonvalue.Object) (moved bool) {
	if ref, isRef := o.Get("$ref"); isRef && t.is30 {
		o.Members = []jsonvalue.Member{{Name: "$ref", Value: ref}}
		return false
	}
	exclusiveBounds(o)
	if nullable, _ := o.Get("nullable"); nullable != true {
		return false
	}
	o.Delete("nullable")
	composite := slices.ContainsFunc(o.Members, func(m jsonvalue.Member) bool {
		return slices.Contains([]string{"allOf", "oneOf", "anyOf", "not", "$ref"}, m.Name)
	})
	if typ, ok := o.Get("type"); ok && !composite {
		o.Set("type", including(oneOrMore(typ), "null"))
		if enum, ok := o.Get("enum"); ok {
			o.Set("enum", including(asList(enum), nil))
		}
		return false
	}
	inner := &jsonvalue.Object{Members: o.Members}
	o.Members = []jsonvalue.Member{{Name: "anyOf", Value: []any{inner, jsonvalue.ObjectOf("type", "null")}}}
	return true
}

// including returns a list with a value, once.
func including(list []any, v any) []any {
	if slices.Contains(list, v) {
		return list
	}
	return append(slices.Clone(list), v)
}

// exclusiveBounds rewrites the boolean exclusive bounds of OpenAPI 3.0 into numeric ones.
func exclusiveBounds(o *jsonvalue.Object) {
	for _, pair := range [][2]string{{"minimum", "exclusiveMinimum"}, {"maximum", "exclusiveMaximum"}} {
		bound, flag := pair[0], pair[1]
		exclusive, _ := o.Get(flag)
		if _, isBool := exclusive.(bool); !isBool {
			continue
		}
		o.Delete(flag)
		if limit, has := o.Get(bound); exclusive == true && has {
			o.Delete(bound)
			o.Set(flag, limit)
		}
	}
}
