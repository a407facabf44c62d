package contract_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/testonly/unsteady"
)

// standard is a whole run's fixtures.
func standard() []*fixtures.Fixture {
	return contract.Selection{Level: fixtures.Standard}.Select(everything())
}

// A target that lags is waited for with Settle. Without it, that it lags is found once for each
// operation, and a hint names the flag.
func TestSettle(t *testing.T) {
	t.Parallel()
	for i, id := range []string{"reads-behind", "lists-behind", "all-behind"} {
		if testing.Short() && i > 0 {
			break
		}
		waited := verify(t, standard(), contracttest.Handler(varied(t, id, sound())),
			contract.Options{Settle: time.Hour})
		if !waited.OK() || waited.Summary.Errored > 0 {
			t.Errorf("%s, with time to settle: %+v %v\n%s", id, waited.Summary, waited.Left, textOf(t, waited))
		}
		short := verify(t, standard(), contracttest.Handler(varied(t, id, sound())), contract.Options{})
		hinted := strings.Contains(strings.Join(short.Hints, "\n"), "--settle")
		if n := short.Summary.Violations; n > 2 || hinted != (n > 0) || short.Summary.Errored > 0 ||
			id == "reads-behind" && n != 1 {
			t.Errorf("%s: %+v, hints %q\n%s", id, short.Summary, short.Hints, textOf(t, short))
		}
	}
}

// A lag that never ends is no lag.
func TestLagThatNeverEnds(t *testing.T) {
	if testing.Short() {
		t.Skip("other runs do the same with as many goroutines")
	}
	t.Parallel()
	for i, id := range []string{"reads-behind-for-ever", "lists-behind-for-ever"} {
		if testing.Short() && i > 0 {
			break
		}
		for _, settle := range []time.Duration{0, 3 * time.Second} {
			r := verify(t, standard(), contracttest.Handler(planted(t, id, sound())), contract.Options{Settle: settle})
			if r.Summary.Violations < 3 {
				t.Errorf("%s, with %s to settle: %+v", id, settle, r.Summary)
			}
		}
	}
}

// What fails once in a while fails the run, or is noted where flaky fixtures pass.
func TestFlakyPasses(t *testing.T) {
	if testing.Short() {
		t.Skip("other runs do the same with as many goroutines")
	}
	t.Parallel()
	for i, every := range []int{97, 41} {
		if testing.Short() && i > 0 {
			break
		}
		target := func() contract.Target {
			return contracttest.Handler(unsteady.Unavailable(sound(), every, "", http.StatusInternalServerError))
		}
		strict := verify(t, standard(), target(), contract.Options{Jobs: 1})
		lenient := verify(t, standard(), target(), contract.Options{Jobs: 1, FlakyPasses: true})
		if strict.OK() {
			t.Errorf("500 for every %dth request does not fail the run: %+v", every, strict.Summary)
		}
		if !lenient.OK() && every > 90 {
			t.Errorf("500 for every %dth request: %+v %v\n%s", every, lenient.Summary, lenient.Left, textOf(t, lenient))
		}
	}
	always := verify(t, standard(), contracttest.Handler(planted(t, "name-number-accepted", sound())),
		contract.Options{FlakyPasses: true})
	if always.OK() {
		t.Errorf("what always fails passes: %+v", always.Summary)
	}
}

// A gateway's 503 now and then is no violation, and is marked.
func TestUnavailableAtTimes(t *testing.T) {
	t.Parallel()
	r := verify(t, standard(), contracttest.Handler(unsteady.Unavailable(sound(), 20, http.MethodPut,
		http.StatusServiceUnavailable)), contract.Options{})
	flaky := 0
	for _, f := range r.Fixtures {
		if f.Flaky && f.Outcome == contract.Passed {
			flaky++
		}
	}
	if !r.OK() || flaky == 0 {
		t.Errorf("%+v, %d of them flaky\n%s", r.Summary, flaky, textOf(t, r))
	}
}

// few returns cases that are alike; with -short, as under the race detector, the first alone.
func few(cases ...string) []string {
	if testing.Short() {
		return cases[:1]
	}
	return cases
}
