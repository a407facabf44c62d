package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/coverage"
	"github.com/agentmock/agentmock/contract/report"
	"github.com/agentmock/agentmock/openapi"
)

// TestCoverage: the text names the first holes of the first operations, and of an answer that was not seen
// only the status.
func TestCoverage(t *testing.T) {
	t.Parallel()
	doc := openapi.Agent()
	meter := coverage.NewMeter(doc, nil)
	meter.Exchange(coverage.Exchange{Operation: doc.Operation("listAgents"), Request: &openapi.Request{}, Status: 401})
	r := &contract.Report{Coverage: meter.Coverage(), LeftOut: &contract.LeftOut{Budget: 7, Fixtures: 9}}
	var out bytes.Buffer
	if err := report.Text(&out, &report.Run{Report: r}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"COVERAGE  ", "  operations 0 %, parameters 5.5 %, allowed values 0 %, properties ",
		"    listAgents: any request sent-valid, header x-workspace-id sent-valid, header x-workspace-id ",
		"    deleteAgent: ", "fixtures derive --missing"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "answer 200") {
		t.Errorf("what an answer that was not seen has not shown goes without saying:\n%s", out.String())
	}
	r.RequireCoverage(coverage.Minimum{Percent: 0.1})
	if len(r.Fixtures) != 0 {
		t.Errorf("enough was exercised, and the report has %+v", r.Fixtures)
	}
	r.RequireCoverage(coverage.Minimum{Percent: 50}, coverage.Minimum{Kind: coverage.Enum, Percent: 1})
	if len(r.Fixtures) != 1 || r.OK() || r.Summary.Errored != 1 {
		t.Fatalf("too little was exercised, and the report has %+v", r.Fixtures)
	}
	reason := r.Fixtures[0].Reason
	for _, want := range []string{"less than 50 %; the first that it did not: listAgents: any request sent-valid",
		"of the kind enum, the run exercised 0 %", "9 fixtures were left out"} {
		if !strings.Contains(reason, want) {
			t.Errorf("%q is missing in %q", want, reason)
		}
	}
	out.Reset()
	err := report.JUnit(&out, &report.Run{Report: r})
	if err != nil || !strings.Contains(out.String(), "run-coverage") || !strings.Contains(out.String(), `name="coverage" value="0.6"`) {
		t.Errorf("JUnit says\n%s, %v", out.String(), err)
	}
}
