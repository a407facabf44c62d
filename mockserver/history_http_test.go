package mockserver

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/agentmock/agentmock/openapi"
)

// agent is what the histories look at of an agent.
type agent struct {
	ID       string `json:"_id"`
	Name     string `json:"name"`
	Settings struct {
		N string `json:"n"`
	} `json:"settings"`
}

func (a agent) line() string { return line(entry{a.ID, a.Name, a.Settings.N}) }

// stateOf returns a state of agents in JSON.
func stateOf(state string) string {
	var items []string
	for _, text := range strings.Fields(state) {
		e := entryOf(text)
		items = append(items, fmt.Sprintf(`{"_id":%q,"name":%q,"settings":{"n":%q},"llmModel":"gpt-5",`+
			`"ttsModel":{"provider":"rime","voiceId":"v"},"workspaceId":"w"}`, e.id, e.name, e.number))
	}
	return `{"agents":[` + strings.Join(items, ",") + `]}`
}

// performAt returns what performs calls on a server, each by one of the requests that can do that.
func performAt(t *testing.T, s *Server) func(call) string {
	const path = "/v1/api/agents"
	send := func(method, path, body string) (int, []byte) {
		r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
		r.Header.Set("X-Api-Key", "k")
		r.Header.Set("X-Workspace-Id", "w")
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Code, w.Body.Bytes()
	}
	return func(c call) string {
		e := c.entry
		method, url, body := "GET", path+"/"+e.id, ""
		switch c.kind {
		case "list":
			return listAt(t, send, path, len(e.number)%2 == 0)
		case "set":
			method, url, body = "PUT", "/__mock/state", stateOf(c.state)
			if c.state == startState {
				method, url, body = "POST", "/__mock/reset", ""
			}
		case "add":
			method, url = "POST", path
			body = fmt.Sprintf(`{"name":%q,"settings":{"n":"0"},"llmModel":"gpt-5","ttsModel":{"provider":"rime"}}`, e.name)
		case "remove":
			method = "DELETE"
		case "rename":
			method, body = "PUT", fmt.Sprintf(`{"llmModel":"gpt-5","name":%q}`, e.name)
			if len(e.name)%2 == 0 { // by the control, now and then
				method, url = "PATCH", "/__mock/state/agents/"+e.id
			}
		case "renumber":
			method, body = "PUT", fmt.Sprintf(`{"llmModel":"gpt-5","settings":{"n":%q}}`, e.number)
		}
		status, answer := send(method, url, body)
		switch status {
		case 404:
			return none
		case 204:
			return ""
		case 200, 201:
		default:
			t.Errorf("%s %s: %d %s", method, url, status, answer)
		}
		var a agent
		if err := json.Unmarshal(answer, &a); err != nil {
			t.Error(err)
		}
		if c.kind == "add" {
			return a.ID
		}
		return a.line()
	}
}

// listAt lists the agents by the API or as the state.
func listAt(t *testing.T, send func(method, path, body string) (int, []byte), path string, asState bool) string {
	var list []agent
	var into any = &list
	if asState {
		path, into = "/__mock/state", &struct{ Agents *[]agent }{&list}
	}
	if status, answer := send("GET", path, ""); status != 200 || json.Unmarshal(answer, into) != nil {
		t.Errorf("GET %s: %d %s", path, status, answer)
	}
	var lines []string
	for _, a := range list {
		lines = append(lines, a.line())
	}
	return strings.Join(lines, " ")
}

// TestHistoriesOfAServer has parallel requests to few agents, resets and states among them, and finds an
// order of them in which each answer is the right one (linearizability).
func TestHistoriesOfAServer(t *testing.T) {
	t.Parallel()
	for seed := range uint64(25) {
		s, err := New(openapi.Agent(), Options{State: []byte(stateOf(startState)), JournalEntries: 10})
		if err != nil {
			t.Fatal(err)
		}
		operations := history(seed, performAt(t, s))
		if !porcupine.CheckOperations(modelFrom(startState), operations) {
			t.Fatalf("seed %d: no order explains the answers: %+v", seed, operations)
		}
	}
}
