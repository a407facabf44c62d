package contract

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestKnownValuesEverywhere: known values stand wherever a fixture sends or expects something at
// their place, all of them, and nowhere else.
func TestKnownValuesEverywhere(t *testing.T) {
	t.Parallel()
	voice := func(provider, id string) map[string]any {
		return map[string]any{"provider": provider, "voiceId": id, "name": "Calm"}
	}
	agent := func(provider, id string) any {
		return map[string]any{"name": "n", "ttsModel": voice(provider, id)}
	}
	two := map[string]any{"/ttsModel/provider": "acme", "/ttsModel/voiceId": "voice-7",
		"/ttsModel/elevenLabsApiKey": "k"}
	for name, tt := range map[string]struct {
		values     map[string]any
		have, want fixtures.Expect
	}{
		"body": {two, fixtures.Expect{Body: agent("openai", "alloy")},
			fixtures.Expect{Body: agent("acme", "voice-7")}},
		"each": {two, fixtures.Expect{Each: agent("openai", "alloy")},
			fixtures.Expect{Each: agent("acme", "voice-7")}},
		"contains": {two, fixtures.Expect{Contains: []any{1, agent("a", "b")}},
			fixtures.Expect{Contains: []any{1, agent("acme", "voice-7")}}},
		"excludes": {two, fixtures.Expect{Excludes: []any{agent("a", "b"), true}},
			fixtures.Expect{Excludes: []any{agent("acme", "voice-7"), true}}},
		"exact with two values inside": {two, fixtures.Expect{Exact: map[string]any{"/ttsModel": voice("openai",
			"alloy"), "/ttsModels": voice("o", "p")}},
			fixtures.Expect{Exact: map[string]any{"/ttsModel": voice("acme", "voice-7"),
				"/ttsModels": voice("o", "p")}}},
		"differs with two values inside": {two,
			fixtures.Expect{Differs: map[string]any{"/ttsModel": voice("openai", "alloy"), "": agent("a", "b")}},
			fixtures.Expect{Differs: map[string]any{"/ttsModel": voice("acme", "voice-7"),
				"": agent("acme", "voice-7")}}},
		"exact inside a value": {map[string]any{"/ttsModel": voice("acme", "voice-7"), "/ttsModel/name": "Bright"},
			fixtures.Expect{Exact: map[string]any{"/ttsModel/voiceId": "alloy", "/ttsModel/name": "Calm",
				"/ttsModel/language": "en"}},
			fixtures.Expect{Exact: map[string]any{"/ttsModel/voiceId": "voice-7", "/ttsModel/name": "Bright"}}},
		"later": {map[string]any{"/updatedAt": "2026-01-19T10:00:00Z"},
			fixtures.Expect{Later: map[string]string{"/updatedAt": "{{agent.updatedAt}}", "/createdAt": "{{x}}"}},
			fixtures.Expect{Later: map[string]string{"/updatedAt": "2026-01-19T10:00:00Z", "/createdAt": "{{x}}"}}},
		"pointers": {two, fixtures.Expect{Status: fixtures.Status{"200"}, Absent: []string{"/ttsModel/voiceId"},
			Unchanged: []string{"/ttsModel"}, Since: "agent"},
			fixtures.Expect{Status: fixtures.Status{"200"}, Absent: []string{"/ttsModel/voiceId"},
				Unchanged: []string{"/ttsModel"}, Since: "agent"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := bound(t, &fixtures.Fixture{ID: "f", Steps: []fixtures.Step{step(nil, tt.have)}}, tt.values)
			want := bound(t, &fixtures.Fixture{ID: "f", Steps: []fixtures.Step{step(nil, tt.want)}}, nil)
			if !reflect.DeepEqual(got.Steps[0].Expect, want.Steps[0].Expect) {
				t.Errorf("expects %s\n   want %s", shown(t, got), shown(t, want))
			}
		})
	}
}

func TestKnownValuesInRequests(t *testing.T) {
	t.Parallel()
	body := map[string]any{"llmModel": "gpt-5", "phoneNumberIds": []string{"a", "b"}}
	have := &fixtures.Fixture{ID: "f",
		Given: []fixtures.Given{{Name: "agent", Fields: map[string]any{"phoneNumberIds": []string{"a"}}}},
		Steps: []fixtures.Step{step(body, fixtures.Expect{Body: body}), {
			Request: fixtures.Request{Operation: "updateAgent", Body: &fixtures.Body{Value: body}},
			Mutation: &fixtures.Mutation{In: "body", Pointer: "/phoneNumberIds", Value: body["phoneNumberIds"],
				HasValue: true},
			Expect: fixtures.Expect{Body: body},
		}},
	}
	got := bound(t, have, map[string]any{"/phoneNumberIds/0": "known"})
	for where, value := range map[string]any{"given": got.Given[0].Body, "update": got.Given[0].Update,
		"request": got.Steps[0].Request.Body.Value, "expectation": got.Steps[0].Expect.Body} {
		if first, _ := jsonvalue.Lookup(value, "/phoneNumberIds/0"); first != "known" {
			t.Errorf("%s has %v", where, first)
		}
	}
	for where, value := range map[string]any{"request": got.Steps[1].Request.Body.Value,
		"expectation": got.Steps[1].Expect.Body} {
		if first, _ := jsonvalue.Lookup(value, "/phoneNumberIds/0"); first != "a" {
			t.Errorf("the %s of what is tried has %v", where, first)
		}
	}
	if slices.Contains(got.Steps[0].References, "/phoneNumberIds/0") {
		t.Error("a value that the target knows is still a reference")
	}
	if ids := body["phoneNumberIds"].([]string); ids[0] != "a" {
		t.Errorf("the caller's value has become %v", ids)
	}
}

func step(body any, e fixtures.Expect) fixtures.Step {
	s := fixtures.Step{Request: fixtures.Request{Operation: "updateAgent"}, Expect: e}
	if body != nil {
		s.Request.Body = &fixtures.Body{Value: body}
	}
	return s
}

func bound(t *testing.T, f *fixtures.Fixture, values map[string]any) *fixtures.Fixture {
	t.Helper()
	list, err := fixtures.Bind(openapi.Agent(), f)
	if err == nil {
		list, err = withValues(list, values)
	}
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

func shown(t *testing.T, f *fixtures.Fixture) string {
	t.Helper()
	var out strings.Builder
	if err := fixtures.WriteYAML(&out, []*fixtures.Fixture{f}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
