package mockserver

import (
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// sanitizer copies the storable part of a value that a client sent.
//
// It decides what documents leave open: a member that a schema does not name is dropped, and so is
// one that is read-only; a null that the schema allows is stored.
type sanitizer struct {
	generate    *generator
	secretNames []string // of properties
	// importing keeps unknown and read-only members, and secrets that are tokens already: for items
	// of a state, as opposed to request bodies.
	importing bool
}

// sanitize copies a value that one schema describes as a request and another as an item. It keeps
// the members that both schemas cover and that clients may write, at every level, and replaces
// secrets with tokens.
func (z *sanitizer) sanitize(v any, request, item *openapi.Schema) any {
	switch v := v.(type) {
	case *jsonvalue.Object:
		out := &jsonvalue.Object{Members: make([]jsonvalue.Member, 0, len(v.Members))}
		for _, m := range v.Members {
			sent, stored := request.Member(m.Name), item.Member(m.Name)
			covered := request.Covers(m.Name) && item.Covers(m.Name)
			if z.importing || covered && isWritable(sent, stored) {
				out.Members = append(out.Members, jsonvalue.Member{Name: m.Name, Value: z.member(m, sent, stored)})
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = z.sanitize(v[i], request.Item(i), item.Item(i))
		}
		return out
	}
	return v
}

// isWritable reports whether a member may be stored, given its schemas in the request and the item.
// A write-only member is not stored, unless the item has a schema of its own that shows it.
func isWritable(sent, stored *openapi.Schema) bool {
	switch {
	case isReadOnly(sent) || isReadOnly(stored):
		return false
	case isWriteOnly(stored) || isWriteOnly(sent) && stored == sent:
		return false
	}
	return true
}

// member copies the value of one member. Where no schema describes it, as in a free object, its
// name tells whether it is a secret.
func (z *sanitizer) member(m jsonvalue.Member, sent, stored *openapi.Schema) any {
	unknown := sent == nil && stored == nil
	switch {
	case !isSecret(sent) && !isSecret(stored) && !(unknown && slices.Contains(z.secretNames, m.Name)):
		return z.sanitize(m.Value, sent, stored)
	case m.Value == nil || m.Value == "" || z.importing && isToken(m.Value):
		return m.Value
	}
	return z.generate.token()
}

// keepReadOnly returns a sent value with the read-only members of the value that it replaces.
func keepReadOnly(old, sent any, schema *openapi.Schema) any {
	before, wasObject := old.(*jsonvalue.Object)
	after, isObject := sent.(*jsonvalue.Object)
	if !wasObject || !isObject || schema == nil {
		return sent
	}
	out := &jsonvalue.Object{Members: slices.Clone(after.Members)}
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
