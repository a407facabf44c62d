package contract_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
)

// TestListTooLong wants a run in a workspace with more agents than it can judge a list of to say so,
// to check all the rest, and to leave nothing behind.
func TestListTooLong(t *testing.T) {
	t.Parallel()
	tooLong := bytes.Repeat([]byte(" "), 33<<20)
	h := sound()
	target := between(contracttest.Handler(h), func(r *http.Request, inner http.RoundTripper) (*http.Response, error) {
		res, err := inner.RoundTrip(r)
		list := r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/agents")
		if err == nil && list && res.StatusCode == 200 {
			res.Body = io.NopCloser(bytes.NewReader(tooLong))
		}
		return res, err
	})
	r := verify(t, picked("update-*", "lifecycle*"), target, contract.Options{Jobs: 2})
	want := "listAgents cannot be judged: the answer, 200, has more than 33554432 bytes; " +
		"use a workspace with fewer agents"
	var reasons []string
	for _, f := range r.Fixtures {
		if f.Outcome == contract.Skipped {
			reasons = append(reasons, f.Reason)
		}
	}
	if !r.OK() || r.Unreachable != "" || r.Summary.Passed < 50 || len(reasons) == 0 || reasons[0] != want {
		t.Errorf("unreachable %q, %+v, skipped %q", r.Unreachable, r.Summary, reasons)
	}
	if left := agentsIn(t, h, "ws-demo"); len(left) > 0 || len(r.Left) > 0 {
		t.Errorf("%d agents are left; named are %q", len(left), r.Left)
	}
}
