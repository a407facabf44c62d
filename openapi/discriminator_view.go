package openapi

import (
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// asParent ends the library's name of a schema as those see it that inherit from it: without the
// choice that its discriminator makes, or they would have themselves as a part.
const asParent = "?parent"

// parentMark returns what the reference of a schema has in addition: asParent where it inherits.
func (t *schemaTable) parentMark(pointer, ref string) string {
	if target, err := refPointer(ref); err == nil && t.inherits(pointer, target) {
		return asParent
	}
	return ""
}

// inherits reports whether a schema, or the part of its allOf at a pointer, refers to another one with
// a discriminator that may name it.
func (t *schemaTable) inherits(pointer, parent string) bool {
	if property, _ := t.discriminatorOf(parent); property == "" {
		return false
	}
	child := pointer
	if above, token := splitLast(pointer); strings.Trim(token, "0123456789") == "" {
		child = strings.TrimSuffix(above, "/allOf")
	}
	if !slices.Contains(t.heirs(parent), child) || !slices.Contains(t.parents(child), parent) {
		return false
	}
	keyword, alternatives := t.alternatives(parent)
	family := append(t.heirs(child), child)
	return keyword == "" || slices.ContainsFunc(alternatives, func(c choice) bool {
		return slices.Contains(family, c.target)
	})
}

// discriminate adds to a written schema what its discriminator means, in keywords that validation
// knows. An alternative fits only an object that names it; where others inherit from the schema, an
// object meets the one that it names.
func (w *viewWriter) discriminate(o *jsonvalue.Object, pointer string) {
	d := w.table.discriminators[pointer]
	switch {
	case w.parent != "" && w.parent == pointer:
		keyword, _ := w.table.alternatives(pointer)
		o.Delete(keyword)
	case d == nil:
	case d.union == "":
		w.heirs(o, d)
	default:
		listed, _ := o.Get(d.union)
		for i, alternative := range asList(listed) {
			if alternative, ok := alternative.(*jsonvalue.Object); ok {
				w.alternative(alternative, d, d.choices[i].names)
			}
		}
	}
}

func (w *viewWriter) alternative(o *jsonvalue.Object, d *discriminator, names []any) {
	if len(names) > 0 {
		also(o, jsonvalue.ObjectOf("properties", oneOf(d.property, names)))
		return
	}
	// what has no name counts for objects that name no other one
	also(o, jsonvalue.ObjectOf("not", naming(d.property, d.names())))
}

func (w *viewWriter) heirs(o *jsonvalue.Object, d *discriminator) {
	for _, c := range d.choices {
		if len(c.names) > 0 {
			heir := jsonvalue.ObjectOf("$ref", w.ref("#"+uriFragment(c.pointer)))
			also(o, jsonvalue.ObjectOf("if", naming(d.property, c.names), "then", heir))
		}
	}
	if !d.listed {
		also(o, jsonvalue.ObjectOf("properties", oneOf(d.property, d.names())))
	}
}

// also adds a schema to the allOf of another one.
func also(o *jsonvalue.Object, schema *jsonvalue.Object) {
	list, _ := o.Get("allOf")
	o.Set("allOf", append(slices.Clone(asList(list)), any(schema)))
}

// oneOf returns the member of properties by which a property has one of several values.
func oneOf(property string, values []any) *jsonvalue.Object {
	return jsonvalue.ObjectOf(property, jsonvalue.ObjectOf("enum", values))
}

// naming returns the schema of the objects whose property has one of several values.
func naming(property string, values []any) *jsonvalue.Object {
	return jsonvalue.ObjectOf("type", "object", "required", []any{property}, "properties", oneOf(property, values))
}
