package openapi

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// viewTree is the document with its schemas rewritten into plain JSON Schema 2020-12 for one view.
// Pointers into it are those into the document, except for schemas that moved.
type viewTree struct {
	value any
	moved map[string]move // by pointer into the document
}

// move is how far a schema moved, and how much further what is inside it.
type move struct{ schema, inside string }

const (
	// The places of readOnly properties, whose rules do not apply to requests, and of compositions.
	setAside = "/$defs/readOnly"
	notNull  = "/anyOf/0"
)

// inView returns a rewritten copy of the document.
func (t *schemaTable) inView(view View) *viewTree {
	tree := &viewTree{value: jsonvalue.Clone(t.bundle.value), moved: map[string]move{}}
	// deepest first: a schema is rewritten before an outer one moves it
	pointers := slices.SortedFunc(maps.Keys(t.nodes), func(a, b string) int {
		return strings.Count(b, "/") - strings.Count(a, "/")
	})
	for _, pointer := range pointers {
		v, _ := jsonvalue.Lookup(tree.value, pointer)
		o, ok := v.(*jsonvalue.Object)
		if !ok {
			continue
		}
		portablePattern(o)
		if !t.nodes[pointer].condition {
			t.narrow(o, pointer, view)
		}
		if view == RequestView {
			t.setAside(o, pointer, tree)
		}
		if t.is30 && fromVersion30(o) {
			tree.moved[pointer] = move{tree.moved[pointer].schema, notNull}
		}
	}
	return tree
}

// place returns the pointer into the tree of the schema at a pointer into the document.
func (tree *viewTree) place(pointer string) string {
	if len(tree.moved) == 0 {
		return pointer
	}
	place, at := "", ""
	for rest := pointer; ; {
		m := tree.moved[at]
		place += m.schema
		if rest == "" {
			return place
		}
		end := 1 + strings.IndexByte(rest[1:]+"/", '/')
		place += m.inside + rest[:end]
		at, rest = at+rest[:end], rest[end:]
	}
}

// origin is the inverse of place; what the rewriting added to a schema has the schema's origin.
func (tree *viewTree) origin(place string) string {
	if len(tree.moved) == 0 {
		return place
	}
	at := ""
	for rest := place; rest != ""; {
		m := tree.moved[at]
		rest = strings.TrimPrefix(rest, m.schema)
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

// narrow removes properties of the other view from required.
func (t *schemaTable) narrow(o *jsonvalue.Object, pointer string, view View) {
	v, _ := o.Get("required")
	if list, ok := v.([]any); ok {
		o.Set("required", slices.DeleteFunc(list, func(name any) bool {
			text, _ := name.(string)
			return t.otherSide(pointer, text, view)
		}))
	}
}

// setAside moves the rules of readOnly properties, which servers ignore, to where they do not apply.
func (t *schemaTable) setAside(o *jsonvalue.Object, pointer string, tree *viewTree) {
	properties, _ := o.Get("properties")
	for i, m := range members(properties) {
		at := jsonvalue.Join(jsonvalue.Join(pointer, "properties"), m.Name)
		if s := t.readable[at]; s != nil && s.ReadOnly {
			aside := jsonvalue.ObjectOf("$defs", jsonvalue.ObjectOf("readOnly", m.Value))
			properties.(*jsonvalue.Object).Members[i].Value = aside
			tree.moved[at] = move{setAside, tree.moved[at].inside}
		}
	}
}

// otherSide reports whether a required property belongs to the other view. It may be declared
// beside required, in an allOf of the schema, or in a schema that has this one as a part.
func (t *schemaTable) otherSide(pointer, name string, view View) bool {
	family := []string{pointer}
	for i := 0; i < len(family); i++ {
		if p := t.readable[family[i]].Property(name); p != nil && p.AbsentIn(view) {
			return true
		}
		for _, parent := range t.nodes[family[i]].around {
			if !slices.Contains(family, parent) {
				family = append(family, parent)
			}
		}
	}
	return false
}

var escapedRune = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

// portablePattern rewrites escapes of ECMA-262 that RE2 spells otherwise.
func portablePattern(o *jsonvalue.Object) {
	v, _ := o.Get("pattern")
	if pattern, ok := v.(string); ok && strings.Contains(pattern, `\u`) {
		o.Set("pattern", escapedRune.ReplaceAllString(pattern, `\x{$1}`))
	}
}

// fromVersion30 rewrites what OpenAPI 3.0 spells otherwise than JSON Schema: nullable, boolean
// exclusive bounds, and $ref, which has no siblings there (OpenAPI 3.0.3 §4.7.24). It reports
// whether it moved the schema into an anyOf, which makes it nullable: OpenAPI 3.0.3 gives nullable
// no meaning without a type, but authors mean this by it.
func fromVersion30(o *jsonvalue.Object) (moved bool) {
	if ref, isRef := o.Get("$ref"); isRef {
		o.Members = []jsonvalue.Member{{Name: "$ref", Value: ref}}
		return false
	}
	exclusiveBounds(o)
	if nullable, _ := o.Get("nullable"); nullable != true {
		return false
	}
	o.Delete("nullable")
	composite := slices.ContainsFunc(o.Members, func(m jsonvalue.Member) bool {
		return slices.Contains([]string{"allOf", "oneOf", "anyOf", "not"}, m.Name)
	})
	if typ, ok := o.Get("type"); ok && !composite {
		o.Set("type", []any{typ, "null"})
		if enum, ok := o.Get("enum"); ok && !slices.Contains(asList(enum), nil) {
			o.Set("enum", append(slices.Clone(asList(enum)), nil))
		}
		return false
	}
	inner := &jsonvalue.Object{Members: o.Members}
	o.Members = []jsonvalue.Member{{Name: "anyOf", Value: []any{inner, jsonvalue.ObjectOf("type", "null")}}}
	return true
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
