package contract

import (
	"context"
	"fmt"
	"net/http"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// sandbox is the one existing item that every session works on, and that is restored at the end.
type sandbox struct {
	run      *runner
	item     *item
	original *jsonvalue.Object // as it was shown before the run; nil: it could not be opened
	blind    []string          // properties that had to be written before they could be seen
	closed   string            // why it could not be opened
}

func (b *sandbox) unfit(f *fixtures.Fixture) string {
	switch resource := b.item.resource.Name; {
	case len(f.Given) > 1:
		return "there is only one item to work on"
	case len(f.Given) == 1 && f.Given[0].Resource != resource:
		return fmt.Sprintf("the item to work on is one of %s, not of %s", resource, f.Given[0].Resource)
	}
	for i := range f.Steps {
		op := b.run.doc.Operation(f.Steps[i].Request.Operation)
		switch {
		case op == nil:
		case op.Action == openapi.Create:
			return "nothing may be created"
		case op.Action == openapi.Delete:
			return "it might delete the only item to work on"
		}
	}
	if len(f.Given) == 1 && f.Given[0].Update == nil {
		return "an update cannot bring about what it starts from"
	}
	return ""
}

// prepare decides whose items the run works on: its own or, where the target creates none, the one
// that AgentID names.
func (r *runner) prepare(ctx context.Context, list []*fixtures.Fixture) {
	resource := r.writable()
	if r.target.AgentID == "" || resource == nil || len(list) == 0 {
		return
	}
	if op := resource.List; op != nil {
		at := &collection{run: r, resource: resource, like: r.target.base(r.doc, op)}
		r.registries[resource].Look(ctx, at)
		r.notOffered(op, at.listed)
	}
	if resource.Create != nil && !r.target.SandboxOnly &&
		!r.notOffered(resource.Create, r.tryCreate(ctx, resource, list)) {
		return
	}
	r.sandbox = &sandbox{run: r, item: newItem(resource, r.target.AgentID)}
	s := r.newSession(list[0])
	s.firm = true
	r.sandbox.open(ctx, s)
}

// open reads the item, as far as that is possible, and makes sure that it can be written.
func (b *sandbox) open(ctx context.Context, s *session) {
	r, it, resource := b.run, b.item, b.item.resource
	it.lent, it.shared = true, true
	s.know(it)
	like := r.target.base(r.doc, resource.Write())
	r.registries[resource].Lend(&collection{run: r, resource: resource, like: like}, it.id)
	unknown := "" // the request that did not find it
	if op := resource.Read; op != nil {
		request := r.request(op, it.id, nil)
		status, shown := r.try(ctx, op, request)
		r.notOffered(op, status)
		if status == http.StatusNotFound {
			unknown = op.Method + " " + r.target.address(op, request)
		}
		if object, ok := shown.(*jsonvalue.Object); ok && status/100 == 2 {
			b.original, it.latest = object, object
			b.warn()
		}
	}
	op, request := r.probe(it)
	if op == nil {
		b.closed = fmt.Sprintf("the document has no operation that writes %s", resource.Name)
		return
	}
	x, found, err := s.send(ctx, sent{op: op, request: request, byRun: true}, wanted{})
	r.file(s.fixture, found)
	switch {
	case err != nil:
		b.closed = err.Error()
		return
	case unknown != "" && x.got.answer.Status == http.StatusNotFound: // not just a target without that operation
		r.pointless = fmt.Errorf("the agent of --agent-id does not exist: %s was answered 404, and so was %s; "+
			"is the base URL right?", r.secrets.Sentence(unknown), op.Method)
		return
	case !x.succeeded():
		b.closed = fmt.Sprintf("the item to work on, %s, cannot be updated: %s was answered %d", it.id, x.method(),
			x.got.answer.Status)
		return
	}
	r.file(s.fixture, s.track(x))
	if b.original == nil {
		b.original = x.got.item()
		for _, m := range x.sent.item().Members {
			b.blind = append(b.blind, m.Name)
		}
	}
}

// warn names the secrets that the item is going to lose: the token that responses show of them does
// not restore them.
func (b *sandbox) warn() {
	for _, p := range propertiesOf(b.item.resource) {
		value, has := b.original.Get(p.Name)
		if has && (p.Schema.Mock.Value == openapi.MockSecret || hasSecret(value, p.Schema)) {
			b.run.options.Warn(fmt.Sprintf("%s has a secret in %s, of which answers show only a token: "+
				"the run cannot put it back, and it will be lost", b.item, p.Name))
		}
	}
}

// probe returns an update that changes nothing: it repeats the required members, and of the others as
// many as an update must have. It is nil where no operation writes, or where no valid value of a
// required member is known.
func (r *runner) probe(it *item) (*openapi.Operation, *openapi.Request) {
	op := it.resource.Update // a replacement would drop what it leaves out
	if op.SentSchema() == nil || op.JSONPatch() {
		return nil, nil
	}
	body, documented := &jsonvalue.Object{}, sample.NewDocumented(openapi.RequestView, nil)
	latest, _ := it.latest.(*jsonvalue.Object)
	for _, p := range sentProperties(op) {
		if !p.RequiredIn(openapi.RequestView) {
			continue
		}
		value, ok := latest.Get(p.Name)
		if !ok || !p.Schema.IsValid(value, openapi.RequestView) {
			if value, ok = documented.Named(p.Schema); !ok {
				return nil, nil
			}
		}
		body.Set(p.Name, withoutSecrets(value, p.Schema))
	}
	if least := op.SentSchema().MinProperties; least != nil && !repeat(body, latest, op, *least) {
		return nil, nil
	}
	return op, r.about(it, op, op.WrapBody(body))
}

// repeat adds members of an item to the body of an update until it has as many as it must have, and
// reports whether there are so many without a secret.
func repeat(body, item *jsonvalue.Object, op *openapi.Operation, least int) bool {
	for _, p := range sentProperties(op) {
		if len(body.Members) >= least {
			break
		}
		value, ok := item.Get(p.Name)
		if _, has := body.Get(p.Name); !ok || has || p.Schema.Mock.Value == openapi.MockSecret ||
			hasSecret(value, p.Schema) || !p.Schema.IsValid(value, openapi.RequestView) {
			continue
		}
		body.Set(p.Name, value)
	}
	return len(body.Members) >= least
}

// complete gives a deletion the body that it requires, with what the document names itself: nothing
// is invented, since that may be somebody's. It reports whether the request can be sent.
func complete(deletion *openapi.Operation, request *openapi.Request) bool {
	media := deletion.Body.Preferred()
	if media == nil || !deletion.Body.Required {
		return true
	}
	body, documented := &jsonvalue.Object{}, sample.NewDocumented(openapi.RequestView, nil)
	if media.Schema != nil {
		for _, p := range media.Schema.Properties {
			if value, ok := documented.Named(p.Schema); ok && p.RequiredIn(openapi.RequestView) {
				body.Set(p.Name, value)
			}
		}
	}
	encoded, named, err := media.Encode(body)
	if err != nil || !media.Schema.IsValid(body, openapi.RequestView) {
		return false
	}
	request.Body = encoded
	request.Header.Set("Content-Type", named)
	return true
}

// notOffered reports whether a status may mean that the target does not have an operation, which is
// then no longer used.
func (r *runner) notOffered(op *openapi.Operation, status int) bool {
	switch status {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		r.absent[op.ID] = fmt.Sprintf("the target does not offer %s: it was answered %d", op.ID, status)
		return true
	}
	return false
}

// try sends a request whose response is not checked. The status is 0 where there is no answer.
func (r *runner) try(ctx context.Context, op *openapi.Operation, request *openapi.Request) (int, any) {
	x := &exchange{sent: sent{op: op, request: request, url: r.target.address(op, request)},
		wanted: wanted{kind: wantAnything}}
	if r.roundTrip(ctx, x) != nil || x.got.answer == nil {
		return 0, nil
	}
	x.receive()
	r.meters(x)
	return x.got.answer.Status, x.got.shown
}

// writable returns the resource whose items updates change.
func (r *runner) writable() *openapi.Resource {
	for _, resource := range r.doc.Resources {
		if resource.Write() != nil && r.registries[resource] != nil {
			return resource
		}
	}
	return nil
}

// tryCreate returns the status of a creation with the first given body, 0 where there is none, and
// removes what it has created.
func (r *runner) tryCreate(ctx context.Context, resource *openapi.Resource, list []*fixtures.Fixture) int {
	for _, f := range list {
		for _, given := range f.Given {
			if given.Resource != resource.Name || given.Body == nil {
				continue
			}
			s := r.newSession(f)
			s.firm = true
			body, err := s.values.Expand(given.Body)
			if err != nil {
				continue
			}
			request := sent{op: resource.Create, request: r.request(resource.Create, "", body), byRun: true}
			x, _, err := s.send(ctx, request, wanted{kind: wantAnything})
			r.tidy(ctx, s.finish)
			if err != nil || x.got.answer == nil {
				return 0
			}
			return x.got.answer.Status
		}
	}
	return 0
}
