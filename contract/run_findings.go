package contract

import (
	"cmp"
	"maps"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// runFindings are those that belong to the run, by operation: what answers always have, and what is
// wrong with answers to the run's own requests. Each is kept once, as the first fixture of the list
// meets it, however many others do.
type runFindings map[string]map[string]runFinding

type runFinding struct {
	Finding
	fixture *fixtures.Fixture
	order   int // of the fixture in the list
}

// file keeps the findings that belong to the run and returns the fixture's own.
func (r *runner) file(f *fixtures.Fixture, list []Finding) []Finding {
	var own []Finding
	for _, found := range list {
		if found.operation == "" {
			own = append(own, found)
			continue
		}
		r.mu.Lock()
		r.findings.add(runFinding{found, f, r.order[f]})
		r.mu.Unlock()
	}
	return own
}

// record files findings under an outcome, or under the run where they belong there.
func (r *runner) record(o *outcome, list []Finding) { o.add(r.file(o.fixture, list)...) }

func (r runFindings) add(f runFinding) {
	key := f.Check + "\x00" + f.Rule + "\x00" + f.Where()
	if f.note {
		key += "\x00note"
	}
	list := r[f.operation]
	if list == nil {
		list = map[string]runFinding{}
		r[f.operation] = list
	}
	if have, ok := list[key]; !ok || f.order < have.order {
		list[key] = f
	}
}

// results returns the findings as a result for each operation.
func (r runFindings) results() []Result {
	var out []Result
	for _, id := range slices.Sorted(maps.Keys(r)) {
		var list []runFinding
		for _, key := range slices.Sorted(maps.Keys(r[id])) {
			list = append(list, r[id][key])
		}
		slices.SortStableFunc(list, func(a, b runFinding) int { return cmp.Compare(a.order, b.order) })
		shows := list[0].fixture // the fixture that shows it again, a violation rather than a note
		if i := slices.IndexFunc(list, func(f runFinding) bool { return !f.note }); i >= 0 {
			shows = list[i].fixture
		}
		o := outcome{fixture: shows}
		for _, f := range list {
			o.add(f.Finding)
		}
		result := o.result()
		result.ID, result.Operation, result.Source, result.Repeat = "run-"+id, id, sourceRun, shows.ID
		result.Position = openapi.Position{}
		result.Summary = "What the run itself asks of " + id + " is answered as documented; " + shows.ID + " shows it."
		out = append(out, result)
	}
	return out
}
