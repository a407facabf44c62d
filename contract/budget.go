package contract

import (
	"cmp"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
)

// DefaultBudget returns how many requests a run of a level sends at most, about, where nothing else
// is said. A document of a hundred operations stays far below.
func DefaultBudget(level fixtures.Level) int {
	switch level {
	case fixtures.Smoke:
		return 500
	case fixtures.Full:
		return 20_000
	}
	return 5000
}

// LeftOut are the fixtures that a run had no requests left for.
type LeftOut struct {
	Budget   int `json:"budget"`   // the requests of the run
	Fixtures int `json:"fixtures"` // that were not executed
	Requests int `json:"requests"` // that they would have taken, about
}

// What an item costs, in requests: it is created, looked at and removed. Refusals share one, which
// is looked at again, and their valid twin.
const (
	itemCost  = 4
	groupCost = itemCost + 3
)

// Spend returns the fixtures for which the budget of a run suffices, in the order of the list, and
// what it leaves out; nil where that is nothing. Run does it by itself.
//
// The budget is spent in turns: on the first fixture of each kind of each operation, then on the
// second ones, and so on. In each turn valid requests come first, then refusals, then open
// questions, and each operation has its first before any has its second. Fixtures that are not
// derived come before all others, and those that are skipped cost nothing.
func Spend(list []*fixtures.Fixture, o Options) (kept []*fixtures.Fixture, left *LeftOut) {
	budget := o.normal().Budget
	costs := costsOf(list)
	total := 0
	for _, cost := range costs {
		total += cost
	}
	if budget < 0 || total <= budget && o.Underived == 0 {
		return list, nil
	}
	left = &LeftOut{Budget: budget}
	keep := make([]bool, len(list))
	spent := 0
	for _, i := range byWorth(list) {
		if costs[i] == 0 || left.Fixtures == 0 && spent+costs[i] <= budget {
			keep[i], spent = true, spent+costs[i]
			continue
		}
		left.Fixtures, left.Requests = left.Fixtures+1, left.Requests+costs[i]
	}
	for i, f := range list {
		if keep[i] {
			kept = append(kept, f)
		}
	}
	left.Fixtures, left.Requests = left.Fixtures+o.Underived, left.Requests+o.Underived
	return kept, left
}

// costsOf returns how many requests each fixture takes, about.
func costsOf(list []*fixtures.Fixture) []int {
	costs := make([]int, len(list))
	shared := map[*fixtures.Twin]int{} // requests that share an item with others
	for i, f := range list {
		switch {
		case f.Skip != "":
		case sharesItem(f):
			if costs[i] = len(f.Steps); shared[f.Twin]%maxShared == 0 {
				costs[i] += groupCost
			}
			shared[f.Twin] += len(f.Steps)
		default:
			costs[i] = len(f.Steps) + itemCost*len(f.Given)
			for j := range f.Steps {
				if f.Steps[j].Request.Body != nil && !f.Steps[j].Expect.Refused() {
					costs[i]++ // what was written is read
				}
			}
			if f.Twin != nil {
				costs[i]++
			}
		}
	}
	return costs
}

// byWorth returns the indices of fixtures, those first that most likely find something.
func byWorth(list []*fixtures.Fixture) []int {
	type worth struct{ turn, class, level, nth int }
	worths := make([]worth, len(list))
	type place struct {
		operation string
		worth
	}
	turns, nths := map[string]int{}, map[place]int{}
	order := make([]int, len(list))
	for i, f := range list {
		order[i] = i
		w := worth{class: classOf(f), level: 1}
		if f.Level == fixtures.Smoke {
			w.level = 0
		}
		if w.class > 0 {
			kind := f.Operation + " " + f.Kind()
			w.turn = turns[kind]
			turns[kind]++
			at := place{f.Operation, w}
			w.nth = nths[at]
			nths[at]++
		}
		worths[i] = w
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := worths[i], worths[j]
		return cmp.Or(cmp.Compare(min(a.class, 1), min(b.class, 1)), cmp.Compare(a.turn, b.turn),
			cmp.Compare(a.class, b.class), cmp.Compare(a.level, b.level), cmp.Compare(a.nth, b.nth))
	})
	return order
}

// classOf returns 0 for fixtures that are not derived, 1 for valid requests, 2 for refusals, and 3
// for open questions.
func classOf(f *fixtures.Fixture) int {
	switch {
	case f.Source != fixtures.FromDocument:
		return 0
	case f.Open != "":
		return 3
	case slices.ContainsFunc(f.Steps, func(s fixtures.Step) bool { return s.Expect.Refused() }):
		return 2
	}
	return 1
}
