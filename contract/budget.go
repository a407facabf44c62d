package contract

import (
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

// What it costs, in requests, that fixtures need items: an item is created, looked at and removed. Refusals
// share one, which is looked at again, and their valid twin. A collection is listed before the first item
// is made there, and at the end of the run.
const (
	itemCost       = 3
	groupCost      = itemCost + 4
	collectionCost = 2
)

// Spend returns the fixtures for which the budget of a run suffices, in the order of the list, and
// what it leaves out; nil where that is nothing. Run does it by itself.
//
// A user's own fixtures come before all others. Then the budget is always spent on the fixture that tries
// most, for the requests it takes, of what those before it have not tried: that an operation accepts
// something and refuses something, a kind of fixture of an operation, a valid value or a broken rule at a
// place of a request. To try the same again is worth half each time. Fixtures that are skipped cost nothing.
func Spend(list []*fixtures.Fixture, o Options) (kept []*fixtures.Fixture, left *LeftOut) {
	budget := o.normal().Budget
	total := 0
	for _, cost := range costsOf(list) {
		total += cost
	}
	if budget < 0 || total <= budget && o.Underived == 0 {
		return list, nil
	}
	keep, spent := choose(list, budget)
	left = &LeftOut{Budget: budget, Fixtures: o.Underived, Requests: max(0, total-spent) + o.Underived}
	for i, f := range list {
		if keep[i] {
			kept = append(kept, f)
		} else {
			left.Fixtures++
		}
	}
	return kept, left
}

// choose chooses the fixtures that a budget is spent on, and returns what they cost.
func choose(list []*fixtures.Fixture, budget int) (keep []bool, spent int) {
	keep = make([]bool, len(list))
	var ranked []*fixtures.Fixture
	var indices []int
	var own till
	for i, f := range list {
		switch {
		case f.Skip != "":
			keep[i] = true
		case f.Source != fixtures.FromSuite && f.Source != fixtures.FromDocument:
			if cost := own.price(f); spent+cost <= budget {
				keep[i], spent = true, spent+own.take(f)
			}
		default:
			ranked, indices = append(ranked, f), append(indices, i)
		}
	}
	for r := newRanking(ranked); spent < budget; {
		i, cost, ok := r.next()
		if !ok || spent+cost > budget {
			break
		}
		keep[indices[i]], spent = true, spent+cost
	}
	return keep, spent
}

// till knows what fixtures cost, in requests, about. The zero value has seen none.
type till struct {
	shared map[*fixtures.Twin]int // requests that share an item with others
	places map[string]bool        // that have been listed
}

// price returns what a fixture costs after those that were taken. Where refusals share an item, the first
// of them pays for it, and the first that makes an item somewhere for the lists.
func (t *till) price(f *fixtures.Fixture) int {
	cost := len(f.Steps)
	if sharesItem(f) {
		if t.shared[f.Twin]%maxShared == 0 {
			cost += groupCost
		}
		return cost
	}
	cost += itemCost * len(f.Given)
	for i := range f.Steps {
		if putsIn(&f.Steps[i]) {
			cost++ // what was written is read, and what was created removed
		}
	}
	if f.Twin != nil {
		cost++
	}
	if place := placeMade(f); place != "" && !t.places[place] {
		cost += collectionCost
	}
	return cost
}

// putsIn reports whether a step sends a body that may be accepted.
func putsIn(s *fixtures.Step) bool { return s.Request.Body != nil && !s.Expect.Refused() }

// placeMade names where a fixture makes items, the resource of its own or the operation that creates them;
// "" where it makes none.
func placeMade(f *fixtures.Fixture) string {
	switch {
	case len(f.Given) > 0:
		return "items of " + f.Given[0].Resource
	case slices.ContainsFunc(f.Steps, func(s fixtures.Step) bool { return putsIn(&s) }):
		return "made by " + f.Operation
	}
	return ""
}

// take returns what a fixture costs, and makes those cheaper that need what it has paid for.
func (t *till) take(f *fixtures.Fixture) int {
	cost := t.price(f)
	if t.shared == nil {
		t.shared, t.places = map[*fixtures.Twin]int{}, map[string]bool{}
	}
	if sharesItem(f) {
		t.shared[f.Twin] += len(f.Steps)
	} else if place := placeMade(f); place != "" {
		t.places[place] = true
	}
	return cost
}

// costsOf returns what each fixture costs in the order of the list.
func costsOf(list []*fixtures.Fixture) []int {
	var t till
	costs := make([]int, len(list))
	for i, f := range list {
		if f.Skip == "" {
			costs[i] = t.take(f)
		}
	}
	return costs
}
