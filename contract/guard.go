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

// guard makes sure that a request writes to no item that the run has not created. It returns the
// request to send: a fresh identity replaces the one that the body of a creation gives. The error is
// why the request must not be sent.
func (s *session) guard(ctx context.Context, request sent, want wanted) (sent, []Finding, error) {
	resource := request.op.Resource
	registry := s.run.registries[resource]
	if registry == nil || request.op.Action == openapi.Read || request.op.Action == openapi.List {
		return request, nil, nil
	}
	g := &guard{session: s, registry: registry, sent: request, want: want,
		at: &collection{run: s.run, resource: resource, like: request.request}}
	refused, err := g.check(ctx)
	if err == nil {
		return g.sent, nil, nil
	}
	if found := s.notOurs(refused, err); found != nil {
		return g.sent, found, err
	}
	return g.sent, nil, &skipError{err.Error()}
}

// guard is the check of one request.
type guard struct {
	*session
	registry *ownership.Registry
	at       *collection
	sent     sent
	want     wanted
}

// check returns the identity that must not be written to with the error.
func (g *guard) check(ctx context.Context) (refused string, err error) {
	id := ""
	var named []string // the identities that the request may be understood to name
	if g.creates() {
		g.registry.Look(ctx, g.at)
	} else {
		g.respellPath()
		id = g.sent.request.Path[g.sent.op.ItemParameter]
		if named = []string{id}; !g.registry.Owns(g.at, id) {
			named = append(named, g.registry.Readings(id)...)
		}
	}
	inBody, err := g.identify(ctx)
	if err != nil {
		return "", err
	}
	for _, id := range append(named, inBody...) {
		if id == "" {
			continue
		}
		if err := g.registry.MayWrite(ctx, g.at, id); err != nil {
			return id, err
		}
	}
	if body, err := parseLenient(g.sent.request.Body); err == nil && id != "" {
		object, _ := body.(*jsonvalue.Object)
		g.registry.Wrote(g.at, id, object)
	}
	return "", nil
}

func (g *guard) creates() bool { return g.sent.op.Action == openapi.Create }

// identify replaces the identity that a body names: by a fresh one where an item is created, by
// that of the item where one is written. It returns the identities that the body may be understood
// to name all the same.
func (g *guard) identify(ctx context.Context) ([]string, error) {
	if g.sent.op.Action == openapi.Delete || len(g.sent.request.Body) == 0 && !g.creates() {
		return nil, nil
	}
	body, err := parseLenient(g.sent.request.Body)
	object, _ := body.(*jsonvalue.Object)
	value, there := object.Get(g.at.resource.Identity)
	tried, clientGiven := g.triesIdentity(), g.registry.ClientGiven()
	switch {
	case !there && err == nil:
		return g.unnamed(), nil
	case there && tried && g.want.kind == wantRefusal && clientGiven:
		return g.respellBody(ctx, value)
	case there && (tried || !clientGiven || ownership.Text(value) == ""):
		g.sent.gave = ownership.Text(value)
		return g.registry.Readings(value), nil
	case !clientGiven:
		return nil, nil
	}
	own, err := g.ownIdentity(ctx, value)
	if err != nil || g.replace(own) {
		return nil, err
	}
	return g.unnamed(), nil
}

// triesIdentity reports whether the identity in the body is what the request tries. In a valid write,
// it can only be the item's own.
func (g *guard) triesIdentity() bool {
	m := g.sent.mutation
	return m != nil && m.In == "body" && overlaps(jsonvalue.Join("", g.at.resource.Identity), m.Pointer) &&
		(g.want.kind != wantSuccess || g.creates())
}

// unnamed returns what a body without an identity may be understood to name.
func (g *guard) unnamed() []string {
	if g.creates() && g.registry.Required() {
		return g.registry.Readings(nil)
	}
	return nil
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
	key := renamed{g.at.resource, g.fixture, ownership.Text(value)}
	own := g.registry.Value(g.sent.request.Path[g.sent.op.ItemParameter])
	if g.creates() {
		again, ok := g.renamed[key]
		if ok && g.fixture.Source == fixtures.FromFile && !g.sent.byRun {
			return again, nil // the fixture means the same item
		}
		var err error
		if own, err = g.registry.Fresh(ctx, g.at); err != nil {
			return nil, err
		}
	}
	if key.id != "" {
		g.renamed[key] = own
	}
	return own, nil
}

// respellPath applies the wrong spelling of an identity that a step tries in the path to the
// identity of an item of the session: a target that reads it leniently then finds that item.
func (g *guard) respellPath() {
	parameter := g.sent.op.ItemParameter
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

// respellBody does the same for an identity in a body and returns what the body may be understood
// to name. For a creation, it spells a fresh identity.
func (g *guard) respellBody(ctx context.Context, value any) ([]string, error) {
	own := g.sent.request.Path[g.sent.op.ItemParameter]
	if _, wrong := ownership.Respell(value, "1"); wrong && g.creates() {
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

// renamed is an identity as a fixture has it, of which another one was sent.
type renamed struct {
	resource *openapi.Resource
	fixture  *fixtures.Fixture
	id       string
}

// asSent returns a value at a pointer of an expected body with the identities that were sent for the
// fixture's.
func (s *session) asSent(resource *openapi.Resource, pointer string, value any) any {
	switch object, _ := value.(*jsonvalue.Object); {
	case pointer == jsonvalue.Join("", resource.Identity):
		if own, ok := s.renamed[renamed{resource, s.fixture, ownership.Text(value)}]; ok {
			return own
		}
	case pointer == "":
		if id, there := object.Get(resource.Identity); there {
			object, _ = jsonvalue.Clone(object).(*jsonvalue.Object)
			object.Set(resource.Identity, s.asSent(resource, jsonvalue.Join("", resource.Identity), id))
			return object
		}
	}
	return value
}
