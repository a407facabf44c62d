package contract

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/ownership"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// registries returns an empty registry for each resource whose items have an identity.
func registries(doc *openapi.Document, o Options) map[*openapi.Resource]*ownership.Registry {
	all := map[*openapi.Resource]*ownership.Registry{}
	for _, resource := range doc.Resources {
		if resource.Identity != "" && !resource.Singleton {
			all[resource] = ownership.New(resource, o.nonce)
			all[resource].Thrifty = o.Level == fixtures.Smoke
		}
	}
	return all
}

// scarce reports whether fixtures have to take turns because the document allows only a few
// identities.
func (r *runner) scarce() bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(r.registries)), (*ownership.Registry).Scarce)
}

// collection is one collection at the target, as a request sees it: an ownership.Target.
type collection struct {
	run      *runner
	resource *openapi.Resource
	like     *openapi.Request // has the scope and the parents
	parents  []string         // the identities of those that its items belong to, outermost first
	listed   int              // the status of the list; 0: it was not requested
}

// collectionOf returns the collection that an exchange is about. A flat way to an item of the
// session leads to where it was created.
func (s *session) collectionOf(op *openapi.Operation, request *openapi.Request) *collection {
	c := &collection{run: s.run, resource: op.Resource, like: request}
	for _, parent := range op.Parents {
		c.parents = append(c.parents, request.Path[parent])
	}
	if it := s.items[itemKey{op.Resource, request.Path[op.ItemParameter]}]; it != nil && len(c.parents) == 0 {
		c.parents = it.above
	}
	return c
}

// request returns a request of an operation in the same scope and below the same parents.
func (c *collection) request(op *openapi.Operation, id string) *openapi.Request {
	request := c.run.request(op, id, nil)
	for i, parent := range op.Parents {
		if i < len(c.parents) {
			request.Path[parent] = c.parents[i]
		}
	}
	if scope := c.scope(); scope != "" {
		request.Header.Set(c.run.doc.Scope.Header, scope)
	}
	return request
}

// scope is the workspace that a request names; "" where it does not name exactly one.
func (c *collection) scope() string {
	scope := c.run.doc.Scope
	if scope == nil || len(c.like.Header.Values(scope.Header)) != 1 {
		return ""
	}
	return c.like.Header.Get(scope.Header)
}

func (c *collection) Name() string {
	name := cmp.Or(c.scope(), c.run.target.WorkspaceID)
	for _, parent := range c.parents {
		name += "\x00" + parent
	}
	return name
}

func (c *collection) List(ctx context.Context) (ids []string, complete bool) {
	op := c.resource.List
	list, ok := c.entries(ctx)
	if !ok {
		return nil, false
	}
	ids = []string{}
	for _, entry := range list {
		if id := op.IdentityText(entry); id != "" {
			ids = append(ids, strings.Clone(id)) // they are kept, and the list is not
		}
	}
	return ids, !asksQuery(op)
}

// asksQuery reports whether an operation has query parameters. What a list shows without them may not
// be all that there is.
func asksQuery(op *openapi.Operation) bool {
	return slices.ContainsFunc(op.Parameters, func(p *openapi.Parameter) bool { return p.In == "query" })
}

// entries returns what the list has; false where the target does not say.
func (c *collection) entries(ctx context.Context) ([]any, bool) {
	op := c.resource.List
	if op == nil || c.run.missing(op.ID) != "" {
		return nil, false
	}
	status, shown := c.run.try(ctx, op, c.request(op, ""))
	c.listed = status
	list, ok := shown.([]any)
	return list, status/100 == 2 && ok
}

func (c *collection) Read(ctx context.Context, id string) (status int, item *jsonvalue.Object, offered bool) {
	op := c.resource.Read
	if op == nil || c.run.missing(op.ID) != "" {
		return 0, nil, false
	}
	status, shown := c.run.try(ctx, op, c.request(op, id))
	item, _ = shown.(*jsonvalue.Object)
	return status, item, status != http.StatusMethodNotAllowed && status != http.StatusNotImplemented
}

// settle notes what an exchange changes about whose items there are, and returns the findings about
// that. The error is why the session cannot go on.
func (s *session) settle(ctx context.Context, x *exchange) ([]Finding, error) {
	resource := x.sent.op.Resource
	registry := s.run.registries[resource]
	if registry == nil {
		return nil, nil
	}
	at := s.collectionOf(x.sent.op, s.placed(x))
	id := x.sent.request.Path[x.sent.op.ItemParameter]
	switch {
	case x.createsSeveral():
		return s.settleSeveral(ctx, registry, at, x)
	case x.sent.op.Action == openapi.Create:
		return s.settleCreation(ctx, registry, at, x)
	case !x.succeeded():
	case x.sent.op.Action == openapi.List:
		s.run.sight(at, x)
	case x.sent.op.Action == openapi.Delete && x.sent.workspace == unclearWorkspace: // it may be there still
	case x.sent.op.Action == openapi.Delete:
		registry.Removed(at, id)
	case x.sent.op.Action == openapi.Read:
		err := registry.Seen(at, id, x.got.item())
		return s.notOurs(id, err), err
	default:
		s.settleWrite(registry, at, x)
	}
	return nil, nil
}

