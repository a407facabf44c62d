package contract

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/ownership"
	"github.com/agentmock/agentmock/openapi"
)

// grace is how long the items of a run may take to be removed after somebody has interrupted it. A
// rate that was asked for gives more, up to maxGrace.
const (
	grace    = 10 * time.Second
	maxGrace = time.Minute
)

// tidy calls a function with a context that outlives the end of the run. Nothing bounds it as long as
// nobody interrupts the run: a rate, or a target that asks for pauses, may make it long.
func (r *runner) tidy(ctx context.Context, do func(context.Context)) {
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(r.graceOver, cancel)()
	do(inner)
}

// beginGrace lets the grace of the run begin when ctx ends. It returns what releases its resources.
func (r *runner) beginGrace(ctx context.Context) (end func()) {
	over, cancel := context.WithCancel(context.Background())
	r.graceOver = over
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(r.graceTime())
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-over.Done():
		}
	})
	return func() { stop(); cancel() }
}

// graceTime returns the grace of the run: at a given rate, each job may still have to look at an item
// and to remove it.
func (r *runner) graceTime() time.Duration {
	d := grace
	if rate := r.options.Rate; rate > 0 {
		d += time.Duration(float64(2*r.options.Jobs+2) / rate * float64(time.Second))
	}
	return min(d, maxGrace)
}

// finish removes the items that a session has created, and forgets them. Where the round ends meanwhile,
// what is left is removed after it.
func (s *session) finish(ctx context.Context) {
	for _, it := range slices.Backward(s.owned) { // what belongs to another comes after it
		if roundOf(ctx).postpones(s) {
			return
		}
		if !it.gone {
			s.remove(ctx, it)
		}
	}
	if roundOf(ctx).postpones(s) {
		return
	}
	s.items, s.given, s.owned, s.values = nil, nil, nil, nil // what refers to the session needs them no more
}

// remove deletes an item if the run is shown to have made it. The report names what stays.
func (s *session) remove(ctx context.Context, it *item) {
	request, why := s.deletion(it)
	if why != "" {
		s.run.recordRemains("%s: %s", it, why)
		return
	}
	switch reason := s.removal(ctx, it, request); {
	case reason == "":
	case roundOf(ctx).postpones(s):
		return
	default:
		s.run.recordLeftover("%s: %s", it, reason)
		return
	}
	it.gone, it.goneSeen = true, true
	at := &collection{run: s.run, resource: it.resource, like: it.creation.sent.request, parents: it.above}
	s.run.registries[it.resource].Removed(at, it.id)
}

// deletion returns the request that removes an item, or why the document has no way to remove it.
func (s *session) deletion(it *item) (request *openapi.Request, why string) {
	op := it.resource.Delete
	if op == nil {
		return nil, "there is no operation that deletes it"
	}
	at := &collection{run: s.run, resource: it.resource, like: it.like(), parents: it.above}
	if request = at.request(op, it.id); !complete(op, request) {
		return nil, op.ID + " requires a body of which the document does not say what is right"
	}
	return request, ""
}

// removal deletes an item, and returns why it is still there; "" where it is not.
func (s *session) removal(ctx context.Context, it *item, request *openapi.Request) string {
	op := it.resource.Delete
	if reason := s.run.missing(op.ID); reason != "" {
		return reason
	}
	if s.run.gone() {
		return "the target could not be reached any more"
	}
	at := &collection{run: s.run, resource: it.resource, like: it.like(), parents: it.above}
	gone, err := s.mayRemove(ctx, at, it)
	switch {
	case err != nil:
		return fmt.Sprintf("left alone, %v", err)
	case gone:
		return ""
	}
	x, found, err := s.delete(ctx, op, request)
	s.run.file(s.fixture, found)
	switch {
	case err != nil && x.got.answer == nil:
		return err.Error()
	case !x.wanted.status.Matches(x.got.answer.Status):
		return fmt.Sprintf("%s was answered %d", x.method(), x.got.answer.Status)
	}
	return ""
}

// delete sends a deletion, and sends it again as long as that may help: to delete once more removes
// nothing else.
func (s *session) delete(ctx context.Context, op *openapi.Operation, request *openapi.Request) (x *exchange,
	found []Finding, err error) {
	firm := s.firm
	defer func() { s.firm = firm }()
	for try := 1; ; try++ {
		last := try == tries || s.run.hopeless(op)
		s.firm = firm || last
		x, found, err = s.send(ctx, sent{op: op, request: request, byRun: true},
			wanted{status: fixtures.Status{"2xx", "404", "410"}})
		switch {
		case !mayPass(x) || s.run.gone():
			return x, found, err
		case last:
			s.run.failedToDelete(op)
			return x, found, err
		case s.run.options.sleep(ctx, firstLook<<try) != nil:
			return x, found, err
		}
	}
}

// maxStubborn is how many deletions may fail again and again before those after them are sent once.
const maxStubborn = 3

func (r *runner) hopeless(deletion *openapi.Operation) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stubborn[deletion.ID] >= maxStubborn
}

func (r *runner) failedToDelete(op *openapi.Operation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stubborn[op.ID]++
}

// mayRemove reports whether an item may be deleted, and whether it is gone already.
func (s *session) mayRemove(ctx context.Context, at *collection, it *item) (gone bool, err error) {
	for try := 1; ; try++ {
		gone, err = s.run.registries[it.resource].MayRemove(ctx, at, it.id)
		if err == nil {
			return gone, nil
		}
		if !errors.As(err, new(*ownership.Unseen)) || try == tries || s.run.options.sleep(ctx, firstLook<<try) != nil {
			break
		}
	}
	for _, f := range s.notOurs(it.id, err) {
		f.operation = it.creation.sent.op.ID // the fixture's outcome is settled
		s.run.file(s.fixture, []Finding{f})
	}
	if errors.As(err, new(*ownership.Unproved)) && it.creation.sent.byRun {
		s.run.noMore(it.creation.sent.op, err.Error())
	}
	return false, err
}

// mayPass reports whether a request may succeed when it is sent again: it was not answered, the target
// failed, or takes no requests for a while.
func mayPass(x *exchange) bool {
	if x.got.answer == nil {
		return x.got.err != nil
	}
	return x.got.answer.Status >= 500 || x.got.answer.Status == http.StatusTooManyRequests
}

// gone reports whether the target was given up.
func (r *runner) gone() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost != ""
}

// recordLeftover names something that the run could not remove or put back.
func (r *runner) recordLeftover(format string, args ...any) { r.recordIn(&r.left, format, args...) }

// recordRemains names something for whose removal, or for putting it back, there is no way: the
// document has no operation for it, or no answer shows it.
func (r *runner) recordRemains(format string, args ...any) { r.recordIn(&r.remains, format, args...) }

func (r *runner) recordIn(list *[]string, format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if text := r.secrets.Sentence(fmt.Sprintf(format, args...)); !slices.Contains(*list, text) {
		*list = append(*list, text)
	}
}
