package contract

import (
	"context"
	"fmt"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// keeper decides on whose items fixtures work.
type keeper interface {
	// alone says that there is one item for all, so that fixtures must take turns.
	alone() bool
	// unfit says why a fixture cannot be carried out this way; "" where it can.
	unfit(f *fixtures.Fixture) string
	// provide creates a given item. The error is why the fixture cannot be executed.
	provide(ctx context.Context, s *session, g *fixtures.Given) (*item, []Finding, error)
	// finish tidies up after a session, close after the run.
	finish(ctx context.Context, s *session)
	close(ctx context.Context)
}

// ownItems makes every session items of its own, and removes them.
type ownItems struct{ run *runner }

func (k *ownItems) alone() bool { return false }

func (k *ownItems) unfit(f *fixtures.Fixture) string {
	for i := range f.Given {
		resource := k.run.doc.Resource(f.Given[i].Resource)
		if resource == nil || resource.Create == nil || f.Given[i].Body == nil {
			return fmt.Sprintf("the document has no operation that creates %s; name an existing one (--agent-id)",
				f.Given[i].Resource)
		}
	}
	return ""
}

func (k *ownItems) provide(ctx context.Context, s *session, g *fixtures.Given) (*item, []Finding, error) {
	resource := s.run.doc.Resource(g.Resource)
	body, err := s.values.Expand(g.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("the given %s cannot be made: %w", g.Name, err)
	}
	x, found, err := s.send(ctx, sent{op: resource.Create, request: s.run.bodyRequest(resource.Create, body),
		owner: byRun}, wanted{})
	if err != nil {
		return nil, found, err
	}
	if !x.succeeded() {
		found, err = s.notMade(ctx, g, x, found)
		return nil, found, err
	}
	found = append(found, s.track(x)...)
	it := s.created(x)
	if it == nil {
		return nil, found, fmt.Errorf("the given %s could not be made: the answer of %s has no %s", g.Name, x.method(),
			resource.Identity)
	}
	it.shared = true
	return it, found, nil
}

// notMade returns why a given item could not be created, and what is found in that.
func (s *session) notMade(ctx context.Context, g *fixtures.Given, x *exchange, found []Finding) ([]Finding, error) {
	if references := fixtures.References(x.sent.op, x.sent.body); x.refused() {
		notes, unknown, err := s.refusedForReferences(ctx, x, references)
		if unknown {
			return notes, &skipError{fmt.Sprintf("the given %s names what the target does not know (%s)", g.Name,
				strings.Join(references, ", "))}
		}
		if err != nil {
			return append(found, notes...), err
		}
	}
	return found, fmt.Errorf("the given %s could not be made: %s was answered %d", g.Name, x.method(),
		x.got.answer.status)
}

// bodyRequest is a request with a JSON body.
func (r *runner) bodyRequest(op *openapi.Operation, body any) *openapi.Request {
	request := r.target.base(r.doc, op)
	request.Header.Set("Content-Type", "application/json")
	if op.Body != nil && op.Body.JSON() != nil {
		request.Header.Set("Content-Type", op.Body.JSON().Type)
	}
	request.Body = jsonvalue.Marshal(body)
	return request
}

func (k *ownItems) finish(ctx context.Context, s *session) {
	for _, it := range s.owned {
		if !it.gone {
			s.remove(ctx, it)
		}
	}
}

func (k *ownItems) close(context.Context) {}

// remove deletes an item, if it is shown to be one that the run has made. What stays is named in
// the report.
func (s *session) remove(ctx context.Context, it *item) {
	left := func(format string, args ...any) {
		s.run.recordLeftover("%s %s: %s", it.resource.Name, it.id, fmt.Sprintf(format, args...))
	}
	op := it.resource.Delete
	if op == nil || s.run.missing(op.ID) != "" {
		left("there is no operation that deletes it")
		return
	}
	if s.run.gone() {
		left("the target could not be reached any more")
		return
	}
	at := &collection{run: s.run, resource: it.resource, like: it.creation.sent.request}
	gone, err := s.run.registries[it.resource].MayRemove(ctx, at, it.id)
	if err != nil {
		for _, f := range s.notOurs(it.id, err) {
			f.operation = it.resource.Create.ID // the fixture's outcome is settled
			s.run.file(s.fixture, []Finding{f})
		}
		left("left alone, %v", err)
		return
	}
	if gone {
		it.gone, it.goneSeen = true, true
		return
	}
	x, found, err := s.send(ctx, sent{op: op, request: at.request(op, it.id), owner: byRun},
		wanted{status: fixtures.Status{"2xx", "404", "410"}})
	s.run.file(s.fixture, found)
	switch {
	case err != nil:
		left("%v", err)
	case !x.wanted.status.Matches(x.got.answer.status):
		left("%s was answered %d", x.method(), x.got.answer.status)
	default:
		it.gone, it.goneSeen = true, true
	}
}

func (r *runner) gone() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost != ""
}
