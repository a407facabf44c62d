package contract

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/openapi"
)

// maxFailures is the number of requests of an operation without an answer in time, or with one too long to
// be judged, after which it is no longer requested.
const maxFailures = 3

// roundTrip sends an exchange's request. That one request gets no answer is a finding as long as
// the target is reachable; else it ends the run. The error is why the session cannot go on.
func (r *runner) roundTrip(ctx context.Context, x *exchange) error {
	if err := r.leftAlone(x.sent.op); err != nil {
		return err
	}
	res, err := r.deliver(ctx, x)
	tooLong := errors.As(err, new(*apiclient.TooLongError))
	switch {
	case err == nil:
		x.got.answer = res
		r.judged.Store(true)
		r.count(x)
		r.remember(x)
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, new(*apiclient.UnsendableError)):
		return err
	}
	list := tooLong && x.sent.op.Action == openapi.List
	if !list && !r.alive(ctx) {
		r.giveUp(err)
		return fmt.Errorf("%w: %w", errLost, err)
	}
	if list {
		err = tooMany(x.sent.op, err)
	}
	if tooLong || errors.As(err, new(*apiclient.TimeoutError)) {
		r.mu.Lock()
		v := r.failures[x.sent.op.ID]
		r.failures[x.sent.op.ID] = failures{v.requests + 1, err}
		r.mu.Unlock()
	}
	if list {
		return err
	}
	x.got.err = err
	return nil
}

// failures is what is known of requests of an operation that no answer to judge came of.
type failures struct {
	requests int
	last     error
}

// tooMany is why a fixture does not apply whose list is longer than a run can judge: that is no fault of
// the target.
func tooMany(op *openapi.Operation, err error) error {
	return &skipError{fmt.Sprintf("%s cannot be judged: %v; use a workspace with fewer %s", op.ID, err,
		op.Resource.Name)}
}

// deliver sends a request. A 429 is waited for, unless it is what the fixture wants.
func (r *runner) deliver(ctx context.Context, x *exchange) (*openapi.ResponseData, error) {
	if slices.Contains(x.wanted.status, "429") {
		return r.client.Deliver(ctx, x.sent.op.Method, x.sent.url, x.sent.request)
	}
	return r.client.Do(ctx, x.sent.op, x.sent.url, x.sent.request)
}

// count notes the answer to a valid request.
func (r *runner) count(x *exchange) {
	if x.wanted.kind != wantSuccess {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.statuses[x.got.answer.Status]++
	r.success[x.sent.op.ID] = r.success[x.sent.op.ID] || x.succeeded()
}

// leftAlone returns why an operation is no longer requested; nil where it is.
func (r *runner) leftAlone(op *openapi.Operation) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := r.failures[op.ID]
	switch {
	case v.requests < maxFailures:
		return nil
	case errors.As(v.last, new(*skipError)):
		return v.last
	}
	return fmt.Errorf("%s is left alone: %d requests got no answer that can be judged, the last one: %w", op.ID,
		v.requests, v.last)
}

// alive reports whether the target answers anything. One worker at a time asks.
func (r *runner) alive(ctx context.Context) bool {
	r.pinging.Lock()
	defer r.pinging.Unlock()
	if r.gone() {
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

// ping reports whether a request that changes nothing gets an answer, whatever it is.
func (r *runner) ping(ctx context.Context) bool {
	address, request := r.target.BaseURL+"/", &openapi.Request{}
	isList := func(op *openapi.Operation) bool { return op.Action == openapi.List }
	if i := slices.IndexFunc(r.doc.Operations, isList); i >= 0 {
		request = r.target.base(r.doc, r.doc.Operations[i])
		address = r.target.address(r.doc.Operations[i], request)
	}
	ctx, cancel := context.WithTimeout(ctx, min(r.options.Timeout, 5*time.Second))
	defer cancel()
	_, err := r.client.Attempt(ctx, http.MethodGet, address, request)
	return err == nil || errors.As(err, new(*apiclient.TooLongError)) && r.judged.Load()
}

// giveUp ends the run because the target is unreachable.
func (r *runner) giveUp(err error) {
	r.mu.Lock()
	if r.lost == "" {
		r.lost = r.secrets.Text(r.loss(err))
	}
	r.mu.Unlock()
	r.cancel(errLost)
}

// loss returns what happened to the target, as the end of a sentence about it.
func (r *runner) loss(err error) string {
	switch answers := r.client.Responses(); {
	case errors.As(err, new(*apiclient.TooLongError)):
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
