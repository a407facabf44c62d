package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/contract/coverage"
)

// runCoverage is the id of the result that says that too little was exercised.
const runCoverage = "run-coverage"

// MissesCoverage reports whether RequireCoverage has found too little.
func (r *Report) MissesCoverage() bool {
	return slices.ContainsFunc(r.Fixtures, func(f Result) bool { return f.Source == SourceRun && f.ID == runCoverage })
}

// RequireCoverage adds an errored result, run-coverage, to the report where its coverage is below one of
// several minima, so that it is not OK. It does nothing where the coverage is unknown, or without minima.
func (r *Report) RequireCoverage(minima ...coverage.Minimum) {
	if r.Coverage == nil {
		return
	}
	var reasons []string
	for _, m := range minima {
		if reason := r.Coverage.Missed(m); reason != "" {
			reasons = append(reasons, reason)
		}
	}
	if len(reasons) == 0 {
		return
	}
	if r.LeftOut != nil {
		reasons = append(reasons, fmt.Sprintf("%d fixtures were left out for want of requests (the budget is %d)",
			r.LeftOut.Fixtures, r.LeftOut.Budget))
	}
	r.Fixtures = append(r.Fixtures, Result{
		ID: runCoverage, Operation: SourceRun, Source: SourceRun, Outcome: Errored,
		Summary: "The run exercises as much of the document as was asked for.", Reason: strings.Join(reasons, "; "),
		Violations: []Finding{}, Notes: []Finding{},
	})
	r.Count()
}
