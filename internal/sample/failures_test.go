package sample

import (
	"fmt"
	"testing"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/internal/testonly/randomdoc"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
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
			r := New(openapi.ResponseView, policy).run(mostEffort)
			_, err := r.value(demandOf(tangled(t, n)), "", deal.NewKey(1), 0)
			if steps := maxSteps - r.effort.steps; err == nil || steps > most {
				t.Errorf("%d schemas: %d steps, want at most %d; error %v", n, steps, most, err)
			}
		}
	}
}

// TestOptionalMembersThatCannotBeMade: they are left out, and however many they are, the others are there.
func TestOptionalMembersThatCannotBeMade(t *testing.T) {
	t.Parallel()
	const members = 200
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

// TestWhatCannotBeMadeIsSearchedOnce: however often it is asked for, with whatever key and by whatever reference.
func TestWhatCannotBeMadeIsSearchedOnce(t *testing.T) {
	s, key := tangled(t, 8), uint64(0)
	again := s.Properties[0].Schema.OneOf[1].Properties[0].Schema // refers to S0, too
	g := New(openapi.ResponseView, Believable)
	cost := func(g *Generator, s *openapi.Schema) float64 {
		return testing.AllocsPerRun(4, func() {
			if key++; g == nil {
				g = New(openapi.ResponseView, Believable)
				defer func() { g = nil }()
			}
			if _, err := g.Value(s, "", deal.NewKey(key)); err == nil {
				t.Fatal("a value of a schema that has none")
			}
		})
	}
	if first, next := cost(nil, s), cost(g, s); next > first/4 {
		t.Errorf("%.0f allocations for what was searched, %.0f for what was not", next, first)
	}
	cost(g, again)
	known := 0
	g.vain.Range(func(any, any) bool { known++; return true })
	if known != 1 {
		t.Errorf("%d schemas were searched, want 1", known)
	}
}

// TestValuesDependOnNothingElse: a value is the same whatever its generator has made, and failed to make, before.
func TestValuesDependOnNothingElse(t *testing.T) {
	t.Parallel()
	compared, failed := 0, 0
	choices := []string{"$ve\x10\xfc"} // what cannot be made is demanded in many places
	for i := range 30 {
		choices = append(choices, fmt.Sprint("values", i))
	}
	for _, choice := range choices {
		grown := randomdoc.Random(randomdoc.NewChooser([]byte(choice)), []any{jsonvalue.ObjectOf()})
		doc, err := openapi.Parse("grown.json", grown)
		if err != nil {
			continue
		}
		parsed, err := jsonvalue.Parse(grown, jsonvalue.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		schemas, _ := jsonvalue.Lookup(parsed, "/components/schemas")
		used := New(openapi.ResponseView, Believable)
		for _, m := range membersOf(schemas) {
			s := doc.Schema(m.Name)
			for key := range deal.Key(3) {
				want, wantErr := New(openapi.ResponseView, Believable).Value(s, m.Name, key)
				got, err := used.Value(s, m.Name, key)
				if !jsonvalue.Equal(got, want) || (err == nil) != (wantErr == nil) {
					t.Errorf("%s: %v, %v after others, %v, %v alone", m.Name, got, err, want, wantErr)
				}
				if compared++; wantErr != nil {
					failed++
				}
			}
		}
	}
	if compared < 50 || failed < 3 {
		t.Errorf("%d values, %d of which there is none, are too few", compared, failed)
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
