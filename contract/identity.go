package contract

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/ownership"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// identityOf returns the identity of the item that a creation has made: the one that the answer
// shows, else the one that its Location names (RFC 9110 §15.3.2), else the one that was given, else
// that of the only new entry of the list which has the mark of the request. It is "" where nothing
// tells.
func (s *session) identityOf(ctx context.Context, at *collection, x *exchange) string {
	if !x.succeeded() {
		return x.sent.gave
	}
	if id := x.sent.op.IdentityText(x.got.item()); id != "" {
		return id
	}
	if id := at.resource.IdentityIn(x.got.answer.Header.Get("Location")); id != "" {
		return id
	}
	if x.sent.gave != "" {
		return x.sent.gave
	}
	return s.identityListed(ctx, at, x)
}

// sameName reports whether two identities name the same item: a number and its text do.
func sameName(a, b any) bool {
	text := ownership.Text(a)
	return text != "" && text == ownership.Text(b)
}

// marked begins the texts that show whose an item is.
const marked = "agentmock-"

// identityListed returns the identity of the only entry of the list that has a text of the request
// with the run's mark and that the session does not know yet.
func (s *session) identityListed(ctx context.Context, at *collection, x *exchange) string {
	mark := ""
	for _, m := range x.sent.item().Members {
		if text, ok := m.Value.(string); ok && strings.HasPrefix(text, marked) && len(text) > len(mark) {
			mark = text
		}
	}
	if mark == "" {
		return ""
	}
	var found []string
	entries, _ := at.entries(ctx)
	for _, entry := range entries {
		id := at.resource.List.IdentityText(entry)
		object, _ := entry.(*jsonvalue.Object)
		shows := object != nil && slices.ContainsFunc(object.Members,
			func(m jsonvalue.Member) bool { return m.Value == mark })
		known := slices.ContainsFunc(s.owned, func(it *item) bool { return it.resource == at.resource && it.id == id })
		if id != "" && shows && !known {
			found = append(found, id)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// namesItem reports whether the document promises that the answer to a creation names the item.
func namesItem(op *openapi.Operation) bool {
	success := op.Success()
	if success == nil {
		return false
	}
	shown := op.ShownSchema()
	identity := shown.Property(op.Resource.IdentityProperty(shown))
	return identity != nil && identity.Required || slices.ContainsFunc(success.Headers,
		func(h *openapi.Parameter) bool { return h.Required && strings.EqualFold(h.Name, "Location") })
}

// value returns an item as later steps refer to it: as it was shown, with its identity, which some
// answers leave out.
func (it *item) value() any {
	shown, _ := it.latest.(*jsonvalue.Object)
	if it.resource.IdentityText(shown) != "" || it.resource.Singleton {
		return it.latest
	}
	with := &jsonvalue.Object{}
	if shown != nil {
		with, _ = jsonvalue.Clone(shown).(*jsonvalue.Object)
	}
	with.Set(it.resource.Identity, identityValue(it.resource.Schema.Member(it.resource.Identity), it.id))
	return with
}

// identityValue returns an identity in the form of a schema.
func identityValue(schema *openapi.Schema, id string) any {
	if schema != nil && !schema.Allows("string") && json.Valid([]byte(id)) {
		return json.Number(id)
	}
	return id
}
