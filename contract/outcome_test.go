package contract

import (
	"errors"
	"fmt"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

func TestOutcomeEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err              error
		errored, skipped string
	}{
		{nil, "", ""}, {errStop, "", ""}, {fmt.Errorf("wrapped: %w", errStop), "", ""},
		{&skipError{"not applicable"}, "", "not applicable"},
		{errors.New("no answer"), "no answer", ""},
	} {
		o := &outcome{}
		o.end(c.err)
		if o.errored != c.errored || o.skipped != c.skipped {
			t.Errorf("%v: errored %q, skipped %q", c.err, o.errored, o.skipped)
		}
	}
	o := &outcome{}
	o.end(errors.New("first"))
	o.end(errors.New("second"))
	if o.errored != "first" {
		t.Errorf("the reason is %q", o.errored)
	}
}

// finding is a finding of a check about some state.
func finding(check string, note bool, message string) Finding {
	return Finding{Check: check, note: note, Violation: openapi.Violation{Rule: check, In: "state", Message: message}}
}

func TestOutcomeAddsOnce(t *testing.T) {
	t.Parallel()
	o := &outcome{}
	o.add(finding("status", false, "a"), finding("status", false, "a"), finding("status", false, "b"),
		finding("expectation", true, "a"), finding("expectation", true, "a"))
	if len(o.findings) != 2 || len(o.notes) != 1 || !o.failed() || !o.has("expectation", "") ||
		o.has("expectation", "/a") {
		t.Errorf("violations %q, notes %q", told(o.findings), told(o.notes))
	}
	if !o.hasRoot(o.findings[1].root()) || o.hasRoot(o.notes[0].root()) {
		t.Error("roots are those of violations, whatever their messages")
	}
}

func TestOutcomeResult(t *testing.T) {
	t.Parallel()
	f := &fixtures.Fixture{ID: "f", Operation: "updateAgent"}
	violation := finding("status", false, "a")
	violation.Curl = "curl"
	for _, c := range []struct {
		outcome outcome
		want    Outcome
		reason  string
		curl    string
	}{
		{outcome{}, Passed, "", ""},
		{outcome{notes: []Finding{finding("status", true, "a")}}, Passed, "", ""},
		{outcome{skipped: "s"}, Skipped, "s", ""},
		{outcome{errored: "e", skipped: "s"}, Errored, "e", ""},
		{outcome{findings: []Finding{violation}, errored: "e"}, Failed, "e", "curl"},
	} {
		c.outcome.fixture = f
		r := c.outcome.result()
		if r.Outcome != c.want || r.Reason != c.reason || r.Curl != c.curl || r.Violations == nil || r.Notes == nil ||
			r.Repeat != "f" {
			t.Errorf("%+v: %+v", c.outcome, r)
		}
	}
}
