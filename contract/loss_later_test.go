package contract_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/internal/testonly/backend"
)

// dying is a target that dies some time after it has answered some requests, and that something starts
// again a second later, without its items.
type dying struct {
	kills  func(method string, body []byte) bool
	later  time.Duration
	mu     sync.Mutex
	alive  http.Handler
	dead   time.Time // when it dies or has died; zero: it does not
	deaths int
}

const restart, answering = time.Second, 10 * time.Millisecond

// state says whether it is dead, and starts it again where that is due.
func (d *dying) state() (dead bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch since := time.Since(d.dead); {
	case d.dead.IsZero() || since < 0:
		return false
	case since < restart:
		return true
	}
	d.alive, d.dead = backend.New(backend.Options{}), time.Time{}
	return false
}

func (d *dying) roundTrip(r *http.Request) (*http.Response, error) {
	if d.state() {
		return nil, errRefused
	}
	body := []byte{}
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	time.Sleep(answering)
	if d.state() {
		delivered(r)
		return nil, errBroke
	}
	res, err := contracttest.Handler(d.alive).Transport.RoundTrip(r)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.kills(r.Method, body) && d.dead.IsZero() {
		d.dead = time.Now().Add(d.later)
		d.deaths++
	}
	return res, err
}

// A target that dies a while after its answer has been killed by that request, and by none that came
// after it.
func TestDiesLater(t *testing.T) {
	t.Parallel()
	for _, ms := range []int{15, 50, 120, 250} {
		if testing.Short() && ms != 50 {
			continue
		}
		later := time.Duration(ms) * time.Millisecond
		t.Run(later.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := &dying{kills: killsOf, later: later, alive: backend.New(backend.Options{})}
				target := contracttest.Handler(http.NotFoundHandler())
				target.Transport = transport(d.roundTrip)
				r := inTime(t, picked("update-*", "lifecycle*"), target, contract.Options{Jobs: 1, Wait: time.Minute})
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
				if named != 1 || r.Unreachable != "" || d.deaths > 5 {
					t.Errorf("%d deaths, %d named, unreachable %q: %+v, %q", d.deaths, named, r.Unreachable, r.Summary,
						r.Hints)
				}
				nothingLeft(t, d.alive, r)
			})
		})
	}
}

// A target that is lost for a reason of its own accuses nobody, and the search for one ends.
func TestDiesOfNothing(t *testing.T) {
	t.Parallel()
	for _, every := range []int{170, 400} {
		t.Run(fmt.Sprintf("every %d requests", every), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := 0
				d := &dying{alive: backend.New(backend.Options{})}
				d.kills = func(string, []byte) bool { n++; return n%every == 0 }
				target := contracttest.Handler(http.NotFoundHandler())
				target.Transport = transport(d.roundTrip)
				r := inTime(t, picked("update-agent-[a-m]*", "lifecycle*"), target,
					contract.Options{Jobs: 1, Wait: time.Minute})
				if r.Summary.Failed > 0 || r.Unreachable != "" || r.Summary.Requests > 3000 {
					t.Errorf("%d deaths, unreachable %q: %+v\n%s", d.deaths, r.Unreachable, r.Summary, textOf(t, r))
				}
				nothingLeft(t, d.alive, r)
			})
		})
	}
}
