package contract

import (
	"fmt"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// entries are the items of a list's answer.
func entries(resource *openapi.Resource, shown any) ([]any, bool) {
	if resource != nil && resource.ListProperty != "" {
		shown, _ = jsonvalue.Lookup(shown, jsonvalue.Join("", resource.ListProperty))
	}
	list, ok := shown.([]any)
	return list, ok
}

// trackList compares a list with what the session knows of its items.
func (s *session) trackList(x *exchange) {
	list, ok := entries(x.op.Resource, x.shown)
	if !ok || x.open || x.refused {
		return
	}
	byID := s.index(x, list)
	for _, it := range s.everything() {
		if it.resource == x.op.Resource && it.latest != nil {
			s.trackEntry(x, it, byID[it.id])
		}
	}
}

// index finds the entries by identity, none of which may be there twice, or belong to another
// workspace.
func (s *session) index(x *exchange, list []any) map[string]*jsonvalue.Object {
	byID := map[string]*jsonvalue.Object{}
	for _, entry := range list {
		object, _ := entry.(*jsonvalue.Object)
		id := identity(x.op.Resource, object)
		if id == "" {
			continue
		}
		if byID[id] != nil {
			s.listed(x, fmt.Sprintf("the list has %s %q twice", x.op.Resource.Identity, id), id)
		}
		byID[id] = object
		s.foreign(x, object)
	}
	return byID
}

// trackEntry compares an item with its entry, nil where the list has none.
func (s *session) trackEntry(x *exchange, it *item, entry *jsonvalue.Object) {
	switch {
	case it.gone && entry != nil:
		s.listed(x, fmt.Sprintf("the list has %s %q, which was deleted", it.resource.Identity, it.id), it.id)
	case it.gone:
	case entry != nil:
		s.observe(x, it, listed, entry)
		s.compareEntry(x, it, entry)
	case !s.paged(x.op):
		s.listed(x, fmt.Sprintf("the list lacks %s %q, which exists", it.resource.Identity, it.id), it.id)
	}
}

// paged says whether a list may leave items for further pages: where it takes any parameter in the
// query, nobody knows.
func (s *session) paged(op *openapi.Operation) bool {
	for _, p := range op.Parameters {
		if p.In == "query" {
			return true
		}
	}
	return false
}

func (s *session) listed(x *exchange, message, id string) {
	s.add(x, checkList, finding{Violation: openapi.Violation{Rule: checkList, In: "state", Message: message,
		Actual: id, Document: x.op.Position}})
}

// compareEntry holds an entry against what is known of the item.
func (s *session) compareEntry(x *exchange, it *item, entry *jsonvalue.Object) {
	o := &observation{item: it, how: listed, shown: entry, op: x.op}
	differences := o.differing(byWriting, byLeaving, byRefusal, byOthers, byNothing)
	for _, f := range state(checkList, differences, func(d difference) string {
		return fmt.Sprintf("%s of an item is %s, and in the list %s", d.pointer, quote(d.want), found(d))
	}) {
		if f.note {
			continue
		}
		s.add(x, checkList, f)
	}
}

// foreign looks whether an entry belongs to another workspace.
func (s *session) foreign(x *exchange, entry *jsonvalue.Object) {
	scope := s.run.doc.Scope
	if scope == nil || scope.Property == "" {
		return
	}
	if got, ok := entry.Get(scope.Property); ok && !jsonvalue.Equal(got, s.run.target.WorkspaceID) {
		s.add(x, checkIsolation, finding{Violation: openapi.Violation{
			Rule: checkIsolation, In: "state", Pointer: jsonvalue.Join("", scope.Property),
			Message: fmt.Sprintf("the list of the workspace %q has an item whose %s is %s",
				s.run.target.WorkspaceID, scope.Property, quote(got)),
			Expected: s.run.target.WorkspaceID, Actual: truncateValue(got), Document: x.op.Position,
		}})
	}
}
