// Package contracttest runs fixtures as Go tests: one subtest for each.
//
//	func TestContract(t *testing.T) {
//		doc := openapi.Agent()
//		list := append(fixtures.BuiltIn(doc), fixtures.Derive(doc)...)
//		contracttest.Run(t, doc, list, contracttest.Handler(newServer()), contract.Options{})
//	}
//
// Package contract documents what a run does.
package contracttest

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// Run replays fixtures against a target, with one subtest for each. A subtest fails if the fixture
// failed or errored, and is skipped if the fixture does not apply. The test itself fails if the run
// did not take place or did not reach its end, or if no fixture was executed. Run returns the
// report, nil if there is none.
func Run(t *testing.T, doc *openapi.Document, list []*fixtures.Fixture, target contract.Target,
	o contract.Options) *contract.Report {
	t.Helper()
	report, err := contract.Run(t.Context(), doc, list, target, o)
	if err != nil {
		t.Errorf("no contract run: %v", err)
		return nil
	}
	for i := range report.Fixtures {
		f := &report.Fixtures[i]
		t.Run(f.ID, func(t *testing.T) { reportResult(t, f) })
	}
	switch {
	case report.Unreachable != "":
		t.Errorf("%s %s", report.Target.BaseURL, report.Unreachable)
	case report.Interrupted:
		t.Error("the contract run was interrupted")
	case report.Summary.Fixtures == report.Summary.Skipped:
		t.Errorf("none of %d fixtures was run: nothing has been checked", report.Summary.Fixtures)
	}
	for _, hint := range append(report.Hints, report.Left...) {
		t.Log(hint)
	}
	return report
}

func reportResult(t *testing.T, f *contract.Result) {
	t.Helper()
	for _, n := range f.Notes {
		t.Logf("note: %s", n.String())
	}
	for _, v := range f.Violations {
		t.Error(strings.TrimSpace(v.Check + ": " + v.String() + "\n" + v.Curl))
	}
	switch f.Outcome {
	case contract.Errored:
		t.Error(f.Reason)
	case contract.Skipped:
		t.Skip(f.Reason)
	}
}

// Handler returns a target that calls a handler, without any network, as a server would. It has a
// made-up API key; its other fields may be set as needed. The handler must be safe for concurrent
// use.
func Handler(h http.Handler) contract.Target {
	return contract.Target{BaseURL: "http://handler.test", APIKey: "contracttest-key-8c1e5f", Transport: handler{h}}
}

type handler struct{ http.Handler }

// RoundTrip calls the handler with the request that a server would have read. A panic is a broken
// connection. A handler that does not return when the request's context ends is left to itself.
func (h handler) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	type answer struct {
		res *http.Response
		err error
	}
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.WroteHeaders != nil {
		trace.WroteHeaders() // from here on it may have an effect
	}
	done := make(chan answer, 1)
	go func() {
		res, err := h.serve(r)
		done <- answer{res, err}
	}()
	select {
	case a := <-done:
		return a.res, a.err
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// serve returns what the handler answers, or the server before it: a path that cannot be decoded never
// gets to a handler.
func (h handler) serve(r *http.Request) (res *http.Response, err error) {
	if _, err := url.ParseRequestURI(r.URL.RequestURI()); err != nil {
		w := httptest.NewRecorder()
		http.Error(w, "400 Bad Request", http.StatusBadRequest)
		return w.Result(), nil
	}
	in := httptest.NewRequestWithContext(r.Context(), r.Method, r.URL.RequestURI(), r.Body)
	in.Header, in.Host, in.ContentLength = r.Header.Clone(), cmp.Or(r.Host, r.URL.Host), r.ContentLength
	w := httptest.NewRecorder()
	defer func() {
		if p := recover(); p != nil {
			res, err = nil, fmt.Errorf("the handler panicked: %v", p)
		}
	}()
	h.ServeHTTP(w, in)
	res = w.Result()
	if length := res.Header.Get("Content-Length"); length != "" && length != fmt.Sprint(w.Body.Len()) &&
		r.Method != http.MethodHead {
		return nil, fmt.Errorf("the handler states a Content-Length of %s and writes %d bytes", length, w.Body.Len())
	}
	return res, nil
}
