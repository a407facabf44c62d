package openapi

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// identifiers are the names that schemas give themselves and their parts: $id, $anchor and
// $dynamicAnchor (JSON Schema 2020-12 §8.2).
type identifiers struct {
	roots   map[string]string // pointer of a schema with $id to the URI that it has by that
	ids     map[string]string // and the reverse
	anchors map[string]string // URI#anchor to the pointer
	dynamic map[string]bool   // which of the anchors are dynamic
	uses    []dynamicUse
	refs    []wholeRef
}

// dynamicUse is a $dynamicRef.
type dynamicUse struct{ pointer, anchor, root string }

// wholeRef is a $ref to a schema with $id.
type wholeRef struct{ pointer, target string }

func newIdentifiers() *identifiers {
	return &identifiers{roots: map[string]string{}, ids: map[string]string{}, anchors: map[string]string{},
		dynamic: map[string]bool{}}
}

// none reports whether no schema has a name.
func (n *identifiers) none() bool { return len(n.ids)+len(n.anchors) == 0 }

// fileURI stands for the URI of a file.
func fileURI(name string) *url.URL { return &url.URL{Scheme: "file", Path: "/" + name} }

// collect reads the names in a file.
func (n *identifiers) collect(file *source.File, name, pointer string) {
	if bytes.Contains(file.Data, []byte("$id")) || bytes.Contains(file.Data, []byte("nchor")) {
		n.visit(file.Value, pointer, fileURI(name), false)
	}
}

func (n *identifiers) visit(v any, pointer string, base *url.URL, named bool) {
	if list, isList := v.([]any); isList {
		for i, item := range list {
			n.visit(item, index(pointer, i), base, false)
		}
		return
	}
	o, _ := v.(*jsonvalue.Object)
	if o == nil {
		return
	}
	if !named {
		base = n.name(o, pointer, base)
	}
	for _, m := range o.Members {
		if named || !isData(m) {
			n.visit(m.Value, jsonvalue.Join(pointer, m.Name), base, !named && isMap(m.Name))
		}
	}
}

// name notes the names of a schema, and returns the URI to which references in it are relative.
func (n *identifiers) name(o *jsonvalue.Object, pointer string, base *url.URL) *url.URL {
	id, _ := o.Get("$id")
	if text, isText := id.(string); isText && text != "" {
		if u, err := base.Parse(strings.TrimSuffix(text, "#")); err == nil {
			base = u
			n.roots[pointer] = u.String()
			if _, taken := n.ids[u.String()]; !taken {
				n.ids[u.String()] = pointer
			}
		}
	}
	for _, keyword := range []string{"$anchor", "$dynamicAnchor"} {
		anchor, _ := o.Get(keyword)
		if text, isText := anchor.(string); isText {
			key := base.String() + "#" + text
			if _, taken := n.anchors[key]; !taken {
				n.anchors[key] = pointer
			}
			n.dynamic[key] = n.dynamic[key] || keyword == "$dynamicAnchor"
		}
	}
	return base
}

// root returns the pointer of the innermost schema with $id around a place, and its URI; "" and that of
// the file where there is none.
func (n *identifiers) root(pointer, file string) (string, *url.URL) {
	for at := pointer; len(n.roots) > 0; at, _ = splitLast(at) {
		if id, ok := n.roots[at]; ok {
			u, _ := url.Parse(id)
			return at, u
		}
		if at == "" {
			break
		}
	}
	return "", fileURI(file)
}

// find returns the pointer to what a reference names, where that is a schema with a name or a part of
// one.
func (c *refCollector) find(ref, pointer, file string) (string, bool) {
	n := c.names
	if n.none() {
		return "", false
	}
	root, base := n.root(pointer, file)
	u, err := base.Parse(ref)
	if err != nil {
		return "", false
	}
	fragment := u.Fragment
	u.Fragment, u.RawFragment = "", ""
	if at, ok := n.anchors[u.String()+"#"+fragment]; ok {
		return at, true
	}
	at, known := n.ids[u.String()]
	switch {
	case !known || fragment != "" && !strings.HasPrefix(fragment, "/"):
		return "", false
	case fragment == "":
		parent, _ := splitLast(pointer)
		n.refs = append(n.refs, wholeRef{parent, at})
		return at, true
	case at == root && !c.has(at+fragment): // many mean the whole document by it
		return "", false
	}
	return at + fragment, true
}

// dynamicRef returns what a $dynamicRef is as a $ref: without schemas that extend others the same.
func (c *refCollector) dynamicRef(ref, pointer, file string) string {
	parent, _ := splitLast(pointer)
	root, base := c.names.root(pointer, file)
	if anchor, local := strings.CutPrefix(ref, "#"); local && c.names.dynamic[base.String()+"#"+anchor] {
		c.names.uses = append(c.names.uses, dynamicUse{parent, anchor, root})
	}
	return c.rewrite(ref, pointer, file)
}

// specialize gives each schema that refers to another one, and has dynamic anchors of its own for that
// one's $dynamicRefs, a copy of it in which they lead to its own anchors.
func (c *refCollector) specialize() {
	for _, ref := range c.names.refs {
		root, base := c.names.root(ref.pointer, c.in.document)
		if root == ref.target {
			continue
		}
		var copied any
		for _, use := range c.names.uses {
			own, has := c.names.anchors[base.String()+"#"+use.anchor]
			if use.root != ref.target || !has || !c.names.dynamic[base.String()+"#"+use.anchor] {
				continue
			}
			if copied == nil {
				value, _ := c.lookup(ref.target)
				copied = jsonvalue.Clone(value)
			}
			copied, _ = jsonvalue.Put(copied, strings.TrimPrefix(use.pointer, ref.target)+"/$ref", "#"+uriFragment(own))
		}
		holder, _ := c.lookup(root)
		user, _ := c.lookup(ref.pointer)
		if o, isObject := holder.(*jsonvalue.Object); isObject && copied != nil {
			jsonvalue.Remove(copied, "/$id")
			name := lastToken(ref.target)
			jsonvalue.Put(o, jsonvalue.Join("/$defs", name), copied)
			user.(*jsonvalue.Object).Set("$ref", "#"+uriFragment(jsonvalue.Join(root+"/$defs", name)))
		}
	}
}

// lookup returns the value at a pointer into the bundle, as far as it is read.
func (c *refCollector) lookup(pointer string) (any, bool) {
	file, inside := c.bundle.fileOf(pointer)
	return jsonvalue.Lookup(file.Value, inside)
}

func (c *refCollector) has(pointer string) bool {
	_, ok := c.lookup(pointer)
	return ok
}
