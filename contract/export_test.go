package contract

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// Without is a run that lacks a check.
func (o Options) Without(check string) Options {
	o.without = check
	return o
}

// Timed is a run with a clock of its own, unless it has one.
func (o Options) Timed(now func() time.Time, sleep func(context.Context, time.Duration) error) Options {
	if o.clock == nil {
		o.clock, o.sleep = now, sleep
	}
	return o
}

// JudgeOne prepares an exchange of an operation with an answer, and returns what judges it.
func JudgeOne(tb testing.TB, doc *openapi.Document, operation string, body, answered []byte) func() int {
	tb.Helper()
	target, err := Target{BaseURL: "http://handler.test", APIKey: "a-key-of-the-benchmark"}.normal()
	if err != nil {
		tb.Fatal(err)
	}
	r := newRunner(doc, target, Options{}.normal())
	f := &fixtures.Fixture{ID: "judged", Operation: operation}
	op := doc.Operation(operation)
	request := target.base(doc, op)
	request.Body = body
	request.Path[op.ItemParameter] = "678c6a17c3f1e80b52d49a07"
	base := r.newSession(f)
	it := newItem(op.Resource, "678c6a17c3f1e80b52d49a07")
	base.know(it)
	return func() int {
		s := *base
		x := &exchange{sent: sent{op: op, request: request}, got: got{answer: &openapi.ResponseData{Status: 200,
			Header: http.Header{"Content-Type": {"application/json"}}, Body: answered}}}
		if sent, err := parseLenient(body); err == nil {
			x.sent.body = sent
		}
		x.receive()
		r.meters(x)
		x.got.variable, x.got.form = s.secrets.Find(x.got.answer.Header, x.got.answer.Body)
		return len(s.checkExchange(x)) + len(s.track(x))
	}
}

// WithNonce is a run that gives the identities of a nonce.
func (o Options) WithNonce(nonce uint64) Options {
	o.nonce = nonce
	return o
}

// Marker is the secret that the fixtures of a run send.
func Marker(seed uint64) string { return marker(seed, "secret") }
