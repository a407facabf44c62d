package contract

import (
	"context"
	"fmt"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// The bounds of executing fixtures again that got no verdict for a reason that may pass.
const (
	maxPassing = 32 // units of work
	tries      = 4  // of each; the last one is firm
)

// tryAgain executes fixtures again that got no verdict for a reason that may pass. What comes of them
// then counts; a note says what came first. What is beyond the bound stays without a verdict.
func (r *runner) tryAgain(ctx context.Context, list []*fixtures.Fixture, outcomes map[*fixtures.Fixture]*outcome) {
	first := map[*fixtures.Fixture]*passingError{}
	for try := 1; try <= tries; try++ {
		var open []*fixtures.Fixture
		for _, f := range list {
			if o := outcomes[f]; o != nil && o.passing != nil && !o.failed() && (try == 1 || first[f] != nil) {
				open = append(open, f)
			}
		}
		units := planUnits(open)
		for _, u := range units[:min(len(units), maxPassing)] {
			if ctx.Err() != nil {
				return
			}
			for _, f := range u.fixtures {
				if first[f] == nil {
					first[f] = outcomes[f].passing
				}
			}
			u.firm = try == tries
			r.queue(ctx, []unit{u}, 1, func(o *outcome) { outcomes[o.fixture] = o })
		}
	}
	killed := false // one request is known to break connections off, and so it was no fault of others
	for _, o := range outcomes {
		killed = killed || slices.ContainsFunc(o.findings, func(f Finding) bool { return f.Check == checkAnswered })
	}
	for f, reason := range first {
		outcomes[f].passedLater(reason, killed)
	}
}

// passedLater says what came of a fixture before it passed. An answer to a write that broke off leaves
// it without a verdict all the same: nobody knows what it was. Another request may be to blame.
func (o *outcome) passedLater(first *passingError, killed bool) {
	message := fmt.Sprintf("%v; it passed when it was executed again", first)
	switch {
	case o.failed(), o.errored != "", o.skipped != "":
	case first.broken && !killed:
		o.errorf("%s", message)
	default:
		o.flaky = true
		o.add(Finding{note: true, Flaky: true, Check: checkServerError,
			Violation: openapi.Violation{Rule: checkServerError, In: "status", Message: message}})
	}
}
