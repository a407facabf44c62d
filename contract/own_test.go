package contract_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// TestRunRefusesWhatTheDocumentContradicts: a mistake in a fixture that was written in Go ends the run
// before it sends anything, and all mistakes are told at once.
func TestRunRefusesWhatTheDocumentContradicts(t *testing.T) {
	t.Parallel()
	wrong := &fixtures.Fixture{ID: "wrong", Given: []fixtures.Given{{Name: "agent", Fields: map[string]any{"name": 5}}},
		Steps: []fixtures.Step{{
			Request: fixtures.Request{Operation: "updateAgent", Path: map[string]string{"agentId": "{{agent.id}}"},
				Body: &fixtures.Body{Value: map[string]string{"llmModel": "gpt-99"}}},
			Expect: fixtures.Expect{Body: map[string]any{"nmae": "x"}},
		}}}
	var asked atomic.Int32
	target := contracttest.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	report, err := contract.Run(t.Context(), openapi.Agent(), []*fixtures.Fixture{wrong}, target, contract.Options{})
	var problems *fixtures.LoadError
	if report != nil || !errors.As(err, &problems) || asked.Load() > 0 {
		t.Fatalf("report %v, error %v, %d requests", report, err, asked.Load())
	}
	for i, want := range []string{
		"fixture wrong: /given/agent/name: no item can be given like this: body /name: 5",
		"fixture wrong: /steps/0/request/path/agentId: {{agent.id}}: the document has no id in agent",
		`fixture wrong: /steps/0/request/body/llmModel: body /llmModel: "gpt-99"`,
		"fixture wrong: /steps/0/expect/body/nmae: the document has no /nmae",
	} {
		if lines := strings.Split(err.Error(), "\n"); len(lines) != 4 || !strings.HasPrefix(lines[i], want) {
			t.Fatalf("want %s in\n%v", want, err)
		}
	}
}

// TestSkippedFixturesOfOnesOwn: one that is skipped fails the run, unless it may be or is none of one's
// own, and unless the run was ended before it came to it.
func TestSkippedFixturesOfOnesOwn(t *testing.T) {
	t.Parallel()
	fixture := func(id string, source fixtures.Source, maySkip bool, operation string) *fixtures.Fixture {
		return &fixtures.Fixture{ID: id, Source: source, MaySkip: maySkip,
			Steps: []fixtures.Step{{Request: fixtures.Request{Operation: operation}}}}
	}
	list := []*fixtures.Fixture{
		fixture("there", fixtures.FromGo, false, "listAgents"),
		fixture("own", fixtures.FromFile, false, "noSuch"),
		fixture("go", "", false, "noSuch"),
		fixture("may", fixtures.FromFile, true, "noSuch"),
		fixture("built-in", fixtures.FromSuite, false, "noSuch"),
	}
	report := verify(t, list, contracttest.Handler(sound()), contract.Options{})
	for i, want := range []contract.Outcome{contract.Passed, contract.Errored, contract.Errored, contract.Skipped,
		contract.Skipped} {
		f := report.Fixtures[i]
		if f.Outcome != want || f.Skipped != (want == contract.Errored) ||
			want == contract.Errored && !strings.Contains(f.Reason, "true: the document has no operation noSuch") {
			t.Errorf("%s is %s (%s), want %s", f.ID, f.Outcome, f.Reason, want)
		}
	}
	if report.OK() || report.Summary.Errored != 2 || report.Summary.Skipped != 2 {
		t.Errorf("the summary is %+v", report.Summary)
	}
	failing := fixture("failing", fixtures.FromGo, false, "listAgents")
	failing.Steps[0].Expect.Contains = []any{map[string]string{"name": "nobody"}}
	last := fixture("last", fixtures.FromGo, false, "listAgents")
	report = verify(t, []*fixtures.Fixture{failing, last}, contracttest.Handler(sound()),
		contract.Options{MaxFailures: 1, Jobs: 1})
	if f := report.Fixtures[1]; f.Outcome != contract.Skipped || !strings.Contains(f.Reason, "not run") {
		t.Errorf("after the run was ended, %s is %s (%s)", f.ID, f.Outcome, f.Reason)
	}
}
