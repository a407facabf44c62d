package contract

import (
	"fmt"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// trackList compares a list with what the session knows of its items.
func (s *session) trackList(x *exchange) []Finding {
	list, ok := x.got.shown.([]any)
	if !ok || x.wanted.kind != wantSuccess {
		return nil
	}
	byID, twice := indexEntries(x.sent.op, list)
	if x.got.walk != nil && x.got.walk.circle {
		twice = append(twice, Finding{Violation: openapi.Violation{In: "state", Document: x.sent.op.Position,
			Message: "the page that follows a page of the list is the same page, and says that it follows itself"}})
	}
	found := s.report(x, checkList, twice...)
	found = append(found, s.report(x, checkIsolation, s.foreignEntries(x.sent.op, list)...)...)
	for _, it := range s.allItems() {
		if it.resource != x.sent.op.Resource || it.latest == nil {
			continue
		}
		entry := byID[it.id]
		found = append(found, s.report(x, checkList, membership(x, it, entry)...)...)
		s.meters(x.sent.op, checkList)
		if !it.gone && entry != nil {
			differences := compareEntry(x.sent.op, it, entry)
			if it.listed = nil; len(differences) == 0 {
				it.listed = entry
			}
			found = append(found, s.report(x, checkList, differences...)...)
			found = append(found, s.observe(x, it, listEntry, entry)...)
		}
	}
	return found
}

// indexEntries returns the entries of a list by identity, and what is there twice.
func indexEntries(op *openapi.Operation, list []any) (map[string]*jsonvalue.Object, []Finding) {
	byID := map[string]*jsonvalue.Object{}
	var twice []Finding
	for _, entry := range list {
		object, _ := entry.(*jsonvalue.Object)
		id := op.IdentityText(object)
		if id == "" {
			continue
		}
		if byID[id] != nil {
			twice = append(twice, listFinding(op, id, kindTwice, "the list has %s %q twice"))
		}
		byID[id] = object
	}
	return byID, twice
}

// membership finds an item that is missing from a list, or there although it was deleted. The entry
// is nil where the list has none.
func membership(x *exchange, it *item, entry *jsonvalue.Object) []Finding {
	op := x.sent.op
	switch {
	case it.gone && entry != nil:
		return []Finding{listFinding(op, it.id, kindGone, "the list has %s %q, which was deleted")}
	case !it.gone && entry == nil && showsAll(x) && lets(x, it):
		return []Finding{listFinding(op, it.id, kindLost, "the list lacks %s %q, which exists")}
	}
	return nil
}

// listFinding returns a finding about one item, of a kind. The message takes the name and the value of its
// identity.
func listFinding(op *openapi.Operation, id, kind, message string) Finding {
	return Finding{trait: trait{kind: kind, item: digest(id)}, Violation: openapi.Violation{In: "state",
		Actual: id, Document: op.Position, Message: fmt.Sprintf(message, op.Resource.Identity, id)}}
}

// compareEntry finds the differences between an entry of a list and what is known of its item. An
// entry may be a summary, so that what it lacks is no news.
func compareEntry(op *openapi.Operation, it *item, entry *jsonvalue.Object) []Finding {
	o := &observation{item: it, kind: listEntry, shown: entry, op: op}
	differences := o.differing(eventWritten, eventLeftOut, eventRefusal, eventOtherItem, eventNothing)
	return stateFindings(violating(differences), "%s of an item is %s, and in the list %s")
}

// foreignEntries finds the entries of a list that belong to another workspace.
func (s *session) foreignEntries(op *openapi.Operation, list []any) []Finding {
	scope := s.run.doc.Scope
	if scope == nil || scope.Property == "" {
		return nil
	}
	var found []Finding
	for _, entry := range list {
		object, _ := entry.(*jsonvalue.Object)
		if op.IdentityText(object) == "" {
			continue
		}
		if got, ok := object.Get(scope.Property); ok && !jsonvalue.Equal(got, s.run.target.WorkspaceID) {
			found = append(found, Finding{Violation: openapi.Violation{
				In: "state", Pointer: jsonvalue.Join("", scope.Property), Expected: s.run.target.WorkspaceID,
				Actual: truncateValue(got), Document: op.Position,
				Message: fmt.Sprintf("the list of the workspace %q has an item whose %s is %s",
					s.run.target.WorkspaceID, scope.Property, quote(got)),
			}})
		}
	}
	return found
}
