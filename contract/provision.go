package contract

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/ownership"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// unfit returns why a fixture cannot run on the items that the run may use; "" where it can.
func (r *runner) unfit(f *fixtures.Fixture) string {
	for _, given := range f.Given {
		resource := r.doc.Resource(given.Resource)
		switch {
		case resource == nil:
			return fmt.Sprintf("the document has no collection %s", given.Resource)
		case resource.Singleton && !given.Unused:
			if reason := r.unfitSingleton(f, resource); reason != "" {
				return reason
			}
		case r.sandbox != nil && given.Unused:
			return "nothing may be created"
		case r.sandbox != nil:
			return r.sandbox.unfit(f)
		case given.Unused, resource.Creator() != nil && given.Body != nil:
		case resource.List == nil || !r.spares(f, resource):
			return fmt.Sprintf("the document has no operation that creates %s; name an existing one (--agent-id)",
				given.Resource)
		}
	}
	if r.sandbox != nil {
		return r.sandbox.unfit(f)
	}
	return ""
}

// spares reports whether no request of a fixture can change an item of a resource: an existing one
// will do. What belongs to it may be created and removed.
func (r *runner) spares(f *fixtures.Fixture, resource *openapi.Resource) bool {
	spares := func(id string) bool {
		op := r.doc.Operation(id)
		return op == nil || op.Method == http.MethodGet || op.Method == http.MethodHead ||
			op.Resource != nil && op.Resource != resource && !op.Resource.Singleton
	}
	return (f.Twin == nil || spares(f.Twin.Request.Operation)) &&
		!slices.ContainsFunc(f.Steps, func(s fixtures.Step) bool { return !spares(s.Request.Operation) })
}

// onlyReads reports whether no request of a fixture can change an item: an existing one will do.
func (r *runner) onlyReads(f *fixtures.Fixture) bool {
	reads := func(id string) bool {
		op := r.doc.Operation(id)
		return op == nil || op.Method == http.MethodGet || op.Method == http.MethodHead
	}
	return (f.Twin == nil || reads(f.Twin.Request.Operation)) &&
		!slices.ContainsFunc(f.Steps, func(s fixtures.Step) bool { return !reads(s.Request.Operation) })
}

// manyGiven is the number of given items beyond which a creation that gets no verdict is tried again at
// once: to begin from the start would meet the next one.
const manyGiven = 10

// provide brings about the given items.
func (s *session) provide(ctx context.Context, given []fixtures.Given) ([]Finding, error) {
	var found []Finding
	s.given, s.many = nil, len(given) > manyGiven
	for i := range given {
		it, list, err := s.provideOne(ctx, &given[i])
		found = append(found, list...)
		if err != nil {
			return found, err
		}
		s.given = append(s.given, it)
		if it != nil {
			s.know(it)
			s.values = s.values.With(given[i].Name, it.value())
		}
	}
	for i, it := range s.given { // the last one is what the fixture is about
		if it != nil {
			it.shared = i == len(s.given)-1
		}
	}
	return found, nil
}

// provideOne brings about one given item; nil where an unused identity is given. The error is why
// the fixture cannot run.
func (s *session) provideOne(ctx context.Context, g *fixtures.Given) (*item, []Finding, error) {
	resource := s.run.doc.Resource(g.Resource)
	switch {
	case g.Unused:
		return nil, nil, s.provideUnused(ctx, g)
	case resource.Singleton:
		return s.provideSingleton(ctx, g, resource)
	case s.run.sandbox != nil:
		return s.update(ctx, g, s.run.sandbox)
	case resource.Creator() == nil:
		return s.borrow(ctx, resource)
	}
	it, found, err := s.create(ctx, g, resource)
	var passing *passingError
	for range tries { // one of many is likely to be met by what passes
		if !s.many || !errors.As(err, &passing) || passing.broken {
			break
		}
		it, found, err = s.create(ctx, g, resource)
	}
	return it, found, err
}

// update gives the only item that the run may use the form of a given one.
func (s *session) update(ctx context.Context, g *fixtures.Given, box *sandbox) (*item, []Finding, error) {
	if box.closed != "" {
		return nil, nil, errors.New(box.closed)
	}
	s.know(box.item)
	op := box.item.resource.Write()
	body, err := s.values.Expand(g.Update)
	if err != nil {
		return nil, nil, fmt.Errorf("the given %s cannot be made: %w", g.Name, err)
	}
	x, found, err := s.make(ctx, g, sent{op: op, request: box.request(op, body), byRun: true})
	if err == nil && (!showsWhole(op) || x.got.item() == nil) && box.item.resource.Read != nil {
		var list []Finding
		list, err = s.verifyItem(ctx, box.item)
		found = append(found, list...)
	}
	return box.item, found, err
}

// make sends the request that brings a given item about.
func (s *session) make(ctx context.Context, g *fixtures.Given, request sent) (*exchange, []Finding, error) {
	x, found, err := s.send(ctx, request, wanted{})
	if err != nil {
		return x, found, err
	}
	if x.refused() {
		y, list, err := s.withAnotherName(ctx, x)
		if err != nil {
			return x, append(found, list...), err
		}
		if y != nil {
			return y, append(list, s.track(y)...), nil
		}
	}
	if !x.succeeded() {
		found, err = s.notMade(ctx, g, x, found)
		return x, found, err
	}
	s.answerName(x)
	return x, append(found, s.track(x)...), nil
}

