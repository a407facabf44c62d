package contract

import (
	"maps"
	"net/http"
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// track brings what is known of items up to date with an exchange, and returns what the state
// checks find in it.
func (s *session) track(x *exchange) []Finding {
	resource := x.sent.op.Resource
	switch {
	case resource == nil && x.succeeded():
		s.trackAction(x)
	case resource == nil || resource.Schema == nil || x.got.answer == nil:
	case x.sent.workspace == unclearWorkspace:
		if it := s.itemOf(x); it != nil && x.succeeded() && x.wanted.kind == wantAnything {
			it.forget() // nobody knows whether it was meant
		}
	case x.sent.workspace != ownWorkspace:
	case x.succeeded() && s.created(x) != nil:
		return s.trackCreated(x, s.created(x))
	case x.sent.op.Action == openapi.Create:
	case x.succeeded() && x.sent.op.Action == openapi.List:
		return s.trackList(x)
	default:
		if it := s.itemOf(x); it != nil {
			return s.trackItem(x, it)
		}
	}
	return nil
}

// trackAction tracks an operation that belongs to no resource: what it makes of an item that its path
// names, the document does not say.
func (s *session) trackAction(x *exchange) {
	if x.sent.op.Method == http.MethodGet || x.sent.op.Method == http.MethodHead {
		return
	}
	for _, it := range s.items {
		if slices.Contains(slices.Collect(maps.Values(x.sent.request.Path)), it.id) {
			it.forget()
		}
	}
}

// trackItem tracks an exchange about one item.
func (s *session) trackItem(x *exchange, it *item) []Finding {
	switch {
	case !x.succeeded():
		if x.refused() && x.wanted.kind != wantAnything && x.sent.op.Action != openapi.Read {
			it.refused, it.unseen, it.refuser = true, true, x.sent.op
		}
	case x.sent.op.Action == openapi.Delete && it.resource.Singleton:
		it.forget() // there may be one all the same, with its defaults
	case x.sent.op.Action == openapi.Delete:
		it.gone, it.goneSeen = true, false
	case x.sent.op.Action == openapi.Read:
		return append(s.report(x, checkList, compareListed(x, it)...), s.observe(x, it, readResponse, x.got.shown)...)
	default:
		return s.trackWrite(x, it)
	}
	return nil
}

func (s *session) trackCreated(x *exchange, it *item) []Finding {
	s.know(it)
	if x.wanted.kind == wantRefusal {
		return nil // it should not be there; nothing can be said about it but that it must go
	}
	s.othersWritten(it, x)
	defer it.mean(x.sent.op, x.sent.item())
	if x.got.item() == nil {
		it.written(x.sent.op, x.sent.item())
		return nil
	}
	return s.observe(x, it, createResponse, x.got.shown)
}

func (s *session) trackWrite(x *exchange, it *item) []Finding {
	if it.latest != nil {
		it.past, it.earlier = append(it.past, it.latest), append(it.earlier, it.asMeant())
	}
	s.othersWritten(it, x)
	it.listed = nil
	if x.wanted.kind != wantSuccess { // what became of it is not for the checks to say
		it.forget()
		it.unseen = x.wanted.kind == wantRefusal
		return nil
	}
	defer it.mean(x.sent.op, x.sent.item())
	if x.got.item() == nil {
		it.written(x.sent.op, x.sent.item())
		return nil
	}
	return s.observe(x, it, writeResponse, x.got.shown)
}

// othersWritten marks an item that was written, the items beside it, and what it was given.
func (s *session) othersWritten(it *item, x *exchange) {
	it.writer = x.sent.op
	for _, other := range s.items {
		if other == it {
			continue
		}
		other.others, other.unseen, other.neighbour = true, true, x.sent.op
		for _, m := range x.sent.item().Members {
			if list, ok := m.Value.([]any); ok {
				other.moved = append(other.moved, list...)
			}
		}
	}
}

// observe shows an item to the state checks and returns what they find.
func (s *session) observe(x *exchange, it *item, kind responseKind, value any) []Finding {
	shown, ok := value.(*jsonvalue.Object)
	if !ok {
		return nil
	}
	o := &observation{item: it, kind: kind, shown: shown, scope: s.run.doc.Scope, workspace: s.run.target.WorkspaceID,
		op: x.sent.op, schema: x.sent.op.ShownIn(x.sent.op.Response(x.got.answer.Status))}
	if kind == createResponse || kind == writeResponse {
		o.sent = x.sent.item()
	}
	var found []Finding
	if x.wanted.kind != wantAnything {
		for _, c := range s.run.table {
			if c.state != nil {
				found = append(found, s.report(x, c.ID, c.state(o)...)...)
			}
		}
		if kind != listEntry {
			found = append(found, s.undocumented(x, it.resource, shown)...)
		}
		s.metersLaws(o)
	}
	o.update()
	return found
}
