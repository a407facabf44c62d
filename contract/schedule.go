package contract

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/agentmock/agentmock/fixtures"
)

// executeAll executes the fixtures, as many at a time as there are jobs. Those that list items come
// last, one by one.
func (r *runner) executeAll(ctx context.Context, list []*fixtures.Fixture) map[*fixtures.Fixture]*outcome {
	outcomes := make(map[*fixtures.Fixture]*outcome, len(list))
	var mu sync.Mutex
	done := func(o *outcome) {
		mu.Lock()
		defer mu.Unlock()
		before := outcomes[o.fixture]
		outcomes[o.fixture] = o
		if before != nil { // it was repeated, and shows what makes the target fail
			o.add(slices.Concat(before.findings, before.notes)...)
			return
		}
		failures, first := 0, r.fails(o, outcomes) && !r.failed[o.fixture]
		r.progressed(func(p *Progress) {
			p.Done++
			if first {
				p.Failed++
				r.failed[o.fixture] = true
			}
			failures = p.Failed
		})
		if r.options.MaxFailures > 0 && failures >= r.options.MaxFailures {
			r.cancel(errBail)
		}
	}
	jobs := r.options.Jobs
	if r.sandbox != nil || r.scarce() {
		jobs = 1
	}
	together, alone := r.separate(planUnits(list))
	r.queue(ctx, together, jobs, done)
	r.queue(ctx, alone, 1, done)
	return outcomes
}

// fails reports whether a fixture has shown a violation that is not known and, by all that the run has seen until
// now, follows from none that is: the report accepts that as well, so that a run which ended for it would pass.
// Where a failure ends nothing it is only shown as progress, and what follows is not looked for.
func (r *runner) fails(o *outcome, seen map[*fixtures.Fixture]*outcome) bool {
	known := r.options.Known
	if known == nil {
		return o.failed()
	}
	isNew := func(f Finding) bool { return !known(f.Fingerprint) && !slices.ContainsFunc(f.Follows, known) }
	results := []Result{o.result()}
	fingerprints(results)
	if r.options.MaxFailures == 0 || !slices.ContainsFunc(results[0].Violations, isNew) {
		return slices.ContainsFunc(results[0].Violations, isNew)
	}
	results = results[:0]
	for _, f := range slices.SortedFunc(maps.Keys(seen), func(a, b *fixtures.Fixture) int {
		return cmp.Compare(r.order[a], r.order[b])
	}) {
		results = append(results, seen[f].result())
	}
	r.mu.Lock()
	results = append(results, r.findings.results()...)
	r.mu.Unlock()
	fingerprints(results)
	explain(results)
	i := slices.IndexFunc(results, func(f Result) bool { return f.ID == o.fixture.ID })
	return slices.ContainsFunc(results[i].Violations, isNew)
}

// work executes one unit and removes what it has created. It returns the fixtures that have to be
// executed again, because the target was lost.
func (r *runner) work(ctx context.Context, u unit, done func(*outcome)) []*fixtures.Fixture {
	if isDown(ctx) {
		return u.fixtures
	}
	started := r.options.clock()
	var pending []*fixtures.Fixture
	for _, f := range u.fixtures {
		var stop *stopError
		if errors.As(context.Cause(ctx), &stop) {
			done(&outcome{fixture: f, errored: "not run: " + stop.reason})
			continue
		}
		if cause := context.Cause(ctx); cause != nil && f.Skip == "" && !isDown(ctx) {
			done(&outcome{fixture: f, skipped: r.ended(cause), ended: true})
			continue
		}
		if reason := r.skipReason(f); reason != "" && !isDown(ctx) {
			done(&outcome{fixture: f, skipped: reason})
			continue
		}
		pending = append(pending, f)
	}
	if len(pending) == 0 || isDown(ctx) {
		return pending
	}
	s := r.newSession(pending[0])
	s.firm = u.firm
	outcomes := s.executeUnit(ctx, u, pending)
	if isDown(ctx) {
		roundOf(ctx).postpones(s)
		r.drop(pending)
		return pending
	}
	r.tidy(ctx, s.finish)
	if roundOf(ctx).lostWith(s) || !u.again && s.disturbed(outcomes) {
		r.drop(pending)
		return pending
	}
	took := r.options.clock().Sub(started) / time.Duration(len(outcomes))
	for _, o := range outcomes {
		o.took = took
		r.markEnded(ctx, o)
		done(o)
	}
	return nil
}

// disturbed reports whether fixtures failed while a request of another session broke off: the target may
// have died of that and started anew, without their items.
func (s *session) disturbed(outcomes []*outcome) bool {
	s.run.mu.Lock()
	defer s.run.mu.Unlock()
	return s.run.breaks > s.breaks && slices.ContainsFunc(outcomes, func(o *outcome) bool {
		return o.failed() || o.errored != "" && o.passing == nil
	})
}

// executeUnit executes the fixtures of a unit. A panic, which is a mistake of ours, must not keep
// the run from tidying up.
func (s *session) executeUnit(ctx context.Context, u unit, pending []*fixtures.Fixture) (outcomes []*outcome) {
	defer func() {
		if caught := recover(); caught != nil {
			outcomes = nil
			for _, f := range pending {
				o := &outcome{fixture: f}
				o.errorf("the runner panicked, which is a bug in it: %v", caught)
				outcomes = append(outcomes, o)
			}
		}
	}()
	if u.refusals {
		return s.executeRefusals(ctx, pending)
	}
	o := &outcome{fixture: pending[0]}
	o.end(s.execute(ctx, pending[0], o))
	return []*outcome{o}
}

// skipReason returns why a fixture is not executed; "" where it is.
func (r *runner) skipReason(f *fixtures.Fixture) string {
	if f.Skip != "" {
		return f.Skip
	}
	for _, id := range f.Needs() {
		if reason := r.missing(id); reason != "" {
			return reason
		}
	}
	return r.unfit(f)
}

// ended returns why the run was ended, as the reason for skipping a fixture.
func (r *runner) ended(cause error) string {
	if errors.Is(cause, errBail) || errors.Is(cause, errLost) {
		return cause.Error()
	}
	return "interrupted"
}

// markEnded turns what went wrong because the run was ended into that reason.
func (r *runner) markEnded(ctx context.Context, o *outcome) {
	cause := context.Cause(ctx)
	if stop := (*stopError)(nil); errors.As(cause, &stop) && o.skipped != "" {
		o.errored, o.skipped = stop.reason, ""
	}
	if cause != nil && !errors.As(cause, new(*stopError)) && o.errored != "" && !o.failed() {
		o.errored, o.skipped, o.ended = "", r.ended(cause), true
	}
}