// create creates a given item, and reads it where the answer does not show it whole.
func (s *session) create(ctx context.Context, g *fixtures.Given, resource *openapi.Resource) (*item, []Finding, error) {
	op := resource.Creator()
	if reason := s.run.nameless(op); reason != "" {
		return nil, nil, &skipError{fmt.Sprintf("the given %s cannot be used: %s", g.Name, reason)}
	}
	body, err := s.values.Expand(g.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("the given %s cannot be made: %w", g.Name, err)
	}
	request := s.run.request(op, "", body)
	if err := s.place(request, g); err != nil {
		return nil, nil, fmt.Errorf("the given %s cannot be made: %w", g.Name, err)
	}
	if op.Action != openapi.Create {
		registry := s.run.registries[resource]
		if registry == nil {
			return nil, nil, &skipError{fmt.Sprintf("nothing identifies one of the %s", resource.Name)}
		}
		id, err := registry.Fresh(ctx, s.collectionOf(op, request))
		if err != nil {
			return nil, nil, &skipError{err.Error()}
		}
		request.Path[op.ItemParameter] = ownership.Text(id)
	}
	x, found, err := s.make(ctx, g, sent{op: op, request: request, byRun: true})
	if err != nil {
		return nil, found, err
	}
	it := s.created(x)
	if it == nil {
		return nil, found, s.unnamedItem(g, x)
	}
	if !showsWhole(op) || x.got.item() == nil {
		var list []Finding
		list, err = s.verifyItem(ctx, it)
		found = append(found, list...)
	}
	return it, found, err
}

// place puts what a given item belongs to into the path of its creation.
func (s *session) place(request *openapi.Request, g *fixtures.Given) error {
	for name, template := range g.Path {
		value, err := s.values.Text(template)
		if err != nil {
			return err
		}
		request.Path[name] = value
	}
	return nil
}

// unnamedItem returns why an item that was created cannot be used: nothing says which one it is.
// Where the document promises no more, that is remembered, so that no others are left behind.
func (s *session) unnamedItem(g *fixtures.Given, x *exchange) error {
	reason := fmt.Sprintf("the answer of %s has no %s, neither in its body nor in a Location", x.method(),
		x.sent.op.Resource.Identity)
	if namesItem(x.sent.op) || x.got.id != "" {
		return fmt.Errorf("the given %s could not be made: %s", g.Name, reason)
	}
	s.run.noMore(x.sent.op, reason)
	return &skipError{fmt.Sprintf("the given %s cannot be used: %s", g.Name, reason)}
}

// noMore notes why items of a creation cannot be used, so that no others are left behind.
func (r *runner) noMore(op *openapi.Operation, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unnamed[op.ID] = reason
}

// nameless returns why items of a creation cannot be used; "" where they can.
func (r *runner) nameless(op *openapi.Operation) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.unnamed[op.ID]
}

// provideUnused makes a name stand for an identity that no item has.
func (s *session) provideUnused(ctx context.Context, g *fixtures.Given) error {
	resource := s.run.doc.Resource(g.Resource)
	registry := s.run.registries[resource]
	op := cmp.Or(resource.Creator(), resource.Read, resource.Write(), resource.Delete)
	if registry == nil || op == nil {
		return &skipError{fmt.Sprintf("nothing identifies one of the %s", resource.Name)}
	}
	request := s.run.request(op, "", nil)
	if err := s.place(request, g); err != nil {
		return fmt.Errorf("the given %s cannot be made: %w", g.Name, err)
	}
	id, err := registry.Fresh(ctx, s.collectionOf(op, request))
	if err != nil {
		return &skipError{err.Error()}
	}
	s.values = s.values.With(g.Name, jsonvalue.ObjectOf(resource.Identity,
		identityValue(resource.Schema.Member(resource.Identity), ownership.Text(id))))
	return nil
}

// borrow returns an item that the list has, which stays as it is. The target is asked once.
func (s *session) borrow(ctx context.Context, resource *openapi.Resource) (*item, []Finding, error) {
	r := s.run
	r.opening.Lock()
	defer r.opening.Unlock()
	found, asked := r.borrowed[resource]
	if !asked {
		at := &collection{run: r, resource: resource, like: r.target.base(r.doc, resource.List)}
		entries, ok := at.entries(ctx)
		for _, entry := range entries {
			found.id = cmp.Or(found.id, resource.List.IdentityText(entry))
		}
		found.reason = "the target has none"
		if !ok {
			found.reason = "the target does not list any"
		}
		r.borrowed[resource] = found
	}
	if found.id == "" {
		return nil, nil, &skipError{fmt.Sprintf("the document has no operation that creates %s, and %s", resource.Name,
			found.reason)}
	}
	it := newItem(resource, found.id)
	it.lent = true
	return it, nil, nil
}

// borrowed is an item that was there before the run, or why none can be used.
type borrowed struct{ id, reason string }

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
