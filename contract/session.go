package contract

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
)

// session executes one fixture, or several that share an item. It belongs to one goroutine.
type session struct {
	run     *runner
	fixture *fixtures.Fixture // the one that is being executed
	secrets *redact.Set
	values  fixtures.Values
	items   map[itemKey]*item
	given   []*item         // by the order of the fixture's given items; nil for an unused identity
	owned   []*item         // to be removed at the end
	renamed map[renamed]any // identities that were sent in the place of the fixtures' own
	last    time.Time       // when the latest answer came
	wrote   time.Time       // when the latest answer came to what may change something
	success map[string]bool // operations that a valid request of this session succeeded with
	breaks  int             // requests that broke off before it began, or that are its own
	firm    bool            // answers count even where their reason may pass
	waits   bool            // it has one of the run's waits; see wait
	many    bool            // many items are given
	number  int64           // stands for it in traits; 0: nothing has asked for it
	// unwanted are the exchanges that were to be refused, and sent an item.
	unwanted []*exchange
	shown    int // the size in bytes of the answers that have shown its items
}

func (r *runner) newSession(f *fixtures.Fixture) *session {
	s := &session{run: r, fixture: f, items: map[itemKey]*item{}, success: map[string]bool{},
		renamed: map[renamed]any{}}
	s.values = fixtures.Values{
		"workspace": r.target.WorkspaceID, "otherWorkspace": r.target.OtherWorkspaceID,
		"shorterWorkspace": shorter(r.target.WorkspaceID), "longerWorkspace": r.target.WorkspaceID + "-2",
		"unique": r.unique(f.ID), "uniqueHex": r.uniqueHex(f.ID),
		"secret": marker(r.options.Seed, f.ID+" secret"),
	}
	r.mu.Lock()
	s.breaks = r.breaks
	r.mu.Unlock()
	s.secrets = r.secrets.Guard(s.values["secret"].(string), "SECRET")
	return s
}

// largeAnswer is the size in bytes from which on answers are judged one after the other: that takes many
// times their memory.
const largeAnswer = 1 << 20

// maxShown bounds the answers that a session keeps to compare its items with, in bytes.
const maxShown = 64 << 20

// keeps notes an answer about an item. The error says that the answers about all of them are too long to
// be kept.
func (s *session) keeps(x *exchange) error {
	if x.got.item() == nil {
		return nil
	}
	if s.shown += len(x.got.answer.Body); s.shown > maxShown {
		return fmt.Errorf("the answers about the items of one fixture have more than %d bytes, which are too many "+
			"to keep", maxShown)
	}
	return nil
}

// shorter returns a name without its last character; one of a single character becomes another one.
func shorter(name string) string {
	if _, size := utf8.DecodeLastRuneInString(name); size < len(name) {
		return name[:len(name)-size]
	}
	return "agentmock-" + name
}

// send sends a request and returns the exchange with what the exchange checks find in it. The error
// is why the session cannot go on: there is no answer, or the request was not sent, because it could
// have overwritten or removed what the run has not made.
func (s *session) send(ctx context.Context, request sent, want wanted) (*exchange, []Finding, error) {
	x, found, err := s.prepare(ctx, request, want)
	if err != nil {
		return x, found, err
	}
	if err := s.run.roundTrip(ctx, x); err != nil {
		if x.receive(); x.got.err != nil || x.got.answer != nil { // it may have reached the target
			s.run.meters(x)
			_, _ = s.settle(ctx, x)
		}
		return x, nil, err
	}
	found, err = s.receive(ctx, x)
	return x, found, err
}

// prepare returns the exchange of a request that may be sent.
func (s *session) prepare(ctx context.Context, request sent, want wanted) (*exchange, []Finding, error) {
	request, found, refused := s.guard(ctx, request, want)
	x := &exchange{sent: request, wanted: want, session: s}
	if refused != nil {
		return x, found, refused
	}
	x.sent.url = s.run.target.address(request.op, request.request)
	x.sent.workspace = s.run.workspaceOf(request.request)
	if body := valueOf(&request); body != nil {
		x.sent.body = body
		s.secrets = s.secrets.Learn(body)
	}
	x.sent.gap = s.run.options.clock().Sub(s.last)
	return x, nil, nil
}

// receive returns what the exchange checks find in an answer.
func (s *session) receive(ctx context.Context, x *exchange) ([]Finding, error) {
	s.last = s.run.options.clock()
	if !reads(x.sent.op) {
		s.wrote = s.last
	}
	if x.got.answer != nil && len(x.got.answer.Body) > largeAnswer {
		s.run.large.Lock()
		defer s.run.large.Unlock()
	}
	if x.got.answer == nil {
		_, _ = s.settle(ctx, x)
		if err := s.inconclusive(ctx, x); err != nil {
			return nil, err
		}
		return s.checkExchange(x), fmt.Errorf("no answer to %s: %w", x.method(), x.got.err)
	}
	x.receive()
	s.run.meters(x)
	x.got.variable, x.got.form = s.secrets.Find(x.got.answer.Header, x.got.answer.Body)
	if x.succeeded() && x.wanted.kind == wantSuccess {
		s.success[x.sent.op.ID] = true
	}
	if x.wanted.kind == wantRefusal && len(x.sent.item().Members) > 0 {
		s.unwanted = append(s.unwanted, x)
	}
	found, err := s.settle(ctx, x)
	if unclear := s.inconclusive(ctx, x); unclear != nil {
		return found, unclear
	}
	return append(s.checkExchange(x), found...), cmp.Or(err, s.keeps(x))
}

// valueOf returns the value of a request's body: JSON, or what a form or a text stands for; nil where
// it is none of these.
func valueOf(request *sent) any {
	media := request.op.Body.MediaType(request.request.Header)
	if media != nil && !media.IsJSON() && len(request.request.Body) > 0 {
		if value, _ := request.op.ValidateBody(request.request); value.Value() != nil {
			return value.Value()
		}
	}
	value, err := parseLenient(request.request.Body)
	if err != nil {
		return nil
	}
	return value
}

// checkExchange returns what the checks find that need nothing but the exchange.
func (s *session) checkExchange(x *exchange) []Finding {
	var found []Finding
	for _, c := range s.run.table {
		if c.exchange != nil {
			found = append(found, s.report(x, c.ID, c.exchange(x)...)...)
		}
	}
	return found
}

// resolve returns the operation and the request that a fixture describes.
func (s *session) resolve(r *fixtures.Request) (*openapi.Operation, *openapi.Request, error) {
	op := s.run.doc.Operation(r.Operation)
	if op == nil {
		return nil, nil, fmt.Errorf("the document has no operation %s", r.Operation)
	}
	request, err := r.Resolve(op, s.run.target.base(s.run.doc, op), s.values)
	return op, request, err
}

// itemKey names an item within a session.
type itemKey struct {
	resource *openapi.Resource
	id       string // "" for a singleton
}

// know notes an item of the session.
func (s *session) know(it *item) { s.items[itemKey{it.resource, it.id}] = it }

// itemOf returns the item that a request is about; nil where it is about none that is known.
func (s *session) itemOf(x *exchange) *item {
	return s.items[itemKey{x.sent.op.Resource, x.sent.request.Path[x.sent.op.ItemParameter]}]
}

// allItems returns the session's items, each once, in the order in which they were created.
func (s *session) allItems() []*item {
	return slices.SortedFunc(maps.Values(s.items), func(a, b *item) int {
		return slices.Index(s.owned, a) - slices.Index(s.owned, b)
	})
}
