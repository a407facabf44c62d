package mockserver

import (
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// receive returns the storable part of an item as a client wrote it. Members that are looked at are decoded.
func (b *builder) receive(body written, t *transfer, looked []string) *jsonvalue.Object {
	item, plain := body.open(t, looked)
	if !plain {
		return b.sanitizeItem(item, t)
	}
	for i, m := range item.Members {
		if _, unchanged := m.Value.(*jsonvalue.Node); !unchanged {
			item.Members[i].Value = b.member(m.Value, t.member(m.Name))
		}
	}
	return item
}

// sanitizeItem returns the storable part of an item that a client sent. The body is changed.
func (b *builder) sanitizeItem(body *jsonvalue.Object, t *transfer) *jsonvalue.Object {
	sent := body.Members
	if slices.ContainsFunc(sent, func(m jsonvalue.Member) bool { return !t.member(m.Name).passes }) {
		sent = slices.Clone(sent)
	}
	b.sanitize(body, t)
	for _, m := range sent {
		if t.member(m.Name).passes || !t.from.Covers(m.Name) || !b.collection.keepsApart(m.Name) {
			continue
		}
		if p := t.passage(m.Name, nil); isWritable(p.from, nil) {
			body.Set(m.Name, b.member(m.Value, p))
		}
	}
	b.respell(sent, t, body)
	return body
}

// respell adds the members that the item spells otherwise than the request: FriendlyName in a form,
// friendly_name in answers.
func (b *builder) respell(sent []jsonvalue.Member, t *transfer, item *jsonvalue.Object) {
	if t.to == nil || t.from == nil {
		return
	}
	for _, m := range sent {
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

// sanitize makes a value that one schema describes as a request one that another describes as an item.
// It keeps the members that both schemas cover and that clients may write, at every level, and
// replaces secrets with tokens. Documents leave open what becomes of other members (they are dropped),
// and of a null that the schema allows (it is stored).
func (b *builder) sanitize(v any, t *transfer) {
	switch v := v.(type) {
	case *jsonvalue.Object:
		kept := v.Members[:0]
		for _, m := range v.Members {
			if p := t.member(m.Name); p.passes {
				kept = append(kept, jsonvalue.Member{Name: m.Name, Value: b.member(m.Value, p)})
			}
		}
		v.Members = kept
	case []any:
		for i := range v {
			b.sanitize(v[i], t.item(i).inside())
		}
	}
}

// isWritable reports whether a member may be stored, given its schemas in the request and the item.
// One that is write-only in the request alone may, and one that is read-only in the item alone, whose
// request has a schema of its own for it: unless the server makes its value.
func isWritable(sent, stored *openapi.Schema) bool {
	given := sent != nil && stored != nil && stored.Mock.Value == ""
	return !isReadOnly(sent) && (!isReadOnly(stored) || given) && !isWriteOnly(stored)
}

// member returns the value of one member sanitized.
func (b *builder) member(v any, p *passage) any {
	switch {
	case !p.secret:
		b.sanitize(v, p.inside())
		return v
	case v == nil || v == "" || (b.importing || b.patching) && isToken(v):
		return v
	}
	return b.token()
}

// keepReadOnly gives a sent value, which goes through a passage, the read-only members of the value that it
// replaces.
func keepReadOnly(old, sent any, p *passage) {
	if after, isObject := sent.(*jsonvalue.Object); isObject {
		p.inside().keepReadOnly(old, after)
	}
}

func (t *transfer) keepReadOnly(old any, after *jsonvalue.Object) {
	isObject := func(m jsonvalue.Member) bool { _, ok := m.Value.(*jsonvalue.Object); return ok }
	if !t.keeps && !slices.ContainsFunc(after.Members, isObject) {
		return
	}
	all := membersOf(after)
	switch before := old.(type) {
	case *jsonvalue.Object:
		for _, m := range before.Members {
			t.keepMember(&all, m)
		}
	case *jsonvalue.Node:
		for name, value := range before.Members() {
			current, _ := all.get(name)
			if _, isObject := current.(*jsonvalue.Object); isObject || isReadOnly(t.member(name).to) {
				t.keepMember(&all, jsonvalue.Member{Name: name, Value: asNode(value)})
			}
		}
	}
}

// keepMember is keepReadOnly for one member of the replaced value.
func (t *transfer) keepMember(after *members, m jsonvalue.Member) {
	p := t.member(m.Name)
	if current, has := after.get(m.Name); has {
		keepReadOnly(m.Value, current, p)
	} else if isReadOnly(p.to) {
		after.set(m.Name, m.Value)
	}
}
