package contract

import (
	"context"
	"fmt"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// verifyUnchanged looks whether the refused requests have left the item as it was, and if not,
// which of them has not.
func (g *refusalGroup) verifyUnchanged(ctx context.Context) {
	it := g.item()
	if it == nil || !it.refused || it.gone {
		return
	}
	changes, err := g.changes(ctx, it)
	if err != nil && len(changes) == 0 {
		for _, o := range g.outcomes {
			o.end(fmt.Errorf("whether the refused requests have changed anything could not be seen: %w", err))
		}
	}
	alone := ""
	if len(changes) > 0 && g.run.options.Level != fixtures.Smoke {
		if g.replay(ctx) {
			return
		}
		alone = "; none of them did it again alone"
	}
	for _, f := range changes {
		if f.Check == checkRefusalChanged {
			f.Message += fmt.Sprintf(" (one of %d requests that were refused%s)", len(g.outcomes), alone)
		}
		g.outcomes[0].add(f)
	}
}

// changes returns what a look at the item finds changed since the answer before, whatever its cause may
// seem to be. What was wrong then, as it is now, is not the doing of what came in between.
func (g *refusalGroup) changes(ctx context.Context, it *item) ([]Finding, error) {
	before := it.latest
	found, err := g.verifyItem(ctx, it)
	own := g.run.file(g.fixture, found)
	return slices.DeleteFunc(own, func(f Finding) bool {
		was, had := lookup(before, f.Pointer)
		is, has := lookup(it.latest, f.Pointer)
		return f.In != "state" || f.note || f.Pointer != "" && had == has && jsonvalue.Equal(was, is)
	}), err
}

// replay sends the refusals again, with a look after each one, and reports whether one of them
// changes something.
func (g *refusalGroup) replay(ctx context.Context) bool {
	culprit := false
	for _, o := range g.outcomes {
		f := o.fixture
		g.enter(f)
		for j := range f.Steps {
			it := g.item()
			if it == nil || it.gone || it.lost {
				g.renew(ctx, o)
				if it = g.item(); it == nil || it.gone {
					return culprit
				}
				g.enter(f)
			}
			g.startOver(ctx, f)
			changes := g.again(ctx, &f.Steps[j], it)
			o.add(changes...)
			culprit = culprit || len(changes) > 0
			if ctx.Err() != nil {
				return culprit
			}
		}
	}
	return culprit
}

// startOver brings the item back to what the valid twin makes of it: a refused request whose change
// is there already would change nothing more. What comes of it was reported the first time.
func (g *refusalGroup) startOver(ctx context.Context, f *fixtures.Fixture) {
	if !g.run.deletes(f.Twin) {
		found, _ := g.establish(ctx, f.Twin)
		g.run.file(f, found)
	}
}

// again sends one refusal again and returns what it has changed.
func (g *refusalGroup) again(ctx context.Context, step *fixtures.Step, it *item) []Finding {
	x, _, err := g.sendStep(ctx, step)
	if err != nil || !x.refused() {
		return nil
	}
	g.track(x)
	changes, _ := g.changes(ctx, it)
	for i := range changes {
		c := &changes[i]
		c.Check, c.Rule = checkRefusalChanged, checkRefusalChanged
		c.Message += fmt.Sprintf("; the request: %s, refused with %d", x.subject(), x.got.answer.Status)
		c.Request, c.Status, c.Curl, c.Answer = x.method(), x.got.answer.Status, g.curl(x), ""
	}
	return changes
}
