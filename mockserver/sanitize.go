package mockserver

import (
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// sanitizeItem copies the storable part of an item that a client sent.
func (b *builder) sanitizeItem(body *jsonvalue.Object, t *transfer) *jsonvalue.Object {
	item := b.sanitize(body, t).(*jsonvalue.Object)
	for _, m := range body.Members {
		if t.member(m.Name).passes || !t.from.Covers(m.Name) || !b.collection.keepsApart(m.Name) {
			continue
		}
		if p := t.passage(m.Name, nil); isWritable(p.from, nil) {
			item.Set(m.Name, b.member(m.Value, p))
		}
	}
	b.respell(body, t, item)
	return item
}

// respell adds the members that the item spells otherwise than the request: FriendlyName in a form,
// friendly_name in answers.
func (b *builder) respell(body *jsonvalue.Object, t *transfer, item *jsonvalue.Object) {
	if t.to == nil || t.from == nil {
		return
	}
	for _, m := range body.Members {
		if t.member(m.Name).declared || !t.from.Covers(m.Name) {
			continue
		}
		p := t.to.Spelled(m.Name)
		if p == nil || p.Name == m.Name || t.from.Member(p.Name) != nil {
			continue
		}
		as := t.passage(m.Name, p.Schema)
		if _, has := item.Get(p.Name); !has && isWritable(as.from, p.Schema) && meets(p.Schema, m.Value) {
			item.Set(p.Name, b.member(decoded(m.Value), as))
		}
	}
}

// sanitize copies a value that one schema describes as a request and another as an item. It keeps
// the members that both schemas cover and that clients may write, at every level, and replaces
// secrets with tokens. Documents leave open what becomes of other members (they are dropped), and of
// a null that the schema allows (it is stored).
func (b *builder) sanitize(v any, t *transfer) any {
	switch v := v.(type) {
	case *jsonvalue.Object:
		out := &jsonvalue.Object{Members: make([]jsonvalue.Member, 0, len(v.Members))}
		for _, m := range v.Members {
			if p := t.member(m.Name); p.passes {
				out.Members = append(out.Members, jsonvalue.Member{Name: m.Name, Value: b.member(m.Value, p)})
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = b.sanitize(v[i], t.item(i).inside())
		}
		return out
	}
	return v
}

// isWritable reports whether a member may be stored, given its schemas in the request and the item.
// One that is write-only in the request alone may, and one that is read-only in the item alone, whose
// request has a schema of its own for it: unless the server makes its value.
func isWritable(sent, stored *openapi.Schema) bool {
	given := sent != nil && stored != nil && stored.Mock.Value == ""
	return !isReadOnly(sent) && (!isReadOnly(stored) || given) && !isWriteOnly(stored)
}

// member copies the value of one member.
func (b *builder) member(v any, p *passage) any {
	switch {
	case !p.secret:
		return b.sanitize(v, p.inside())
	case v == nil || v == "" || (b.importing || b.patching) && isToken(v):
		return v
	}
	return b.token()
}

// keepReadOnly returns a sent value with the read-only members of the value that it replaces.
func keepReadOnly(old, sent any, schema *openapi.Schema) any {
	after, isObject := sent.(*jsonvalue.Object)
	if !isObject {
		return sent
	}
	before, wasObject := asObject(old)
	if !wasObject {
		return sent
	}
	out := &jsonvalue.Object{Members: slices.Clone(after.Members)}
	for _, m := range before.Members {
		member := schema.Member(m.Name)
		if current, has := out.Get(m.Name); has {
			out.Set(m.Name, keepReadOnly(m.Value, current, member))
		} else if isReadOnly(member) {
			out.Set(m.Name, m.Value)
		}
	}
	return out
}
