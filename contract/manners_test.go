package contract_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/testonly/backend"
	"github.com/agentmock/agentmock/openapi"
)

// nothingLeft wants a backend to have no agent, and a report to name none.
func nothingLeft(t *testing.T, h http.Handler, r *contract.Report) {
	t.Helper()
	for _, workspace := range []string{fixtures.DefaultWorkspace, fixtures.DefaultWorkspace + "-other"} {
		if left := agentsIn(t, h, workspace); len(left) > 0 {
			t.Errorf("%d agents are left in %s, such as %v", len(left), workspace, left[0]["name"])
		}
	}
	if len(r.Left) > 0 {
		t.Errorf("named as left are %q", r.Left)
	}
}

// A run that is told to go slowly, or that is made to, takes the time to remove what it has made.
func TestPacedRunLeavesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("sends one request at a time: no race can be here")
	}
	t.Parallel()
	list := picked("create-agent-[a-m]*", "update-agent-[a-l]*", "lifecycle*")
	for _, rate := range []float64{2, 0.05} {
		t.Run(fmt.Sprintf("%g a second", rate), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := backend.New(backend.Options{})
				began := time.Now()
				r := inTime(t, list, contracttest.Handler(h), contract.Options{Rate: rate, Jobs: 1})
				if took := time.Since(began); !r.OK() || took < time.Minute {
					t.Errorf("%+v in %s", r.Summary, took)
				}
				nothingLeft(t, h, r)
			})
		})
	}
	for _, says := range []bool{true, false} {
		t.Run(fmt.Sprintf("429 after every 60 requests, says for how long: %t", says), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := backend.New(backend.Options{})
				r := inTime(t, list, contracttest.Handler(limited(h, 60, says)), contract.Options{Jobs: 1})
				if !r.OK() || r.Summary.Requests < 200 {
					t.Errorf("%+v", r.Summary)
				}
				nothingLeft(t, h, r)
			})
		})
	}
}

// inTime is verify with the time of its bubble, which stands still while anybody waits for a lock: one
// job waits for none.
func inTime(t *testing.T, list []*fixtures.Fixture, target contract.Target, o contract.Options) *contract.Report {
	t.Helper()
	r, err := contract.Run(t.Context(), openapi.Agent(), list, target, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// limited is a backend that takes so many requests in a minute, and says how long to wait for the next one.
func limited(h http.Handler, most int, says bool) http.Handler {
	var mu sync.Mutex
	var minute time.Time
	count := 0
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := time.Now()
		mu.Lock()
		if now.Sub(minute) >= time.Minute {
			minute, count = now, 0
		}
		count++
		over, wait := count > most, minute.Add(time.Minute).Sub(now)
		mu.Unlock()
		if over {
			if says {
				w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
			}
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// Interrupted in the middle, a run still removes what it has made, also one that goes slowly.
func TestInterruptedRunLeavesNothing(t *testing.T) {
	t.Parallel()
	list := picked()
	for _, rate := range []float64{0, 2} {
		synctest.Test(t, func(t *testing.T) {
			h := backend.New(backend.Options{})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var n atomic.Int32
			target := between(contracttest.Handler(h), func(r *http.Request,
				inner http.RoundTripper) (*http.Response, error) {
				if n.Add(1) == 60 {
					cancel()
				}
				return inner.RoundTrip(r)
			})
			r, err := contract.Run(ctx, openapi.Agent(), list, target, contract.Options{Rate: rate, Jobs: 1})
			if err != nil || !r.Interrupted {
				t.Fatalf("%+v, %v", r, err)
			}
			nothingLeft(t, h, r)
		})
	}
}

// What cannot be removed at once is removed later; what cannot be removed at all is an error.
func TestDeletionsThatFail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, then int // the statuses of the deletions of an agent
		left        bool
	}{
		"500 once": {500, 0, false}, "503 once": {503, 0, false}, "500": {500, 500, true}, "403": {403, 403, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := sound()
			var mu sync.Mutex
			asked := map[string]int{}
			failing := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				asked[r.URL.Path]++
				status := c.then
				if asked[r.URL.Path] == 1 {
					status = c.first
				}
				mu.Unlock()
				if r.Method == http.MethodDelete && status > 0 {
					w.WriteHeader(status)
					return
				}
				h.ServeHTTP(w, r)
			})
			filter := "update-keeps-what-is-left-out"
			r := verify(t, picked(filter), contracttest.Handler(onlyDeletions(failing, h)), contract.Options{})
			if !c.left {
				nothingLeft(t, h, r)
				return
			}
			f := find(t, r, "run-left-behind")
			if len(r.Left) != 1 || r.OK() || f.Outcome != contract.Errored ||
				!strings.Contains(f.Reason, "was answered") {
				t.Errorf("left are %q: %s %q", r.Left, f.Outcome, f.Reason)
			}
		})
	}
}

