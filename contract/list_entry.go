package contract

import (
	"cmp"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// compareListed finds what the last list showed otherwise than the answers before it and the read after
// it, which agree. That an entry lacks something is no news: it may be a summary.
func compareListed(x *exchange, it *item) []Finding {
	before, _ := it.latest.(*jsonvalue.Object)
	entry, now := it.listed, x.got.item()
	if it.listed = nil; entry == nil || before == nil || now == nil {
		return nil
	}
	var differences []difference
	for _, p := range propertiesOf(it.resource) {
		got, listed := entry.Get(p.Name)
		was, had := before.Get(p.Name)
		is, has := now.Get(p.Name)
		if !listed || had != has || !jsonvalue.Equal(was, is) {
			continue
		}
		shown := it.resource.List.ShownSchema().Member(p.Name)
		want, sameForm := openapi.Returned(is, x.sent.op.ShownSchema().Member(p.Name), shown)
		if has && !sameForm {
			continue
		}
		differences = append(differences, compareEntryValue(it, p, want, got, has, cmp.Or(shown, p.Schema))...)
	}
	return stateFindings(violating(differences), "%s of an item is %s, and in the list %s")
}

// names reports whether a schema names what is at a place below it, or leaves all members free.
func names(schema *openapi.Schema, tokens []string) bool {
	switch {
	case schema == nil || len(tokens) == 0 || schema.Open && len(schema.Properties) == 0 && schema.Items == nil:
		return true
	case schema.Items != nil:
		return names(schema.Items, tokens[1:])
	case schema.Property(tokens[0]) == nil:
		return false
	}
	return names(schema.Property(tokens[0]).Schema, tokens[1:])
}

// compareEntryValue compares the value of a property in the entry of a list with that in the item, which
// may have none.
func compareEntryValue(it *item, p *openapi.Property, want, got any, has bool, schema *openapi.Schema) []difference {
	pointer := jsonvalue.Join("", p.Name)
	if !has {
		plain := p.Schema.HasDefault && jsonvalue.Equal(got, p.Schema.Default)
		if !it.tracks[p.Name] || empty(got) || plain || schema.Mock.Value == openapi.MockSecret {
			return nil // it may show more than the item, but not what the item was never given
		}
		return []difference{{pointer: pointer, got: got, schema: schema}}
	}
	var out []difference
	for _, d := range compare(want, got, true, schema, pointer) {
		if !d.absent {
			out = append(out, d)
		}
	}
	for _, d := range compare(got, want, true, schema, pointer) {
		if d.absent && names(schema, jsonvalue.Tokens(d.pointer)[1:]) { // the rest may be the list's own
			out = append(out, difference{pointer: d.pointer, got: d.want, schema: d.schema})
		}
	}
	return out
}
