package contract

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/agentmock/agentmock/openapi"
)

// maxHangs is how many requests to one operation may go unanswered before it is given up.
const maxHangs = 3

// roundTrip sends an exchange's request. That one request gets no answer is a finding as long as
// the target is reachable; else it ends the run. The error is why the session cannot go on.
func (r *runner) roundTrip(ctx context.Context, x *exchange) error {
	if r.hanging(x.sent.op) {
		return fmt.Errorf("%s gave no answer within %s %d times and is left alone", x.sent.op.ID, r.options.Timeout,
			maxHangs)
	}
	want429 := false
	for _, s := range x.wanted.status {
		want429 = want429 || s == "429"
	}
	a, err := r.client.send(ctx, x.sent.op, x.sent.url, x.sent.request.Header, x.sent.request.Body, want429)
	switch {
	case err == nil:
		x.got.answer = a
		r.count(x)
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, new(*unsendable)):
		return err
	}
	if !r.alive(ctx) {
		r.giveUp(err)
		return fmt.Errorf("%w: %w", errLost, err)
	}
	if errors.As(err, new(*timeout)) {
		r.mu.Lock()
		r.hangs[x.sent.op.ID]++
		r.mu.Unlock()
	}
	x.got.err = err
	return nil
}

func (r *runner) count(x *exchange) {
	if x.wanted.kind != wantSuccess {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.statuses[x.got.answer.status]++
}

func (r *runner) hanging(op *openapi.Operation) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.hangs[op.ID] >= maxHangs
}

// alive asks whether there is anything at all that answers. One worker asks for all.
func (r *runner) alive(ctx context.Context) bool {
	r.pinging.Lock()
	defer r.pinging.Unlock()
	r.mu.Lock()
	lost := r.lost != ""
	r.mu.Unlock()
	if lost {
		return false
	}
	for attempt := range 3 {
		if r.ping(ctx) {
			return true
		}
		if r.options.sleep(ctx, time.Duration(attempt+1)*100*time.Millisecond) != nil {
			return false
		}
	}
	return false
}

// ping makes a request that changes nothing. Any answer will do.
func (r *runner) ping(ctx context.Context) bool {
	address, header := r.target.BaseURL+"/", http.Header{}
	for _, op := range r.doc.Operations {
		if op.Action == openapi.List {
			request := r.target.base(r.doc, op)
			address, header = r.target.address(op, request), request.Header
			break
		}
	}
	ctx, cancel := context.WithTimeout(ctx, min(r.options.Timeout, 5*time.Second))
	defer cancel()
	_, _, err := r.client.once(ctx, http.MethodGet, address, header, nil)
	return err == nil
}

// giveUp ends the run because the target is not there.
func (r *runner) giveUp(err error) {
	r.mu.Lock()
	if r.lost == "" {
		r.lost = r.secrets.redactor.Text(r.loss(err))
	}
	r.mu.Unlock()
	r.cancel(errLost)
}

// loss is what became of the target, as the end of a sentence about it.
func (r *runner) loss(err error) string {
	switch answers := r.client.answers.Load(); {
	case errors.As(err, new(*tooLong)):
		return "gives answers that are too long to be judged: " + err.Error()
	case strings.Contains(err.Error(), "malformed HTTP"): // net/http has no type for it
		return "answered something that is not HTTP: " + err.Error()
	// nor for an answer that came before it had been asked for
	case strings.Contains(err.Error(), "readLoopPeekFailLocked"):
		return "answered something that is not HTTP: it came before the request was sent"
	case answers > 0:
		return fmt.Sprintf("was lost after %d answers: %v", answers, err)
	}
	return "could not be reached: " + err.Error()
}
