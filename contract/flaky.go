package contract

import (
	"context"

	"github.com/agentmock/agentmock/fixtures"
)

// The bounds of repeating, which tells what always fails from what sometimes does.
const (
	maxRepeated = 8 // fixtures, each for what failed like it
	repeats     = 2
)

// repeat executes failed fixtures again: one for each cause. Those that pass are flaky. A
// smoke run does not, because it promises few requests.
func (r *runner) repeat(ctx context.Context, list []*fixtures.Fixture, outcomes map[*fixtures.Fixture]*outcome) {
	if r.options.Level == fixtures.Smoke {
		return
	}
	tried := map[string]bool{}
	for _, f := range list {
		o := outcomes[f]
		if o == nil || !o.failed() || len(tried) >= maxRepeated || ctx.Err() != nil {
			continue
		}
		if root := o.findings[0].root(); !tried[root] {
			tried[root] = true
			o.flaky = r.passesAgain(ctx, f, o)
		}
	}
}

// passesAgain reports whether a fixture that failed does not fail for the same cause each time.
func (r *runner) passesAgain(ctx context.Context, f *fixtures.Fixture, first *outcome) bool {
	for range repeats {
		var again *outcome
		r.work(ctx, unit{fixtures: []*fixtures.Fixture{f}, refusals: sharesItem(f)}, func(o *outcome) { again = o })
		if again == nil || again.skipped != "" || again.errored != "" {
			return false
		}
		if !again.hasRoot(first.findings[0].root()) {
			return true
		}
	}
	return false
}
