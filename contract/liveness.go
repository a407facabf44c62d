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
// the target is reachable; else it ends the round, or the run. The error is why the session cannot go on.
func (r *runner) roundTrip(ctx context.Context, x *exchange) error {
	if err := r.leftAlone(x.sent.op); err != nil {
		return err
	}
	res, err := r.deliver(ctx, x)
	if r.startsLate(res, err) && r.await(ctx, err) {
		res, err = r.deliver(ctx, x)
	}
	if err == nil {
		return r.answered(ctx, x, res)
	}
	if !errors.As(err, new(*apiclient.UndeliveredError)) {
		x.got.err = err
	}
	round, tooLong := roundOf(ctx), errors.As(err, new(*apiclient.TooLongError))
	list := tooLong && x.sent.op.Action == openapi.List
	switch {
	case ctx.Err() != nil:
		if isDown(ctx) {
			round.lose(x, err)
		}
		return context.Cause(ctx)
	case errors.As(err, new(*apiclient.UnsendableError)):
		return err
	case list || r.alive(ctx):
	case round != nil && !tooLong:
		round.lose(x, err)
		return errDown
	case tooLong || !r.await(ctx, err):
		r.giveUp(err, nil)
		return fmt.Errorf("%w: %w", errLost, err)
	case errors.As(err, new(*apiclient.UndeliveredError)):
		if res, err = r.deliver(ctx, x); err == nil {
			return r.answered(ctx, x, res)
		}
	}
	return r.unanswered(x, err, list)
}

// answered notes the answer to a request.
func (r *runner) answered(ctx context.Context, x *exchange, res *openapi.ResponseData) error {
	x.got.answer = res
	if !apiclient.Passing(res.Status) {
		r.judged.Store(true)
	}
	r.count(x)
	r.remember(x)
	r.keepRecent(suspect{x.session, x.brief(), r.options.clock()})
	if round := roundOf(ctx); round != nil && round.watch > 0 && !r.survives(ctx, round.watch) {
		round.lose(x, errLate)
		return errDown
	}
	return nil
}

// maxRecent is how many of the last requests are known that were answered.
const maxRecent = 1024

// keepRecent notes a request that was answered, and forgets those that were answered long before, but for
// a few.
func (r *runner) keepRecent(last suspect) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.recent = append(r.recent, last)
	old := max(0, len(r.recent)-maxRecent)
	for old < len(r.recent)-maxLast && last.at.Sub(r.recent[old].at) > maxLag {
		old++
	}
	clear(r.recent[:old])
	r.recent = r.recent[old:]
}

// survives reports whether the target is still there after some time.
func (r *runner) survives(ctx context.Context, after time.Duration) bool {
	return r.options.sleep(ctx, after) != nil || r.alive(ctx) || ctx.Err() != nil
}

