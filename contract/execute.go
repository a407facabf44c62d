package contract

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// execute executes a fixture that has its items to itself.
func (s *session) execute(ctx context.Context, f *fixtures.Fixture, o *outcome) error {
	found, err := s.provide(ctx, f.Given)
	s.run.record(o, found)
	if err != nil {
		return err
	}
	for i, n := 0, 0; i < len(f.Steps); i += n {
		step := &f.Steps[i]
		n = withThoseTogether(f.Steps[i:])
		if step.Optional && s.run.missing(step.Request.Operation) != "" {
			continue
		}
		if n > 1 {
			if err := s.simultaneously(ctx, f.Steps[i:i+n], o); err != nil {
				return err
			}
			continue
		}
		if err := s.step(ctx, f, step, o); err != nil {
			return err
		}
	}
	if err := s.proveRefusals(ctx, f, o); err != nil {
		return err
	}
	found, err = s.verifyItems(ctx)
	s.run.record(o, found)
	return err
}

// step executes one step. The error says that those after it would make no sense.
func (s *session) step(ctx context.Context, f *fixtures.Fixture, step *fixtures.Step, o *outcome) error {
	if err := s.pause(ctx, step); err != nil {
		return err
	}
	var last *outcome
	seen := s.untilSettled(ctx, func() look {
		last = o.clone()
		x, err := s.try(ctx, f, step, last)
		return look{x, last.findings[len(o.findings):], err}
	})
	*o = *last
	return seen.err
}

// try sends the request of a step and judges what comes back. The error is that of step.
func (s *session) try(ctx context.Context, f *fixtures.Fixture, step *fixtures.Step, o *outcome) (*exchange, error) {
	x, found, err := s.patiently(ctx, func() (*exchange, []Finding, error) { return s.sendPages(ctx, step) })
	switch {
	case err != nil:
	case x.wronglyRefused():
		found, err = s.lawfullyRefused(ctx, x, step, found)
	case s.confirmsForeign(x):
		var list []Finding
		list, err = s.foreignDeletion(ctx, x)
		found = append(found, list...)
	}
	s.run.record(o, found)
	if err != nil {
		return x, err
	}
	if x.got.walk != nil {
		err = s.judgePages(ctx, x, step, o)
	} else {
		err = s.judge(x, step, o)
	}
	if err != nil {
		return x, err
	}
	s.judgeFreeOutcome(x, f, step, o)
	s.capture(x, step)
	if step.Name != "" && x.succeeded() && x.sent.op.Action == openapi.Create && x.got.id == "" &&
		s.run.registries[x.sent.op.Resource] != nil && !namesItem(x.sent.op) {
		return x, errStop // what follows is about the item, and nothing names it
	}
	if x.wanted.kind == wantSuccess && !x.wanted.status.Matches(x.got.answer.Status) {
		return x, errStop // what follows builds on a success
	}
	return x, nil
}

// lawfullyRefused looks whether a valid request was refused for something that the document cannot know.
// It then returns the note about that, and errStop: what follows builds on a success. Else it returns the
// findings about the refusal.
func (s *session) lawfullyRefused(ctx context.Context, x *exchange, step *fixtures.Step,
	found []Finding) ([]Finding, error) {
	if y, list, err := s.withAnotherName(ctx, x); y != nil || err != nil {
		return append(list, s.trackIf(y)...), cmp.Or(err, errStop)
	}
	notes, lawful, err := s.refusedForReferences(ctx, x, step.References)
	switch {
	case lawful:
		return notes, errStop
	case err != nil:
		return append(found, notes...), err
	}
	return found, nil
}

// judge brings what is known of items up to date with an exchange, and holds it against its step.
func (s *session) judge(x *exchange, step *fixtures.Step, o *outcome) error {
	prior := s.prior(x)
	if prior != nil && prior.item.gone {
		s.meters(prior.item.resource.Delete, checkGone)
	}
	if x.wanted.kind == wantAnything && isQuestion(s.fixture.Open) && x.got.answer.Status < 500 {
		s.answerOpen(x, s.fixture, prior)
	}
	s.answerBy(x, prior)
	s.run.record(o, s.track(x))
	found, err := s.evaluate(x, step, prior, o)
	s.run.record(o, found)
	if err != nil {
		o.errorf("%v", err)
	}
	return nil
}

// judgeFreeOutcome notes what came of a request that may be both accepted and refused. A target
// that refuses everything says nothing by it.
func (s *session) judgeFreeOutcome(x *exchange, f *fixtures.Fixture, step *fixtures.Step, o *outcome) {
	switch {
	case x.wanted.kind == wantAnything && x.got.answer.Status < 500:
		if !x.succeeded() {
			o.needs = append(o.needs, x.sent.op.ID)
		}
		if f.Open != "" && !isQuestion(f.Open) { // a question of one's own
			s.run.record(o, s.report(x, checkExpectation, x.note(f.Open, "%s: %s", f.Open, x.said("", "", ""))))
		}
	case !x.refusedAsAllowed() || !x.refused():
	case namesNothing(f) && (x.got.answer.Status == http.StatusNotFound || x.got.answer.Status == http.StatusGone):
	case len(step.Request.RawPath) > 0: // of which no request is valid: it is enough that anything is
		o.needs = append(o.needs, anyOperation)
	case synthetic(f, step, x.sent.op):
		s.run.record(o, s.report(x, checkExpectation, syntheticRefused(x)))
		o.needs = append(o.needs, anyOperation)
	default:
		o.needs = append(o.needs, x.sent.op.ID)
	}
}

// namesNothing reports whether a fixture is about an item that is not there, so that it is right not
// to find it.
func namesNothing(f *fixtures.Fixture) bool {
	return slices.ContainsFunc(f.Given, func(g fixtures.Given) bool { return g.Unused })
}

// pause lets the time pass that must lie between two steps.
func (s *session) pause(ctx context.Context, step *fixtures.Step) error {
	left := time.Duration(step.After)*time.Millisecond - s.run.options.clock().Sub(s.last)
	if step.After <= 0 || left <= 0 {
		return nil
	}
	return s.run.options.sleep(ctx, left)
}

// sendStep sends the request of a step.
func (s *session) sendStep(ctx context.Context, step *fixtures.Step) (*exchange, []Finding, error) {
	op, request, err := s.resolve(&step.Request)
	if err != nil {
		name := cmp.Or(step.Name, step.Request.Operation)
		return nil, nil, fmt.Errorf("step %q cannot be sent: %w", name, err)
	}
	return s.send(ctx, sent{op: op, request: request, mutation: step.Mutation}, wantedBy(s.fixture, step))
}

// capture keeps what later steps refer to.
func (s *session) capture(x *exchange, step *fixtures.Step) {
	if step.Name != "" {
		if it := s.created(x); it != nil {
			s.values = s.values.With(step.Name, it.value())
		} else if x.got.shown != nil {
			s.values = s.values.With(step.Name, x.got.shown)
		}
	}
	for name, pointer := range step.Capture {
		if value, ok := lookup(x.got.body, pointer); ok {
			s.values = s.values.With(name, value)
		}
	}
}
