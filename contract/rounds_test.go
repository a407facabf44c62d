package contract_test

import (
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
)

// TestRepeat wants each fixture to be executed in each round, and what fails in one of them only to be flaky.
func TestRepeat(t *testing.T) {
	t.Parallel()
	const filter, rounds = "values-empty*", 3
	once := verify(t, picked(filter), contracttest.Handler(sound()), contract.Options{})
	for _, passes := range []bool{false, true} {
		var updates atomic.Int64
		target := between(contracttest.Handler(sound()), func(r *http.Request, to http.RoundTripper) (*http.Response,
			error) {
			res, err := to.RoundTrip(r)
			if err == nil && r.Method == http.MethodPut && updates.Add(1) == 1 {
				res.StatusCode = http.StatusAccepted
			}
			return res, err
		})
		r := verify(t, picked(filter), target, contract.Options{Repeat: rounds, FlakyPasses: passes, Jobs: 1})
		flaky := 0
		for _, f := range r.Fixtures {
			if f.Flaky {
				flaky++
				if f.Failures != 1 || passes != (f.Outcome == contract.Passed) {
					t.Errorf("flaky passes: %t: %+v", passes, f)
				}
			}
		}
		if flaky != 1 || r.Repeat != rounds || r.OK() != passes || r.Summary.Fixtures != once.Summary.Fixtures {
			t.Errorf("flaky passes: %t: %d are, of %+v", passes, flaky, r.Summary)
		}
		if r.Summary.Requests < 2*once.Summary.Requests {
			t.Errorf("%d requests in %d rounds, %d in one", r.Summary.Requests, rounds, once.Summary.Requests)
		}
	}
}

// TestRepeatOfWhatAlwaysFails wants a fixture that fails in each round to be none that is flaky, and to be one
// failure of those after which a run ends.
func TestRepeatOfWhatAlwaysFails(t *testing.T) {
	t.Parallel()
	list := picked("update-moves-updated-at", "values-empty")
	target := contracttest.Handler(planted(t, "updated-at-stands-still", sound()))
	r := verify(t, list, target, contract.Options{Repeat: 2, MaxFailures: 2, Jobs: 1})
	if f := find(t, r, "update-moves-updated-at"); f.Outcome != contract.Failed || f.Flaky || f.Failures != 2 {
		t.Errorf("%+v", f)
	}
	if f := find(t, r, "values-empty"); f.Outcome != contract.Passed || f.Failures != 0 {
		t.Errorf("%+v", f)
	}
}
