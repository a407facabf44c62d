package mockserver_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

const oneAgent = `{"_id":"678c6a17c3f1e80b52d49a07","workspaceId":"ws-1","name":"A","llmModel":"gpt-4o","ttsModel":{"provider":"rime"},` +
	`"createdAt":"2025-01-19T02:57:27.923Z","updatedAt":"2025-01-19T02:57:27.923456+01:00"}`

func state(items ...string) string { return `{"agents":[` + strings.Join(items, ",") + `]}` }

func TestControlDocumentIsSound(t *testing.T) {
	t.Parallel()
	for _, p := range controlDocument().Check() {
		t.Errorf("%s: %s: %s", p.Position, p.Pointer, p.Message)
	}
	c := start(t, mockserver.Options{})
	served, err := openapi.Parse("control.yaml", c.send("GET", "/__mock/openapi.yaml", "").want(200).body)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(served.Operations), len(controlDocument().Operations); got != want {
		t.Errorf("%d operations are served, of %d", got, want)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{State: []byte(state(oneAgent))})
	c.send("GET", "/__mock/health", "").want(200).holds(map[string]string{
		"/status": `"ok"`, "/items/agents": "1", "/document/operations": "5", "/time": `"2026-03-04T05:06:07.089Z"`,
	})
	c.created(minimalAgent)
	c.send("DELETE", agents+"/678c6a17c3f1e80b52d49a07", "").want(204)
	c.created(minimalAgent)
	c.send("GET", "/__mock/health", "").want(200).holds(map[string]string{"/items/agents": "2"})
}

func TestStateIsReadReplacedAndReset(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{State: []byte(state(oneAgent))})
	first := c.send("GET", "/__mock/state", "").want(200).body
	equalBytes(t, "the state at start", first, []byte(state(oneAgent)))
	c.send("PUT", agents+"/678c6a17c3f1e80b52d49a07", `{"llmModel":"gpt-5"}`).want(200)
	c.in("ws-2").created(minimalAgent)
	changed := c.send("GET", "/__mock/state", "").want(200).body
	c.send("POST", "/__mock/reset", "").want(204)
	equalBytes(t, "the state after a reset", c.send("GET", "/__mock/state", "").body, first)
	c.send("PUT", "/__mock/state", string(changed)).want(204)
	equalBytes(t, "the state that was written back", c.send("GET", "/__mock/state", "").body, changed)
	c.in("ws-2").send("GET", agents, "").want(200).holds(map[string]string{"/0/name": `"Renewals"`})
	c.send("PUT", "/__mock/state", `{}`).want(204)
	equalBytes(t, "an empty state", c.send("GET", "/__mock/state", "").body, []byte(`{"agents":[]}`))
	c.send("POST", "/__mock/reset", "").want(204)
	equalBytes(t, "the state after another reset", c.State(), first)
}

func TestBadStatesChangeNothing(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{State: []byte(state(oneAgent))})
	tests := []struct {
		name, state string
		places      []string
	}{
		{"no object", `[]`, []string{"type body"}},
		{"unknown collection", `{"agent":[]}`, []string{"state state /agent"}},
		{"no list", `{"agents":{}}`, []string{"state state /agents"}},
		{"no items", `{"agents":[1,null]}`, []string{"state state /agents/0", "state state /agents/1"}},
		{"everything at once", `{"agents":[` + oneAgent +
			`,{"name":5},{"_id":"x","name":"B","llmModel":"m","ttsModel":{"provider":"rime","elevenLabsApiKey":"CLEAR-key"}}],"calls":[]}`,
			[]string{"required state /agents/1/llmModel", "type state /agents/1/name",
				"required state /agents/1/ttsModel",
				"forbidden-property state /agents/2/ttsModel/elevenLabsApiKey", "state state /calls"}},
		{"twice the same", state(oneAgent, oneAgent), []string{"state state /agents/1/_id"}},
		{"identity of another type", state(strings.Replace(oneAgent, `"678c6a17c3f1e80b52d49a07"`, `true`, 1)),
			[]string{"state state /agents/0/_id"}},
		{"workspace of another type", state(strings.Replace(oneAgent, `"ws-1"`, `{}`, 1)),
			[]string{"state state /agents/0/workspaceId"}},
		{"impossible day", state(strings.Replace(oneAgent, "2025-01-19T02:57:27.923Z", "2025-02-30T00:00:00Z",
			1)), []string{"format state /agents/0/createdAt"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.send("PUT", "/__mock/state", tt.state).refuses(400)
			if got := r.details(); fmt.Sprint(got) != fmt.Sprint(tt.places) {
				t.Errorf("violations\ngot  %q\nwant %q", got, tt.places)
			}
			if strings.Contains(string(r.body), "CLEAR") {
				t.Errorf("the refusal shows a secret: %s", r.body)
			}
			equalBytes(t, "a refused state changed something", c.State(), []byte(state(oneAgent)))
		})
	}
	c.send("PUT", "/__mock/state", `{"agents":[`).refuses(400)
	c.send("PUT", "/__mock/state", "").refuses(400)
	c.with("Content-Type", "text/plain").send("PUT", "/__mock/state", "{}").refuses(415)
	_, err := mockserver.New(openapi.Agent(), mockserver.Options{State: []byte(`{"agents":[{}]}`)})
	var bad *mockserver.StateError
	if !errors.As(err, &bad) || !strings.Contains(err.Error(), "/agents/0") {
		t.Errorf("a bad state at start: %v", err)
	}
	if err := c.SetState(func() {}); err == nil {
		t.Error("a function was taken as a state")
	}
}

