package contract

import (
	"context"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// refusalGroup is a number of fixtures that must all be refused, on one item that they must leave
// as it is.
type refusalGroup struct {
	*session
	outcomes []*outcome // one for each
}

// executeRefusals executes fixtures that share an item: the valid twin first, then the refusals,
// then a look at the item. Only if something has changed are they sent again one by one.
func (s *session) executeRefusals(ctx context.Context, list []*fixtures.Fixture) []*outcome {
	g := &refusalGroup{session: s}
	for _, f := range list {
		g.outcomes = append(g.outcomes, &outcome{fixture: f})
	}
	found, err := g.execute(ctx)
	s.run.record(g.outcomes[0], found) // once, with the first
	for _, o := range g.outcomes {
		if o.errored == "" {
			o.end(err)
		}
	}
	return g.outcomes
}

// execute returns what concerns the group as a whole.
func (g *refusalGroup) execute(ctx context.Context) ([]Finding, error) {
	first := g.outcomes[0].fixture
	found, err := g.provide(ctx, first.Given)
	if err != nil {
		return found, err
	}
	twin := first.Twin
	last := g.run.deletes(twin) // a twin that deletes the item has to come last
	if !last {
		list, err := g.establish(ctx, twin)
		found = append(found, list...)
		if err != nil {
			return found, err
		}
	}
	g.refuse(ctx)
	g.verifyUnchanged(ctx)
	if last {
		list, twinErr := g.establish(ctx, twin)
		found, err = append(found, list...), twinErr
	}
	return found, err
}

// deletes reports whether a twin deletes its item.
func (r *runner) deletes(b *fixtures.Twin) bool {
	op := r.doc.Operation(b.Request.Operation)
	return op != nil && op.Action == openapi.Delete
}

// refuse sends everything that must be refused.
func (g *refusalGroup) refuse(ctx context.Context) {
	for _, o := range g.outcomes {
		f := o.fixture
		g.enter(f)
		for j := range f.Steps {
			if err := g.step(ctx, f, &f.Steps[j], o); err != nil {
				o.end(err)
				break
			}
			g.afterAccepted(ctx, o)
		}
	}
}

// enter makes a fixture the one that is being executed.
func (g *refusalGroup) enter(f *fixtures.Fixture) {
	g.fixture = f
	g.values = g.values.With("unique", g.run.unique(f.ID)).With("uniqueHex", g.run.uniqueHex(f.ID))
	for i, it := range g.given {
		if it != nil && i < len(f.Given) {
			g.values = g.values.With(f.Given[i].Name, it.value())
		}
	}
}

// item returns the item that the fixtures share; nil where they share none.
func (g *refusalGroup) item() *item {
	list := g.allItems()
	if i := slices.IndexFunc(list, func(it *item) bool { return it.shared }); i >= 0 {
		return list[i]
	}
	return nil
}

// afterAccepted starts from what is there now, if something was accepted that had to be refused:
// that has been reported, and what it has changed is no further news.
func (g *refusalGroup) afterAccepted(ctx context.Context, o *outcome) {
	it := g.item()
	switch {
	case it == nil:
	case it.gone:
		g.renew(ctx, o)
	case len(it.known) == 0 && it.unseen:
		found, _ := g.verifyItem(ctx, it)
		g.run.file(o.fixture, found)
	}
}

// renew gives the group another item.
func (g *refusalGroup) renew(ctx context.Context, o *outcome) {
	if it := g.item(); it != nil {
		it.shared = false
	}
	found, err := g.provide(ctx, o.fixture.Given)
	if err == nil {
		var seen []Finding
		seen, err = g.verifyItems(ctx)
		found = append(found, seen...)
	}
	g.run.record(o, found)
	o.end(err)
}

// sameGiven reports whether two fixtures start from the same item.
func sameGiven(a, b *fixtures.Fixture) bool {
	return slices.EqualFunc(a.Given, b.Given, func(g, h fixtures.Given) bool {
		return g.Resource == h.Resource && g.Unused == h.Unused && jsonvalue.Equal(g.Body, h.Body) &&
			jsonvalue.Equal(g.Update, h.Update)
	})
}
