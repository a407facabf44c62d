package contract

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/ownership"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// strays is what a run remembers to find, at its end, the items that it has made without being told: by
// creations that were not answered, or that came twice at the target. The names that it gives show them.
type strays struct {
	guard     sync.Mutex
	creations map[string][]*creation     // by the name of the collection
	known     map[string]map[string]bool // identities of what the run was told, by the same
	sighted   map[string]map[string]bool // and of what lists have shown with its mark
}

func newStrays() strays {
	return strays{creations: map[string][]*creation{}, known: map[string]map[string]bool{},
		sighted: map[string]map[string]bool{}}
}

// creation is a request that may have created something. Many are kept until the end of the run, and so
// without what is long.
type creation struct {
	session *session
	fixture *fixtures.Fixture
	at      *collection
	x       *exchange // in brief
	names   []string  // the texts of its items that have the run's mark
	bare    bool      // an item has none
	open    string    // what may be left of it; "": it was answered, and the answer says what it made
}

// called returns the name that the creation gave, for a sentence: ` called "agentmock-…"`; "" where it
// gave none.
func (c *creation) called() string {
	if len(c.names) == 0 {
		return ""
	}
	return fmt.Sprintf(" called %q", c.names[0])
}

// placeOf names a collection of a resource.
func placeOf(at *collection) string { return at.resource.Name + "\x00" + at.Name() }

// remember notes a creation. The items of other items go with these.
func (s *session) remember(at *collection, x *exchange) *creation {
	c := &creation{session: s, fixture: s.fixture, at: at, x: x.brief()}
	for _, item := range x.sent.items() {
		if text := s.run.markedText(item); text != "" {
			c.names = append(c.names, text)
		} else {
			c.bare = true
		}
	}
	if len(at.parents) == 0 {
		s.run.guard.Lock()
		defer s.run.guard.Unlock()
		s.run.creations[placeOf(at)] = append(s.run.creations[placeOf(at)], c)
	}
	return c
}

// markedText returns the first text of an item that begins with a mark of the run; "" where none does.
func (r *runner) markedText(item *jsonvalue.Object) string {
	if item == nil {
		return ""
	}
	for _, m := range item.Members {
		if text, ok := m.Value.(string); ok && ownership.MarkIn(text).OfRun(r.options.nonce) {
			return text
		}
	}
	return ""
}

// isTold notes the identity of an item that the run knows to have made.
func (r *runner) isTold(at *collection, id string) { r.noteID(r.known, at, id) }

func (r *runner) noteID(set map[string]map[string]bool, at *collection, id string) {
	r.guard.Lock()
	defer r.guard.Unlock()
	place := placeOf(at)
	if set[place] == nil {
		set[place] = map[string]bool{}
	}
	set[place][strings.Clone(id)] = true
}

// sight notes the items with the run's mark that a list shows.
func (r *runner) sight(at *collection, x *exchange) {
	list, _ := x.got.shown.([]any)
	for _, entry := range list {
		object, _ := entry.(*jsonvalue.Object)
		if id := x.sent.op.IdentityText(entry); id != "" && r.markedText(object) != "" {
			r.noteID(r.sighted, at, id)
		}
	}
}

// removeStrays looks for items that the run has made without being told, removes them, and reports what
// made them. A smoke run, which promises few requests, looks only where there is a reason to.
func (r *runner) removeStrays(ctx context.Context) {
	for _, place := range slices.Sorted(maps.Keys(r.creations)) {
		list := r.creations[place]
		at := list[0].at
		if r.options.Level == fixtures.Smoke && !slices.ContainsFunc(list, (*creation).unsure) &&
			!r.sightedStray(place) {
			continue
		}
		if at.resource.List == nil || at.resource.Delete == nil || r.gone() {
			r.leaveOpen(list, nil, false)
			continue
		}
		entries, whole := r.listAll(ctx, at)
		found := map[string]bool{}
		for _, entry := range entries {
			object, _ := entry.(*jsonvalue.Object)
			id, name := at.resource.List.IdentityText(entry), r.markedText(object)
			if id == "" || name == "" || r.known[place][id] {
				continue
			}
			found[name] = true
			r.removeStray(ctx, at, list, id, object)
		}
		r.leaveOpen(list, found, whole)
	}
}

// unsure reports whether a creation may have made more than its answer says.
func (c *creation) unsure() bool {
	return c.open != "" || c.x.got.answer == nil || c.x.got.answer.Status >= 500
}

