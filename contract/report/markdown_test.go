package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/report"
	"github.com/agentmock/agentmock/openapi"
)

// TestMarkdownLimits wants no more than services take, and word of what is left out.
func TestMarkdownLimits(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("one goroutine, and no race")
	}
	r := passed()
	for i := range 5000 {
		r.Fixtures = append(r.Fixtures, contract.Result{ID: fmt.Sprint("f", i), Outcome: contract.Failed,
			Violations: []contract.Finding{{Check: "status", Request: fmt.Sprint("GET /", i),
				Violation: openapi.Violation{Message: strings.Repeat("ü`", 900)}, Answer: strings.Repeat("`", 900)}}})
		r.Fixtures = append(r.Fixtures, contract.Result{ID: fmt.Sprint("e", i), Outcome: contract.Errored,
			Reason: fmt.Sprint("reason ", i)})
	}
	r.Summary = contract.Summary{Fixtures: 10001, Passed: 1, Failed: 5000, Errored: 5000, Violations: 5000}
	run := &report.Run{Report: r}
	var comment bytes.Buffer
	if err := report.Markdown(&comment, run); err != nil {
		t.Fatal(err)
	}
	readMarkdown(t, comment.Bytes())
	for _, said := range []string{"_Left out", " rows of the table", "the details of ", "without a verdict ("} {
		if !strings.Contains(comment.String(), said) {
			t.Errorf("it does not say %q: %s", said, comment.Bytes()[comment.Len()-300:])
		}
	}
	for already, most := range map[int]int{0: 1 << 20, 1<<20 - 9000: 9000, 1 << 20: 0, 2 << 20: 0} {
		var out bytes.Buffer
		if err := report.StepSummary(&out, run, int64(already)); err != nil {
			t.Fatal(err)
		}
		if out.Len() > most || out.Len() < most*2/3 {
			t.Errorf("%d bytes behind %d, want at most %d", out.Len(), already, most)
		}
		if already > 0 && out.Len() > 0 && !strings.HasPrefix(out.String(), "\n<!-- ") {
			t.Errorf("it begins with %.20q", out.String())
		}
	}
}
