package contract_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"

	"github.com/agentmock/agentmock/internal/testonly/backend"
	"github.com/agentmock/agentmock/openapi"
)

// mortal is a target that dies of some requests, and that something starts again.
type mortal struct {
	kills   func(method string, body []byte) bool
	after   bool          // it answers the request that kills it
	hangs   bool          // it answers nothing, instead of refusing connections
	forgets bool          // it starts again without its items
	down    time.Duration // how long it takes to start again; negative: for ever
	clock   *fakeClock

	mu     sync.Mutex
	alive  http.Handler
	back   time.Time
	deaths int
	hung   int // lists, since it was killed
}

var errBroke = errors.New("the connection was closed")

func (m *mortal) target() contract.Target {
	m.alive = backend.New(backend.Options{Now: m.clock.now})
	target := contracttest.Handler(http.NotFoundHandler())
	target.Transport = transport(m.roundTrip)
	return target
}

func (m *mortal) roundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	m.mu.Lock()
	h, isDown, dies := m.alive, m.clock.now().Before(m.back), m.kills(r.Method, body)
	if isDown && m.hangs && strings.HasSuffix(r.URL.Path, "/agents") && r.Method == http.MethodGet {
		if m.hung++; m.hung == 2 { // what watches it has seen it hang
			m.back, m.hung = m.clock.now(), 0
		}
	}
	if dies && !isDown {
		m.deaths++
		m.back = m.clock.now().Add(m.down)
		if m.down < 0 {
			m.back = m.clock.now().Add(1000 * time.Hour)
		}
		if m.forgets {
			m.alive = backend.New(backend.Options{Now: m.clock.now})
		}
	}
	m.mu.Unlock()
	switch {
	case isDown && m.hangs:
		delivered(r)
		<-r.Context().Done()
		return nil, r.Context().Err()
	case isDown:
		return nil, errRefused
	case dies && !m.after:
		delivered(r)
		return nil, errBroke
	}
	return contracttest.Handler(h).Transport.RoundTrip(r)
}

// killsOf are the requests that the tests' targets die of: those that set variables to null.
func killsOf(_ string, body []byte) bool { return bytes.Contains(body, []byte(`"variables":null`)) }

func run(t *testing.T, m *mortal, o contract.Options) *contract.Report {
	t.Helper()
	if o.Wait == 0 {
		o.Wait = time.Minute
	}
	m.clock = &fakeClock{time: time.Date(2025, 1, 20, 10, 0, 0, 0, time.UTC)}
	return verify(t, picked("update-*", "lifecycle*", "workspace*"), m.target(), o.Timed(m.clock.now, m.clock.sleep))
}

// A request that kills the target is named, whatever else was under way, and the run goes on.
func TestRequestThatKills(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]*mortal{
		"keeps its items":   {down: 20 * time.Second},
		"forgets its items": {down: 30 * time.Second, forgets: true},
		"answers first":     {down: 20 * time.Second, after: true},
	} {
		for _, jobs := range []int{1, 8} {
			if testing.Short() && jobs == 1 {
				continue
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				m := &mortal{kills: killsOf, down: m.down, forgets: m.forgets, after: m.after}
				r := run(t, m, contract.Options{Jobs: jobs})
				if m.deaths < 2 || r.Unreachable != "" || r.OK() {
					t.Errorf("%d deaths, unreachable %q: %+v", m.deaths, r.Unreachable, r.Summary)
				}
				named := 0
				for _, f := range r.Fixtures {
					for _, v := range f.Violations {
						if named++; v.Check != "answered" || !strings.Contains(v.Curl, `"variables":null`) {
							t.Errorf("%s: %s: %s\n%s", f.ID, v.Check, v.Message, v.Curl)
						}
					}
					if f.Outcome == contract.Errored || f.Outcome == contract.Skipped {
						t.Errorf("%s %s: %s", f.ID, f.Outcome, f.Reason)
					}
				}
				if named == 0 {
					t.Errorf("nothing is named: %+v", r.Summary)
				}
				nothingLeft(t, m.alive, r)
			})
		}
	}
}

// A target that is lost once, while eight requests are under way, accuses none of them.
func TestLostOnce(t *testing.T) {
	t.Parallel()
	n := 0
	m := &mortal{down: 20 * time.Second, forgets: true}
	m.kills = func(string, []byte) bool { n++; return n == 150 }
	r := run(t, m, contract.Options{})
	if !r.OK() || r.Summary.Skipped > 0 || m.deaths != 1 {
		t.Errorf("%d deaths: %+v", m.deaths, r.Summary)
	}
	if !strings.Contains(strings.Join(r.Hints, "\n"), "was lost") {
		t.Errorf("hints %q", r.Hints)
	}
	nothingLeft(t, m.alive, r)
}

