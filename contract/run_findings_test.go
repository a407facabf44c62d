package contract

import (
	"testing"

	"github.com/agentmock/agentmock/fixtures"
)

// What belongs to the run is kept once, as the first fixture of the list meets it, in whatever order
// they run.
func TestRunFindings(t *testing.T) {
	t.Parallel()
	s := testSession(t)
	r := s.run
	list := []*fixtures.Fixture{{ID: "first"}, {ID: "second"}, {ID: "third"}}
	for i, f := range list {
		r.order[f] = i
	}
	owned := func(check string, note bool, message string) Finding {
		f := finding(check, note, message)
		f.operation = "updateAgent"
		return f
	}
	rest := r.file(list[2], []Finding{owned("status", false, "third"), finding("expectation", false, "its own")})
	if told(rest) != "expectation" {
		t.Errorf("the fixture's own: %q", told(rest))
	}
	r.file(list[1], []Finding{owned("status", false, "second")})
	r.file(list[2], []Finding{owned("status", false, "third again")})
	r.file(list[0], []Finding{owned("undocumented", true, "note")})
	results := r.findings.results()
	if len(results) != 1 {
		t.Fatalf("%+v", results)
	}
	got := results[0]
	if got.ID != "run-updateAgent" || got.Source != "run" || got.Repeat != "second" || len(got.Violations) != 1 ||
		got.Violations[0].Message != "second" || len(got.Notes) != 1 || got.Outcome != Failed {
		t.Errorf("%+v", got)
	}
}
