package contract

import (
	"context"
	"maps"
	"strconv"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/ownership"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// guard makes sure that a request writes only to what the run has made, or to nothing, and returns
// the request to send: an identity that the body of a creation gives is replaced by a fresh one. The
// error is why it must not be sent.
func (s *session) guard(ctx context.Context, request sent, want wanted) (sent, []Finding, error) {
	resource := request.op.Resource
	registry := s.run.registries[resource]
	if registry == nil || request.op.Action == openapi.Read || request.op.Action == openapi.List {
		return request, nil, nil
	}
	g := &guard{session: s, registry: registry, sent: request, want: want,
		at: &collection{run: s.run, resource: resource, like: request.request}}
	err := g.check(ctx)
	if found := s.notOurs(g.refused, err); err != nil && found != nil {
		return g.sent, found, err
	}
	if err != nil {
		return g.sent, nil, &skipError{err.Error()}
	}
	return g.sent, nil, nil
}

// guard is the check of one request.
type guard struct {
	*session
	registry *ownership.Registry
	at       *collection
	sent     sent
	want     wanted
	refused  string // the identity that must not be written to
}

func (g *guard) check(ctx context.Context) error {
	var ids []string
	id := ""
	if g.sent.op.Action == openapi.Create {
		g.registry.Look(ctx, g.at)
	} else {
		g.respellPath()
		if id = g.sent.request.Path[g.at.resource.ItemParameter]; !g.registry.Owns(g.at, id) {
			ids = g.registry.Readings(id)
		}
	}
	inBody, err := g.identify(ctx)
	if err != nil {
		return err
	}
	for _, g.refused = range append(append([]string{id}, ids...), inBody...) {
		if g.refused == "" {
			continue
		}
		if err := g.registry.MayWrite(ctx, g.at, g.refused); err != nil {
			return err
		}
	}
	if body, err := parseLenient(g.sent.request.Body); err == nil && id != "" {
		object, _ := body.(*jsonvalue.Object)
		g.registry.Wrote(g.at, id, object)
	}
	return nil
}

// identify puts an identity of the run's own into a body that names one: a fresh one where an item
// is created, that of the item where one is written. It returns the identities that the body may be
// understood to name all the same.
func (g *guard) identify(ctx context.Context) ([]string, error) {
	creates := g.sent.op.Action == openapi.Create
	if g.sent.op.Action == openapi.Delete || len(g.sent.request.Body) == 0 && !creates {
		return nil, nil
	}
	name := g.at.resource.Identity
	body, err := parseLenient(g.sent.request.Body)
	object, _ := body.(*jsonvalue.Object)
	value, there := object.Get(name)
	tried := g.sent.mutation != nil && g.sent.mutation.In == "body" &&
		overlaps(jsonvalue.Join("", name), g.sent.mutation.Pointer)
	if tried && g.want.kind == wantSuccess && !creates {
		tried = false // there is nothing to try: it can only be the item's own
	}
	missing := creates && g.registry.Required()
	switch {
	case there && tried && g.want.kind == wantRefusal && g.registry.ClientGiven():
		return g.respellBody(ctx, value)
	case there && (tried || !g.registry.ClientGiven() || ownership.Text(value) == ""):
		g.sent.gave = ownership.Text(value)
		return g.registry.Readings(value), nil
	case !there && err == nil && missing:
		return g.registry.Readings(nil), nil
	case !there && err == nil, !g.registry.ClientGiven():
		return nil, nil
	}
	own, err := g.ownIdentity(ctx, value)
	if err != nil {
		return nil, err
	}
	if found := g.replace(own); !found && missing {
		return g.registry.Readings(nil), nil
	}
	return nil, nil
}

// replace puts an identity into the body and reports whether the body had one.
func (g *guard) replace(id any) (found bool) {
	request := *g.sent.request
	request.Body, found = ownership.Replace(request.Body, g.at.resource.Identity, id)
	g.sent.request, g.sent.gave = &request, ownership.Text(id)
	return found
}

// ownIdentity returns the identity for a body that has another one.
func (g *guard) ownIdentity(ctx context.Context, value any) (any, error) {
	own := g.registry.Value(g.sent.request.Path[g.at.resource.ItemParameter])
	if g.sent.op.Action == openapi.Create {
		again, ok := g.renamed[renamed{g.at.resource, g.fixture, ownership.Text(value)}]
		if ok && g.fixture.Source == fixtures.FromFile && g.sent.owner == byFixture {
			return again, nil // the fixture means the same item
		}
		var err error
		if own, err = g.registry.Fresh(ctx, g.at); err != nil {
			return nil, err
		}
	}
	if text := ownership.Text(value); text != "" {
		g.renamed[renamed{g.at.resource, g.fixture, text}] = own
	}
	return own, nil
}

// respellPath builds a wrong spelling that a step tries in the path on an item of the session's.
func (g *guard) respellPath() {
	parameter := g.at.resource.ItemParameter
	id := g.sent.request.Path[parameter]
	if m := g.sent.mutation; m == nil || m.In != "path" || m.Name != parameter {
		return
	}
	if _, err := strconv.Atoi(id); err == nil {
		return // nothing is wrong with it but that it is unknown
	}
	for _, it := range g.owned {
		if it.resource != g.at.resource || it.gone || it.foreign {
			continue
		}
		if own, ok := ownership.Respell(id, it.id); ok {
			request := *g.sent.request
			request.Path = maps.Clone(request.Path)
			request.Path[parameter], _ = own.(string)
			g.sent.request = &request
		}
		return
	}
}

// respellBody does it for an identity in a body, and returns what the body may be understood to
// name. A new item needs a fresh identity to build on.
func (g *guard) respellBody(ctx context.Context, value any) ([]string, error) {
	own := g.sent.request.Path[g.at.resource.ItemParameter]
	if _, wrong := ownership.Respell(value, "1"); wrong && g.sent.op.Action == openapi.Create {
		fresh, err := g.registry.Fresh(ctx, g.at)
		if err != nil {
			return nil, err
		}
		own = ownership.Text(fresh)
	}
	before := g.sent.request
	if again, ok := ownership.Respell(value, own); ok && g.replace(again) {
		if len(g.sent.op.ValidateRequest(g.sent.request)) > 0 {
			value = again
		} else {
			g.sent.request = before
		}
	}
	g.sent.gave = ownership.Text(value)
	return g.registry.Readings(value), nil
}

// renamed is an identity as a fixture has it.
type renamed struct {
	resource *openapi.Resource
	fixture  *fixtures.Fixture
	id       string
}

// asSent returns what a step expects, with the identities that were sent in the place of the
// fixture's.
func (s *session) asSent(op *openapi.Operation, step *fixtures.Step) *fixtures.Step {
	if op.Resource == nil || len(s.renamed) == 0 {
		return step
	}
	name := op.Resource.Identity
	sent := func(value any) any {
		if own, ok := s.renamed[renamed{op.Resource, s.fixture, ownership.Text(value)}]; ok {
			return own
		}
		return value
	}
	within := func(value any) any {
		object, ok := value.(*jsonvalue.Object)
		if id, there := object.Get(name); ok && there {
			object, _ = jsonvalue.Clone(object).(*jsonvalue.Object)
			object.Set(name, sent(id))
			return object
		}
		return value
	}
	changed := *step
	changed.Expect.Body = within(step.Expect.Body)
	changed.Expect.Exact = maps.Clone(step.Expect.Exact)
	for pointer, want := range step.Expect.Exact {
		switch pointer {
		case "":
			changed.Expect.Exact[pointer] = within(want)
		case jsonvalue.Join("", name):
			changed.Expect.Exact[pointer] = sent(want)
		}
	}
	return &changed
}
