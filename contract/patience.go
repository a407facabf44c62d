package contract

import (
	"context"
	"time"

	"github.com/agentmock/agentmock/openapi"
)

// Targets may take a moment until lists and reads show what was created or deleted, where other
// machines answer them. The document promises no speed, so that such a look is repeated for a while.
const (
	firstLook = 50 * time.Millisecond // doubled for each further one
	looks     = 6
	// patience is how many looks of a run may wait in vain; a target that has no lag then costs no more.
	patience = 2
)

// lagRule is the rule of notes about what shows late.
const lagRule = "shows-late"

// patiently sends a request and, where the answer does not yet show what was created or deleted, sends
// it again until it does, for a while. A note says how many looks it took.
func (s *session) patiently(ctx context.Context,
	send func() (*exchange, []Finding, error)) (*exchange, []Finding, error) {
	x, found, err := send()
	if s.run.awaitsLag() {
		for look := 0; err == nil && s.behind(x) && s.mayLag(ctx, look); look++ {
			x, found, err = send()
		}
		return x, found, err
	}
	if err != nil || !s.behind(x) || !s.wait(ctx) {
		return x, found, err
	}
	for look := 1; look < looks; look++ {
		if s.run.options.sleep(ctx, firstLook<<(look-1)) != nil {
			break
		}
		y, again, err := send()
		if err != nil {
			s.waited(true)
			return y, again, err
		}
		if !s.behind(y) {
			s.waited(true)
			note := y.note(lagRule, "%s shows what was written only after a while: it took %d requests", y.method(),
				look+1)
			note.operation = y.sent.op.ID
			return y, append(again, s.report(y, checkExpectation, note)...), nil
		}
	}
	s.waited(false)
	return x, found, err
}

// wait takes one of the run's waits, once one is free. It reports whether it has taken one: there may be
// none left, and a session that has one already, for a look around this one, does not wait within it.
func (s *session) wait(ctx context.Context) bool {
	if s.waits {
		return false
	}
	select {
	case _, s.waits = <-s.run.waits:
		return s.waits
	case <-ctx.Done():
		return false
	}
}

// waited gives a wait back, unless it was in vain.
func (s *session) waited(shown bool) {
	s.waits = false
	r := s.run
	if shown {
		r.waits <- struct{}{}
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.vain++; r.vain == cap(r.waits) {
		close(r.waits)
	}
}

// behind reports whether an answer lacks an item that exists, or shows one that was deleted.
func (s *session) behind(x *exchange) bool {
	resource := x.sent.op.Resource
	if resource == nil || resource.Schema == nil || x.got.answer == nil || x.sent.workspace != ownWorkspace {
		return false
	}
	switch x.sent.op.Action {
	case openapi.Read:
		it := s.itemOf(x)
		return it != nil && !it.lost && (it.gone && x.succeeded() || !it.gone && it.latest != nil && missing(x))
	case openapi.List:
		return x.succeeded() && x.wanted.kind == wantSuccess && s.listBehind(x)
	}
	return false
}

// missing reports whether an answer says that there is no such item.
func missing(x *exchange) bool {
	return x.wanted.kind == wantSuccess && (x.got.answer.Status == 404 || x.got.answer.Status == 410)
}

func (s *session) listBehind(x *exchange) bool {
	list, ok := x.got.shown.([]any)
	if !ok {
		return false
	}
	byID, _ := indexEntries(x.sent.op, list)
	for _, it := range s.allItems() {
		if it.resource == x.sent.op.Resource && it.latest != nil && len(membership(x, it, byID[it.id])) > 0 {
			return true
		}
	}
	return false
}
