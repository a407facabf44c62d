package contract

import (
	"strings"
	"testing"
)

func TestHints(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		statuses map[int]int
		want     string
	}{
		{nil, ""},
		{map[int]int{200: 1, 404: 9}, ""},
		{map[int]int{404: 3}, "is the base URL http://handler.test right?"},
		{map[int]int{401: 3, 403: 1}, "is the API key right"},
		{map[int]int{404: 3, 401: 1, 400: 2}, "the answers were 400, 401, 404"},
	} {
		s := testSession(t)
		s.run.statuses = c.statuses
		got := strings.Join(s.run.hints(), "; ")
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%v: %q, want %q", c.statuses, got, c.want)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	r := &Report{Fixtures: []Result{
		{Outcome: Passed, Notes: make([]Finding, 2)}, {Outcome: Failed, Violations: make([]Finding, 3)},
		{Outcome: Errored}, {Outcome: Skipped}, {Outcome: Skipped},
		{Outcome: Passed, Source: SourceRun, Notes: make([]Finding, 1)}, {Outcome: Failed, Source: SourceRun,
			Violations: make([]Finding, 1)},
	}, Summary: Summary{Requests: 9}}
	r.Count()
	if want := (Summary{6, 1, 2, 1, 2, 4, 0, 3, 9}); r.Summary != want {
		t.Errorf("%+v, want %+v", r.Summary, want)
	}
}

func TestReportOK(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		report Report
		want   bool
	}{
		{Report{}, true}, {Report{Summary: Summary{Skipped: 1, Notes: 1}}, true},
		{Report{Summary: Summary{Failed: 1}}, false},
		{Report{Summary: Summary{Errored: 1}}, false}, {Report{Interrupted: true}, false},
		{Report{Unreachable: "lost"}, false},
	} {
		if got := c.report.OK(); got != c.want {
			t.Errorf("%+v: %t", c.report, got)
		}
	}
}
