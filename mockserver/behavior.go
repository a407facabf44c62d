package mockserver

import (
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// What documents leave open is decided in this file and nowhere else, one function for each
// question. Each gives the one answer that the server knows today; a server that answers as some
// other backend does would ask here.

// keepsUnknown answers what becomes of a member that a schema does not name: it is dropped.
func keepsUnknown() bool { return false }

// keepsReadOnly answers what becomes of a member that is not the client's to write: it is dropped.
func keepsReadOnly() bool { return false }

// mergeValue answers what an update does to an object or list: it is replaced as a whole. Only what
// is not the client's to write stays, inside of objects too.
func mergeValue(old, sent any, schema *openapi.Schema) any {
	return keepReadOnly(old, sent, schema)
}

// dropsNull answers what becomes of a null that the schema allows: it is stored.
func dropsNull() bool { return false }

// taker takes from a body what may be stored.
type taker struct {
	*maker
	// secrets says whether a value under a secret name may pass as it is; nil: none may.
	keepSecret func(any) bool
	// everything keeps what is unknown or read-only too: state is given, not asked for.
	everything bool
}

// take copies what may be stored of a value that a request described by one schema brought for an
// item described by another: members that both know and that are the client's to write, at every
// level, with tokens in the stead of secrets.
func (t *taker) take(v any, request, item *openapi.Schema) any {
	switch v := v.(type) {
	case *jsonvalue.Object:
		out := &jsonvalue.Object{Members: make([]jsonvalue.Member, 0, len(v.Members))}
		for _, m := range v.Members {
			asked, held := request.Member(m.Name), item.Member(m.Name)
			known := request.Covers(m.Name) && item.Covers(m.Name)
			if !t.everything && !t.takesMember(m, asked, held, known) {
				continue
			}
			out.Members = append(out.Members, jsonvalue.Member{Name: m.Name, Value: t.takeMember(m, asked, held)})
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = t.take(v[i], request.Item(i), item.Item(i))
		}
		return out
	}
	return v
}

func (t *taker) takesMember(m jsonvalue.Member, asked, held *openapi.Schema, known bool) bool {
	switch {
	case !known && !keepsUnknown():
		return false
	case (isReadOnly(asked) || isReadOnly(held)) && !keepsReadOnly():
		return false
	case isWriteOnly(held) || isWriteOnly(asked) && held == asked:
		return false
	}
	return m.Value != nil || !dropsNull()
}

// takeMember copies one value. A member that no schema describes, as in a free object, is a secret
// where its name is that of one.
func (t *taker) takeMember(m jsonvalue.Member, asked, held *openapi.Schema) any {
	v := m.Value
	secret := isSecret(asked) || isSecret(held) || asked == nil && held == nil && slices.Contains(t.secrets, m.Name)
	if !secret {
		return t.take(v, asked, held)
	}
	if v == nil || v == "" || t.keepSecret != nil && t.keepSecret(v) {
		return v
	}
	return t.token()
}

// keepReadOnly puts the read-only members of an old object into the one that replaces it.
func keepReadOnly(old, sent any, schema *openapi.Schema) any {
	before, wasObject := old.(*jsonvalue.Object)
	after, isObject := sent.(*jsonvalue.Object)
	if !wasObject || !isObject || schema == nil {
		return sent
	}
	out := &jsonvalue.Object{Members: append([]jsonvalue.Member(nil), after.Members...)}
	for _, p := range schema.Properties {
		value, had := before.Get(p.Name)
		if !had {
			continue
		}
		if current, has := out.Get(p.Name); has {
			out.Set(p.Name, keepReadOnly(value, current, p.Schema))
		} else if isReadOnly(p.Schema) {
			out.Set(p.Name, value)
		}
	}
	return out
}
