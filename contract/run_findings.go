package contract

import (
	"cmp"
	"maps"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// runFindings are about what answers always have, or about the run's own requests: each is kept
// once for an operation, however many fixtures stumble over it, as the first of them in the list
// does.
type runFindings map[string]map[string]runFinding

type runFinding struct {
	fixture *fixtures.Fixture
	order   int // of the fixture in the list
	finding Finding
	note    bool
}

// file keeps a finding.
func (r *runner) file(f *fixtures.Fixture, op *openapi.Operation, found Finding, note bool) {
	key := found.Check + "\x00" + found.Rule + "\x00" + found.Where()
	if note {
		key += "\x00note"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.findings[op.ID]
	if list == nil {
		list = map[string]runFinding{}
		r.findings[op.ID] = list
	}
	if have, ok := list[key]; !ok || r.order[f] < have.order {
		list[key] = runFinding{f, r.order[f], found, note}
	}
}

// results are the findings as a result for each operation.
func (o runFindings) results() []Result {
	var out []Result
	for _, id := range slices.Sorted(maps.Keys(o)) {
		var list []runFinding
		for _, key := range slices.Sorted(maps.Keys(o[id])) {
			list = append(list, o[id][key])
		}
		slices.SortStableFunc(list, func(a, b runFinding) int { return cmp.Compare(a.order, b.order) })
		first := list[0].fixture
		outcome := outcome{fixture: first}
		for _, f := range list {
			outcome.add(f.finding, f.note)
			if outcome.failed() && !f.note && len(outcome.findings) == 1 {
				first = f.fixture
			}
		}
		result := outcome.result()
		result.ID, result.Operation, result.Source, result.Repeat, result.Position = "run-"+id, id, sourceRun, first.ID, openapi.Position{}
		result.Summary = "What the run itself asks of " + id + " is answered as documented; " + first.ID + " shows it."
		out = append(out, result)
	}
	return out
}
