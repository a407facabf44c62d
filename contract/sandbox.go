package contract

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// sandbox lends every session the one item that there is, and puts it back in the end.
type sandbox struct {
	run      *runner
	resource *openapi.Resource
	item     *item
	original *jsonvalue.Object // what could be seen of it before; nil: it could not be opened
	blind    []string          // properties that had to be written before they could be seen
	closed   string            // why it could not be opened
}

func (k *sandbox) alone() bool { return true }

func (k *sandbox) unfit(f *fixtures.Fixture) string {
	if len(f.Given) > 1 {
		return "there is only one item to work on"
	}
	if len(f.Given) == 1 && f.Given[0].Resource != k.resource.Name {
		return fmt.Sprintf("the item to work on is one of %s, not of %s", k.resource.Name, f.Given[0].Resource)
	}
	for i := range f.Steps {
		op := k.run.doc.Operation(f.Steps[i].Request.Operation)
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

// open looks at the item as it is, as far as that is possible, and makes sure that it can be
// written.
func (k *sandbox) open(ctx context.Context, s *session) {
	k.item = newItem(k.resource, k.run.target.AgentID)
	k.item.lent, k.item.shared = true, true
	k.run.registries[k.resource].Lend(&collection{run: k.run, resource: k.resource,
		like: k.run.target.base(k.run.doc, k.resource.Write())}, k.item.id)
	s.items["#"+k.item.id] = k.item
	unknown := "" // the request that did not find it
	if op := k.resource.Read; op != nil {
		request := k.run.target.base(k.run.doc, op)
		request.Path[k.resource.ItemParameter] = k.item.id
		status, shown := k.run.try(ctx, op, request)
		if unimplemented(status) {
			k.run.absent[op.ID] = notOffered(op, status)
		}
		if status == http.StatusNotFound {
			unknown = op.Method + " " + k.run.target.address(op, request)
		}
		if object, ok := shown.(*jsonvalue.Object); ok && status/100 == 2 {
			k.original, k.item.latest = object, object
			k.warn()
		}
	}
	op, request := k.run.probe(k.item)
	if op == nil {
		k.closed = fmt.Sprintf("the document has no operation that writes %s", k.resource.Name)
		return
	}
	x, found, err := s.send(ctx, sent{op: op, request: request, owner: byRun}, wanted{})
	k.run.file(s.fixture, found)
	switch {
	case err != nil:
		k.closed = err.Error()
		return
	case unknown != "" && x.got.answer.status == http.StatusNotFound: // not just a target without that operation
		k.run.pointless = fmt.Errorf("the agent of --agent-id does not exist: %s was answered 404, and so was %s; is the base URL right?", k.run.secrets.Sentence(unknown), op.Method)
		return
	case !x.succeeded():
		k.closed = fmt.Sprintf("the item to work on, %s, cannot be updated: %s was answered %d", k.item.id,
			x.method(), x.got.answer.status)
		return
	}
	k.run.file(s.fixture, s.track(x))
	if k.original == nil {
		k.original, _ = x.got.shown.(*jsonvalue.Object)
		if sent, ok := x.sent.body.(*jsonvalue.Object); ok {
			for _, m := range sent.Members {
				k.blind = append(k.blind, m.Name)
			}
		}
	}
}

// warn tells of secrets that the item is going to lose: what answers show of them is no use for
// putting them back.
func (k *sandbox) warn() {
	for _, p := range k.resource.Schema.Properties {
		value, has := k.original.Get(p.Name)
		if has && (p.Schema.Mock.Value == openapi.MockSecret || hasSecret(value, p.Schema)) {
			k.run.options.Warn(fmt.Sprintf("%s %s has a secret in %s, of which answers show only a token: the run cannot put it back, and it will be lost",
				k.resource.Name, k.item.id, p.Name))
		}
	}
}

func (k *sandbox) provide(ctx context.Context, s *session, g *fixtures.Given) (*item, []Finding, error) {
	if k.closed != "" {
		return nil, nil, errors.New(k.closed)
	}
	s.items["#"+k.item.id] = k.item
	body, err := s.values.Expand(g.Update)
	if err != nil {
		return nil, nil, fmt.Errorf("the given %s cannot be made: %w", g.Name, err)
	}
	op := k.resource.Write()
	request := s.run.bodyRequest(op, body)
	request.Path[k.resource.ItemParameter] = k.item.id
	x, found, err := s.send(ctx, sent{op: op, request: request, owner: byRun}, wanted{})
	if err != nil {
		return nil, found, err
	}
	if !x.succeeded() {
		found, err = s.notMade(ctx, g, x, found)
		return nil, found, err
	}
	return k.item, append(found, s.track(x)...), nil
}

func (k *sandbox) finish(ctx context.Context, s *session) { (&ownItems{k.run}).finish(ctx, s) }

// close puts the item back to what could be seen of it.
func (k *sandbox) close(ctx context.Context) {
	if k.original == nil || k.run.gone() {
		if k.original != nil {
			k.run.recordLeftover("%s %s as the run had changed it: the target could not be reached any more",
				k.resource.Name, k.item.id)
		}
		return
	}
	op := k.resource.Write()
	body := k.restoration(op)
	request := k.run.bodyRequest(op, body)
	request.Path[k.resource.ItemParameter] = k.item.id
	status, shown := k.run.try(ctx, op, request)
	if status/100 != 2 {
		k.run.recordLeftover("%s %s as the run had changed it: the update that would put it back was answered %d",
			k.resource.Name, k.item.id, status)
		return
	}
	for _, name := range k.blind {
		k.run.recordLeftover("%s of %s %s: it could not be seen before it was written for the first time", name,
			k.resource.Name, k.item.id)
	}
	if after, ok := shown.(*jsonvalue.Object); ok {
		k.compare(after)
	}
}

// restoration is the body that brings back what was seen at first.
func (k *sandbox) restoration(op *openapi.Operation) *jsonvalue.Object {
	body := &jsonvalue.Object{}
	latest, _ := k.item.latest.(*jsonvalue.Object)
	for _, p := range op.Body.JSON().Schema.Properties {
		value, had := k.original.Get(p.Name)
		if slices.Contains(k.blind, p.Name) || !had || len(p.Schema.Validate(value, openapi.RequestView)) > 0 {
			now, shown := latest.Get(p.Name)
			switch {
			case p.RequiredIn(openapi.RequestView) && shown:
				body.Set(p.Name, withoutSecrets(now, p.Schema))
			case !had && shown && p.Schema.Allows("array"):
				body.Set(p.Name, []any{})
			case !had && shown && p.Schema.Allows("object"):
				body.Set(p.Name, &jsonvalue.Object{})
			}
			continue
		}
		body.Set(p.Name, withoutSecrets(value, p.Schema))
	}
	return body
}

// withoutSecrets returns a copy of a value without the secrets in it, of which responses show only
// a token: sent back, the token would become the secret.
func withoutSecrets(value any, schema *openapi.Schema) any {
	switch value := value.(type) {
	case []any:
		out := make([]any, len(value))
		for i, item := range value {
			out[i] = withoutSecrets(item, schema.Item(i))
		}
		return out
	case *jsonvalue.Object:
		out := &jsonvalue.Object{}
		for _, m := range value.Members {
			s := schema.Member(m.Name)
			if s == nil || s.Mock.Value != openapi.MockSecret {
				out.Set(m.Name, withoutSecrets(m.Value, s))
			}
		}
		return out
	}
	return value
}

// compare names what differs from what was seen at first.
func (k *sandbox) compare(after *jsonvalue.Object) {
	for _, p := range k.resource.Schema.Properties {
		if !k.item.tracks[p.Name] || slices.Contains(k.blind, p.Name) {
			continue
		}
		want, had := k.original.Get(p.Name)
		got, has := after.Get(p.Name)
		if (!had || empty(want)) && (!has || empty(got)) {
			continue
		}
		for _, d := range violating(compare(want, got, has, p.Schema, jsonvalue.Join("", p.Name))) {
			k.run.recordLeftover("%s of %s %s: it was %s, and now %s", d.pointer, k.resource.Name, k.item.id,
				quote(d.want), d.found())
		}
		if !had {
			k.run.recordLeftover("/%s of %s %s: it was absent, and now it is %s", p.Name, k.resource.Name, k.item.id, quote(got))
		}
		if hasSecret(want, p.Schema) {
			k.run.recordLeftover("the secret in /%s of %s %s: only a token of it could be seen", p.Name, k.resource.Name,
				k.item.id)
		}
	}
}

// hasSecret reports whether a value holds a secret at any depth.
func hasSecret(value any, schema *openapi.Schema) bool {
	return !jsonvalue.Equal(withoutSecrets(value, schema), value)
}

// probe is an update that changes nothing: it says again what must be said. Nil where no operation
// writes, or where no valid value is known for something that it demands.
func (r *runner) probe(it *item) (*openapi.Operation, *openapi.Request) {
	op := it.resource.Update // a replacement would drop what it does not say
	if op == nil || op.Body == nil || op.Body.JSON() == nil {
		return nil, nil
	}
	body, documented := &jsonvalue.Object{}, sample.NewDocumented(openapi.RequestView, nil)
	latest, _ := it.latest.(*jsonvalue.Object)
	for _, p := range op.Body.JSON().Schema.Properties {
		if !p.RequiredIn(openapi.RequestView) {
			continue
		}
		value, ok := latest.Get(p.Name)
		if !ok || len(p.Schema.Validate(value, openapi.RequestView)) > 0 {
			if value, ok = documented.Named(p.Schema); !ok {
				return nil, nil
			}
		}
		body.Set(p.Name, withoutSecrets(value, p.Schema))
	}
	request := r.bodyRequest(op, body)
	request.Path[it.resource.ItemParameter] = it.id
	return op, request
}

// unimplemented says whether a status may mean that there is no such operation.
func unimplemented(status int) bool {
	return status == http.StatusNotFound || status == http.StatusMethodNotAllowed || status == http.StatusNotImplemented
}

func notOffered(op *openapi.Operation, status int) string {
	return fmt.Sprintf("the target does not offer %s: it was answered %d", op.ID, status)
}

// try makes a request that is not judged. The status is 0 where there is no answer.
func (r *runner) try(ctx context.Context, op *openapi.Operation, request *openapi.Request) (int, any) {
	x := &exchange{sent: sent{op: op, request: request, url: r.target.address(op, request)},
		wanted: wanted{kind: wantAnything}}
	if r.roundTrip(ctx, x) != nil || x.got.answer == nil {
		return 0, nil
	}
	x.receive()
	return x.got.answer.status, x.got.shown
}

// prepare finds out whose items the run works on.
func (r *runner) prepare(ctx context.Context, list []*fixtures.Fixture) {
	r.keeper = &ownItems{r}
	resource := r.writable()
	if r.target.AgentID == "" || resource == nil || len(list) == 0 {
		return
	}
	if op := resource.List; op != nil {
		at := &collection{run: r, resource: resource, like: r.target.base(r.doc, op)}
		if r.registries[resource].Look(ctx, at); unimplemented(at.listed) {
			r.absent[op.ID] = notOffered(op, at.listed)
		}
	}
	if resource.Create != nil && !r.target.SandboxOnly {
		status := r.tryCreate(ctx, resource, list)
		if !unimplemented(status) {
			return
		}
		r.absent[resource.Create.ID] = notOffered(resource.Create, status)
	}
	k := &sandbox{run: r, resource: resource}
	r.keeper = k
	k.open(ctx, r.newSession(list[0]))
}

// writable is the resource whose items updates change.
func (r *runner) writable() *openapi.Resource {
	for _, resource := range r.doc.Resources {
		if resource.Write() != nil && r.registries[resource] != nil {
			return resource
		}
	}
	return nil
}

// tryCreate sees whether the target creates at all, with the first given body that there is, and
// removes what it has made.
func (r *runner) tryCreate(ctx context.Context, resource *openapi.Resource, list []*fixtures.Fixture) int {
	for _, f := range list {
		for i := range f.Given {
			if f.Given[i].Resource != resource.Name || f.Given[i].Body == nil {
				continue
			}
			s := r.newSession(f)
			body, err := s.values.Expand(f.Given[i].Body)
			if err != nil {
				continue
			}
			x, _, err := s.send(ctx, sent{op: resource.Create, request: r.bodyRequest(resource.Create, body), owner: byRun},
				wanted{kind: wantAnything})
			tidy(ctx, func(ctx context.Context) { (&ownItems{r}).finish(ctx, s) })
			if err != nil || x.got.answer == nil {
				return 0
			}
			return x.got.answer.status
		}
	}
	return 0
}