func TestStateFillsInWhatOnlyAServerKnows(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{Workspaces: []string{"ws-1", "ws-2"}})
	if err := c.SetState(map[string]any{"agents": []any{
		map[string]any{"name": "A", "llmModel": "m", "ttsModel": map[string]any{"provider": "11labs_byo",
			"elevenLabsApiKey": clear1}},
		map[string]any{"_id": "b", "workspaceId": "ws-2", "name": "B", "llmModel": "m",
			"ttsModel": map[string]any{"provider": "11labs_byo", "elevenLabsApiKey": "enc_Qm8xV2tLr0Yw5JdA"}},
	}}); err != nil {
		t.Fatal(err)
	}
	first := c.send("GET", agents, "").want(200).holds(map[string]string{
		"/0/workspaceId": `"ws-1"`, "/0/createdAt": `"2026-03-04T05:06:07.089Z"`,
		"/0/updatedAt": `"2026-03-04T05:06:07.089Z"`, "/0/status": "", "/1": "",
	})
	if token := first.text("/0/ttsModel/elevenLabsApiKey"); token == clear1 || !strings.HasPrefix(token, "enc_") {
		t.Errorf("the clear secret became %q", token)
	}
	c.in("ws-2").send("GET", agents, "").want(200).holds(map[string]string{"/0/_id": `"b"`,
		"/0/ttsModel/elevenLabsApiKey": `"enc_Qm8xV2tLr0Yw5JdA"`})
}

func TestEditOneAgent(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{State: []byte(state(oneAgent))})
	const edit = "/__mock/state/agents/678c6a17c3f1e80b52d49a07"
	const path = agents + "/678c6a17c3f1e80b52d49a07"
	edited := c.send("PATCH", edit,
		`{"status":"error","activeSessions":[{"roomName":"r","_id":1}],"type":"voice","currentNode":"end"}`).want(200)
	edited.holds(map[string]string{"/status": `"error"`, "/type": `"voice"`,
		"/updatedAt": `"2025-01-19T02:57:27.923456+01:00"`, "/name": `"A"`})
	equalBytes(t, "read after edit", c.send("GET", path, "").body, edited.body)
	c.send("PATCH", edit,
		`{"currentNode":null,"createdAt":"2020-01-01T00:00:00Z"}`).want(200).holds(map[string]string{"/currentNode": "",
		"/createdAt": `"2020-01-01T00:00:00Z"`})
	c.send("PATCH", edit, `{"ttsModel":{"provider":"11labs_byo","elevenLabsApiKey":"`+clear1+`"}}`).want(200)
	if got := string(c.State()); strings.Contains(got, "CLEAR") || !strings.Contains(got, `"elevenLabsApiKey":"enc_`) {
		t.Errorf("the secret is not a token: %s", got)
	}
	before := c.State()
	for body, place := range map[string]string{
		`{"status":5,"activeSessions":{}}`: "/activeSessions", `{"name":null}`: "/name", `{"_id":""}`: "/_id",
		`{"workspaceId":[]}`: "/workspaceId",
		`{"startTime":1,"activeSessions":[{"startTime":"yesterday"}]}`: "/activeSessions/0/startTime",
	} {
		c.send("PATCH", edit, body).refuses(400, "state "+place)
	}
	c.send("PATCH", edit, `[]`).refuses(400)
	equalBytes(t, "refused edits changed something", c.State(), before)
	c.send("PATCH", "/__mock/state/agents/nope", `{}`).refuses(404, "nope")
	c.send("PATCH", "/__mock/state/calls/678c6a17c3f1e80b52d49a07", `{}`).refuses(404, "calls", "agents")

	c.send("PATCH", edit, `{"workspaceId":"ws-2","_id":"moved"}`).want(200)
	c.send("GET", path, "").refuses(404)
	c.in("ws-2").send("GET", agents+"/moved", "").want(200)
	c.in("ws-2").created(minimalAgent)
	c.in("ws-2").send("GET", agents, "").want(200).holds(map[string]string{"/0/_id": `"moved"`,
		"/1/name": `"Renewals"`})
}

