package contract

import (
	"context"
	"maps"
	"slices"
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
	switch {
	case len(request.request.RawPath) > 0 && request.op.Action != openapi.Read && request.op.Action != openapi.List:
		return request, nil, &skipError{"nobody knows which item is meant where a path is sent as it is written; " +
			"only requests that read may have a rawPath"}
	case resource == nil || request.op.Action == openapi.Read || request.op.Action == openapi.List:
		return request, nil, nil
	case resource.Singleton:
		if box := s.run.singleton(ctx, s.collectionOf(request.op, request.request)); box.closed != "" {
			return request, nil, &skipError{box.closed}
		}
		return request, nil, nil
	case registry == nil:
		return request, nil, nil
	}
	g := &guard{session: s, registry: registry, sent: request, want: want,
		at: s.collectionOf(request.op, request.request)}
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
	others, err := g.identifyOthers(ctx)
	if err != nil {
		return "", err
	}
	for _, id := range slices.Concat(named, inBody, others) {
		if id == "" {
			continue
		}
		if err := g.proveElsewhere(ctx, id); err != nil {
			return id, err
		}
		if err := g.registry.MayWrite(ctx, g.at, id); err != nil {
			return id, err
		}
	}
	if body := valueOf(&g.sent); body != nil && id != "" {
		g.registry.Wrote(g.at, id, readable(g.sent.op, g.sent.op.SentItem(body)))
	}
	return "", nil
}

// proveElsewhere proves an item to be the run's where it was made, if the request names it in another
// place, such as another workspace: there, it need not be seen.
func (g *guard) proveElsewhere(ctx context.Context, id string) error {
	it := g.items[itemKey{g.at.resource, id}]
	if it == nil || it.creation == nil || it.gone {
		return nil
	}
	own := g.collectionOf(it.creation.sent.op, it.like())
	if own.Name() == g.at.Name() || len(g.at.resource.Parents) == 0 {
		return nil
	}
	return g.registry.MayWrite(ctx, own, id)
}

func (g *guard) creates() bool { return g.sent.op.Action == openapi.Create }

// identify replaces the identity that a body names: by a fresh one where an item is created, by
// that of the item where one is written. It returns the identities that the body may be understood
// to name all the same.
func (g *guard) identify(ctx context.Context) ([]string, error) {
	if g.sent.op.Action == openapi.Delete || len(g.sent.request.Body) == 0 && !g.creates() {
		return nil, nil
	}
	body := valueOf(&g.sent)
	value, there := g.sent.op.SentItem(body).Get(g.at.resource.Identity)
	tried, clientGiven := g.triesIdentity(), g.takesIdentity()
	switch {
	case !there && body != nil:
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

// takesIdentity reports whether the body of the request has a place for the identity.
func (g *guard) takesIdentity() bool {
	if g.creates() {
		return g.registry.ClientGiven()
	}
	p := g.sent.op.SentSchema().Member(g.at.resource.Identity)
	return p != nil && !p.ReadOnly && !g.sent.op.JSONPatch()
}

// triesIdentity reports whether the identity in the body is what the request tries. In a valid write,
// it can only be the item's own.
func (g *guard) triesIdentity() bool {
	m := g.sent.mutation
	return m != nil && m.In == "body" && overlaps(g.pointer(), m.Pointer) &&
		(g.want.kind != wantSuccess || g.creates())
}

// unnamed returns what a body without an identity may be understood to name.
func (g *guard) unnamed() []string {
	if g.creates() && g.registry.Required() {
		return g.registry.Readings(nil)
	}
	return nil
}

// pointer returns where the body has the identity.
func (g *guard) pointer() string {
	return jsonvalue.Join(g.sent.op.SentPlace(), g.at.resource.Identity)
}

// replace puts an identity into the body and reports whether the body had one.
func (g *guard) replace(id any) (found bool) {
	request := *g.sent.request
	media := g.sent.op.Body.MediaType(request.Header)
	if value := valueOf(&g.sent); value != nil && media != nil && !media.IsJSON() {
		return g.replaceInForm(media, value, id)
	}
	request.Body, found = ownership.Replace(request.Body, g.pointer(), id)
	g.sent.request, g.sent.gave = &request, ownership.Text(id)
	return found
}

// replaceInForm is replace for what is no JSON.
func (g *guard) replaceInForm(media *openapi.MediaType, value, id any) bool {
	if _, there := jsonvalue.Lookup(value, g.pointer()); !there {
		return false
	}
	value, _ = jsonvalue.Put(jsonvalue.Clone(value), g.pointer(), id)
	body, contentType, err := media.Encode(value)
	if err != nil {
		return false
	}
	request := *g.sent.request
	request.Header = request.Header.Clone()
	request.Header.Set("Content-Type", contentType)
	request.Body = body
	g.sent.request, g.sent.gave = &request, ownership.Text(id)
	return true
}

// ownIdentity returns the identity for a body that has another one.
func (g *guard) ownIdentity(ctx context.Context, value any) (any, error) {
	key := renamed{g.at.resource, g.fixture, ownership.Text(value)}
	schema := g.sent.op.SentSchema().Member(g.at.resource.Identity)
	own := identityValue(schema, g.sent.request.Path[g.sent.op.ItemParameter])
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
func (s *session) asSent(op *openapi.Operation, pointer string, value any) any {
	at := jsonvalue.Join(op.Wrapper, op.Resource.Identity)
	if op.ShowsList() && op.Action != openapi.List {
		at = jsonvalue.Join(op.Wrapper+"/0", op.Resource.Identity)
	}
	inside, ok := below(at, pointer)
	if !ok {
		return value
	}
	id, there := jsonvalue.Lookup(value, inside)
	own, sent := s.renamed[renamed{op.Resource, s.fixture, ownership.Text(id)}]
	if !there || !sent {
		return value
	}
	value, _ = jsonvalue.Put(jsonvalue.Clone(value), inside, own)
	return value
}
