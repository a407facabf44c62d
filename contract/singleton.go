package contract

import (
	"context"
	"fmt"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// A singleton is always there: a run that writes it reads it first, and puts it back at the end. One
// that belongs to an item of the run goes with that.

// unfitSingleton returns why a fixture cannot run on a singleton; "" where it can.
func (r *runner) unfitSingleton(f *fixtures.Fixture, resource *openapi.Resource) string {
	if resource.Read == nil && !r.onlyReads(f) {
		return fmt.Sprintf("the document has no operation that reads %s, so that it could not be put back",
			resource.Name)
	}
	if r.target.SandboxOnly && !r.onlyReads(f) {
		return "only the item of --agent-id may be changed"
	}
	return ""
}

// provideSingleton gives a singleton the form of a given one; without fields, it stays as it is.
func (s *session) provideSingleton(ctx context.Context, g *fixtures.Given, resource *openapi.Resource) (*item,
	[]Finding, error) {
	if resource.Read == nil {
		return newItem(resource, ""), nil, nil
	}
	request := s.run.request(resource.Read, "", nil)
	if err := s.place(request, g); err != nil {
		return nil, nil, fmt.Errorf("the given %s cannot be read: %w", g.Name, err)
	}
	box := s.run.singleton(ctx, s.collectionOf(resource.Read, request))
	if box.closed != "" {
		return nil, nil, &skipError{box.closed}
	}
	s.know(box.item)
	if fields, _ := g.Fields.(*jsonvalue.Object); fields != nil && len(fields.Members) > 0 && resource.Write() != nil {
		return s.update(ctx, g, box)
	}
	found, err := s.verifyItem(ctx, box.item)
	return box.item, found, err
}

// singleton returns a singleton as it was before the run first wrote it.
func (r *runner) singleton(ctx context.Context, at *collection) *sandbox {
	key := at.resource.Name + "\x00" + at.Name()
	r.opening.Lock()
	defer r.opening.Unlock()
	if box := r.singletons[key]; box != nil {
		return box
	}
	box := &sandbox{run: r, item: newItem(at.resource, "")}
	box.item.lent, box.item.above = true, at.parents
	r.singletons[key] = box
	op := at.resource.Read
	if op == nil || r.missing(op.ID) != "" {
		box.closed = fmt.Sprintf("%s cannot be read, so that it could not be put back", at.resource.Name)
		return box
	}
	status, shown := r.try(ctx, op, at.request(op, ""))
	object, ok := shown.(*jsonvalue.Object)
	if status/100 != 2 || !ok {
		box.closed = fmt.Sprintf("%s cannot be read, so that it could not be put back: %s %s was answered %d",
			at.resource.Name, op.Method, op.Path, status)
		return box
	}
	box.original, box.item.latest = object, object
	return box
}

// restoreAll puts back what the run was lent.
func (r *runner) restoreAll(ctx context.Context) {
	if r.sandbox != nil {
		r.sandbox.restore(ctx)
	}
	for _, box := range r.singletons {
		if len(box.item.above) == 0 && box.changed() {
			box.restore(ctx)
		}
	}
}

// changed reports whether the item has been written.
func (b *sandbox) changed() bool {
	return b.original != nil && !jsonvalue.Equal(b.original, b.item.latest)
}

// shared reports whether a fixture is about something that there is only once.
func (r *runner) shared(f *fixtures.Fixture) bool {
	return slices.ContainsFunc(f.Given, func(g fixtures.Given) bool {
		resource := r.doc.Resource(g.Resource)
		return resource != nil && resource.Singleton && len(g.Path) == 0
	})
}
