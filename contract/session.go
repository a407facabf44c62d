package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// session is the carrying out of one fixture, or of several that share an item. It is one goroutine's
// own.
type session struct {
	run     *runner
	secrets *secrets
	values  fixtures.Values
	items   map[string]*item // by the names of given items, and by "#" and id for others
	owned   []*item          // to be removed at the end
	outcome *outcome         // of the fixture that is being carried out
	last    time.Time        // when the latest answer came
	success map[string]bool  // operations that a valid request of this session succeeded with
}

// outcome collects what becomes of one fixture.
type outcome struct {
	fixture  *fixtures.Fixture
	findings []Finding
	notes    []Finding
	errored  string
	skipped  string
	took     time.Duration
	flaky    bool
	seen     map[string]bool
}

func (o *outcome) failed() bool { return len(o.findings) > 0 }

// errorf says why the fixture could not be judged. The first reason counts.
func (o *outcome) errorf(format string, args ...any) {
	if o.errored == "" {
		o.errored = fmt.Sprintf(format, args...)
	}
}

// errStop ends a session: what comes next would make no sense. The reason has been noted.
var errStop = errors.New("the session cannot go on")

func (r *runner) newSession(f *fixtures.Fixture) *session {
	s := &session{run: r, secrets: r.secrets.clone(), items: map[string]*item{}, success: map[string]bool{},
		outcome: &outcome{fixture: f}}
	s.values = fixtures.Values{
		"workspace": r.target.WorkspaceID, "otherWorkspace": r.target.OtherWorkspaceID,
		"unique": marker(r.options.Seed, f.ID)[:12], "secret": marker(r.options.Seed, f.ID+" secret"),
	}
	s.secrets.add(s.values["secret"].(string), "SECRET")
	return s
}

// add files a finding under the fixture, or, where the request was the run's own, under the run's.
func (s *session) add(x *exchange, check string, f finding) {
	if check == s.run.options.without {
		return
	}
	out := Finding{Violation: s.clean(f.Violation), Check: check}
	if x != nil {
		out.Request = x.method()
		if x.answer != nil {
			out.Status = x.answer.status
			if !f.note {
				out.Answer = s.secrets.redactor.Text(truncate(string(x.answer.body), cutLength))
			}
		}
		if !f.note {
			out.Curl = s.curl(x)
		}
	}
	if x != nil && x.own && f.In != "state" {
		s.run.file(s.outcome.fixture, x.op, out, f.note)
		return
	}
	s.outcome.add(out, f.note)
}

func (o *outcome) add(f Finding, note bool) {
	key := f.Check + "\x00" + f.Rule + "\x00" + f.Where() + "\x00" + f.Request + "\x00" + f.Message
	if o.seen == nil {
		o.seen = map[string]bool{}
	}
	if o.seen[key] {
		return
	}
	o.seen[key] = true
	if note {
		o.notes = append(o.notes, f)
		return
	}
	o.findings = append(o.findings, f)
}

// clean takes the secrets out of a violation.
func (s *session) clean(v openapi.Violation) openapi.Violation {
	r := s.secrets.redactor
	v.Message, v.Suggestion = s.secrets.sentence(v.Message), s.secrets.sentence(v.Suggestion)
	v.Expected, v.Actual = r.Value(v.Expected), r.Value(v.Actual)
	return v
}

// credentialSentinel stands for a credential until curl has put a variable in its place, however
// short it is.
const credentialSentinel = "agentmock-credential-sentinel"

func (s *session) curl(x *exchange) string {
	header := x.request.Header.Clone()
	known := s.secrets.curl()
	for _, alternative := range x.op.Security {
		for _, c := range alternative {
			values := header.Values(c.Name)
			for i, value := range values {
				if c.In == "header" && s.run.target.APIKey != "" && value == s.run.target.credential(c) {
					values[i] = c.Prefix + credentialSentinel
					known = append(known, curl.Secret{Value: credentialSentinel, Variable: apiKeyVariable})
				}
			}
		}
	}
	for name, own := range s.run.target.Header {
		stand, secrets := curl.Stand(name, own)
		for i, value := range header.Values(name) {
			if at := slices.Index(own, value); at >= 0 {
				header.Values(name)[i] = stand[at]
			}
		}
		known = append(known, secrets...)
	}
	return curl.Command(curl.Request{
		Method: x.op.Method, URL: x.address, Header: header, Body: x.request.Body,
		Insecure: s.run.target.Insecure, CAFile: s.run.target.CAFile,
	}, known...)
}

// plan is a request to be made.
type plan struct {
	op       *openapi.Operation
	request  *openapi.Request
	status   fixtures.Status
	mutation *fixtures.Mutation
	open     bool
	own      bool
	quiet    bool // the caller files what it means
}

// exchange sends a request. The error is errStop or the context's; all that comes of a request that
// got no answer has been seen to.
func (s *session) exchange(ctx context.Context, p plan) (*exchange, error) {
	x := &exchange{
		op: p.op, request: p.request, address: s.run.target.address(p.op, p.request), status: p.status,
		mutation: p.mutation, open: p.open, own: p.own,
		refused: (&fixtures.Expect{Status: p.status}).Refused() && !p.open,
		scoped:  s.run.scoped(p.request),
	}
	if body, err := parseLenient(p.request.Body); err == nil {
		x.sent = body
		s.secrets.learn(body)
	}
	x.gap = s.run.options.clock().Sub(s.last)
	if err := s.run.send(ctx, x); err != nil {
		s.outcome.errorf("%v", err)
		return x, err
	}
	s.last = s.run.options.clock()
	if x.answer != nil {
		x.read()
		x.variableName, x.how = s.secrets.shown(x.answer)
	}
	if x.succeeded() && !x.refused && !x.open {
		s.success[x.op.ID] = true
		s.run.succeeded(x.op)
	}
	if x.answer == nil {
		s.file(x)
		s.outcome.errorf("no answer to %s: %v", x.method(), x.err)
		return x, errStop
	}
	if x.own && !p.quiet {
		s.file(x)
	}
	return x, nil
}

