package contract

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/ownership"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// One request may create several items: its body has a list of them, and the answer lists them, or their
// identities. Each of them is the run's by the rules for one: what the answer names as new is read, and
// has to show what was sent for one of the items, before it is removed.

// items returns what the body of a request has of items: several of a bulk creation.
func (s *sent) items() []*jsonvalue.Object {
	list, _ := s.op.UnwrapBody(s.body).([]any)
	if !s.op.Bulk || len(list) < 2 {
		return []*jsonvalue.Object{s.item()}
	}
	var items []*jsonvalue.Object
	for _, entry := range list {
		if item, ok := entry.(*jsonvalue.Object); ok {
			items = append(items, item)
		}
	}
	return items
}

// createsSeveral reports whether an exchange has created several items, or was to.
func (x *exchange) createsSeveral() bool {
	return x.sent.op.Bulk && (len(x.sent.items()) > 1 || len(x.named()) > 1)
}

// named returns the identities that the answer to a creation of several items has: those of the entries
// that it shows, or a list of identities.
func (x *exchange) named() []string {
	if !x.succeeded() {
		return nil
	}
	ids := namedIn(x.sent.op, x.got.shown)
	if object := x.got.item(); object != nil && len(ids) == 0 {
		for _, m := range object.Members {
			if list, ok := listOf(m.Value).([]any); ok && len(ids) == 0 {
				ids = namedIn(x.sent.op, list)
			}
		}
	}
	return ids
}

// ofFirst returns the body of an answer with only so many of its items as are wanted, where more were sent:
// fixtures say of several items what becomes of the first.
func (x *exchange) ofFirst(want any) any {
	wanted, _ := x.sent.op.Unwrap(want).([]any)
	list, _ := x.sent.op.Unwrap(x.got.body).([]any)
	if n := len(wanted); x.sent.op.Bulk && n > 0 && n < len(list) && n < len(x.sent.items()) {
		less, _ := jsonvalue.Put(jsonvalue.Clone(x.got.body), x.sent.op.Wrapper, list[:n])
		return less
	}
	return x.got.body
}

// settleSeveral is settleCreation for several items.
func (s *session) settleSeveral(ctx context.Context, registry *ownership.Registry, at *collection,
	x *exchange) ([]Finding, error) {
	none := func(id string) bool { return id == "" }
	gave := slices.DeleteFunc(append([]string{x.sent.gave}, x.sent.gaveMore...), none)
	c := s.remember(at, x)
	switch {
	case x.refused():
		for _, id := range gave {
			registry.Refused(at, id)
		}
		return nil, nil
	case !x.succeeded():
		for _, id := range gave { // they may have been created all the same
			s.own(x, id)
		}
		if x.got.answer == nil && len(gave) == 0 {
			c.open = fmt.Sprintf("what %s may have created%s: no answer came (%v)", x.sent.op.ID, c.called(), x.got.err)
		}
		return nil, nil
	}
	items := x.sent.items()
	named := s.identitiesOf(ctx, at, x, gave)
	if missing := len(items) - len(named); missing > 0 {
		c.open = fmt.Sprintf("%d of the %d items that %s created%s and did not name", missing, len(items), x.sent.op.ID,
			c.called())
	}
	var found []Finding
	var failed error
	for i, id := range named {
		given := ""
		if slices.Contains(gave, id) {
			given = id
		}
		err := registry.Created(at, readable(x.sent.op, items[min(i, len(items)-1)]), given, id)
		if err != nil {
			failed = err
			s.run.recordLeftover("what %s has created, if anything: %v", x.sent.op.ID, err)
			found = append(found, s.reportForeign(x, err)...)
			continue
		}
		for _, item := range items { // whichever of them it is
			registry.Wrote(at, id, readable(x.sent.op, item))
		}
		if x.got.id == "" {
			x.got.id = id
		}
		s.own(x, id)
	}
	c.x.got.id = strings.Join(named, ", ")
	if x.wanted.kind == wantRefusal {
		failed = nil
	}
	return found, failed
}

// identitiesOf returns the identities of the items that a creation of several has made: those that the
// answer names, else those that were given, else those of the entries of the list that have a mark of the
// request and that the session does not know yet.
func (s *session) identitiesOf(ctx context.Context, at *collection, x *exchange, gave []string) []string {
	ids := x.named()
	if len(ids) == 0 {
		ids = gave
	}
	if len(ids) > 0 {
		return ids
	}
	for _, item := range x.sent.items() {
		if s.run.markedText(item) != "" {
			ids = append(ids, s.listedAs(ctx, at, item)...)
		}
	}
	return ids
}

// namedIn returns the identities of the entries of a list, which may be such themselves. It is empty where
// one of them has none.
func namedIn(op *openapi.Operation, shown any) []string {
	list, isList := shown.([]any)
	if !isList {
		list = []any{shown}
	}
	var ids []string
	for _, entry := range list {
		id := op.IdentityText(entry)
		if _, isObject := entry.(*jsonvalue.Object); !isObject && isList {
			id = ownership.Text(entry)
		}
		if id == "" {
			return nil
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, strings.Clone(id)) // which is kept, and the answer is not
		}
	}
	return ids
}

// listOf returns a list, or the values of an object whose members are numbered; nil for anything else.
func listOf(value any) any {
	object, ok := value.(*jsonvalue.Object)
	if !ok {
		return value
	}
	var list []any
	for i, m := range object.Members {
		if m.Name != fmt.Sprint(i) {
			return nil
		}
		list = append(list, m.Value)
	}
	return list
}

// listedAs returns the identities of the entries of the list that have the marked text of an item, and that
// the session does not know yet.
func (s *session) listedAs(ctx context.Context, at *collection, like *jsonvalue.Object) []string {
	text := s.run.markedText(like)
	var ids []string
	entries, _ := at.entries(ctx)
	for _, entry := range entries {
		object, _ := entry.(*jsonvalue.Object)
		id := at.resource.List.IdentityText(entry)
		known := slices.ContainsFunc(s.owned, func(it *item) bool { return it.resource == at.resource && it.id == id })
		if id != "" && !known && s.run.markedText(object) == text {
			ids = append(ids, strings.Clone(id))
		}
	}
	return ids
}

// identifyOthers is identify for the items after the first one of a creation of several.
func (g *guard) identifyOthers(ctx context.Context) (named []string, err error) {
	list, _ := g.sent.op.UnwrapBody(valueOf(&g.sent)).([]any)
	if !g.sent.op.Bulk {
		return nil, nil
	}
	for i := 1; i < len(list); i++ {
		item, _ := list[i].(*jsonvalue.Object)
		value, there := item.Get(g.at.resource.Identity)
		if !there {
			continue
		}
		pointer := jsonvalue.Join(fmt.Sprintf("%s/%d", g.sent.op.BodyWrapper, i), g.at.resource.Identity)
		m := g.sent.mutation
		tried := m != nil && m.In == "body" && overlaps(pointer, m.Pointer)
		if tried || !g.takesIdentity() || ownership.Text(value) == "" {
			named = append(named, g.registry.Readings(value)...)
			continue
		}
		own, err := g.ownIdentity(ctx, value)
		if err != nil {
			return nil, err
		}
		request := *g.sent.request
		if request.Body, there = ownership.Replace(request.Body, pointer, own); !there {
			named = append(named, g.registry.Readings(value)...)
			continue
		}
		g.sent.request, g.sent.gaveMore = &request, append(g.sent.gaveMore, ownership.Text(own))
	}
	return named, nil
}
