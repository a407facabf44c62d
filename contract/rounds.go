package contract

import (
	"context"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
)

// executeRounds executes all fixtures as often as Options.Repeat says, which finds what fails now and then. What
// comes of a fixture is the worst of it, with all that it has found.
func (r *runner) executeRounds(ctx context.Context, list []*fixtures.Fixture) map[*fixtures.Fixture]*outcome {
	outcomes := map[*fixtures.Fixture]*outcome{}
	for range r.options.Repeat {
		latest := r.executeAll(ctx, list)
		r.tryAgain(ctx, list, latest)
		for f, o := range latest {
			outcomes[f] = o.after(outcomes[f])
		}
		if ctx.Err() != nil {
			break
		}
	}
	if r.options.Repeat > 1 {
		for _, o := range outcomes {
			switch {
			case o.failures == o.rounds:
				o.firm = o.failed()
			case o.failures > 0:
				o.flaky = true
				o.forgive(r.options.FlakyPasses)
			}
		}
	}
	return outcomes
}

// after returns what has come of a fixture in all rounds until this one. The outcome before is nil in the first.
func (o *outcome) after(before *outcome) *outcome {
	if before != nil && o.ended { // this one was not executed
		return before
	}
	o.rounds = 1
	if o.badness() > passes {
		o.failures = 1
	}
	if before == nil || before.ended {
		return o
	}
	worse, better := o, before
	if before.badness() >= o.badness() {
		worse, better = before, o
	}
	worse.add(slices.Concat(better.findings, better.notes)...)
	for _, operation := range better.needs {
		if !slices.Contains(worse.needs, operation) {
			worse.needs = append(worse.needs, operation)
		}
	}
	worse.rounds, worse.failures = o.rounds+before.rounds, o.failures+before.failures
	worse.took, worse.flaky, worse.proven = max(o.took, before.took), o.flaky || before.flaky, o.proven || before.proven
	return worse
}

// How bad an outcome is. One that is skipped says less than one that passes.
const (
	isSkipped = iota
	passes
	isErrored
	fails
)

func (o *outcome) badness() int {
	switch {
	case o.failed():
		return fails
	case o.errored != "":
		return isErrored
	case o.skipped != "":
		return isSkipped
	}
	return passes
}
