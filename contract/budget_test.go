package contract

import (
	"fmt"
	"slices"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
)

// orchard returns fixtures of operations as a document of many operations has them: a valid request
// for each, refusals of three kinds, of which one has many, and an open question.
func orchard(operations int) (list []*fixtures.Fixture) {
	add := func(operation, what string, f fixtures.Fixture) {
		f.ID, f.Operation, f.Source = operation+"-"+what, operation, fixtures.FromDocument
		list = append(list, &f)
	}
	for i := range operations {
		operation := fmt.Sprintf("pick-%03d", i)
		request := fixtures.Request{Operation: operation}
		ok := []fixtures.Step{{Request: request}}
		refused := []fixtures.Step{{Request: request,
			Expect: fixtures.Expect{Status: fixtures.Status{fixtures.Refused}}}}
		for j := range 40 {
			add(operation, fmt.Sprintf("near-miss-%d", j), fixtures.Fixture{Tags: []string{"enum"}, Steps: refused})
		}
		add(operation, "null", fixtures.Fixture{Tags: []string{"null"}, Steps: refused, Open: "null-value"})
		add(operation, "required", fixtures.Fixture{Tags: []string{"required"}, Steps: refused})
		add(operation, "answers", fixtures.Fixture{Tags: []string{"answers"}, Steps: ok})
		add(operation, "never", fixtures.Fixture{Tags: []string{"answers"}, Steps: ok, Skip: "it cannot be"})
	}
	return list
}

func TestSpend(t *testing.T) {
	t.Parallel()
	list := orchard(100)
	own := &fixtures.Fixture{ID: "our-own", Source: fixtures.FromFile, Steps: make([]fixtures.Step, 7)}
	list = append(list, own)
	if kept, left := Spend(list, Options{Budget: -1}); left != nil || len(kept) != len(list) {
		t.Errorf("without a budget, %d of %d fixtures are kept and %+v is left out", len(kept), len(list), left)
	}
	if kept, left := Spend(list, Options{Budget: 4307}); left != nil || len(kept) != len(list) {
		t.Errorf("with enough, %d of %d fixtures are kept and %+v is left out", len(kept), len(list), left)
	}
	kept, left := Spend(list, Options{Budget: 7 + 100 + 200 + 50, Underived: 3})
	count := func(what string) (n int) {
		for _, f := range kept {
			if slices.Contains(f.Tags, what) && f.Skip == "" {
				n++
			}
		}
		return n
	}
	// one of each kind, then a second near miss of half of the operations
	if a, r, e, o := count("answers"), count("required"), count("enum"), count("null"); a != 100 || r != 100 ||
		e != 150 || o != 0 || !slices.Contains(kept, own) {
		t.Errorf("%d valid requests, %d and %d refusals and %d open questions are kept, want 100, 100, 150 and none",
			a, r, e, o)
	}
	if *left != (LeftOut{Budget: 357, Fixtures: 3950 + 3, Requests: 3950 + 3}) {
		t.Errorf("left out are %+v", *left)
	}
	inList := func(a, b *fixtures.Fixture) int { return slices.Index(list, a) - slices.Index(list, b) }
	if !slices.IsSortedFunc(kept, inList) {
		t.Error("the order of the list is not kept")
	}
	again, _ := Spend(list, Options{Budget: 357, Underived: 3})
	if !slices.Equal(kept, again) {
		t.Error("the same list and budget give other fixtures")
	}
}

// TestSpendCounts: refusals that share an item pay for it once in a while, others for what they need.
func TestSpendCounts(t *testing.T) {
	t.Parallel()
	refused := fixtures.Step{Expect: fixtures.Expect{Status: fixtures.Status{fixtures.Refused}}}
	twin := &fixtures.Twin{ID: "twin"}
	given := []fixtures.Given{{Name: "pear"}}
	write := fixtures.Step{Request: fixtures.Request{Body: &fixtures.Body{Value: true}}}
	list := []*fixtures.Fixture{
		{Steps: []fixtures.Step{write, {}}, Given: given},
		{Steps: []fixtures.Step{{}, {}, {}}},
		{Steps: []fixtures.Step{refused}, Twin: twin, Given: given},
		{Steps: []fixtures.Step{refused}, Twin: twin, Given: given},
	}
	got, want := costsOf(list), []int{2 + 1 + itemCost + collectionCost, 3, 1 + groupCost, 1}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestSpendGetsCheaper: once a refusal has paid for an item, others that need it come before what is worth more.
func TestSpendGetsCheaper(t *testing.T) {
	t.Parallel()
	twin := &fixtures.Twin{ID: "twin"}
	one := func(operation string, twin *fixtures.Twin, tag string, steps ...fixtures.Step) *fixtures.Fixture {
		for i := range steps {
			steps[i].Request.Operation = operation
		}
		return &fixtures.Fixture{ID: tag, Operation: operation, Tags: []string{tag}, Twin: twin, Steps: steps}
	}
	refused := fixtures.Step{Expect: fixtures.Expect{Status: fixtures.Status{fixtures.Refused}}}
	broken := refused
	broken.Mutation = &fixtures.Mutation{In: "body", Pointer: "/pear"}
	list := []*fixtures.Fixture{
		one("water", nil, "eight", make([]fixtures.Step, 1+groupCost)...),
		one("prune", twin, "second", refused),
		one("prune", twin, "first", broken),
		one("prune", twin, "third", refused),
	}
	r := newRanking(list)
	var got []string
	var costs []int
	for i, cost, ok := r.next(); ok; i, cost, ok = r.next() {
		got, costs = append(got, list[i].ID), append(costs, cost)
	}
	if want := []string{"first", "second", "third", "eight"}; !slices.Equal(got, want) ||
		!slices.Equal(costs, []int{1 + groupCost, 1, 1, 1 + groupCost}) {
		t.Errorf("taken are %v for %v", got, costs)
	}
}