// file lets the checks that need nothing but the exchange have a look.
func (s *session) file(x *exchange) {
	for _, c := range s.run.table {
		if c.exchange == nil {
			continue
		}
		for _, f := range c.exchange(x) {
			s.add(x, c.ID, f)
		}
	}
}

// request resolves what a fixture sends.
func (s *session) request(r *fixtures.Request) (*openapi.Operation, *openapi.Request, error) {
	op := s.run.doc.Operation(r.Operation)
	if op == nil {
		return nil, nil, fmt.Errorf("the document has no operation %s", r.Operation)
	}
	request, err := r.Resolve(op, s.run.target.base(s.run.doc, op), s.values)
	return op, request, err
}

// notice brings what is known of items up to date with an exchange.
func (s *session) track(x *exchange) {
	resource := x.op.Resource
	switch {
	case resource == nil || resource.Schema == nil || x.answer == nil:
	case !x.scoped:
		s.trackElsewhere(x)
	case x.succeeded() && x.op.Action == openapi.Create:
		s.trackCreated(x)
	case x.succeeded() && x.op.Action == openapi.List:
		s.trackList(x)
	default:
		if it := s.items["#"+x.request.Path[resource.ItemParameter]]; it != nil {
			s.trackItem(x, it)
		}
	}
}

// trackItem does it for an exchange about one item.
func (s *session) trackItem(x *exchange, it *item) {
	switch {
	case !x.succeeded():
		if x.refusal() && !x.open && x.op.Action != openapi.Read {
			it.refused, it.unseen = true, true
		}
	case x.op.Action == openapi.Delete:
		it.gone, it.goneSeen = true, false
	case x.op.Action == openapi.Read:
		s.observe(x, it, read, x.shown)
	default:
		s.trackWrite(x, it)
	}
}

func (s *session) trackCreated(x *exchange) {
	shown, ok := x.shown.(*jsonvalue.Object)
	id := identity(x.op.Resource, shown)
	if !ok || id == "" {
		if !x.refused {
			s.run.recordLeftover("something that %s created and did not name", x.op.ID)
		}
		return
	}
	it := newItem(x.op.Resource, id)
	s.items["#"+id] = it
	s.owned = append(s.owned, it)
	if x.refused {
		return // it should not be there; nothing can be said about it but that it must go
	}
	for _, other := range s.items {
		if other != it {
			other.others, other.unseen = true, true
		}
	}
	s.observe(x, it, created, shown)
}

// trackElsewhere keeps in mind what was created in another workspace: it must go, too.
func (s *session) trackElsewhere(x *exchange) {
	shown, _ := x.shown.(*jsonvalue.Object)
	if x.op.Action != openapi.Create || !x.succeeded() {
		return
	}
	id := identity(x.op.Resource, shown)
	if id == "" {
		s.run.recordLeftover("something that %s created and did not name", x.op.ID)
		return
	}
	it := newItem(x.op.Resource, id)
	it.request = x.request
	s.owned = append(s.owned, it)
}

func (s *session) trackWrite(x *exchange, it *item) {
	for _, other := range s.items {
		if other != it {
			other.others, other.unseen = true, true
		}
	}
	if x.open || x.refused { // what became of it is not for the checks to say
		it.forget()
		if x.refused {
			it.unseen = true
		}
		return
	}
	sent, _ := x.sent.(*jsonvalue.Object)
	if _, ok := x.shown.(*jsonvalue.Object); !ok {
		it.written(sent)
		return
	}
	s.observe(x, it, wrote, x.shown)
}

// observe shows an item to the state checks.
func (s *session) observe(x *exchange, it *item, how responseKind, value any) {
	shown, ok := value.(*jsonvalue.Object)
	if !ok {
		return
	}
	o := &observation{item: it, how: how, shown: shown, scope: s.run.doc.Scope, own: s.run.target.WorkspaceID, op: x.op}
	if how == created || how == wrote {
		o.sent, _ = x.sent.(*jsonvalue.Object)
		if o.sent == nil {
			o.sent = &jsonvalue.Object{}
		}
	}
	for _, c := range s.run.table {
		if c.state == nil || x.open {
			continue
		}
		for _, f := range c.state(o) {
			s.add(x, c.ID, f)
		}
	}
	if how != listed {
		s.noteUndocumented(x, it.resource, shown)
	}
	o.update()
}

// identity is the text of an item's identity property; "" where it has none.
func identity(resource *openapi.Resource, shown *jsonvalue.Object) string {
	if shown == nil {
		return ""
	}
	value, _ := shown.Get(resource.Identity)
	switch value := value.(type) {
	case string:
		return value
	case nil:
		return ""
	case bool, []any, *jsonvalue.Object:
		return ""
	default:
		return string(jsonvalue.Marshal(value))
	}
}

// everything are the session's items, each once, in the order of their ids' coming.
func (s *session) everything() []*item {
	var list []*item
	for name, it := range s.items {
		if name[0] == '#' {
			list = append(list, it)
		}
	}
	slices.SortFunc(list, func(a, b *item) int { return slices.Index(s.owned, a) - slices.Index(s.owned, b) })
	return list
}