// A target that does not come back ends the run, which names what was under way.
func TestLostForGood(t *testing.T) {
	t.Parallel()
	for _, wait := range []time.Duration{0, -1} {
		m := &mortal{kills: killsOf, down: -1}
		r := run(t, m, contract.Options{Wait: wait})
		if r.OK() || !strings.Contains(r.Unreachable, "was lost after") || m.deaths != 1 {
			t.Errorf("%d deaths, unreachable %q", m.deaths, r.Unreachable)
		}
		if !slices.ContainsFunc(r.LastRequests, func(l contract.LastRequest) bool {
			return strings.Contains(l.Curl, `"variables":null`) && l.Fixture != ""
		}) || !strings.Contains(r.Unreachable, r.LastRequests[0].Fixture) {
			t.Errorf("the last requests are %+v: %s", r.LastRequests, r.Unreachable)
		}
	}
}

// A target that is killed again and again is given up at some time.
func TestKilledAgainAndAgain(t *testing.T) {
	t.Parallel()
	m := &mortal{kills: func(method string, _ []byte) bool { return method == http.MethodPut }, down: 20 * time.Second}
	r := run(t, m, contract.Options{})
	if r.OK() || r.Unreachable == "" || m.deaths > 60 || !slices.Contains(checksOf(r), "answered") {
		t.Errorf("%d deaths, unreachable %q: %+v", m.deaths, r.Unreachable, r.Summary)
	}
}

// A target may start later than the run.
func TestStartsLate(t *testing.T) {
	t.Parallel()
	for _, proxy := range []bool{false, true} {
		own := &fakeClock{time: time.Date(2025, 1, 20, 10, 0, 0, 0, time.UTC)}
		start := own.now().Add(3 * time.Second)
		h := backend.New(backend.Options{Now: own.now})
		target := between(contracttest.Handler(h), func(r *http.Request,
			inner http.RoundTripper) (*http.Response, error) {
			switch {
			case !own.now().Before(start):
				return inner.RoundTrip(r)
			case proxy:
				return &http.Response{StatusCode: 502, Header: http.Header{}, Body: http.NoBody}, nil
			}
			return nil, errRefused
		})
		r := verify(t, picked("update-agent-[a-l]*", "lifecycle*"), target,
			contract.Options{}.Timed(own.now, own.sleep))
		if !r.OK() || r.Summary.Skipped > 0 {
			t.Errorf("proxy %t: unreachable %q, %+v", proxy, r.Unreachable, r.Summary)
		}
		nothingLeft(t, h, r)
	}
}

// A request after which nothing is answered is named, though it was answered itself.
func TestDeadlock(t *testing.T) {
	t.Parallel()
	list := picked("update-agent-variables-*", "lifecycle*")
	for _, after := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			m := &mortal{kills: killsOf, after: after, hangs: true, down: -1, clock: &fakeClock{time: time.Now()}}
			r := inTime(t, list, m.target(), contract.Options{Jobs: 1})
			if !slices.Contains(checksOf(r), "answered") || r.Unreachable != "" {
				t.Errorf("after %t: %d deaths, unreachable %q, %v, %+v", after, m.deaths, r.Unreachable, checksOf(r),
					r.Summary)
			}
			for _, f := range r.Fixtures {
				for _, v := range f.Violations {
					if !strings.Contains(v.Curl, `"variables":null`) {
						t.Errorf("%s: %s\n%s", f.ID, v.Message, v.Curl)
					}
				}
			}
		})
	}
}

// An interruption ends the wait for a target.
func TestInterruptedWhileLost(t *testing.T) {
	t.Parallel()
	m := &mortal{kills: killsOf, down: -1, clock: &fakeClock{time: time.Date(2025, 1, 20, 10, 0, 0, 0, time.UTC)}}
	target := m.target()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o := contract.Options{Wait: time.Hour, Warn: func(string) { cancel() }}.Timed(m.clock.now, m.clock.sleep)
	r, err := contract.Run(ctx, openapi.Agent(), picked("update-*"), target, o)
	if err != nil || !r.Interrupted || r.Summary.Failed > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}