// unanswered notes that a request was not answered, though the target is reachable.
func (r *runner) unanswered(x *exchange, err error, list bool) error {
	if list {
		err = tooMany(x.sent.op, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if list || unjudgeable(err) || errors.As(err, new(*apiclient.TimeoutError)) {
		v := r.failures[x.sent.op.ID]
		r.failures[x.sent.op.ID] = failures{v.requests + 1, err}
	} else {
		r.breaks++
		if x.session != nil {
			x.session.breaks++
		}
	}
	if list {
		return err
	}
	x.got.err = err
	return nil
}

// unjudgeable reports whether an answer came that is not for judging: it is too long, or cannot be decoded.
// It will not be otherwise when it is asked for again.
func unjudgeable(err error) bool {
	return errors.As(err, new(*apiclient.TooLongError)) || errors.As(err, new(*apiclient.UnreadableError))
}

// startsLate reports whether the target may not have started yet: it has not been seen so far, and a
// request was not delivered, or was answered by something in front of it.
func (r *runner) startsLate(res *openapi.ResponseData, err error) bool {
	if r.judged.Load() {
		return false
	}
	if err == nil {
		return apiclient.Passing(res.Status)
	}
	return errors.As(err, new(*apiclient.UndeliveredError)) && !errors.As(err, new(*apiclient.UnsendableError))
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
	ctx = withExchange(ctx, x)
	if slices.Contains(x.wanted.status, "429") {
		return r.client.Deliver(ctx, x.sent.op.Method, x.sent.url, x.sent.request)
	}
	return r.client.Do(ctx, x.sent.op, x.sent.url, x.sent.request)
}

// count notes the answer to a valid request.
func (r *runner) count(x *exchange) {
	if x.wanted.kind != wantSuccess || len(x.sent.request.RawPath) > 0 { // whose answer may be anybody's
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
	if r.gone() || ctx.Err() != nil {
		return false
	}
	answered, _ := r.ping(ctx)
	return answered
}

// ping reports whether a request that changes nothing gets an answer, whatever it is, and whether it
// comes from the target, not from something in front of it that cannot reach it. Where the connection of
// a list breaks off, something else is asked for: that may be the fault of the list.
func (r *runner) ping(ctx context.Context) (answered, ready bool) {
	isList := func(op *openapi.Operation) bool { return op.Action == openapi.List }
	if i := slices.IndexFunc(r.doc.Operations, isList); i >= 0 {
		request := r.target.base(r.doc, r.doc.Operations[i])
		answered, ready, broke := r.look(ctx, r.target.address(r.doc.Operations[i], request), request)
		if !broke {
			return answered, ready
		}
	}
	answered, ready, _ = r.look(ctx, r.target.BaseURL+"/", &openapi.Request{})
	return answered, ready
}

// look sends one request for ping. It broke where it reached something and no answer came, not even late.
func (r *runner) look(ctx context.Context, address string, request *openapi.Request) (answered, ready, broke bool) {
	ctx, cancel := context.WithTimeout(ctx, min(r.options.Timeout, 5*time.Second))
	defer cancel()
	res, err := r.client.Attempt(ctx, http.MethodGet, address, request)
	switch {
	case err == nil:
		return true, !apiclient.Passing(res.Status), false
	case errors.As(err, new(*apiclient.UnreadableError)), errors.As(err, new(*apiclient.BrokenOffError)):
		return true, true, false
	case errors.As(err, new(*apiclient.TooLongError)):
		came := r.judged.Load()
		return came, came, false
	}
	broke = !errors.As(err, new(*apiclient.UndeliveredError)) && !errors.As(err, new(*apiclient.TimeoutError))
	return false, false, broke && ctx.Err() == nil
}

// giveUp ends the run because the target is unreachable. What was under way is named or, where nothing
// was, what was answered last.
func (r *runner) giveUp(err error, under []suspect) {
	r.mu.Lock()
	if r.lost == "" {
		r.lost = r.secrets.Text(r.loss(err))
		if len(under) == 0 {
			under = r.recent[max(0, len(r.recent)-maxLast):]
		}
		r.last = r.lastRequests(under)
		r.lost += lastNamed(r.last)
	}
	r.mu.Unlock()
	r.cancel(errLost)
}

// loss returns what happened to the target, as the end of a sentence about it.
func (r *runner) loss(err error) string {
	switch answers := r.client.Responses(); {
	case errors.As(err, new(*apiclient.TooLongError)):
		return "gives answers that are too long to be judged: " + err.Error()
	case speaksNoHTTP(err):
		return "answered something that is not HTTP: " + err.Error()
	// nor for an answer that came before it had been asked for
	case strings.Contains(err.Error(), "readLoopPeekFailLocked"):
		return "answered something that is not HTTP: it came before the request was sent"
	case answers > 0:
		return fmt.Sprintf("was lost after %d answers: %v", answers, err)
	}
	return "could not be reached: " + err.Error()
}

// speaksNoHTTP reports whether an answer was not HTTP. Net/http has no type for that.
func speaksNoHTTP(err error) bool {
	return err != nil && strings.Contains(err.Error(), "malformed HTTP")
}
