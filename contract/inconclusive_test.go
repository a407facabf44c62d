package contract_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/internal/testonly/unsteady"
)

// TestInconclusive: what says nothing about the backend is no violation: it is tried again where that
// is safe, and has no verdict, with the reason, where it is not.
func TestInconclusive(t *testing.T) {
	t.Parallel()
	const agents = "/v1/api/agents"
	for i, c := range []struct {
		name    string
		target  func(http.Handler) http.Handler
		errored string // what reasons say; "": everything passes
		note    string // what a note says
	}{
		{"a key that expires", func(h http.Handler) http.Handler { return unsteady.Expires(h, 60) },
			"no longer takes the credentials: GET /v1/api/agents", ""},
		{"a limit that is over tomorrow", func(h http.Handler) http.Handler { return unsteady.Busy(h, 10, "86400") },
			"asks to wait 24h0m0s, longer than a run does (5m0s)", ""},
		{"a limit that never ends", func(h http.Handler) http.Handler { return unsteady.Busy(h, 1, "86400") },
			"takes no more requests", ""},
		{"a limit that is over soon", func(h http.Handler) http.Handler { return unsteady.Busy(h, 7, "2") }, "", ""},
		{"restarts during reads", func(h http.Handler) http.Handler {
			return unsteady.Unavailable(h, 3, http.MethodGet, http.StatusServiceUnavailable)
		}, "", ""},
		{"restarts", func(h http.Handler) http.Handler {
			return unsteady.Unavailable(h, 40, "", http.StatusBadGateway)
		}, "", "502 Bad Gateway, which says nothing about the request; it passed when it was executed again"},
		{"reads that break off", func(h http.Handler) http.Handler { return unsteady.HangsUp(h, 3, http.MethodGet) },
			"", ""},
		{"updates that break off", func(h http.Handler) http.Handler { return unsteady.HangsUp(h, 60, http.MethodPut) },
			"it passed when it was executed again", ""},
		{"late lists", func(h http.Handler) http.Handler { return unsteady.ListsLate(h, agents, 3) },
			"", "it took 4 requests"},
		{"late reads", func(h http.Handler) http.Handler { return unsteady.ReadsLate(h, agents+"/", 2) },
			"", "it took 3 requests"},
	} {
		if testing.Short() && i%3 != 0 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			list := picked("update-agent-[a-n]*", "create-agent-[a-c]*", "get-*", "list-*", "delete-*")
			r := verify(t, list, served(t, c.target(sound())), contract.Options{})
			if r.Summary.Violations > 0 || (r.Summary.Errored > 0) != (c.errored != "") {
				t.Errorf("%+v, checks %v, reasons %q", r.Summary, checksOf(r), reasons(r))
			}
			said := func(text string) bool {
				return slices.ContainsFunc(r.Fixtures, func(f contract.Result) bool {
					return strings.Contains(f.Reason, text) || slices.ContainsFunc(f.Notes,
						func(n contract.Finding) bool { return strings.Contains(n.Message, text) })
				})
			}
			if !said(c.errored) || !said(c.note) {
				t.Errorf("nothing says %q and %q: %+v", c.errored, c.note, r.Fixtures[0])
			}
		})
	}
}

// reasons are those of fixtures without a verdict.
func reasons(r *contract.Report) (list []string) {
	for _, f := range r.Fixtures {
		list = append(list, f.Reason)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// served is a target behind a real connection.
func served(t *testing.T, h http.Handler) contract.Target {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	target := contracttest.Handler(h)
	target.BaseURL, target.Transport = server.URL, nil
	return target
}

// TestLagForEver: what never shows is missing.
func TestLagForEver(t *testing.T) {
	t.Parallel()
	target := served(t, unsteady.ListsLate(sound(), "/v1/api/agents", 1000))
	r := verify(t, picked("list-*"), target, contract.Options{})
	if !slices.Contains(checksOf(r), "list-consistent") {
		t.Errorf("%+v, checks %v", r.Summary, checksOf(r))
	}
	target = served(t, unsteady.Unavailable(sound(), 1, http.MethodPut, http.StatusServiceUnavailable))
	r = verify(t, picked("update-keeps-what-is-left-out"), target, contract.Options{})
	if r.Summary.Violations == 0 && r.Summary.Errored == 0 {
		t.Errorf("%+v: a target that is never there passes", r.Summary)
	}
}

// TestTwinUsesUp: a valid twin that conflicts with what an earlier one has made proves no less.
func TestTwinUsesUp(t *testing.T) {
	t.Parallel()
	h, made := sound(), map[string]bool{}
	target := between(contracttest.Handler(h), func(r *http.Request, inner http.RoundTripper) (*http.Response, error) {
		if r.Method != http.MethodPost {
			return inner.RoundTrip(r)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if made[string(body)] {
			return &http.Response{StatusCode: http.StatusConflict, Header: http.Header{}, Body: http.NoBody}, nil
		}
		res, err := inner.RoundTrip(r)
		made[string(body)] = err == nil && res.StatusCode == http.StatusCreated
		return res, err
	})
	list := picked("create-agent-*left-out", "create-agent-*number", "create-agent-*-list", "create-agent-*object",
		"create-agent-*boolean")
	r := verify(t, list, target, contract.Options{Jobs: 1})
	if r.Summary.Violations > 0 || r.Summary.Errored > 0 || r.Summary.Passed < 30 {
		t.Errorf("%+v, checks %v, reasons %q", r.Summary, checksOf(r), reasons(r))
	}
}
