package openapi

import (
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/jsonvalue"
)

// inView copies the document with its schemas rewritten into plain JSON Schema 2020-12 as one view sees them. Keywords stay
// where they are, so that a place in the copy is a place in the document; the one exception is inside nullableComposite.
func (t *schemaTable) inView(view View) any {
	root := jsonvalue.Clone(t.bundle.value)
	pointers := make([]string, 0, len(t.nodes))
	for pointer := range t.nodes {
		pointers = append(pointers, pointer)
	}
	slices.SortFunc(pointers, func(a, b string) int { // deepest first: a schema is rewritten before one that moves it
		return strings.Count(b, "/") - strings.Count(a, "/")
	})
	for _, pointer := range pointers {
		v, _ := jsonvalue.Lookup(root, pointer)
		o, ok := v.(*jsonvalue.Object)
		if !ok {
			continue
		}
		if t.is30 {
			fromVersion30(o)
		}
		t.narrow(o, pointer, view)
	}
	return root
}

// narrow takes from a schema what does not bind in a view: the demand for properties of the other side, and in requests all rules
// for read-only properties, which the receiver ignores.
func (t *schemaTable) narrow(o *jsonvalue.Object, pointer string, view View) {
	if list, ok := o.Get("required"); ok {
		kept := []any{}
		for _, name := range asList(list) {
			text, _ := name.(string)
			if !t.otherSide(pointer, text, view) {
				kept = append(kept, name)
			}
		}
		o.Set("required", kept)
	}
	if view != RequestView {
		return
	}
	properties, _ := o.Get("properties")
	members, _ := properties.(*jsonvalue.Object)
	for i := 0; members != nil && i < len(members.Members); i++ {
		if t.at(jsonvalue.Join(pointer, "properties") + "/" + escape(members.Members[i].Name)).ReadOnly {
			members.Members[i].Value = &jsonvalue.Object{}
		}
	}
}

// otherSide says whether a property that a schema demands belongs to the other view. The property may be declared beside the demand,
// in an allOf of the schema, or in the schema whose allOf it is part of.
func (t *schemaTable) otherSide(pointer, name string, view View) bool {
	family := []string{pointer}
	for i := 0; i < len(family); i++ {
		if p := t.at(family[i]).Property(name); p != nil {
			return view == RequestView && p.Schema.ReadOnly || view == ResponseView && p.Schema.WriteOnly
		}
		for _, parent := range t.nodes[family[i]].allOfParents {
			if !slices.Contains(family, parent) {
				family = append(family, parent)
			}
		}
	}
	return false
}

func escape(token string) string { return strings.TrimPrefix(jsonvalue.Join("", token), "/") }

// fromVersion30 rewrites what OpenAPI 3.0's schemas say otherwise than JSON Schema: nullable, boolean exclusive bounds, and $ref, which has
// no siblings there (OpenAPI 3.0.3 §4.7.24).
func fromVersion30(o *jsonvalue.Object) {
	if ref, isRef := o.Get("$ref"); isRef {
		o.Members = []jsonvalue.Member{{Name: "$ref", Value: ref}}
		return
	}
	exclusive(o, "minimum", "exclusiveMinimum")
	exclusive(o, "maximum", "exclusiveMaximum")
	if nullable, _ := o.Get("nullable"); nullable != true {
		return
	}
	o.Delete("nullable")
	if enum, ok := o.Get("enum"); ok && !slices.Contains(asList(enum), nil) {
		o.Set("enum", append(slices.Clone(asList(enum)), nil))
	}
	if typ, ok := o.Get("type"); ok {
		o.Set("type", []any{typ, "null"})
	} else {
		nullableComposite(o)
	}
}

// nullableComposite lets null pass beside an allOf, oneOf, anyOf or not. 3.0.3 gives the flag no meaning without a type, but authors mean
// just this by it.
func nullableComposite(o *jsonvalue.Object) {
	inner := &jsonvalue.Object{Members: o.Members}
	o.Members = []jsonvalue.Member{{Name: "anyOf", Value: []any{inner, jsonvalue.ObjectOf("type", "null")}}}
}

func exclusive(o *jsonvalue.Object, bound, flag string) {
	v, ok := o.Get(flag)
	if _, isBool := v.(bool); !ok || !isBool {
		return
	}
	o.Delete(flag)
	if limit, has := o.Get(bound); v == true && has {
		o.Delete(bound)
		o.Set(flag, limit)
	}
}
