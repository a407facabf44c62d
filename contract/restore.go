package contract

import (
	"context"
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// restore updates the item to what could be seen of it before the run. The report names what stays
// different.
func (b *sandbox) restore(ctx context.Context) {
	if b.original == nil {
		return
	}
	if b.run.gone() {
		b.run.recordLeftover("%s as the run had changed it: the target could not be reached any more", b.item)
		return
	}
	op := b.item.resource.Write()
	if replace := b.item.resource.Replace; b.item.resource.Singleton && replace != nil {
		op = replace // what was not there goes
	}
	status, shown := b.run.try(ctx, op, b.request(op, op.WrapBody(b.restoration(op))))
	if status/100 != 2 {
		b.run.recordLeftover("%s as the run had changed it: the update that would put it back was answered %d", b.item,
			status)
		return
	}
	for _, name := range b.blind {
		b.run.recordRemains("%s of %s: it could not be seen before it was written for the first time", name, b.item)
	}
	if read := b.item.resource.Read; read != nil && shown == nil {
		_, shown = b.run.try(ctx, read, b.request(read, nil))
	}
	if after, ok := shown.(*jsonvalue.Object); ok {
		b.compare(after)
	}
}

// request returns a request about the item.
func (b *sandbox) request(op *openapi.Operation, body any) *openapi.Request {
	return b.run.about(b.item, op, body)
}

// about returns a request about an item with a JSON body; nil is none.
func (r *runner) about(it *item, op *openapi.Operation, body any) *openapi.Request {
	request := r.request(op, it.id, body)
	for i, parent := range op.Parents {
		if i < len(it.above) {
			request.Path[parent] = it.above[i]
		}
	}
	return request
}

// restoration returns the body that restores the item.
func (b *sandbox) restoration(op *openapi.Operation) *jsonvalue.Object {
	body := &jsonvalue.Object{}
	latest, _ := b.item.latest.(*jsonvalue.Object)
	for _, p := range sentProperties(op) {
		value, had := b.original.Get(p.Name)
		now, shown := latest.Get(p.Name)
		switch {
		case had && !slices.Contains(b.blind, p.Name) && p.Schema.IsValid(value, openapi.RequestView):
			body.Set(p.Name, withoutSecrets(value, p.Schema))
		case !shown:
		case p.RequiredIn(openapi.RequestView):
			body.Set(p.Name, withoutSecrets(now, p.Schema))
		case !had && p.Schema.Allows("array"):
			body.Set(p.Name, []any{})
		case !had && p.Schema.Allows("object"):
			body.Set(p.Name, &jsonvalue.Object{})
		case !had && op.Action == openapi.Update && len(p.Schema.Types) > 0 && p.Schema.Allows("null"):
			body.Set(p.Name, nil)
		}
	}
	return body
}

// sentProperties returns what a request can say of an item.
func sentProperties(op *openapi.Operation) []*openapi.Property {
	if s := op.SentSchema(); s != nil {
		return s.Properties
	}
	return nil
}

// compare reports what differs from the item as it was before the run.
func (b *sandbox) compare(after *jsonvalue.Object) {
	for _, p := range propertiesOf(b.item.resource) {
		if !b.item.tracks[p.Name] || slices.Contains(b.blind, p.Name) {
			continue
		}
		want, had := b.original.Get(p.Name)
		want = documented(nil, want, p.Schema)
		got, has := after.Get(p.Name)
		if empty(want) && empty(got) {
			continue
		}
		if !had { // and there may be no way to say so
			b.run.recordRemains("/%s of %s: it was absent, and now it is %s", p.Name, b.item, quote(got))
			continue
		}
		for _, d := range violating(compare(want, got, has, p.Schema, jsonvalue.Join("", p.Name))) {
			b.run.recordLeftover("%s of %s: it was %s, and now %s", d.pointer, b.item, quote(d.want), d.found())
		}
		if hasSecret(want, p.Schema) {
			b.run.recordRemains("the secret in /%s of %s: only a token of it could be seen", p.Name, b.item)
		}
	}
}

// withoutSecrets returns a copy of a value without its secrets, of which responses show only a
// token: sent back, the token would become the secret.
func withoutSecrets(value any, schema *openapi.Schema) any {
	switch value := value.(type) {
	case []any:
		out := make([]any, len(value))
		for i, item := range value {
			out[i] = withoutSecrets(item, schema.Item(i))
		}
		return out
	case *jsonvalue.Object:
		out := &jsonvalue.Object{}
		for _, m := range value.Members {
			s := schema.Member(m.Name)
			if s == nil || s.Mock.Value != openapi.MockSecret {
				out.Set(m.Name, withoutSecrets(m.Value, s))
			}
		}
		return out
	}
	return value
}

// hasSecret reports whether a value holds a secret at any depth.
func hasSecret(value any, schema *openapi.Schema) bool {
	return !jsonvalue.Equal(withoutSecrets(value, schema), value)
}
