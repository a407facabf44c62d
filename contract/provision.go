package contract

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// unfit returns why a fixture cannot run on the items that the run may use; "" where it can.
func (r *runner) unfit(f *fixtures.Fixture) string {
	if r.sandbox != nil {
		return r.sandbox.unfit(f)
	}
	for _, given := range f.Given {
		resource := r.doc.Resource(given.Resource)
		if resource == nil || resource.Create == nil || given.Body == nil {
			return fmt.Sprintf("the document has no operation that creates %s; name an existing one (--agent-id)",
				given.Resource)
		}
	}
	return ""
}

// provide creates the given items.
func (s *session) provide(ctx context.Context, given []fixtures.Given) ([]Finding, error) {
	var found []Finding
	for i := range given {
		it, list, err := s.provideOne(ctx, &given[i])
		found = append(found, list...)
		if err != nil {
			return found, err
		}
		s.items[it.id] = it
		s.values = s.values.With(given[i].Name, it.latest)
	}
	return found, nil
}

// provideOne creates a given item or, in a sandbox, updates the only one to be like it. The error is
// why the fixture cannot run.
func (s *session) provideOne(ctx context.Context, g *fixtures.Given) (*item, []Finding, error) {
	box, resource := s.run.sandbox, s.run.doc.Resource(g.Resource)
	op, template, id := resource.Create, g.Body, ""
	if box != nil {
		if box.closed != "" {
			return nil, nil, errors.New(box.closed)
		}
		op, template, id = resource.Write(), g.Update, box.item.id
		s.items[id] = box.item
	}
	body, err := s.values.Expand(template)
	if err != nil {
		return nil, nil, fmt.Errorf("the given %s cannot be made: %w", g.Name, err)
	}
	x, found, err := s.send(ctx, sent{op: op, request: s.run.request(op, id, body), byRun: true}, wanted{})
	if err != nil {
		return nil, found, err
	}
	if !x.succeeded() {
		found, err = s.notMade(ctx, g, x, found)
		return nil, found, err
	}
	found = append(found, s.track(x)...)
	if box != nil {
		return box.item, found, nil
	}
	it := s.created(x)
	if it == nil {
		return nil, found, fmt.Errorf("the given %s could not be made: the answer of %s has no %s", g.Name, x.method(),
			resource.Identity)
	}
	it.shared = true
	return it, found, nil
}

// notMade returns why a given item could not be created, and the findings about that.
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
		x.got.answer.Status)
}

// request returns a request about an item with a body, as JSON or in the form that the operation
// takes; "" is no item, nil no body.
func (r *runner) request(op *openapi.Operation, id string, body any) *openapi.Request {
	request := r.target.base(r.doc, op)
	if id != "" && op.ItemParameter != "" {
		request.Path[op.ItemParameter] = id
	}
	if body == nil {
		return request
	}
	contentType := "application/json"
	request.Body = jsonvalue.Marshal(body)
	if media := op.Body.Preferred(); media != nil {
		if encoded, named, err := media.Encode(body); err == nil {
			request.Body, contentType = encoded, named
		}
	}
	request.Header.Set("Content-Type", contentType)
	return request
}

// bodySchema returns the schema of an operation's body; nil where there is none.
func bodySchema(op *openapi.Operation) *openapi.Schema {
	if op == nil || op.Body.Preferred() == nil {
		return nil
	}
	return op.Body.Preferred().Schema
}

// finish removes the items that a session has created.
func (s *session) finish(ctx context.Context) {
	for _, it := range s.owned {
		if !it.gone {
			s.remove(ctx, it)
		}
	}
}

// remove deletes an item if the run is shown to have made it. The report names what stays.
func (s *session) remove(ctx context.Context, it *item) {
	left := func(format string, args ...any) {
		s.run.recordLeftover("%s: %s", it, fmt.Sprintf(format, args...))
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
	x, found, err := s.send(ctx, sent{op: op, request: at.request(op, it.id), byRun: true},
		wanted{status: fixtures.Status{"2xx", "404", "410"}})
	s.run.file(s.fixture, found)
	switch {
	case err != nil:
		left("%v", err)
	case !x.wanted.status.Matches(x.got.answer.Status):
		left("%s was answered %d", x.method(), x.got.answer.Status)
	default:
		it.gone, it.goneSeen = true, true
	}
}

// gone reports whether the target was given up.
func (r *runner) gone() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost != ""
}
