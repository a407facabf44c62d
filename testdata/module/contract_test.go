// Package agents_test uses agentmock as another module does: it writes fixtures in Go, without
// anything of the module's internal packages, and runs them against a mock server.
package agents_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

type voice struct {
	Provider string `json:"provider"`
	VoiceID  string `json:"voiceId"`
}

// rename updates a given agent with templates in its body and expects the part of the answer that
// matters.
func rename(expected map[string]any) *fixtures.Fixture {
	agent := map[string]string{"agentId": "{{agent._id}}"}
	return &fixtures.Fixture{
		ID:      "rename-agent",
		Summary: "An agent can be renamed, and keeps its voice.",
		Given: []fixtures.Given{{Name: "agent", Fields: map[string]any{
			"name": "agentmock-before", "ttsModel": voice{"rime", "mistv2_Brook"},
		}}},
		Steps: []fixtures.Step{{
			Name: "renamed",
			Request: fixtures.Request{Operation: "updateAgent", Path: agent, Body: &fixtures.Body{Value: map[string]any{
				"llmModel":                    "gpt-5",
				"name":                        "agentmock-{{unique}}",
				"maxAttemptsForSmartCallback": 3,
				"variables":                   map[string]any{"days": []string{"Mon", "Tue"}},
			}}},
			Expect: fixtures.Expect{Body: expected, Unchanged: []string{"/_id", "/ttsModel"}},
		}, {
			Request: fixtures.Request{Operation: "getAgent", Path: agent},
			Expect: fixtures.Expect{
				Body:    json.RawMessage(`{"name": "{{renamed.name}}"}`),
				Exact:   map[string]any{"/variables/days": []string{"Mon", "Tue"}, "/ttsModel/provider": "rime"},
				Differs: map[string]any{"/name": "agentmock-{{agent._id}}"},
			},
		}, {
			Request: fixtures.Request{Operation: "listAgents"},
			Expect: fixtures.Expect{Contains: []any{map[string]any{"_id": "{{agent._id}}",
				"name": "agentmock-{{unique}}"}}},
		}},
	}
}

// refused sends an update that must be refused.
func refused() *fixtures.Fixture {
	return &fixtures.Fixture{
		ID: "no-such-model", Summary: "A model that is not listed is refused.",
		Given: []fixtures.Given{{Name: "agent"}},
		Steps: []fixtures.Step{{
			Request: fixtures.Request{Operation: "updateAgent", Path: map[string]string{"agentId": "{{agent._id}}"},
				Body: &fixtures.Body{Value: map[string]string{"llmModel": "gpt-17"}}},
			Mutation: &fixtures.Mutation{In: "body", Pointer: "/llmModel", Rule: "enum", Value: "gpt-17",
				HasValue: true},
			Expect: fixtures.Expect{Status: fixtures.Status{fixtures.Refused}},
		}},
	}
}

func target(t *testing.T) contract.Target {
	t.Helper()
	server := mockserver.RunT(t, openapi.Agent(), mockserver.Options{})
	return contract.Target{BaseURL: server.URL, APIKey: "key-0815", WorkspaceID: "ws-demo"}
}

func TestPasses(t *testing.T) {
	t.Parallel()
	list := []*fixtures.Fixture{
		rename(map[string]any{"name": "agentmock-{{unique}}", "maxAttemptsForSmartCallback": 3.0}), refused(),
	}
	report := contracttest.Run(t, openapi.Agent(), list, target(t), contract.Options{})
	if report == nil || report.Summary.Passed != len(list) {
		t.Errorf("want %d fixtures passed: %+v", len(list), report)
	}
}

func TestWrongExpectationFails(t *testing.T) {
	t.Parallel()
	list := []*fixtures.Fixture{rename(map[string]any{"name": "agentmock-other"})}
	report, err := contract.Run(t.Context(), openapi.Agent(), list, target(t), contract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := report.Fixtures[0]
	if f.Outcome != contract.Failed || len(f.Violations) != 1 || f.Violations[0].Pointer != "/name" {
		t.Errorf("%s: %+v", f.Outcome, f)
	}
	if !strings.Contains(f.Violations[0].Message, "agentmock-other") {
		t.Errorf("the message is %s", f.Violations[0].Message)
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	f := rename(map[string]any{"maxAttemptsForSmartCallback": 3})
	f.Steps[1].Expect.Exact["/ttsModel"] = voice{"openai", "alloy"}
	f.Steps[0].Request.Body.Value.(map[string]any)["ttsModel"] = voice{"openai", "alloy"}
	f.Steps[0].Expect.Unchanged = nil
	delete(f.Steps[1].Expect.Exact, "/ttsModel/provider")
	report, err := contract.Run(t.Context(), openapi.Agent(), []*fixtures.Fixture{f}, target(t), contract.Options{
		Values: map[string]any{"/ttsModel/provider": "acme", "/ttsModel/voiceId": "voice-7",
			"/maxAttemptsForSmartCallback": 5},
	})
	if err != nil || report.Summary.Passed != 1 {
		t.Errorf("%+v (%v)", report, err)
	}
}
