package contract

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
)

// The bounds of repeating, which tells what always fails from what sometimes does.
const (
	maxRepeated = 8  // causes, and findings about the run's own requests
	maxFlaky    = 32 // fixtures that are repeated because one that failed like them was flaky
	repeats     = 3
)

// repeat executes failed fixtures again: one for each cause, and the others only where that one passes.
// Those that pass are flaky. A smoke run does not, because it promises few requests, unless that decides
// its verdict.
func (r *runner) repeat(ctx context.Context, list []*fixtures.Fixture, outcomes map[*fixtures.Fixture]*outcome) {
	if r.options.Level == fixtures.Smoke && !r.options.FlakyPasses {
		return
	}
	flaky, tried := map[string]int{}, map[string]bool{}
	for _, f := range list {
		o := outcomes[f]
		if o == nil || ctx.Err() != nil || o.proven || !o.failed() && (o.errored == "" || !r.options.FlakyPasses) {
			continue
		}
		root := "errored: " + o.errored
		if o.failed() {
			root = o.findings[0].root()
		}
		again := flaky[root] > 0 && flaky[root] < maxFlaky
		if !again && (tried[root] || len(tried) >= maxRepeated) {
			continue
		}
		tried[root] = true
		if o.flaky = r.passesAgain(ctx, f, o); o.flaky {
			flaky[root]++
			o.forgive(r.options.FlakyPasses)
		} else {
			o.firm = true
		}
	}
}

// passesAgain reports whether a fixture that failed does not fail for the same cause each time.
func (r *runner) passesAgain(ctx context.Context, f *fixtures.Fixture, first *outcome) bool {
	for range repeats {
		again := r.once(ctx, f)
		switch {
		case again == nil || ctx.Err() != nil:
			return false
		case again.errored != "" || again.skipped != "":
			if !r.options.FlakyPasses {
				return false
			}
		case first.failed() && !again.hasRoot(first.findings[0].root()), !again.failed():
			return true
		}
	}
	return false
}

// once executes a fixture once more.
func (r *runner) once(ctx context.Context, f *fixtures.Fixture) (again *outcome) {
	r.queue(ctx, []unit{{fixtures: []*fixtures.Fixture{f}, refusals: sharesItem(f)}}, 1,
		func(o *outcome) {
			if o.fixture == f {
				again = o
			}
		})
	return again
}

// forgive makes notes of what a flaky fixture has found, where that is to pass.
func (o *outcome) forgive(passes bool) {
	if !passes {
		return
	}
	for _, f := range o.findings {
		o.notes = append(o.notes, f.once())
	}
	if o.errored != "" {
		o.add(Finding{Check: checkExpectation, Violation: violationOf(checkExpectation, o.errored)}.once())
	}
	o.findings, o.errored, o.passing = nil, "", nil
}

// once returns the note about a finding that did not come again.
func (f Finding) once() Finding {
	f.note, f.Flaky = true, true
	f.Message += "; it did not come again when that was repeated"
	return f
}

// repeatOwn executes fixtures again that met violations in the answers to the run's own requests, if what is flaky
// passes. Those that do not come again are flaky. What is repeated may meet other findings.
func (r *runner) repeatOwn(ctx context.Context) {
	if r.options.FlakyPasses {
		for range repeats {
			r.repeatFound(ctx)
		}
	}
}

// repeatFound executes fixtures again for those findings that belong to the run as they are now.
func (r *runner) repeatFound(ctx context.Context) {
	r.mu.Lock()
	keys := slices.SortedFunc(maps.Keys(r.findings), func(a, b runKey) int {
		return cmp.Or(cmp.Compare(r.findings[a].order, r.findings[b].order), cmp.Compare(a.check, b.check),
			cmp.Compare(a.where, b.where))
	})
	keys = slices.DeleteFunc(keys, func(k runKey) bool { return k.note || r.findings[k].fixture == nil })
	r.mu.Unlock()
	for _, key := range keys[:min(len(keys), maxRepeated)] {
		seen := r.timesFound(key)
		for range repeats {
			if r.timesFound(key) > seen || ctx.Err() != nil {
				break
			}
			r.once(ctx, r.findings[key].fixture)
		}
		if ctx.Err() != nil || r.timesFound(key) > seen {
			continue
		}
		r.mu.Lock()
		found := r.findings[key]
		delete(r.findings, key)
		found.Finding, key.note = found.Finding.once(), true
		r.findings[key] = found
		r.mu.Unlock()
	}
}

// timesFound returns how often a finding of the run was met.
func (r *runner) timesFound(key runKey) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.findings[key].times
}
