package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/openapi"
)

// checkSummary returns the sentence that says what holds where a check finds nothing.
func checkSummary(id string) string {
	list := contract.Checks()
	if i := slices.IndexFunc(list, func(c contract.Check) bool { return c.ID == id }); i >= 0 {
		return list[i].Summary
	}
	return "The target does what the document says."
}

// ruleSummary returns what breaks a rule of the document, or what a question of notes asks; "" where nothing
// is known of it.
func ruleSummary(id string) string {
	for _, r := range openapi.Rules() {
		if r.ID == id {
			return r.Summary
		}
	}
	for _, q := range contract.Questions() {
		if q.ID == id {
			return strings.TrimSuffix(q.Summary, "?") + ", which the document leaves open"
		}
	}
	return ""
}

// reasonGroup is the fixtures with one outcome for one reason.
type reasonGroup struct {
	reason   string
	fixtures []*contract.Result
}

func (g *reasonGroup) line() string {
	return fmt.Sprintf("%s (%s: %s)", cmp.Or(g.reason, "no reason is known"), plural(len(g.fixtures), "fixture"),
		names(g.fixtures))
}

// reasonsOf returns the reasons of an outcome in the order of the first fixture of each.
func reasonsOf(r *contract.Report, outcome contract.Outcome) []reasonGroup {
	var list []reasonGroup
	at := map[string]int{}
	for i := range r.Fixtures {
		f := &r.Fixtures[i]
		if f.Outcome != outcome {
			continue
		}
		n, ok := at[f.Reason]
		if !ok {
			n = len(list)
			at[f.Reason] = n
			list = append(list, reasonGroup{reason: f.Reason})
		}
		list[n].fixtures = append(list[n].fixtures, f)
	}
	return list
}

// remarks are what a report says beside its fixtures, a line each.
func remarks(r *contract.Report) []string {
	lines := slices.Concat(r.Hints, leftOut(r))
	for _, l := range r.Left {
		lines = append(lines, "left behind: "+l)
	}
	for _, v := range r.Vanished {
		lines = append(lines, fmt.Sprintf("accepted, and not met any more: %s: %s", v.Fingerprint, v.Message))
	}
	return lines
}