// onlyDeletions sends deletions to one handler, and all else to another.
func onlyDeletions(deletions, others http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			deletions.ServeHTTP(w, r)
			return
		}
		others.ServeHTTP(w, r)
	})
}

// What a creation makes that is not answered, or that comes twice, is found by its name.
func TestStraysAreRemoved(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		creation func(h http.Handler, w http.ResponseWriter, r *http.Request, n int)
		level    fixtures.Level
		check    string // "": a note at most
	}{
		"doubled by a proxy": {func(h http.Handler, w http.ResponseWriter, r *http.Request, n int) {
			if n%5 == 0 {
				again(h, r)
			}
			h.ServeHTTP(w, r)
		}, fixtures.Standard, "created-once"},
		"doubled by a proxy, at level smoke": {func(h http.Handler, w http.ResponseWriter, r *http.Request, n int) {
			again(h, r)
			h.ServeHTTP(w, r)
		}, fixtures.Smoke, "created-once"},
		"answered 502": {func(h http.Handler, w http.ResponseWriter, r *http.Request, n int) {
			if n == 5 {
				again(h, r)
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			h.ServeHTTP(w, r)
		}, fixtures.Standard, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := sound()
			var n atomic.Int32
			target := contracttest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					c.creation(h, w, r, int(n.Add(1)))
					return
				}
				h.ServeHTTP(w, r)
			}))
			list := contract.Selection{Level: c.level, Filters: []string{"lifecycle*", "update-keeps*", "list*"}}.
				Select(everything())
			r := verify(t, list, target, contract.Options{Level: c.level})
			nothingLeft(t, h, r)
			if c.check == "" && r.Summary.Failed > 0 || c.check != "" && !slices.Contains(checksOf(r), c.check) {
				t.Errorf("%+v, found by %v", r.Summary, checksOf(r))
			}
		})
	}
}

// again sends a copy of a request, of which nobody hears.
func again(h http.Handler, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	twice := r.Clone(r.Context())
	r.Body, twice.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
	h.ServeHTTP(httptest.NewRecorder(), twice)
}

// A creation whose connection broke off may have made something. It is found by its name.
func TestCreationWithoutAnswer(t *testing.T) {
	t.Parallel()
	h := sound()
	var n atomic.Int32
	target := between(contracttest.Handler(h), func(r *http.Request, inner http.RoundTripper) (*http.Response, error) {
		res, err := inner.RoundTrip(r)
		if r.Method == http.MethodPost && n.Add(1)%4 == 0 {
			delivered(r)
			return nil, errors.New("the connection broke")
		}
		return res, err
	})
	r := verify(t, picked("update-keeps*", "lifecycle*"), target, contract.Options{})
	nothingLeft(t, h, r)
}

// Interrupted, a run ends within its grace, though nothing that it reads is answered.
func TestInterruptedRunEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		n := 0
		target := between(contracttest.Handler(backend.New(backend.Options{})), func(r *http.Request,
			inner http.RoundTripper) (*http.Response, error) {
			if n++; n == 60 {
				cancel()
			}
			if n >= 60 && r.Method == http.MethodGet {
				delivered(r)
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			return inner.RoundTrip(r)
		})
		began := time.Now()
		o := contract.Options{Jobs: 1, Timeout: 3 * time.Second}
		r, err := contract.Run(ctx, openapi.Agent(), picked(), target, o)
		if took := time.Since(began); err != nil || !r.Interrupted || took > 15*time.Second {
			t.Errorf("%+v, %v after %s", r, err, took)
		}
	})
}
