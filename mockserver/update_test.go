package mockserver_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// models lists those that the page on updating an agent has.
var models = []string{
	"gpt-4o-mini", "gpt-4o-enterprise", "gpt-4.1", "gpt-4.1-mini",
	"gemini-2.5-flash-preview-native-audio-dialog", "gemini-2.5-flash",
	"gemini-live-2.5-flash-preview", "geminiaudiopipeline:gemini-2.5-flash-preview-native-audio-dialog",
	"gemini-2.0-flash-live-001", "gpt-5",
}

func TestEachListedModelIsTaken(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	for _, model := range models {
		want := map[string]string{"/llmModel": fmt.Sprintf("%q", model)}
		c.send("PUT", path, fmt.Sprintf(`{"llmModel":%q}`, model)).want(200).holds(want)
		c.send("GET", path, "").want(200).holds(want)
		c.send("POST", agents, strings.Replace(minimalAgent, "gpt-4o-mini", model, 1)).want(201).holds(want)
	}
}

func TestNearMissesOfModelsAreRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	var misses []string
	for _, model := range models {
		for _, miss := range []string{strings.ToUpper(model), " " + model, model + " ", model + "\t",
			model[:len(model)-1], model + "x", model + "\x00"} {
			misses = append(misses, string(jsonvalue.Marshal(miss)))
		}
	}
	misses = append(misses, `""`, `null`, `5`, `true`, `["gpt-5"]`, `{"gpt-5":true}`, `"gpt-4o"`, `"ɡpt-5"`, `"gpt‑5"`)
	for _, miss := range misses {
		if miss == `"gpt-4.1"` { // gpt-4.1-mini without its end is no near miss but another one
			continue
		}
		r := c.send("PUT", path, fmt.Sprintf(`{"llmModel":%s}`, miss)).refuses(400, "/llmModel")
		if rules := r.details(); len(rules) != 1 || !strings.HasSuffix(rules[0], "body /llmModel") {
			t.Errorf("%s: %q", miss, rules)
		}
		c.send("POST", agents, strings.Replace(minimalAgent, `"gpt-4o-mini"`, miss, 1)).refuses(400, "/llmModel")
	}
	c.send("GET", path, "").want(200).holds(map[string]string{"/llmModel": `"gpt-4o-mini"`})
}

func TestMisspeltModelNamesTheNearestAndAll(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	r := c.send("PUT", c.created(minimalAgent), `{"llmModel":"gpt-4o-mni"}`).refuses(400,
		append(models, `"gpt-4o-mni"`, `did you mean "gpt-4o-mini"`)...)
	if got := r.text("/error/details/0/suggestion"); got != "gpt-4o-mini" {
		t.Errorf("suggestion %q", got)
	}
	if line := string(jsonvalue.Marshal(r.at("/error/details/0/document"))); !strings.Contains(line, "agent.yaml") {
		t.Errorf("no line of the document: %s", line)
	}
}

// The example of the page, byte for byte: its model is not in the page's own list.
func TestPageExample(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/update-example.json")
	if err != nil {
		t.Fatal(err)
	}
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	before := c.send("GET", path, "").want(200)
	refusal := c.send("PUT", path, string(raw)).refuses(400, append(models, "claude-3-5-sonnet-latest", "/llmModel")...)
	if rules := refusal.details(); len(rules) != 1 {
		t.Errorf("violations %q; there is one", rules)
	}
	equalBytes(t, "a refused update changed the agent", c.send("GET", path, "").body, before.body)

	corrected := strings.Replace(string(raw), "claude-3-5-sonnet-latest", "gpt-4.1-mini", 1)
	sent, err := jsonvalue.Parse([]byte(corrected), jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	updated := c.send("PUT", path, corrected).want(200)
	read := c.send("GET", path, "").want(200)
	equalBytes(t, "read and update differ", read.body, updated.body)
	for _, m := range sent.(*jsonvalue.Object).Members {
		if m.Name != "ttsModel" {
			updated.holds(map[string]string{"/" + m.Name: string(jsonvalue.Marshal(m.Value))})
		}
	}
	updated.holds(map[string]string{"/ttsModel/provider": `"11labs_byo"`, "/ttsModel/name": `"Premium Voice"`,
		"/ttsModel/language": `"en"`})
	if strings.Contains(string(updated.body), "your-new-elevenlabs-api-key") {
		t.Errorf("the key came back: %s", updated.body)
	}
}

func TestUpdateKeepsWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(`{"name":"Renewals","llmModel":"gpt-5","ttsModel":{"provider":"rime","voiceId":"mistv2_Brook"},"smartCallback":true,
		"maxAttemptsForSmartCallback":2,"gapBetweenEachAttemptForSmartCallback":[{"days":1}],"phoneNumberIds":["p1","p1"],
		"settings":{"speed":0.9},"variables":{"a":[1,{"b":null}]}}`)
	before := c.send("GET", path, "").want(200)
	c.Clock().Advance(time.Second)
	after := c.send("PUT", path, `{"llmModel":"gpt-5"}`).want(200)
	want := strings.Replace(string(before.body), `"updatedAt":"2026-03-04T05:06:07.089Z"`,
		`"updatedAt":"2026-03-04T05:06:08.089Z"`, 1)
	equalBytes(t, "an update of nothing", after.body, []byte(want))

	for field, value := range map[string]string{
		"name": `"Other"`, "ttsModel": `{"language":"de"}`, "smartCallback": `false`,
		"maxAttemptsForSmartCallback":           `7`,
		"gapBetweenEachAttemptForSmartCallback": `[]`, "phoneNumberIds": `[]`, "settings": `{"x":{}}`,
		"variables": `{}`,
	} {
		previous := c.send("GET", path, "").want(200)
		now := c.send("PUT", path, fmt.Sprintf(`{"llmModel":"gpt-5",%q:%s}`, field, value)).want(200)
		for _, m := range now.value.(*jsonvalue.Object).Members {
			want := string(jsonvalue.Marshal(previous.at("/" + m.Name)))
			switch m.Name {
			case field:
				want = value
			case "updatedAt":
				continue
			}
			now.holds(map[string]string{"/" + m.Name: want})
		}
	}
}

