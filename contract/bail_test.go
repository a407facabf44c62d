package contract_test

import (
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
)

func TestBail(t *testing.T) {
	t.Parallel()
	r := verify(t, picked("update-*"), contracttest.Handler(planted(t, "update-resets-phones", sound())),
		contract.Options{MaxFailures: 1, Jobs: 1})
	if r.Summary.Failed == 0 || r.Summary.Skipped == 0 || r.OK() {
		t.Errorf("%+v", r.Summary)
	}
}

// TestBailKnowsWhatFollows wants a run to go on where all that a fixture shows follows from what is known: the
// report accepts that, so that a run which it ended would pass with most of its fixtures skipped.
func TestBailKnowsWhatFollows(t *testing.T) {
	t.Parallel()
	for _, defect := range []string{"voice-missing-in-update", "name-null", "update-answers-empty"} {
		t.Run(defect, func(t *testing.T) {
			t.Parallel()
			run := func(o contract.Options) *contract.Report {
				o.Jobs = 1
				return verify(t, picked("update-*name*"), contracttest.Handler(planted(t, defect, sound())), o)
			}
			known, follows := map[string]bool{}, false
			whole := run(contract.Options{}).Fixtures
			for _, f := range whole {
				for _, v := range f.Violations {
					known[v.Fingerprint] = known[v.Fingerprint] || len(v.Follows) == 0
				}
			}
			for _, of := range known {
				follows = follows || !of
			}
			if !follows {
				t.Fatalf("nothing follows from another of %d violations: the defect shows nothing here", len(known))
			}
			r := run(contract.Options{MaxFailures: 1, Known: func(mark string) bool { return known[mark] }})
			for i, f := range r.Fixtures {
				if f.Outcome == contract.Skipped && whole[i].Outcome != contract.Skipped {
					t.Fatalf("%s is skipped: %s", f.ID, f.Reason)
				}
			}
		})
	}
}
