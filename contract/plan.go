package contract

import (
	"cmp"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
)

// unit is what one worker does in one go.
type unit struct {
	fixtures []*fixtures.Fixture
	refusals bool // they share an item that they must leave as it is
	wait     int  // milliseconds that its steps wait for
}

// maxShared is how many requests that must be refused share an item: enough to be thrifty, few enough to run side by side.
const maxShared = 24

// plans parts fixtures into units, those that wait longest first.
func plans(list []*fixtures.Fixture) []unit {
	var units []unit
	open := map[*fixtures.Control]int{} // the unit to which further refusals of a control may be added
	size := map[int]int{}
	for _, f := range list {
		if !sharing(f) {
			units = append(units, unit{fixtures: []*fixtures.Fixture{f}, wait: waits(f)})
			continue
		}
		at, ok := open[f.Control]
		if !ok || size[at]+len(f.Steps) > maxShared || !similar(units[at].fixtures[0], f) {
			at = len(units)
			units = append(units, unit{refusals: true})
			open[f.Control], size[at] = at, 0
		}
		units[at].fixtures = append(units[at].fixtures, f)
		size[at] += len(f.Steps)
	}
	slices.SortStableFunc(units, func(a, b unit) int { return cmp.Compare(b.wait, a.wait) })
	return units
}

// sharing says whether a fixture can share an item with others like it.
func sharing(f *fixtures.Fixture) bool {
	return f.Control != nil && f.Refusal() && f.Open == "" && f.Skip == "" && len(f.Given) <= 1 && waits(f) == 0
}

func waits(f *fixtures.Fixture) int {
	total := 0
	for i := range f.Steps {
		total += f.Steps[i].After
	}
	return total
}