// placed returns the request of an exchange as one that reaches what it has written: where it names
// several workspaces, or none, with the one that the answer shows.
func (s *session) placed(x *exchange) *openapi.Request {
	scope := s.run.doc.Scope
	if x.sent.workspace != unclearWorkspace || scope == nil || scope.Property == "" {
		return x.sent.request
	}
	value, _ := x.got.item().Get(scope.Property)
	name, ok := value.(string)
	if !ok || name == "" {
		return x.sent.request
	}
	request := *x.sent.request
	request.Header = request.Header.Clone()
	request.Header.Set(scope.Header, name)
	return &request
}

// settleCreation notes what a creation has made.
func (s *session) settleCreation(ctx context.Context, registry *ownership.Registry, at *collection,
	x *exchange) ([]Finding, error) {
	gave := x.sent.gave
	id := strings.Clone(s.identityOf(ctx, at, x)) // which is kept, and the answer is not
	c := s.remember(at, x)
	c.x.got.id = id
	switch {
	case x.refused():
		registry.Refused(at, gave)
		return nil, nil
	case !x.succeeded() && gave != "": // it may have been created all the same
		s.own(x, gave)
		return nil, nil
	case x.got.answer == nil:
		c.open = fmt.Sprintf("what %s may have created%s: no answer came (%v)", x.sent.op.ID, c.called(), x.got.err)
		return nil, nil
	case !x.succeeded():
		return nil, nil
	case id == "":
		c.open = fmt.Sprintf("something that %s created%s and did not name", x.sent.op.ID, c.called())
		return nil, nil
	case gave != "" && gave != id:
		s.own(x, gave)
	}
	err := registry.Created(at, readable(x.sent.op, x.sent.item()), gave, id)
	if x.got.id = id; err == nil {
		s.own(x, id)
		return nil, nil
	}
	if gave == "" {
		s.run.recordLeftover("what %s has created, if anything: %v", x.sent.op.ID, err)
	}
	found := s.reportForeign(x, err)
	if x.wanted.kind == wantRefusal {
		err = nil
	}
	return found, err
}

// readable returns a body that was sent without what proves nothing: what a read shows in another
// form, and what the document does not name.
func readable(op *openapi.Operation, sent *jsonvalue.Object) *jsonvalue.Object {
	shown := op.Resource.Read.ShownSchema()
	if shown == nil {
		return sent
	}
	out := &jsonvalue.Object{}
	for _, m := range sent.Members {
		if value, ok := openapi.Returned(m.Value, op.SentSchema().Member(m.Name), shown.Member(m.Name)); ok {
			out.Set(m.Name, value)
		} else if p := shown.Spelled(m.Name); p != nil && p.Name != m.Name {
			out.Set(p.Name, m.Value)
		} else if shown.Member(m.Name) == nil && op.SentSchema().Member(m.Name) != nil {
			out.Set(m.Name, m.Value)
		}
	}
	return out
}

// settleWrite notes what a write may have created: some targets create an item where there is none,
// or take the identity from the body.
func (s *session) settleWrite(registry *ownership.Registry, at *collection, x *exchange) {
	id, gave := x.sent.request.Path[x.sent.op.ItemParameter], x.sent.gave
	if s.items[itemKey{at.resource, id}] == nil && registry.Adopt(at, id) {
		x.got.id = id
		s.own(x, id)
	}
	if gave != "" && gave != id {
		s.own(x, gave)
	}
	if shown := x.sent.op.IdentityText(x.got.item()); shown != "" && shown != id && shown != gave {
		s.run.recordLeftover("%s %s, which %s names in its answer and not in its request: it is left alone",
			at.resource.Name, shown, x.sent.op.ID)
	}
}

// own notes that the session has to remove an item.
func (s *session) own(x *exchange, id string) {
	if slices.ContainsFunc(s.owned, func(it *item) bool {
		return it.id == id && !it.gone && it.resource == x.sent.op.Resource
	}) {
		return
	}
	like := s.placed(x)
	at := s.collectionOf(x.sent.op, like)
	s.run.isTold(at, id)
	it := newItem(x.sent.op.Resource, id)
	it.creation, it.place, it.above = x, like, at.parents
	s.owned = append(s.owned, it)
}

// created returns the item that an exchange has created; nil where there is none, or where the
// answer names an item that the run has not created.
func (s *session) created(x *exchange) *item {
	for _, it := range s.owned {
		if it.id == x.got.id && it.creation == x && !it.foreign {
			return it
		}
	}
	return nil
}

// notOurs returns the finding that the answer to a creation has named an item as new which the run
// has not created; nil where err is no ownership.Foreign.
func (s *session) notOurs(id string, err error) []Finding {
	if !errors.As(err, new(*ownership.Foreign)) {
		return nil
	}
	for _, it := range s.owned {
		if it.id == id && !it.foreign {
			it.foreign = true
			return s.reportForeign(it.creation, err)
		}
	}
	return nil
}

// reportForeign returns the finding about a creation whose answer names an item that is not new.
func (s *session) reportForeign(x *exchange, err error) []Finding {
	return s.report(x, checkFresh, Finding{Violation: openapi.Violation{
		In: "body", Pointer: jsonvalue.Join("", x.sent.op.Resource.Identity), Document: x.sent.op.Position,
		Message: "what is created has an identity of its own; " + err.Error(),
	}})
}