func TestWhatIsNotTheClientsToWrite(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	before := c.send("GET", path, "").want(200)
	c.Clock().Advance(time.Hour)
	after := c.send("PUT", path, `{"llmModel":"gpt-4o-mini","_id":"678c6a17c3f1e80b52d49a07","workspaceId":"ws-2","userId":"u","status":"error",
		"currentNode":"end","activeSessions":[{"roomName":"r"}],"createdAt":"2001-01-01T00:00:00Z","updatedAt":"2001-01-01T00:00:00Z",
		"unknown":1,"__v":3,"ttsModel":{"provider":"openai","voiceId":"alloy","unknown":1}}`).want(200)
	want := strings.Replace(string(before.body), `"updatedAt":"2026-03-04T05:06:07.089Z"`,
		`"updatedAt":"2026-03-04T06:06:07.089Z"`, 1)
	equalBytes(t, "read-only and unknown members", after.body, []byte(want))
	c.in("ws-2").send("GET", agents, "").want(200).holds(map[string]string{"": "[]"})

	created := c.send("POST", agents, strings.Replace(minimalAgent, "{",
		`{"_id":"678c6a17c3f1e80b52d49a07","workspaceId":"ws-2","status":"error","userId":"u",`, 1)).want(201)
	created.holds(map[string]string{"/workspaceId": `"ws-1"`, "/status": `"ready"`, "/userId": ""})
	if created.text("/_id") == "678c6a17c3f1e80b52d49a07" {
		t.Error("a client named an agent")
	}
}

func TestUpdatedAtMovesWithoutTheClock(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	last := c.send("GET", path, "").text("/updatedAt")
	for range 20 {
		r := c.send("PUT", path,
			`{"llmModel":"gpt-5"}`).want(200).holds(map[string]string{"/createdAt": `"2026-03-04T05:06:07.089Z"`})
		if now := r.text("/updatedAt"); now <= last {
			t.Fatalf("updatedAt went from %s to %s", last, now)
		} else {
			last = now
		}
	}
	c.Clock().Advance(-time.Hour)
	if now := c.send("PUT", path, `{"llmModel":"gpt-5"}`).want(200).text("/updatedAt"); now <= last {
		t.Errorf("updatedAt went back with the clock, from %s to %s", last, now)
	}
}

// Defaults apply to creation only, those of required members too.
func TestDefaults(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	created := c.send("POST", agents, minimalAgent).want(201)
	created.holds(map[string]string{
		"/smartCallback": "false", "/maxAttemptsForSmartCallback": "5", "/gapBetweenEachAttemptForSmartCallback": "[]",
		"/phoneNumberIds": "[]", "/settings": "{}", "/variables": "{}", "/activeSessions": "[]", "/status": `"ready"`,
	})
	path := agents + "/" + created.text("/_id")
	c.send("PUT", path, `{"llmModel":"gpt-5","smartCallback":true,"maxAttemptsForSmartCallback":9}`).want(200)
	c.send("PUT", path, `{"llmModel":"gpt-5"}`).want(200).holds(map[string]string{"/smartCallback": "true",
		"/maxAttemptsForSmartCallback": "9"})
	c.send("PUT", path, `{"name":"without a model"}`).refuses(400, "/llmModel", "missing")
	for _, field := range []string{"name", "llmModel", "ttsModel"} {
		v, err := jsonvalue.Parse([]byte(minimalAgent), jsonvalue.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		body := string(jsonvalue.Marshal(jsonvalue.Remove(v, "/"+field)))
		c.send("POST", agents, body).refuses(400, "/"+field, "missing")
	}
}
