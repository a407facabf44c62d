package contract

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// proveRefusals makes sure that what was refused would have been accepted in its valid form: in
// this session, by the fixture's twin, or else anywhere in the run.
func (s *session) proveRefusals(ctx context.Context, f *fixtures.Fixture, o *outcome) error {
	for i := range f.Steps {
		step := &f.Steps[i]
		if !step.Expect.Refused() || s.success[step.Request.Operation] || f.Open != "" {
			continue
		}
		if f.Twin == nil {
			o.needs = append(o.needs, step.Request.Operation)
			continue
		}
		_, found, err := s.sendTwin(ctx, f.Twin)
		s.run.record(o, found)
		if err == nil {
			continue
		}
		if !slices.ContainsFunc(s.allItems(), func(it *item) bool { return it.gone }) {
			return err
		}
		o.needs = append(o.needs, step.Request.Operation) // the twin's item is gone, as it should be
	}
	return nil
}

// sendTwin sends the valid twin of refusals. The error says that it did not succeed, so that
// they prove nothing.
func (s *session) sendTwin(ctx context.Context, b *fixtures.Twin) (*exchange, []Finding, error) {
	op, request, err := s.resolve(&b.Request)
	if err != nil {
		return nil, nil, fmt.Errorf("the valid twin %s cannot be sent: %w", b.ID, err)
	}
	x, found, err := s.patiently(ctx, func() (*exchange, []Finding, error) {
		return s.send(ctx, sent{op: op, request: request, byRun: true}, wanted{})
	})
	if err != nil {
		return x, found, err
	}
	found = append(found, s.track(x)...)
	if s.run.proven(b, x) {
		return x, nil, nil // what it takes may be used up by now: a name, a limit
	}
	if x.refused() {
		if y, list, err := s.withAnotherName(ctx, x); y != nil || err != nil {
			return cmp.Or(y, x), append(list, s.trackIf(y)...), err
		}
	}
	if !x.succeeded() {
		err = fmt.Errorf("a refusal proves nothing here: the valid twin of the request, %s, was answered %d, too",
			x.method(), x.got.answer.Status)
	}
	return x, found, err
}

// proven reports whether a twin succeeded earlier in the run and conflicts with what is there now. It
// remembers those that succeed.
func (r *runner) proven(b *fixtures.Twin, x *exchange) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if x.succeeded() {
		r.twins[b] = true
	}
	return r.twins[b] && x.got.answer.Status == http.StatusConflict
}

// establish sends the twin and looks at its item, so that whatever differs afterwards is the
// refusals' doing.
func (s *session) establish(ctx context.Context, b *fixtures.Twin) ([]Finding, error) {
	x, found, err := s.sendTwin(ctx, b)
	if err != nil || x.sent.op.Action == openapi.Delete || s.run.options.Level == fixtures.Smoke {
		return found, err
	}
	seen, err := s.verifyItems(ctx)
	return append(found, seen...), err
}
