package mockserver

import (
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// written is an object of a body as the client wrote it: a text where it is JSON, which is decoded
// as far as that is needed, else what a form, say, stands for.
type written struct {
	node   *jsonvalue.Node // nil: there is no text
	object *jsonvalue.Object
	valid  bool // the schema of the request is known to find it valid
}

// writtenAs returns a value that is an object, or a node of one; an empty one for any other.
func writtenAs(v any) written {
	if n, isNode := v.(*jsonvalue.Node); isNode && n.Type() == "object" {
		return written{node: n}
	}
	if object, ok := v.(*jsonvalue.Object); ok {
		return written{object: object}
	}
	return written{object: &jsonvalue.Object{}}
}

// value returns the whole object decoded. The caller owns the result.
func (w written) value() *jsonvalue.Object {
	if w.node == nil {
		return jsonvalue.Clone(w.object).(*jsonvalue.Object)
	}
	return w.node.Value().(*jsonvalue.Object)
}

// open returns the object with those members and items as nodes, which stand for their texts, that go
// through a transfer unchanged, and all others decoded. Members that are looked at are decoded, too,
// and so are those of a request that do not pass: they may be kept under another name. The caller owns
// the result. It is plain where every member passes, and is declared where it goes to.
func (w written) open(t *transfer, looked []string) (object *jsonvalue.Object, plain bool) {
	if w.node == nil {
		return w.value(), false
	}
	out := opened{nodes: make([]jsonvalue.Node, 0, 8+w.node.Len())}
	object, plain = &jsonvalue.Object{Members: make([]jsonvalue.Member, 0, w.node.Len())}, true
	for name, member := range w.node.Members() {
		var value any
		changes := false
		p := t.member(name)
		plain = plain && p.passes && p.declared
		if !p.passes && t.kind != showing || slices.Contains(looked, name) {
			value = member.Value()
		} else if value, changes = out.value(member, p); !changes {
			value = out.leaf(member)
		}
		object.Members = append(object.Members, jsonvalue.Member{Name: name, Value: value})
	}
	return object, plain
}

// opened makes objects of nodes.
type opened struct{ nodes []jsonvalue.Node }

// leaf returns a pointer to a node, many of which are allocated at once.
func (o *opened) leaf(n jsonvalue.Node) *jsonvalue.Node {
	if len(o.nodes) == cap(o.nodes) {
		o.nodes = make([]jsonvalue.Node, 0, 16)
	}
	o.nodes = append(o.nodes, n)
	return &o.nodes[len(o.nodes)-1]
}

// leaves returns an object of the first members of another one.
func (o *opened) leaves(n jsonvalue.Node, count int) *jsonvalue.Object {
	object := &jsonvalue.Object{Members: make([]jsonvalue.Member, 0, n.Len())}
	for name, member := range n.Members() {
		if count--; count < 0 {
			break
		}
		object.Members = append(object.Members, jsonvalue.Member{Name: name, Value: o.leaf(member)})
	}
	return object
}

// value returns a value as far as it must be decoded; false where it goes through unchanged as a whole.
func (o *opened) value(n jsonvalue.Node, p *passage) (v any, changes bool) {
	switch {
	case !p.passes:
		return o.leaf(n), true // it is left out unseen
	case p.secret:
		return n.Value(), true
	}
	switch n.Type() {
	case "object":
		object := o.object(n, p.inside())
		return object, object != nil
	case "array":
		list := o.list(n, p.inside())
		return list, list != nil
	}
	return nil, false
}

// object returns an object in which something changes, or is missing; nil for any other.
func (o *opened) object(n jsonvalue.Node, t *transfer) *jsonvalue.Object {
	var out *jsonvalue.Object
	seen, wanted := 0, 0
	for name, member := range n.Members() {
		p := t.member(name)
		value, changes := o.value(member, p)
		if changes && out == nil {
			out = o.leaves(n, seen)
		}
		if out != nil && !changes {
			value = o.leaf(member)
		}
		if out != nil {
			out.Members = append(out.Members, jsonvalue.Member{Name: name, Value: value})
		}
		if p.wanted {
			wanted++
		}
		seen++
	}
	if out == nil && (wanted < t.wanted || t.keeps) {
		out = o.leaves(n, seen)
	}
	return out
}

// list returns a list in which something changes; nil for any other.
func (o *opened) list(n jsonvalue.Node, t *transfer) []any {
	var out []any
	seen := 0
	for item := range n.Items() {
		value, changes := o.value(item, t.item(seen))
		if changes && out == nil {
			out = make([]any, 0, n.Len())
			for before := range n.Items() {
				if len(out) == seen {
					break
				}
				out = append(out, o.leaf(before))
			}
		}
		if out != nil && !changes {
			value = o.leaf(item)
		}
		if out != nil {
			out = append(out, value)
		}
		seen++
	}
	return out
}

// decoded returns a value without nodes; nodes on their own are decoded.
func decoded(v any) any {
	switch v := v.(type) {
	case *jsonvalue.Node:
		return v.Value()
	case *jsonvalue.Object:
		out := &jsonvalue.Object{Members: make([]jsonvalue.Member, len(v.Members))}
		for i, m := range v.Members {
			out.Members[i] = jsonvalue.Member{Name: m.Name, Value: decoded(m.Value)}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = decoded(v[i])
		}
		return out
	}
	return v
}

// asNode returns a node as values have it; nil for null.
func asNode(n jsonvalue.Node) any {
	if n.Type() == "null" {
		return nil
	}
	return &n
}

// at returns what is at a JSON pointer in a value or a node, and whether there is something.
func at(v any, pointer string) (any, bool) {
	n, isNode := v.(*jsonvalue.Node)
	if !isNode || pointer == "" {
		return jsonvalue.Lookup(v, pointer)
	}
	inner, ok := n.At(pointer)
	if !ok {
		return nil, false
	}
	return asNode(inner), true
}

// asList returns a list, of which a node is opened by one level. It reports false for other values.
func asList(v any) ([]any, bool) {
	n, isNode := v.(*jsonvalue.Node)
	if !isNode || n.Type() != "array" {
		list, ok := v.([]any)
		return list, ok
	}
	list := make([]any, 0, n.Len())
	for item := range n.Items() {
		list = append(list, asNode(item))
	}
	return list, true
}
