package mockserver_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

func TestGeneratedAgentsAtStart(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{Agents: 12, Workspaces: []string{"ws-1", "ws-2"}})
	first := c.send("GET", agents, "").want(200)
	if n := len(first.value.([]any)); n != 12 {
		t.Errorf("%d agents", n)
	}
	second := c.in("ws-2").send("GET", agents, "").want(200)
	if first.text("/0/_id") == second.text("/0/_id") {
		t.Error("two workspaces have the same agents")
	}
	c.in("ws-3").send("GET", agents, "").want(200).holds(map[string]string{"": "[]"})
	again := start(t, mockserver.Options{Agents: 12, Workspaces: []string{"ws-1", "ws-2"}})
	equalBytes(t, "the same seed on another server", again.State(), c.State())
	other := start(t, mockserver.Options{Agents: 12, Seed: 5, Workspaces: []string{"ws-1", "ws-2"}})
	if bytes.Equal(other.State(), c.State()) {
		t.Error("another seed makes the same agents")
	}
	path := agents + "/" + first.text("/0/_id")
	c.send("PUT", path, `{"llmModel":"gpt-5"}`).want(200)
	c.send("DELETE", path, "").want(204)
	c.Reset()
	equalBytes(t, "after a reset", c.State(), again.State())
}

func TestSeedWhileRunning(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{Agents: 5})
	c.in("ws-demo").send("GET", agents, "").want(200).holds(map[string]string{"/5": ""})
	c.send("POST", "/__mock/seed",
		`{"count":20,"seed":7,"profile":"edge","workspace":"ws-9"}`).want(200).holds(map[string]string{"": `{"added":20}`})
	list := c.in("ws-9").send("GET", agents, "").want(200).value.([]any)
	if len(list) != 20 {
		t.Errorf("%d agents", len(list))
	}
	// continues where it ended
	c.send("POST", "/__mock/seed", `{"count":3,"seed":7,"profile":"edge","workspace":"ws-9"}`).want(200)
	if n := len(c.in("ws-9").send("GET", agents, "").want(200).value.([]any)); n != 23 {
		t.Errorf("%d agents", n)
	}
	c.send("POST", "/__mock/seed", "").want(200).holds(map[string]string{"": `{"added":10}`})
	c.send("POST", "/__mock/seed", "{}").want(200)
	if n := len(c.in("ws-demo").send("GET", agents, "").want(200).value.([]any)); n != 25 {
		t.Errorf("%d agents", n)
	}
	c.send("POST", "/__mock/seed", `{"count":0}`).want(200).holds(map[string]string{"": `{"added":0}`})
	before := c.State()
	for _, bad := range []string{`{"count":-1}`, `{"count":1.5}`, `{"count":1000001}`, `{"count":"3"}`,
		`{"profile":"nice"}`, `{"workspace":""}`, `{"seed":-1}`, `{"seed":1e30}`, `{"cuont":3}`, `[]`} {
		c.send("POST", "/__mock/seed", bad).refuses(400)
	}
	equalBytes(t, "refused seedings changed something", c.State(), before)
	c.Reset()
	if _, err := c.Seed(mockserver.SeedOptions{Count: 3, Profile: fixtures.Minimal}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Seed(mockserver.SeedOptions{Count: 3, Profile: "nice"}); err == nil ||
		!strings.Contains(err.Error(), "nice") {
		t.Errorf("an unknown profile: %v", err)
	}
	if err := c.SetState(c.State()); err != nil { // tokens of generated agents pass for tokens
		t.Fatal(err)
	}
}

// Generated agents survive being read as a state and written back, secrets included.
func TestGeneratedAgentsSurviveTheState(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	for _, profile := range fixtures.Profiles() {
		c := start(t, mockserver.Options{Agents: 60, Profile: profile, Workspaces: []string{"ws-1"}})
		before := c.State()
		c.send("PUT", "/__mock/state", string(before)).want(204)
		equalBytes(t, string(profile)+" agents after a round trip", c.State(), before)
		c.send("GET", agents, "").want(200)
	}
}

func TestGeneratedItemsOfOtherDocuments(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"bookshop-3.0.yaml", "fleet-3.1.yaml"} {
		c := startWith(t, loaded(t, name), mockserver.Options{Agents: 5}).with("Authorization", "Bearer t")
		for _, r := range c.doc.Resources {
			if len(r.Parents) == 0 {
				c.send("GET", r.CollectionPath, "")
			}
		}
	}
	doc, err := openapi.Parse("none.yaml",
		[]byte("openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /ping:\n"+
			"    get: {responses: {'204': {description: pong}}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	c := startWith(t, doc, mockserver.Options{Agents: 5})
	c.send("GET", "/ping", "").want(204)
	c.send("POST", "/__mock/seed", "{}").refuses(400, "collection")
}
