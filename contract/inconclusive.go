package contract

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/openapi"
)

// stopError ends the run early, because no further answer would say anything about a request. What is
// left of it has no verdict.
type stopError struct{ reason string }

func (e *stopError) Error() string { return e.reason }

// passingError says that a request got no verdict for a reason that may pass: the fixture is executed
// again. In a session that is firm, the answer counts as it is.
type passingError struct {
	reason string
	broken bool // the connection broke off during a request that may change something
}

func (e *passingError) Error() string { return e.reason }

// doubts is what a run knows of answers that say nothing about requests.
type doubts struct {
	busy  int       // requests in a row that the target did not take
	good  *exchange // which shows whether credentials are taken; nil: there is none yet
	stop  *stopError
	twins map[*fixtures.Twin]bool // those that succeeded
	waits chan struct{}           // those that are free for a second look; closed where none is left
	vain  int                     // waits that were in vain
}

func newDoubts() doubts {
	d := doubts{twins: map[*fixtures.Twin]bool{}, waits: make(chan struct{}, patience)}
	for range patience {
		d.waits <- struct{}{}
	}
	return d
}

// maxBusy is the number of requests that are not taken (429), with no other answer in between, after
// which no more are sent.
const maxBusy = 3

// inconclusive returns why an answer says nothing about its request; nil where it does.
func (s *session) inconclusive(ctx context.Context, x *exchange) error {
	r, answer := s.run, x.got.answer
	if answer == nil {
		if s.firm || errors.As(x.got.err, new(*apiclient.TimeoutError)) || unjudgeable(x.got.err) {
			return nil
		}
		return &passingError{fmt.Sprintf("no whole answer to %s: %v", x.method(), x.got.err),
			x.sent.op.Method != http.MethodGet && x.sent.op.Method != http.MethodHead}
	}
	busy := answer.Status == http.StatusTooManyRequests && !slices.Contains(x.wanted.status, "429")
	count := r.countBusy(busy)
	switch {
	case busy:
		return r.tooBusy(x, count)
	case answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden:
		return r.lockedOut(ctx, x)
	case apiclient.Passing(answer.Status) && !s.firm:
		return &passingError{fmt.Sprintf("%s was answered %d %s, which says nothing about the request", x.method(),
			answer.Status, http.StatusText(answer.Status)), false}
	}
	return nil
}

// countBusy returns how many requests in a row the target did not take.
func (r *runner) countBusy(busy bool) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !busy {
		r.busy = 0
		return 0
	}
	r.busy++
	return r.busy
}

// tooBusy returns why a request was not taken, and ends the run where that goes on.
func (r *runner) tooBusy(x *exchange, count int) error {
	asked := "even after it was sent again and again"
	answer := x.got.answer
	if d := apiclient.Pause(x.sent.op, answer.Header, answer.Body, r.options.clock(), 0); d > apiclient.LongestPause {
		asked = fmt.Sprintf("and the target asks to wait %s, longer than a run does (%s)", d, apiclient.LongestPause)
	}
	reason := fmt.Sprintf("%s was answered 429 Too Many Requests, %s", x.method(), asked)
	if count >= maxBusy {
		r.cancel(&stopError{"the target takes no more requests: " + reason})
	}
	return errors.New(reason)
}

// lockedOut returns an error, and ends the run, where a request with good credentials was refused
// because they are no longer taken: a request that succeeded with them before is refused as well.
func (r *runner) lockedOut(ctx context.Context, x *exchange) error {
	if !r.ownCredentials(x) {
		return nil
	}
	r.pinging.Lock()
	defer r.pinging.Unlock()
	r.mu.Lock()
	good, stop := r.good, r.stop
	r.mu.Unlock()
	switch {
	case stop != nil:
		return stop
	case good == nil:
		return nil
	}
	answer, err := r.client.Do(ctx, good.sent.op, good.sent.url, good.sent.request)
	if err != nil || answer.Status != http.StatusUnauthorized && answer.Status != http.StatusForbidden {
		return nil
	}
	stop = &stopError{fmt.Sprintf("the target no longer takes the credentials: %s was answered %d before, and now %d",
		good.method(), good.got.answer.Status, answer.Status)}
	r.mu.Lock()
	r.stop = stop
	r.mu.Unlock()
	r.cancel(stop)
	return stop
}

// remember keeps a request that shows whether credentials are taken: it changes nothing, needs them,
// and succeeded. One that names no item is better than one that does.
func (r *runner) remember(x *exchange) {
	if x.sent.op.Method != http.MethodGet || !x.succeeded() || !r.ownCredentials(x) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.good == nil || len(r.good.sent.request.Path) > len(x.sent.request.Path) {
		r.good = &exchange{sent: x.sent, got: got{answer: x.got.answer}}
	}
}

// ownCredentials reports whether a request needs credentials and has those of the run.
func (r *runner) ownCredentials(x *exchange) bool {
	if len(x.sent.op.Security) == 0 || len(x.sent.op.Security[0]) == 0 {
		return false
	}
	base := r.target.base(r.doc, x.sent.op)
	return !slices.ContainsFunc(x.sent.op.Security[0], func(c *openapi.Credential) bool {
		name := c.Name
		if c.In == "query" {
			return !slices.Equal(x.sent.request.Query[name], base.Query[name])
		}
		if c.In == "cookie" {
			name = "Cookie"
		}
		return !slices.Equal(x.sent.request.Header.Values(name), base.Header.Values(name))
	})
}
