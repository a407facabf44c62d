package contract

import (
	"context"
	"fmt"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// execute carries out a fixture that has its items to itself.
func (s *session) execute(ctx context.Context, f *fixtures.Fixture) {
	if err := s.provide(ctx, f.Given); err != nil {
		return
	}
	if s.steps(ctx, f) != nil {
		return
	}
	if s.control(ctx, f) != nil {
		return
	}
	s.look(ctx)
}

// steps takes the fixture's steps. The error says that the session cannot go on.
func (s *session) steps(ctx context.Context, f *fixtures.Fixture) error {
	for i := range f.Steps {
		step := &f.Steps[i]
		if step.Optional && s.run.missing(step.Request.Operation) != "" {
			continue
		}
		if err := s.step(ctx, f, step); err != nil {
			return err
		}
	}
	return nil
}

// step takes one step. The error says that those after it would make no sense.
func (s *session) step(ctx context.Context, f *fixtures.Fixture, step *fixtures.Step) error {
	if err := s.pause(ctx, step); err != nil {
		return err
	}
	op, request, err := s.request(&step.Request)
	if err != nil {
		s.outcome.errorf("step %q cannot be sent: %v", stepName(step), err)
		return errStop
	}
	x, err := s.exchange(ctx, plan{op: op, request: request, status: step.Expect.Status,
		mutation: step.Mutation, open: f.Open != ""})
	if err != nil {
		return err
	}
	if x.open {
		s.seenOpen(x, f)
	}
	if x.turnedDown() && s.unknownReference(ctx, x, step) {
		return errStop
	}
	s.file(x)
	before := s.remember(x)
	s.track(x)
	s.judgeExpectations(x, step, before)
	switch {
	case !x.mayRefuse() || !x.refusal():
	case madeUp(f, step, op):
		s.refusedMadeUp(x)
		s.run.requireSuccess(s.outcome, anyOperation)
	default:
		s.run.requireSuccess(s.outcome, op.ID) // either was right; but a target that refuses everything says nothing by it
	}
	s.capture(x, step)
	if !x.open && !x.refused && !x.status.Matches(x.answer.status) {
		return errStop // what follows builds on a success
	}
	return nil
}

// pause lets the time pass that must lie between two steps.
func (s *session) pause(ctx context.Context, step *fixtures.Step) error {
	left := time.Duration(step.After)*time.Millisecond - s.run.options.clock().Sub(s.last)
	if step.After <= 0 || left <= 0 {
		return nil
	}
	err := s.run.options.sleep(ctx, left)
	if err != nil {
		s.outcome.errorf("%v", err)
	}
	return err
}

func stepName(step *fixtures.Step) string {
	if step.Name != "" {
		return step.Name
	}
	return step.Request.Operation
}

// seenOpen notes how an open question was answered.
func (s *session) seenOpen(x *exchange, f *fixtures.Fixture) {
	if x.answer.status >= 500 {
		return
	}
	verdict := "accepted"
	if !x.succeeded() {
		verdict = "refused"
		s.run.requireSuccess(s.outcome, x.op.ID) // a target that refuses everything has not answered the question
	}
	s.add(x, checkExpectation, finding{note: true, Violation: openapi.Violation{
		Rule: f.Open, In: "state", Message: fmt.Sprintf("%s: %s is %s with %d", f.Open, x.what(), verdict,
			x.answer.status), Document: x.place(),
	}})
}

// capture keeps what later steps refer to.
func (s *session) capture(x *exchange, step *fixtures.Step) {
	if x.shown != nil && step.Name != "" {
		s.values = s.values.With(step.Name, x.shown)
	}
	for name, pointer := range step.Capture {
		if value, ok := lookup(x.shown, pointer); ok {
			s.values = s.values.With(name, value)
		}
	}
}

// control makes sure that what was refused would have been accepted in its valid form: in this
// session, by the fixture's control, or else anywhere in the run.
func (s *session) control(ctx context.Context, f *fixtures.Fixture) error {
	for i := range f.Steps {
		step := &f.Steps[i]
		if !step.Expect.Refused() || s.success[step.Request.Operation] || f.Open != "" {
			continue
		}
		if f.Baseline == nil {
			s.run.requireSuccess(s.outcome, step.Request.Operation)
			continue
		}
		x, err := s.sendControl(ctx, f.Baseline)
		if err != nil || !x.succeeded() {
			if !s.anyGone() {
				return errStop
			}
			s.outcome.errored = "" // the control's item is gone, as it should be
			s.run.requireSuccess(s.outcome, step.Request.Operation)
		}
	}
	return nil
}

func (s *session) anyGone() bool {
	for _, it := range s.everything() {
		if it.gone {
			return true
		}
	}
	return false
}

// sendControl sends the valid twin of refusals. Where it fails, the fixture has errored.
func (s *session) sendControl(ctx context.Context, c *fixtures.Baseline) (*exchange, error) {
	op, request, err := s.request(&c.Request)
	if err != nil {
		s.outcome.errorf("the valid twin %s cannot be sent: %v", c.ID, err)
		return nil, errStop
	}
	x, err := s.exchange(ctx, plan{op: op, request: request, own: true})
	if err != nil {
		return x, err
	}
	s.track(x)
	if !x.succeeded() {
		s.outcome.errorf("a refusal proves nothing here: the valid twin of the request, %s, was answered %d, too",
			x.method(), x.answer.status)
		return x, errStop
	}
	return x, nil
}

// provide brings the given items about.
func (s *session) provide(ctx context.Context, given []fixtures.Given) error {
	for i := range given {
		g := &given[i]
		it, err := s.run.keeper.provide(ctx, s, g)
		if err != nil {
			return err
		}
		s.items[g.Name], s.items["#"+it.id] = it, it
		s.values = s.values.With(g.Name, it.latest)
	}
	return nil
}

// look sees to every item of which something must be shown that no answer has shown yet.
func (s *session) look(ctx context.Context) {
	for _, it := range s.everything() {
		if it.gone && !it.goneSeen {
			s.lookGone(ctx, it)
			continue
		}
		if it.gone || !it.unseen || it.latest == nil && len(it.known) == 0 {
			continue
		}
		if s.lookAt(ctx, it) != nil {
			return
		}
	}
}

// lookAt makes one request that shows an item as it is: a read, else, where there is none, an
// update of nothing.
func (s *session) lookAt(ctx context.Context, it *item) error {
	op, request := s.readRequest(it)
	if op == nil {
		return nil
	}
	x, err := s.exchange(ctx, plan{op: op, request: request, own: true})
	if err != nil {
		return err
	}
	if x.refusal() {
		check := checkStored
		if it.refused {
			check = checkRefusalChanged
		}
		it.lost = true
		s.add(x, check, finding{Violation: openapi.Violation{
			Rule: check, In: "state",
			Message: fmt.Sprintf("the item that was there is unknown to %s: it was answered %d", x.method(),
				x.answer.status),
			Expected: "2xx", Actual: x.answer.status, Document: op.Position,
		}})
		return errStop
	}
	s.track(x)
	return nil
}

func (s *session) lookGone(ctx context.Context, it *item) {
	op := it.resource.Read
	if op == nil || s.run.missing(op.ID) != "" {
		return
	}
	request := s.run.target.base(s.run.doc, op)
	request.Path[it.resource.ItemParameter] = it.id
	x, err := s.exchange(ctx, plan{op: op, request: request, own: true, status: fixtures.Status{fixtures.Refused}})
	if err != nil {
		return
	}
	it.goneSeen = true
	if x.succeeded() {
		s.add(x, checkGone, finding{Violation: s.stillThere(x, it)})
	}
}

func (s *session) stillThere(x *exchange, it *item) openapi.Violation {
	return openapi.Violation{
		Rule: checkGone, In: "state", Message: fmt.Sprintf("the item was deleted, and %s is answered %d all the same",
			x.method(), x.answer.status),
		Expected: fixtures.Refused, Actual: x.answer.status, Document: x.op.Position,
	}
}

// readRequest is the request by which an item can be seen; nil where there is none.
func (s *session) readRequest(it *item) (*openapi.Operation, *openapi.Request) {
	if op := it.resource.Read; op != nil && s.run.missing(op.ID) == "" {
		request := s.run.target.base(s.run.doc, op)
		request.Path[it.resource.ItemParameter] = it.id
		return op, request
	}
	return s.run.probe(it)
}
