package mockserver_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

type agentValue struct {
	ID    string         `json:"_id"`
	Name  string         `json:"name"`
	Model string         `json:"llmModel"`
	Voice map[string]any `json:"ttsModel"`
}

type stateOfAgents struct {
	Agents []agentValue `json:"agents"`
}

// statesInGo returns one state, with a secret in clear, as the Go values that a program may have.
func statesInGo() map[string]any {
	voice := map[string]any{"provider": "11labs_byo", "voiceId": "v", "elevenLabsApiKey": clear1}
	text := `{"agents":[{"_id":"a1","name":"Go","llmModel":"gpt-5","ttsModel":` +
		string(jsonvalue.Marshal(voice)) + `}]}`
	inMap := map[string]any{"_id": "a1", "name": "Go", "llmModel": "gpt-5", "ttsModel": voice}
	agent := agentValue{"a1", "Go", "gpt-5", voice}
	return map[string]any{
		"json.RawMessage":      json.RawMessage(text),
		"[]byte":               []byte(text),
		"map":                  map[string]any{"agents": []any{inMap}},
		"map of lists of maps": map[string][]map[string]any{"agents": {inMap}},
		"struct":               stateOfAgents{[]agentValue{agent}},
		"pointer to a struct":  &stateOfAgents{[]agentValue{agent}},
		"map of structs":       map[string][]agentValue{"agents": {agent}},
		"ordered object": jsonvalue.ObjectOf("agents", []any{jsonvalue.ObjectOf("_id", "a1",
			"name", "Go", "llmModel", "gpt-5", "ttsModel", jsonvalue.ObjectOf("provider", "11labs_byo",
				"voiceId", "v", "elevenLabsApiKey", clear1))}),
		"ordered object around a map":  jsonvalue.ObjectOf("agents", []any{inMap}),
		"map of json.RawMessage":       map[string]json.RawMessage{"agents": json.RawMessage(text[len(`{"agents":`) : len(text)-1])},
		"ordered object around a list": jsonvalue.ObjectOf("agents", []map[string]any{inMap}),
	}
}

// TestStatesInGo gives each form to Options.State and to SetState: the items are the same, and the
// secret is a token in all of them.
func TestStatesInGo(t *testing.T) {
	t.Parallel()
	for name, value := range statesInGo() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atStart, later := start(t, mockserver.Options{State: value}), start(t, mockserver.Options{})
			if err := later.SetState(value); err != nil {
				t.Fatal(err)
			}
			for _, c := range []*client{atStart, later} {
				agent := c.in("ws-demo").send("GET", agents+"/a1", "").want(200)
				agent.holds(map[string]string{"/name": `"Go"`, "/workspaceId": `"ws-demo"`, "/ttsModel/voiceId": `"v"`})
				if token := agent.text("/ttsModel/elevenLabsApiKey"); !strings.HasPrefix(token, "enc_") {
					t.Errorf("the secret is %q", token)
				}
			}
		})
	}
}

// TestChangesInGo gives Edit an object in each form.
func TestChangesInGo(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{State: []byte(state(oneAgent))})
	ref := mockserver.ItemRef{Collection: "agents", ID: "678c6a17c3f1e80b52d49a07"}
	type changes struct {
		Variables map[string]any `json:"variables"`
	}
	nested := map[string]any{"a": []int{1, 2}, "elevenLabsApiKey": clear1}
	for name, value := range map[string]any{
		"json.RawMessage":             json.RawMessage(`{"variables":{"a":[1,2],"elevenLabsApiKey":"` + clear1 + `"}}`),
		"[]byte":                      []byte(`{"variables":{"a":[1,2],"elevenLabsApiKey":"` + clear1 + `"}}`),
		"map":                         map[string]any{"variables": nested},
		"struct":                      changes{nested},
		"pointer to a struct":         &changes{nested},
		"ordered object around a map": jsonvalue.ObjectOf("variables", nested),
	} {
		raw, err := c.Edit(ref, value)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		edited, err := jsonvalue.Parse(raw, jsonvalue.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if list, _ := jsonvalue.Lookup(edited, "/variables/a"); string(jsonvalue.Marshal(list)) != "[1,2]" {
			t.Errorf("%s: %s", name, raw)
		}
		if token, _ := jsonvalue.Lookup(edited,
			"/variables/elevenLabsApiKey"); !strings.HasPrefix(token.(string), "enc_") {
			t.Errorf("%s: the secret is %q", name, token)
		}
	}
	nested["a"] = "changed afterwards"
	if got := string(c.State()); strings.Contains(got, "afterwards") {
		t.Errorf("the state shares a map with its caller: %s", got)
	}
}

// TestNoStateInGo tells no state from an invalid one, and that from a value that has no JSON.
func TestNoStateInGo(t *testing.T) {
	t.Parallel()
	for name, none := range map[string]any{"nil": nil, "nil json.RawMessage": json.RawMessage(nil),
		"nil []byte": []byte(nil)} {
		if s, err := mockserver.New(openapi.Agent(), mockserver.Options{State: none}); err != nil ||
			string(s.State()) != `{"agents":[]}` {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := start(t, mockserver.Options{})
	var invalid *mockserver.StateError
	for name, value := range map[string]any{
		"nil": nil, "empty text": []byte{}, "half": []byte(`{"agents":`), "two": json.RawMessage(`{} {}`),
		"list":   []any{},
		"number": 5, "text": `{"agents":[]}`, "nil map": map[string]any(nil),
		"items that are no objects": map[string]any{"agents": []int{1}},
	} {
		if err := c.SetState(value); !errors.As(err, &invalid) {
			t.Errorf("SetState of %s: %v", name, err)
		}
	}
	for name, value := range map[string]any{"function": func() {},
		"channel": map[string]any{"agents": make(chan int)}} {
		if err := c.SetState(value); err == nil || errors.As(err, &invalid) {
			t.Errorf("SetState of a %s: %v", name, err)
		}
	}
}