// An edited agent, even one with a new identity, keeps its position in the list.
func TestEditKeepsTheOrder(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	var ids []string
	for range 3 {
		ids = append(ids, strings.TrimPrefix(c.created(minimalAgent), agents+"/"))
	}
	c.send("PATCH", "/__mock/state/agents/"+ids[0], `{"status":"error"}`).want(200)
	c.send("PATCH", "/__mock/state/agents/"+ids[1], `{"_id":"other"}`).want(200)
	c.send("GET", agents, "").want(200).holds(map[string]string{"/0/status": `"error"`, "/1/_id": `"other"`,
		"/2/_id": `"` + ids[2] + `"`})
}

func TestDirectAccess(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{State: []byte(state(oneAgent))})
	ref := mockserver.ItemRef{Collection: "agents", ID: "678c6a17c3f1e80b52d49a07"}
	raw, err := c.Edit(ref, map[string]any{"status": "pending"})
	if err != nil || !strings.Contains(string(raw), `"status":"pending"`) {
		t.Errorf("edit: %s, %v", raw, err)
	}
	var invalid *mockserver.StateError
	if _, err := c.Edit(ref, json.RawMessage(`{"status":1}`)); !errors.As(err, &invalid) ||
		invalid.Violations[0].Pointer != "/status" {
		t.Errorf("invalid edit: %v", err)
	}
	if _, err := c.Edit(ref, 5); !errors.As(err, &invalid) {
		t.Errorf("5 as changes: %v", err)
	}
	c.send("GET", agents, "").want(200).holds(map[string]string{"/0/status": `"pending"`})
	c.Clock().Set(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
	c.send("POST", agents, minimalAgent).want(201).holds(map[string]string{"/createdAt": `"2030-01-01T00:00:00.000Z"`})
	c.Reset()
	equalBytes(t, "state after Reset", c.State(), []byte(state(oneAgent)))
	if n := len(c.Requests(mockserver.Filter{}).Requests); n != 2 {
		t.Errorf("%d requests in the journal; a reset leaves it", n)
	}
	c.ClearRequests()
	if n := len(c.Requests(mockserver.Filter{}).Requests); n != 0 {
		t.Errorf("%d requests after ClearRequests", n)
	}
}

func TestControlRefusesWhatItDoesNotHave(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	c.send("GET", "/__mock/nothing", "").refuses(404, "/__mock/")
	if r := c.send("POST", "/__mock/health", "").refuses(405); r.header.Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("Allow %q", r.header.Get("Allow"))
	}
	c.send("OPTIONS", "/__mock/state", "").want(204)
	c.send("HEAD", "/__mock/state", "").want(200)
	c.send("GET", "/__mock/requests?limit=x", "").refuses(400, "limit")
	if n := len(c.Requests(mockserver.Filter{}).Requests); n != 0 {
		t.Errorf("%d requests to the control are in the journal", n)
	}
}

func TestDocumentNamesTheMockAsServer(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{AllowHosts: []string{"mock.test"}})
	for _, path := range []string{"/openapi.yaml", "/openapi.json"} {
		body := c.send("GET", path, "").want(200).body
		doc, err := openapi.Parse("served"+path[len("/openapi"):], body)
		if err != nil {
			t.Fatal(err)
		}
		if len(doc.Operations) != 5 || !strings.Contains(string(body), c.URL) ||
			strings.Contains(string(body), "https://api.trillet.ai") {
			t.Errorf("%s: %d operations; the server is not %s", path, len(doc.Operations), c.URL)
		}
		if got := string(c.with("Host", "mock.test:99").send("GET", path, "").body); !strings.Contains(got,
			"http://mock.test:99") {
			t.Errorf("%s: not the allowed name by which it was asked", path)
		}
		if got := string(c.with("Host", "evil.example").send("GET", path, "").body); strings.Contains(got,
			"evil") || !strings.Contains(got, c.URL) {
			t.Errorf("%s: a foreign name is repeated", path)
		}
	}
	index := c.send("GET", "/", "").want(200)
	if got := index.text("/control/state"); got != c.URL+"/__mock/state" {
		t.Errorf("the index links to %q", got)
	}
	if op, _ := jsonvalue.Lookup(index.value, "/operations/updateAgent"); op != "PUT /v1/api/agents/{agentId}" {
		t.Errorf("the index has %v", op)
	}
	c.send("HEAD", "/", "").want(200)
	c.send("POST", "/", "").refuses(404)
}
