package mockserver

import (
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// view shows items as one response has them, where that is not the schema of the items themselves: a
// summary in a list, a receipt, a creation that answers more than a read does.
type view struct {
	schema *openapi.Schema
	// item and own are the property of an item for its identity, and that of the schema; "" where it
	// has none.
	item, own string
	order     order // of the members
	deletes   bool  // the response tells that the item has gone
	made      maker // of what an item lacks
	transfers *transfers
}

// newView returns the view of an operation's items by a schema; nil where that is the items' own, or
// where there is none. What an item lacks is made.
func newView(op *openapi.Operation, s *openapi.Schema, made maker) *view {
	if s == nil || s.Same(op.Resource.Schema) {
		return nil
	}
	return &view{
		schema: s, item: op.Resource.Identity, own: op.Resource.IdentityProperty(s),
		order: orderOf(s), deletes: op.Action == openapi.Delete, made: made,
		transfers: newTransfers(nil),
	}
}

// encode returns an item as the view has it. It is the same each time: what the view demands and the
// item lacks does not depend on anything else.
func (v *view) encode(r *record) []byte {
	scratch := newScratch()
	defer scratch.release()
	return v.show(v.open(r, scratch))
}

// show returns an item, which it changes, as the view has it.
func (v *view) show(item *jsonvalue.Object) []byte {
	if id, ok := item.Get(v.item); ok && v.own != "" {
		item.Set(v.own, id)
	}
	if !v.schema.Allows("object") {
		if id, ok := item.Get(v.item); ok && meets(v.schema, id) {
			return jsonvalue.Marshal(id)
		}
		return jsonvalue.Marshal(conform(decoded(item), v.schema, v.made))
	}
	shown := cut(item, v.schema).(*jsonvalue.Object)
	affirm(shown, v.schema, v.deletes)
	fill(shown, v.schema, v.made)
	encoded := marshal(v.order.sorted(shown))
	if accepts(v.schema, encoded) {
		return encoded
	}
	valid := conform(decoded(shown), v.schema, v.made)
	if object, ok := valid.(*jsonvalue.Object); ok {
		valid = v.order.sorted(object)
	}
	return jsonvalue.Marshal(valid)
}

// open returns an item, in which what the view shows as it is need not be decoded.
func (v *view) open(r *record, s *scratch) *jsonvalue.Object {
	item, ok := s.scan(r.encoded)
	if r.apart != "" || !ok {
		return r.object()
	}
	object, _ := written{node: &item}.open(v.transfers.get(showing, v.schema, v.schema), []string{v.item})
	return object
}

// accepts reports whether a text is plainly valid in responses.
func accepts(s *openapi.Schema, text []byte) bool {
	scratch := newScratch()
	defer scratch.release()
	n, ok := scratch.scan(text)
	return ok && s.Accepts(n, openapi.ResponseView)
}

// cut returns the part of a value that a schema has a place for, at every level.
func cut(v any, s *openapi.Schema) any {
	switch v := v.(type) {
	case *jsonvalue.Object:
		out := &jsonvalue.Object{Members: make([]jsonvalue.Member, 0, len(v.Members))}
		for _, m := range v.Members {
			if member := s.Member(m.Name); s.Covers(m.Name) && !isWriteOnly(member) {
				out.Members = append(out.Members, jsonvalue.Member{Name: m.Name, Value: cut(m.Value, member)})
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = cut(v[i], s.Item(i))
		}
		return out
	}
	return v
}

// fill adds members that responses must have and a value lacks, at every level.
func fill(v any, s *openapi.Schema, made maker) {
	eachMissing(v, s, maxDepth, func(o *jsonvalue.Object, p *openapi.Property) {
		if p.RequiredIn(openapi.ResponseView) {
			o.Set(p.Name, jsonvalue.Clone(made(p.Schema, p.Name)))
		}
	})
}

// affirm sets the flags of a response that are named for a success: the request did succeed.
func affirm(object *jsonvalue.Object, s *openapi.Schema, deletes bool) {
	for _, p := range s.Properties {
		name := strings.ToLower(p.Name)
		says := slices.Contains([]string{"success", "succeeded", "successful", "ok", "acknowledged"}, name) ||
			deletes && slices.Contains([]string{"deleted", "isdeleted", "is_deleted", "removed"}, name)
		if says && slices.Equal(p.Schema.Types, []string{"boolean"}) && meets(p.Schema, true) {
			object.Set(p.Name, true)
		}
	}
}