// sightedStray reports whether a list has shown an item with the run's mark that the run does not know.
func (r *runner) sightedStray(place string) bool {
	for id := range r.sighted[place] {
		if !r.known[place][id] {
			return true
		}
	}
	return false
}

// leaveOpen names what creations may have left, where the list does not show whether they have.
func (r *runner) leaveOpen(list []*creation, found map[string]bool, whole bool) {
	for _, c := range list {
		switch {
		case c.open == "" || !c.bare && (whole || found[c.names[0]]):
		case c.x.succeeded() && !c.x.sent.op.Bulk && !namesItem(c.x.sent.op): // nothing tells them apart
			r.recordRemains("%s", c.open)
		case c.at.resource.Delete == nil:
			r.recordRemains("%s", c.open)
		default:
			r.recordLeftover("%s", c.open)
		}
	}
}

// maxListPages bounds the pages of a list in which the run looks for its items.
const maxListPages = 200

// listAll returns what a list has on all its pages. Whole is false where there may be more.
func (r *runner) listAll(ctx context.Context, at *collection) (entries []any, whole bool) {
	op := at.resource.List
	if op == nil || r.missing(op.ID) != "" {
		return nil, false
	}
	s := r.newSession(&fixtures.Fixture{ID: "what is left", Operation: op.ID})
	s.firm = true
	x, _, err := s.send(ctx, sent{op: op, request: at.request(op, ""), byRun: true}, wanted{kind: wantAnything})
	if err != nil || !x.succeeded() {
		return nil, false
	}
	if _, err := s.follow(ctx, x, maxListPages); err != nil {
		return nil, false
	}
	entries, ok := x.got.shown.([]any)
	return entries, ok && (x.got.walk.ended || !asksQuery(op))
}

// removeStray removes an item that the run was not told of, and reports which creation made it.
func (r *runner) removeStray(ctx context.Context, at *collection, list []*creation, id string,
	item *jsonvalue.Object) {
	name := r.markedText(item)
	list = slices.DeleteFunc(slices.Clone(list), func(c *creation) bool { return !slices.Contains(c.names, name) })
	if len(list) == 0 {
		r.recordLeftover("%s %s, %q: it has the mark of this run, which has not made it", at.resource.Name, id, name)
		return
	}
	r.registries[at.resource].Found(at, id, item)
	culprit, finding := r.culprit(list, at.resource, id)
	it := newItem(at.resource, id)
	it.creation, it.place = culprit.x, at.like
	culprit.session.remove(ctx, it)
	finding.operation = culprit.x.sent.op.ID // the fixture's outcome is settled
	check := finding.Check
	found := culprit.session.report(culprit.x, check, finding)
	r.file(culprit.fixture, found)
}

// culprit returns which of the creations of a name has made an item that no answer names, and what is
// to be said of it.
func (r *runner) culprit(list []*creation, resource *openapi.Resource, id string) (*creation, Finding) {
	of := func(match func(*creation) bool) *creation {
		if i := slices.IndexFunc(list, match); i >= 0 {
			return list[i]
		}
		return nil
	}
	found := fmt.Sprintf("%s %s was found in the list by its name", resource.Name, id)
	if c := of((*creation).unsure); c != nil {
		how := "was not answered"
		if answer := c.x.got.answer; answer != nil {
			how = fmt.Sprintf("was answered %d", answer.Status)
		}
		note := c.x.note(checkCreatedOnce, "%s %s, and has created something all the same: %s", c.x.method(), how,
			found)
		note.Check = checkCreatedOnce
		return c, note
	}
	refused, succeeded := of((*creation).refusedIt), of((*creation).succeededIn)
	if succeeded == nil {
		c := refused
		if c == nil {
			c = list[0]
		}
		return c, Finding{Check: checkRefusalChanged, Violation: openapi.Violation{In: "state",
			Document: c.x.sent.op.Position, Message: fmt.Sprintf("%s was answered %d, and has created something all "+
				"the same: %s", c.x.method(), c.x.got.answer.Status, found)}}
	}
	return succeeded, Finding{Check: checkCreatedOnce, Violation: openapi.Violation{In: "state",
		Document: succeeded.x.sent.op.Position, Message: fmt.Sprintf("%s has created more than its answer names (%s): "+
			"%s. A proxy that sends requests again may have done this (RFC 9110 §9.2.2 forbids it)",
			succeeded.x.method(), succeeded.x.got.id, found)}}
}

func (c *creation) refusedIt() bool   { return c.x.refused() }
func (c *creation) succeededIn() bool { return c.x.succeeded() }
