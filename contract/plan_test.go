package contract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// refusalOf is a fixture that is to be refused, with a number of steps.
func refusalOf(id string, twin *fixtures.Twin, steps int) *fixtures.Fixture {
	f := &fixtures.Fixture{ID: id, Twin: twin, Given: []fixtures.Given{{Name: "agent", Resource: "agents"}}}
	for range steps {
		f.Steps = append(f.Steps, fixtures.Step{Request: fixtures.Request{Operation: "updateAgent"},
			Expect: fixtures.Expect{Status: fixtures.Status{fixtures.Refused}}})
	}
	return f
}

func TestPlanUnits(t *testing.T) {
	t.Parallel()
	a, b := &fixtures.Twin{ID: "a"}, &fixtures.Twin{ID: "b"}
	other := refusalOf("other-item", a, 1)
	other.Given[0].Body = map[string]any{"name": "other"}
	skipped, open, waits := refusalOf("skipped", a, 1), refusalOf("open", a, 1), refusalOf("waits", a, 1)
	skipped.Skip, open.Open, waits.Steps[0].After = "for a reason", "null-value", 1100
	accepted := refusalOf("accepted", a, 2)
	accepted.Steps[1].Expect.Status = nil
	list := []*fixtures.Fixture{refusalOf("a1", a, 1), {ID: "alone"}, refusalOf("a2", a, 1),
		refusalOf("b1", b, 1), other,
		skipped, open, waits, accepted, refusalOf("a-many", a, maxShared-1), refusalOf("a3", a, 1),
		refusalOf("a4", a, 1), refusalOf("none", nil, 1)}
	var got []string
	for _, u := range planUnits(list) {
		var ids []string
		for _, f := range u.fixtures {
			ids = append(ids, f.ID)
		}
		got = append(got, fmt.Sprintf("%s:%t", strings.Join(ids, "+"), u.refusals))
	}
	// A unit is full after maxShared requests; the one that waits comes first.
	want := "waits:false a1+a2:true alone:false b1:true other-item:true skipped:false open:false accepted:false " +
		"a-many+a3:true a4:true none:false"
	if text := strings.Join(got, " "); text != want {
		t.Errorf("units\n%s, want\n%s", text, want)
	}
}

func TestSeparate(t *testing.T) {
	t.Parallel()
	of := func(id string) fixtures.Request { return fixtures.Request{Operation: id} }
	units := []unit{
		{fixtures: []*fixtures.Fixture{{ID: "reads", Steps: []fixtures.Step{{Request: of("getAgent")}}}}},
		{fixtures: []*fixtures.Fixture{{ID: "lists", Steps: []fixtures.Step{{Request: of("getAgent")},
			{Request: of("listAgents")}}}}},
		{fixtures: []*fixtures.Fixture{{ID: "unknown", Steps: []fixtures.Step{{Request: of("nothing")}}}}},
		{fixtures: []*fixtures.Fixture{{ID: "x"}, {ID: "proves by a list",
			Twin: &fixtures.Twin{Request: of("listAgents")}}}},
	}
	together, alone := (&runner{doc: openapi.Agent()}).separate(units)
	if len(together) != 2 || len(alone) != 2 || together[1].fixtures[0].ID != "unknown" ||
		alone[0].fixtures[0].ID != "lists" {
		t.Errorf("together %d, alone %d", len(together), len(alone))
	}
}
