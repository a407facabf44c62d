package contract

import (
	"strings"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func TestReferring(t *testing.T) {
	t.Parallel()
	body := parsed(t, `{"phone":"p","none":null,"blank":"","list":["p"],"empty":[],"object":{"a":[]},"number":0}`)
	got := referring(body, []string{"/phone", "/none", "/blank", "/list/0", "/empty", "/object", "/number", "/absent"})
	if text := strings.Join(got, " "); text != "/phone /list/0 /number" {
		t.Errorf("referring are %s", text)
	}
}

func TestWithoutReferences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, operation, body string
		references            []string
		want                  string // "": nothing valid is left
	}{
		{"a member", "updateAgent", `{"name":"a","llmModel":"gpt-5"}`, []string{"/name"}, `{"llmModel":"gpt-5"}`},
		{"an item goes with its list", "updateAgent", `{"llmModel":"gpt-5","phoneNumberIds":["1","2"]}`,
			[]string{"/phoneNumberIds/0", "/phoneNumberIds/1"}, `{"llmModel":"gpt-5"}`},
		{"twice", "updateAgent", `{"llmModel":"gpt-5","phoneNumberIds":["1"]}`,
			[]string{"/phoneNumberIds", "/phoneNumberIds/0"},
			`{"llmModel":"gpt-5"}`},
		{"absent", "updateAgent", `{"name":"a"}`, []string{"/phoneNumberIds"}, ""},
		{"required", "createAgent",
			`{"name":"a","llmModel":"gpt-5","ttsModel":{"provider":"openai","voiceId":"alloy"}}`,
			[]string{"/llmModel"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := testSession(t)
			x := exchanged(t, s, c.operation, c.body, 0, "")
			x.sent.request.Header.Set("Content-Type", "application/json")
			if c.operation == "updateAgent" {
				x.sent.request.Path["agentId"] = "678c6a17c3f1e80b52d49a07"
			}
			before := string(jsonvalue.Marshal(x.sent.body))
			body, ok := withoutReferences(x.sent, c.references)
			got := ""
			if ok {
				got = string(jsonvalue.Marshal(body))
			}
			if got != c.want || string(jsonvalue.Marshal(x.sent.body)) != before {
				t.Errorf("left is %s, want %s; sent was %s", got, c.want, before)
			}
		})
	}
}

func TestSynthetic(t *testing.T) {
	t.Parallel()
	derived, written := &fixtures.Fixture{Source: fixtures.FromDocument}, &fixtures.Fixture{Source: fixtures.FromFile}
	plain, mutated := &fixtures.Step{}, &fixtures.Step{Mutation: &fixtures.Mutation{}}
	update, action := &openapi.Operation{Action: openapi.Update}, &openapi.Operation{Action: openapi.NoAction}
	for _, c := range []struct {
		fixture *fixtures.Fixture
		step    *fixtures.Step
		op      *openapi.Operation
		want    bool
	}{
		{derived, plain, update, true}, {derived, mutated, update, false}, {derived, mutated, action, true},
		{written, plain, action, false},
	} {
		if got := synthetic(c.fixture, c.step, c.op); got != c.want {
			t.Errorf("%+v, %+v, %v: %t", c.fixture, c.step, c.op.Action, got)
		}
	}
}
