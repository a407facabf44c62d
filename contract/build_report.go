package contract

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// buildReport makes the report of a run from the outcomes of its fixtures.
func (r *runner) buildReport(list []*fixtures.Fixture, outcomes map[*fixtures.Fixture]*outcome) *Report {
	report := &Report{
		SchemaVersion: SchemaVersion,
		Tool:          Tool{Name: "agentmock", Version: r.options.Version},
		Document: DocumentInfo{Name: r.doc.Name, Title: r.doc.Title, Version: r.doc.Version, SHA256: r.doc.SHA256,
			BuiltIn: r.doc == openapi.Agent()},
		Target: TargetInfo{BaseURL: r.target.BaseURL, AgentID: r.target.AgentID, Sandbox: r.sandbox != nil},
		Seed:   r.options.Seed, Level: string(r.options.Level), Unreachable: r.lost, LastRequests: r.last,
		Left:  slices.Sorted(slices.Values(slices.Concat(r.left, r.remains))),
		Hints: r.hints(), Fixtures: []Result{},
		LeftOut: r.leftOut, Coverage: r.meter.Coverage(), Shard: r.shard,
	}
	if r.shard != nil {
		report.Shard.Succeeded = r.success
	}
	if r.options.Repeat > 1 {
		report.Repeat = r.options.Repeat
	}
	if r.doc.Scope != nil {
		report.Target.WorkspaceID = r.target.WorkspaceID
	}
	r.answers.note(outcomes)
	report.Questions = r.answers.list(r.shard != nil)
	for _, f := range list {
		if o := outcomes[f]; o != nil {
			result := o.result()
			if r.shard != nil {
				result.Needs = o.unproved
			}
			report.Fixtures = append(report.Fixtures, result)
		}
	}
	report.Fixtures = append(report.Fixtures, r.findings.results()...)
	if len(r.left) > 0 {
		report.Fixtures = append(report.Fixtures, leftBehind(slices.Sorted(slices.Values(r.left))))
	}
	if r.lags {
		report.Hints = append(report.Hints,
			"answers lag behind writes: --settle DURATION repeats reads and lists for so long before it judges them")
	}
	if r.came > 0 && r.killers == 0 {
		report.Hints = append(report.Hints, fmt.Sprintf("the target was lost %d times and came back: what was "+
			"under way was executed again, and did not make it fail", r.came))
	}
	if report.found(checkNeighbour) {
		report.Hints = append(report.Hints,
			"writing one item changes others: fixtures that run at the same time disturb one another; "+
				"--jobs 1 lets each run alone")
	}
	fingerprints(report.Fixtures)
	if report.Shard != nil {
		trace(report.Fixtures)
	}
	explain(report.Fixtures)
	report.Summary.Requests = r.client.Requests()
	report.Count()
	return report
}

const leftBehindID = "run-left-behind"

// leftBehind returns the result of a run that could not remove, or put back, all that it should have.
func leftBehind(left []string) Result {
	reason := "left behind: " + left[0]
	if len(left) > 1 {
		reason += fmt.Sprintf(", and %d more", len(left)-1)
	}
	return Result{
		ID: leftBehindID, Operation: SourceRun, Source: SourceRun, Outcome: Errored, Reason: reason,
		Summary:    "The run leaves nothing behind.",
		Violations: []Finding{}, Notes: []Finding{},
	}
}

func (r *Report) found(check string) bool {
	return slices.ContainsFunc(r.Fixtures, func(f Result) bool {
		return slices.ContainsFunc(f.Violations, func(v Finding) bool { return v.Check == check })
	})
}

func (o *outcome) result() Result {
	result := Result{
		ID: o.fixture.ID, Summary: o.fixture.Summary, Operation: o.fixture.Operation,
		Source: string(o.fixture.Source), Position: o.fixture.Position,
		Violations: append([]Finding{}, o.findings...), Notes: append([]Finding{}, o.notes...),
		DurationMS: o.took.Milliseconds(), Flaky: o.flaky, firm: o.firm, Repeat: o.fixture.ID,
	}
	if o.rounds > 1 {
		result.Failures = o.failures
	}
	switch {
	case o.failed():
		result.Outcome, result.Reason, result.Curl = Failed, o.errored, o.findings[0].Curl
	case o.errored != "":
		result.Outcome, result.Reason = Errored, o.errored
	case o.mustRun():
		result.Outcome, result.Skipped = Errored, true
		result.Reason = "was skipped, which a fixture of your own may be only with maySkip: true: " + o.skipped
	case o.skipped != "":
		result.Outcome, result.Reason = Skipped, o.skipped
	default:
		result.Outcome = Passed
	}
	return result
}

// hints returns likely causes that the answers to valid requests suggest as a whole.
func (r *runner) hints() []string {
	var hints []string
	if r.hint != "" {
		hints = append(hints, r.hint)
	}
	total := 0
	for status, n := range r.statuses {
		if status/100 == 2 {
			return hints
		}
		total += n
	}
	switch {
	case total == 0:
	case r.statuses[http.StatusNotFound] == total:
		hints = append(hints, fmt.Sprintf("every valid request was answered 404: is the base URL %s right? "+
			"The document's paths (%s) are appended to it as they are", r.target.BaseURL,
			r.doc.Operations[0].Path))
	case r.statuses[http.StatusUnauthorized]+r.statuses[http.StatusForbidden] == total:
		hints = append(hints,
			"every valid request was refused for its credentials: is the API key right, and may it use the workspace "+
				r.target.WorkspaceID+"?")
	default:
		var seen []string
		for _, status := range slices.Sorted(maps.Keys(r.statuses)) {
			seen = append(seen, fmt.Sprint(status))
		}
		hints = append(hints, "no valid request succeeded; the answers were "+strings.Join(seen, ", "))
	}
	return hints
}
