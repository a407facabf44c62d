package contract

import (
	"context"
	"fmt"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// similar says whether two fixtures start from the same item.
func similar(a, b *fixtures.Fixture) bool {
	if len(a.Given) != len(b.Given) {
		return false
	}
	for i := range a.Given {
		g, h := &a.Given[i], &b.Given[i]
		if g.Resource != h.Resource || !jsonvalue.Equal(g.Body, h.Body) || !jsonvalue.Equal(g.Update, h.Update) {
			return false
		}
	}
	return true
}

// refusals carries out fixtures that must all be refused, on one item that they must leave as it
// is: the valid twin first, then the refusals, then a look whether anything has changed. Only if
// something has are they sent again one by one.
func (s *session) refusals(ctx context.Context, list []*fixtures.Fixture) []*outcome {
	outcomes := make([]*outcome, len(list))
	for i, f := range list {
		outcomes[i] = &outcome{fixture: f}
	}
	common := s.outcome
	control := list[0].Baseline
	last := s.run.destructive(control) // a twin that deletes the item has to come last
	ready := s.provide(ctx, list[0].Given) == nil && (last || s.twin(ctx, control) == nil)
	if ready {
		s.refuse(ctx, list, outcomes)
		s.unchanged(ctx, list, outcomes)
		if last {
			s.outcome = common
			s.twin(ctx, control)
		}
	}
	s.outcome = common
	for _, o := range outcomes {
		o.findings, o.notes = append(o.findings, common.findings...), append(o.notes, common.notes...)
		common.findings, common.notes = nil, nil // once, with the first
		if o.errored == "" {
			o.errored = common.errored
		}
	}
	return outcomes
}

func (r *runner) destructive(c *fixtures.Baseline) bool {
	op := r.doc.Operation(c.Request.Operation)
	return op != nil && op.Action == openapi.Delete
}

// twin sends the control, and makes sure of what is there after it.
func (s *session) twin(ctx context.Context, c *fixtures.Baseline) error {
	x, err := s.sendControl(ctx, c)
	if err != nil {
		return err
	}
	if x.op.Action != openapi.Delete && s.run.options.Level != fixtures.Smoke {
		s.look(ctx) // so that whatever differs afterwards is the refusals' doing
	}
	return nil
}

// refuse sends everything that must be refused.
func (s *session) refuse(ctx context.Context, list []*fixtures.Fixture, outcomes []*outcome) {
	for i, f := range list {
		s.enter(f, outcomes[i])
		for j := range f.Steps {
			if s.step(ctx, f, &f.Steps[j]) != nil {
				break
			}
			s.afterAccepted(ctx, f)
		}
	}
}

// enter makes a fixture the one whose outcome is written.
func (s *session) enter(f *fixtures.Fixture, o *outcome) {
	s.outcome = o
	s.values = s.values.With("unique", marker(s.run.options.Seed, f.ID)[:12])
	if it := s.shared(); it != nil && len(f.Given) > 0 {
		s.items[f.Given[0].Name] = it
		if it.latest != nil {
			s.values = s.values.With(f.Given[0].Name, it.latest)
		}
	}
}

// shared is the item that the fixtures of a group have in common; nil where they have none.
func (s *session) shared() *item {
	for _, it := range s.everything() {
		if it.common {
			return it
		}
	}
	return nil
}

// afterAccepted starts from what is there now, if something was accepted that had to be refused:
// that has been reported, and what it has changed is no further news.
func (s *session) afterAccepted(ctx context.Context, f *fixtures.Fixture) {
	it := s.shared()
	switch {
	case it == nil:
	case it.gone:
		s.renew(ctx, f)
	case len(it.known) == 0 && it.unseen:
		o := s.outcome
		s.outcome = &outcome{fixture: f}
		s.lookAt(ctx, it)
		s.outcome = o
	}
}

// renew gives the group another item.
func (s *session) renew(ctx context.Context, f *fixtures.Fixture) {
	if it := s.shared(); it != nil {
		it.common = false
	}
	if s.provide(ctx, f.Given) == nil {
		s.look(ctx)
	}
}

// unchanged looks whether the refused requests have left everything as it was, and if not, which of
// them has not.
func (s *session) unchanged(ctx context.Context, list []*fixtures.Fixture, outcomes []*outcome) {
	it := s.shared()
	if it == nil || !it.refused || it.gone {
		return
	}
	changes, err := s.changes(ctx, it)
	switch {
	case err != nil && len(changes) == 0:
		for _, o := range outcomes {
			o.errorf("whether the refused requests have changed anything could not be seen: %v", err)
		}
		return
	case len(changes) == 0:
		return
	}
	if s.run.options.Level == fixtures.Smoke || !s.replay(ctx, list, outcomes) {
		for _, f := range changes {
			if f.Check == checkRefusalChanged {
				f.Message += fmt.Sprintf(" (one of %d requests that were refused%s)", len(list),
					unlessSmoke(s.run.options.Level))
			}
			outcomes[0].add(f, false)
		}
	}
}

// unlessSmoke says what a replay has found, where there was one.
func unlessSmoke(level fixtures.Level) string {
	if level == fixtures.Smoke {
		return ""
	}
	return "; none of them did it again alone"
}

// changes are what a look at an item finds changed by refused requests.
func (s *session) changes(ctx context.Context, it *item) ([]Finding, error) {
	before := s.outcome
	s.outcome = &outcome{fixture: before.fixture}
	err := s.lookAt(ctx, it)
	seen := s.outcome
	s.outcome = before
	var changes []Finding
	for _, f := range seen.findings {
		if f.In == "state" { // whatever its cause may be: the replay will tell
			changes = append(changes, f)
		} else {
			before.add(f, false)
		}
	}
	if err != nil && seen.errored != "" {
		return changes, fmt.Errorf("%s", seen.errored)
	}
	return changes, err
}

// replay sends refusals again, with a look after each one, and says whether it found one that
// changes something.
func (s *session) replay(ctx context.Context, list []*fixtures.Fixture, outcomes []*outcome) bool {
	culprit := false
	for i, f := range list {
		s.enter(f, outcomes[i])
		for j := range f.Steps {
			it := s.shared()
			if it == nil || it.gone || it.lost {
				s.renew(ctx, f)
				if it = s.shared(); it == nil || it.gone {
					return culprit
				}
				s.enter(f, outcomes[i])
			}
			s.startOver(ctx, f)
			if s.again(ctx, f, &f.Steps[j], it) {
				culprit = true
			}
			if ctx.Err() != nil {
				return culprit
			}
		}
	}
	return culprit
}

// startOver brings the item back to what the valid twin makes of it: a refused request whose change
// is there already would change nothing more.
func (s *session) startOver(ctx context.Context, f *fixtures.Fixture) {
	if s.run.destructive(f.Baseline) {
		return
	}
	o := s.outcome
	s.outcome = &outcome{fixture: f}
	_ = s.twin(ctx, f.Baseline) // what comes of it was reported the first time
	s.outcome = o
}

// again sends one refusal again and says whether it has changed the item.
func (s *session) again(ctx context.Context, f *fixtures.Fixture, step *fixtures.Step, it *item) bool {
	o := s.outcome
	s.outcome = &outcome{fixture: f}
	op, request, err := s.request(&step.Request)
	var x *exchange
	if err == nil {
		x, err = s.exchange(ctx, plan{op: op, request: request, status: step.Expect.Status, mutation: step.Mutation})
	}
	s.outcome = o
	if err != nil || !x.refusal() {
		return false
	}
	s.track(x)
	changes, _ := s.changes(ctx, it)
	for _, c := range changes {
		c.Check, c.Rule = checkRefusalChanged, checkRefusalChanged
		c.Message += fmt.Sprintf("; the request: %s, refused with %d", x.what(), x.answer.status)
		c.Request, c.Status, c.Curl, c.Answer = x.method(), x.answer.status, s.curl(x), ""
		o.add(c, false)
	}
	return len(changes) > 0
}
