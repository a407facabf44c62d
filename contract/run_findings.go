package contract

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// runFindings are those that belong to the run: what answers always have, and what is wrong with
// answers to the run's own requests. Each is kept once, as the first fixture of the list meets it,
// however many others do.
type runFindings map[runKey]runFinding

type runKey struct {
	operation, check, rule, where string
	note                          bool
}

type runFinding struct {
	Finding
	fixture *fixtures.Fixture
	order   int // of the fixture in the list
	times   int // how often it was met
}

// file keeps the findings that belong to the run and returns the fixture's own.
func (r *runner) file(f *fixtures.Fixture, list []Finding) []Finding {
	var own []Finding
	for _, found := range list {
		if found.operation == "" {
			own = append(own, found)
			continue
		}
		found.trait.place, found.trait.fixture = r.order[f], f.ID
		r.mu.Lock()
		r.findings.add(runFinding{Finding: found, fixture: f, order: r.order[f]})
		r.mu.Unlock()
	}
	return own
}

// record files findings under an outcome, or under the run where they belong there.
func (r *runner) record(o *outcome, list []Finding) { o.add(r.file(o.fixture, list)...) }

func (r runFindings) add(f runFinding) {
	key := runKey{f.operation, f.Check, f.Rule, f.Where(), f.note}
	have, ok := r[key]
	f.times = have.times + 1
	f.trait.also(have.trait)
	if ok && have.order <= f.order {
		have.times, have.trait.answers = f.times, f.trait.answers
		f = have
	}
	r[key] = f
}

// drop removes what fixtures have found that are executed again.
func (r *runner) drop(list []*fixtures.Fixture) {
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.findings, func(_ runKey, f runFinding) bool { return slices.Contains(list, f.fixture) })
}

// results returns the findings as a result for each operation.
func (r runFindings) results() []Result {
	list := slices.SortedFunc(maps.Values(r), func(a, b runFinding) int {
		return cmp.Or(cmp.Compare(a.operation, b.operation), cmp.Compare(a.order, b.order),
			cmp.Compare(a.root(), b.root()))
	})
	var out []Result
	for len(list) > 0 {
		id, o := list[0].operation, outcome{fixture: list[0].fixture}
		for ; len(list) > 0 && list[0].operation == id; list = list[1:] {
			o.flaky = o.flaky || list[0].Flaky
			if !list[0].note && !o.failed() {
				o.fixture = list[0].fixture // shows it again: a violation rather than a note
			}
			o.add(list[0].Finding)
		}
		result := o.result()
		result.ID, result.Operation, result.Source, result.Position = "run-"+id, id, SourceRun, openapi.Position{}
		result.Summary = fmt.Sprintf("What the run itself asks of %s is answered as documented; %s shows it.", id,
			o.fixture.ID)
		out = append(out, result)
	}
	return out
}
