package mockserver

import (
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// sanitizeItem copies the storable part of an item that a client sent.
func (b *builder) sanitizeItem(body *jsonvalue.Object, request *openapi.Schema) *jsonvalue.Object {
	item := b.sanitize(body, request, b.collection.Schema).(*jsonvalue.Object)
	for _, m := range body.Members {
		if _, has := item.Get(m.Name); has || !request.Covers(m.Name) || !b.collection.keepsApart(m.Name) {
			continue
		}
		if sent := request.Member(m.Name); isWritable(sent, nil) {
			item.Set(m.Name, b.member(m, sent, nil))
		}
	}
	b.respell(body, request, item)
	return item
}

// respell adds the members that the item spells otherwise than the request: FriendlyName in a form,
// friendly_name in answers.
func (b *builder) respell(body *jsonvalue.Object, request *openapi.Schema, item *jsonvalue.Object) {
	if b.collection.Schema == nil || request == nil {
		return
	}
	for _, m := range body.Members {
		sent, p := request.Member(m.Name), b.collection.Schema.Spelled(m.Name)
		if p == nil || p.Name == m.Name || request.Member(p.Name) != nil || !request.Covers(m.Name) {
			continue
		}
		if _, has := item.Get(p.Name); !has && isWritable(sent, p.Schema) && meets(p.Schema, m.Value) {
			item.Set(p.Name, b.member(m, sent, p.Schema))
		}
	}
}

// sanitize copies a value that one schema describes as a request and another as an item. It keeps
// the members that both schemas cover and that clients may write, at every level, and replaces
// secrets with tokens. Documents leave open what becomes of other members (they are dropped), and of
// a null that the schema allows (it is stored).
func (b *builder) sanitize(v any, request, item *openapi.Schema) any {
	switch v := v.(type) {
	case *jsonvalue.Object:
		out := &jsonvalue.Object{Members: make([]jsonvalue.Member, 0, len(v.Members))}
		for _, m := range v.Members {
			sent, stored := request.Member(m.Name), item.Member(m.Name)
			covered := request.Covers(m.Name) && item.Covers(m.Name)
			if b.importing || covered && isWritable(sent, stored) {
				out.Members = append(out.Members, jsonvalue.Member{Name: m.Name, Value: b.member(m, sent, stored)})
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = b.sanitize(v[i], request.Item(i), item.Item(i))
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

// member copies the value of one member. Where no schema describes it, as in a free object, its
// name tells whether it is a secret.
func (b *builder) member(m jsonvalue.Member, sent, stored *openapi.Schema) any {
	unknown := sent == nil && stored == nil
	switch {
	case !isSecret(sent) && !isSecret(stored) && !(unknown && slices.Contains(b.server.secretNames, m.Name)):
		return b.sanitize(m.Value, sent, stored)
	case m.Value == nil || m.Value == "" || (b.importing || b.patching) && isToken(m.Value):
		return m.Value
	}
	return b.token()
}

// keepReadOnly returns a sent value with the read-only members of the value that it replaces.
func keepReadOnly(old, sent any, schema *openapi.Schema) any {
	before, wasObject := old.(*jsonvalue.Object)
	after, isObject := sent.(*jsonvalue.Object)
	if !wasObject || !isObject {
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
