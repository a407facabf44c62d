package contract

import (
	"cmp"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// unit is what one worker does in one go.
type unit struct {
	fixtures []*fixtures.Fixture
	refusals bool // they share an item that they must leave as it is
	wait     int  // milliseconds that its steps wait for
}

// maxShared is how many requests that must be refused share an item: enough to be thrifty, few
// enough to run side by side.
const maxShared = 24

// plans parts fixtures into units, those that wait longest first.
func planUnits(list []*fixtures.Fixture) []unit {
	var units []unit
	open := map[*fixtures.Baseline]int{} // the unit to which further refusals of a control may be added
	size := map[int]int{}
	for _, f := range list {
		if !sharesItem(f) {
			units = append(units, unit{fixtures: []*fixtures.Fixture{f}, wait: waits(f)})
			continue
		}
		at, ok := open[f.Baseline]
		if !ok || size[at]+len(f.Steps) > maxShared || !sameGiven(units[at].fixtures[0], f) {
			at = len(units)
			units = append(units, unit{refusals: true})
			open[f.Baseline], size[at] = at, 0
		}
		units[at].fixtures = append(units[at].fixtures, f)
		size[at] += len(f.Steps)
	}
	slices.SortStableFunc(units, func(a, b unit) int { return cmp.Compare(b.wait, a.wait) })
	return units
}

// parted keeps units that list items apart from the others: a list shows what other fixtures have
// just made, too, and what is found in it must not depend on who happens to run at the same time.
func separateLists(doc *openapi.Document, units []unit) (together, alone []unit) {
	for _, u := range units {
		if slices.ContainsFunc(u.fixtures, func(f *fixtures.Fixture) bool { return lists(doc, f) }) {
			alone = append(alone, u)
		} else {
			together = append(together, u)
		}
	}
	return together, alone
}

// lists says whether a fixture gets to see a list, be it by its control.
func lists(doc *openapi.Document, f *fixtures.Fixture) bool {
	isList := func(id string) bool {
		op := doc.Operation(id)
		return op != nil && op.Action == openapi.List
	}
	return f.Baseline != nil && isList(f.Baseline.Request.Operation) ||
		slices.ContainsFunc(f.Steps, func(step fixtures.Step) bool { return isList(step.Request.Operation) })
}

// sharing says whether a fixture can share an item with others like it.
func sharesItem(f *fixtures.Fixture) bool {
	return f.Baseline != nil && f.Refusal() && f.Open == "" && f.Skip == "" && len(f.Given) <= 1 && waits(f) == 0
}

func waits(f *fixtures.Fixture) int {
	total := 0
	for i := range f.Steps {
		total += f.Steps[i].After
	}
	return total
}
