package contract

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Some targets answer reads and lists from copies that lag behind what was written. The document promises
// no speed, but no client can work with a target that shows old values and does not say for how long:
// Options.Settle says it.

// look is one look at an item or a list: the exchange, what is found in it, and why the session cannot
// go on.
type look struct {
	x     *exchange
	found []Finding
	err   error
}

func (l *look) bad() bool {
	for _, f := range l.found {
		if !f.note {
			return true
		}
	}
	return l.err != nil && l.x != nil && l.x.got.answer != nil
}

// untilSettled looks until what is there is as it should be, as long as that may be for a lag. Without
// Options.Settle it looks again only where the answer shows an item as it was before the last write;
// that this passes is a violation of its own, once for each operation.
func (s *session) untilSettled(ctx context.Context, try func() look) look {
	saved := s.save()
	seen := try()
	if seen.x == nil || !reads(seen.x.sent.op) {
		return seen
	}
	if s.run.awaitsLag() { // what is old may be as it should be by chance, and is nothing to go on with
		for n := 0; (seen.bad() || s.stale(saved, seen.x)) && s.mayLag(ctx, n); n++ {
			s.restore(saved)
			seen = try()
		}
		return seen
	}
	if !seen.bad() || !s.stale(saved, seen.x) || !s.wait(ctx) {
		return seen
	}
	for n := 1; n < looks; n++ {
		if s.run.options.sleep(ctx, firstLook<<(n-1)) != nil {
			break
		}
		s.restore(saved)
		if seen = try(); !seen.bad() {
			s.waited(true)
			s.run.file(s.fixture, s.report(seen.x, checkStored, s.lagging(seen.x, n+1)))
			return seen
		}
	}
	s.waited(false)
	return seen
}

// lagging returns the finding that an operation shows old values for a while.
func (s *session) lagging(x *exchange, requests int) Finding {
	f := Finding{operation: x.sent.op.ID, Violation: openapi.Violation{In: "state", Document: x.sent.op.Position,
		Message: fmt.Sprintf("%s shows the state before an update, for a while: it took %d requests in %s until it "+
			"showed what was written; if that is as it should be, --settle DURATION waits for it", x.method(), requests,
			s.run.options.clock().Sub(s.wrote).Round(10*time.Millisecond))}}
	s.run.mu.Lock()
	defer s.run.mu.Unlock()
	s.run.lags = true
	return f
}

// mayLag reports whether what is not as it should be may be for a lag still, after it has waited.
func (s *session) mayLag(ctx context.Context, n int) bool {
	if s.run.options.Settle == 0 { // how long it lags is not known
		if n == looks {
			s.run.inVain()
		}
		return n < looks && !s.run.tooOftenInVain() && s.run.options.sleep(ctx, firstLook<<n) == nil
	}
	if s.wrote.IsZero() || s.run.options.clock().Sub(s.wrote) >= s.run.options.Settle || s.run.tooOftenInVain() {
		return false
	}
	if s.run.options.sleep(ctx, min(firstLook/2<<min(n, 10), time.Second)) != nil {
		return false
	}
	if s.run.options.clock().Sub(s.wrote) >= s.run.options.Settle {
		s.run.inVain()
	}
	return true
}

// awaitsLag reports whether what is read may lag behind what was written.
func (r *runner) awaitsLag() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lags || r.options.Settle > 0
}

// maxVainSettles is how often the time to settle may pass in vain; what is not as it should be then has
// another reason.
const maxVainSettles = 16

func (r *runner) inVain() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.vainSettles++
}

func (r *runner) tooOftenInVain() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.vainSettles >= maxVainSettles
}

// reads reports whether an operation changes nothing.
func reads(op *openapi.Operation) bool {
	return op.Method == http.MethodGet || op.Method == http.MethodHead
}

// state is what a session knew before a look.
type state struct {
	items  map[*item]item
	values map[string]any
}

// save keeps what the session knows, so that a look can be taken back.
func (s *session) save() state {
	saved := state{items: map[*item]item{}, values: s.values}
	for _, it := range s.items {
		kept := *it
		kept.known, kept.fixed = maps.Clone(it.known), maps.Clone(it.fixed)
		saved.items[it] = kept
	}
	return saved
}

// restore takes back what looks have shown since.
func (s *session) restore(saved state) {
	for it, kept := range saved.items {
		kept.known, kept.fixed = maps.Clone(kept.known), maps.Clone(kept.fixed)
		*it = kept
	}
	s.values = saved.values
}

// stale reports whether an answer shows an item of the session as it was before the last write.
func (s *session) stale(saved state, x *exchange) bool {
	old := func(it item, value any) bool {
		shown := documented(nil, value, it.resource.Schema)
		was := func(past any) bool { return jsonvalue.Equal(shown, documented(nil, past, it.resource.Schema)) }
		return slices.ContainsFunc(it.past, was) && !was(it.latest)
	}
	for _, it := range saved.items {
		if it.resource != x.sent.op.Resource {
			continue
		}
		list, isList := x.got.shown.([]any)
		if !isList && x.sent.op.IdentityText(x.got.shown) == it.id && old(it, x.got.shown) {
			return true
		}
		for _, entry := range list {
			if x.sent.op.IdentityText(entry) == it.id && old(it, entry) {
				return true
			}
		}
	}
	return false
}
