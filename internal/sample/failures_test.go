package sample

import (
	"fmt"
	"testing"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
)

// tangled returns one of n schemas that demand each other in alternatives and have no value: the only
// alternative that ends is one that no text meets.
func tangled(t testing.TB, n int) *openapi.Schema {
	t.Helper()
	alternatives := `{type: string, pattern: '^\d$', minLength: 5}`
	for i := range n {
		alternatives += fmt.Sprintf(", {type: object, required: [s%d], "+
			"properties: {s%[1]d: {$ref: '#/components/schemas/S%[1]d'}}}", i)
	}
	var others []string
	for i := range n {
		others = append(others, fmt.Sprintf("S%d: {type: object, required: [kind], properties: {kind: {oneOf: [%s]}}}",
			i, alternatives))
	}
	return schema(t, "{$ref: '#/components/schemas/S0'}", others...)
}

// TestWhatCannotBeMade: that there is no value of a schema is found out in a bounded number of steps, however
// many schemas lead back to it.
func TestWhatCannotBeMade(t *testing.T) {
	t.Parallel()
	const most = 2_000
	for _, n := range []int{1, 2, 4, 8, 16, 32} {
		for _, policy := range []Policy{Believable, Lean} {
			r := New(openapi.ResponseView, policy).run()
			_, err := r.value(demandOf(tangled(t, n)), "", deal.NewKey(1), 0)
			if steps := maxSteps - *r.steps; err == nil || steps > most {
				t.Errorf("%d schemas: %d steps, want at most %d; error %v", n, steps, most, err)
			}
		}
	}
}

// TestOptionalMembersThatCannotBeMade: they are left out, and however many they are, the others are there.
func TestOptionalMembersThatCannotBeMade(t *testing.T) {
	t.Parallel()
	const members = 2 * maxRefused
	properties := ""
	for i := range members {
		properties += fmt.Sprintf("m%d: {type: string, pattern: '^\\d$', minLength: %d}, ", i, i+2)
	}
	s := schema(t, "{type: object, required: [last], properties: {"+properties+"last: {type: boolean}}}")
	v, err := New(openapi.ResponseView, Believable).Value(s, "", deal.NewKey(1))
	if o := membersOf(v); err != nil || len(o) != 1 || o[0].Name != "last" {
		t.Errorf("%d members, %v", len(o), err)
	}
}

// TestFailuresOfDemands: what failed in a deep value may be found in one that has more room, and what one demand
// has no value of another may have.
func TestFailuresOfDemands(t *testing.T) {
	t.Parallel()
	a, b := schema(t, "{type: string}"), schema(t, "{type: integer}")
	f, reason := failures{}, impossible(a, "none")
	one, both := demandOf(a), demandOf(a, b)
	without := demand{schemas: []*openapi.Schema{a}, without: []string{"x"}}
	f.note(&one, fullDepth+5, reason)
	f.note(&both, fullDepth+2, reason)
	for _, c := range []struct {
		demand *demand
		depth  int
		failed bool
	}{
		{&one, fullDepth + 4, false}, {&one, fullDepth + 5, true}, {&one, fullDepth + 6, true},
		{&both, fullDepth + 2, true}, {&both, fullDepth + 1, false}, {&without, lastDepth, false},
	} {
		if got := f.known(c.demand, c.depth); (got != nil) != c.failed {
			t.Errorf("%s at %d: %v", c.demand.id(), c.depth, got)
		}
	}
	if f.note(&one, fullDepth, reason); f.known(&one, 0) == nil {
		t.Error("what failed in the levels that are filled in is tried again")
	}
}

// BenchmarkWhatCannotBeMade shows how looking in vain grows with the number of schemas that lead back to each other.
func BenchmarkWhatCannotBeMade(b *testing.B) {
	for _, n := range []int{1, 4, 16, 64} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, g := tangled(b, n), New(openapi.ResponseView, Believable)
			for b.Loop() {
				if _, err := g.Value(s, "", deal.NewKey(1)); err == nil {
					b.Fatal("a value of a schema that has none")
				}
			}
		})
	}
}
