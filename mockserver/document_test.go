package mockserver_test

import (
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// changedAgent returns the agent document with texts replaced, each of which must occur.
func changedAgent(t *testing.T, replacements ...string) *openapi.Document {
	t.Helper()
	source := string(openapi.Agent().Source())
	for i := 0; i < len(replacements); i += 2 {
		if !strings.Contains(source, replacements[i]) {
			t.Fatalf("the document has no %q", replacements[i])
		}
		source = strings.ReplaceAll(source, replacements[i], replacements[i+1])
	}
	doc, err := openapi.Parse("changed.yaml", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestModelRemovedAndAdded(t *testing.T) {
	t.Parallel()
	c := startWith(t, changedAgent(t, "        - gpt-4o-enterprise\n        - gpt-4.1\n",
		"        - gpt-9\n        - gpt-4.1\n"), mockserver.Options{})
	path := c.created(minimalAgent)
	c.send("PUT", path, `{"llmModel":"gpt-4o-enterprise"}`).refuses(400, "gpt-9")
	c.send("PUT", path, `{"llmModel":"gpt-9"}`).want(200).holds(map[string]string{"/llmModel": `"gpt-9"`})
}

func TestFieldMadeRequired(t *testing.T) {
	t.Parallel()
	c := startWith(t, changedAgent(t, "      required:\n        - llmModel\n      properties:",
		"      required:\n        - llmModel\n        - phoneNumberIds\n      properties:"), mockserver.Options{})
	path := c.created(minimalAgent)
	c.send("PUT", path, `{"llmModel":"gpt-5"}`).refuses(400, "/phoneNumberIds", "missing")
	c.send("PUT", path, `{"llmModel":"gpt-5","phoneNumberIds":["p"]}`).want(200)
}

// An llmModel that is not required gets its default at creation and keeps its value on update.
func TestModelMadeOptional(t *testing.T) {
	t.Parallel()
	doc := changedAgent(t,
		"      required:\n        - llmModel\n      properties:", "      properties:",
		"        - name\n        - llmModel\n        - ttsModel\n      properties:",
		"        - name\n        - ttsModel\n      properties:")
	c := startWith(t, doc, mockserver.Options{})
	created := c.send("POST", agents,
		`{"name":"A","ttsModel":{}}`).want(201).holds(map[string]string{"/llmModel": `"gpt-4o-mini"`})
	path := agents + "/" + created.text("/_id")
	c.send("PUT", path, `{"llmModel":"gpt-5"}`).want(200)
	c.send("PUT", path, `{"name":"B"}`).want(200).holds(map[string]string{"/llmModel": `"gpt-5"`, "/name": `"B"`})
}

// A default that is a word of x-mock is one where an update creates, and no update of what exists fills it in.
func TestDefaultOfUpdate(t *testing.T) {
	t.Parallel()
	doc := changedAgent(t, "        update: merge\n", "        update: merge\n        creates: true\n",
		"          x-mock:\n            default: 5\n", "          x-mock:\n            default: 7\n",
		"      required:\n        - llmModel\n      properties:", "      properties:",
		"            default: gpt-4o-mini\n", "            default: gpt-5\n")
	c := startWith(t, doc, mockserver.Options{})
	c.send("PUT", agents+"/a1", `{"name":"A"}`).want(200).holds(map[string]string{"/smartCallback": "false",
		"/maxAttemptsForSmartCallback": "7", "/llmModel": `"gpt-5"`})
	const set = `{"smartCallback":true,"maxAttemptsForSmartCallback":9,"llmModel":"gpt-4.1"}`
	c.send("PUT", agents+"/a1", set).want(200)
	c.send("PUT", agents+"/a1", `{"name":"B"}`).want(200).holds(map[string]string{"/smartCallback": "true",
		"/maxAttemptsForSmartCallback": "9", "/llmModel": `"gpt-4.1"`})
	c.send("POST", agents, minimalAgent).want(201).holds(map[string]string{"/maxAttemptsForSmartCallback": "5"})
}

func TestHeadersRenamed(t *testing.T) {
	t.Parallel()
	doc := changedAgent(t, "x-workspace-id", "x-tenant", "x-api-key", "x-secret-key", "property: workspaceId",
		"property: tenant",
		"        workspaceId:\n          description", "        tenant:\n          description",
		"        - workspaceId\n", "        - tenant\n", "workspaceId: ws-demo", "tenant: ws-demo")
	c := startWith(t, doc, mockserver.Options{})
	c.send("GET", agents, "").refuses(401, "x-secret-key")
	c = c.with("x-secret-key", "sesame-sesame")
	c.send("GET", agents, "").refuses(400, "x-tenant")
	c = c.with("x-tenant", "t1")
	c.send("POST", agents, minimalAgent).want(201).holds(map[string]string{"/tenant": `"t1"`, "/workspaceId": ""})
	c.with("x-tenant", "t2").send("GET", agents, "").want(200).holds(map[string]string{"": "[]"})
	if journal := string(c.send("GET", "/__mock/requests", "").body); strings.Contains(journal, "sesame") {
		t.Error("the journal shows the renamed key")
	}
}

// A field added to the document is stored, defaulted and hidden as the document says.
func TestFieldAdded(t *testing.T) {
	t.Parallel()
	doc := changedAgent(t,
		"        variables:\n          description: The customer's own values",
		"        pin:\n          type: string\n          x-mock: secret\n"+
			"        mood:\n          type: string\n          enum: [calm, brisk]\n          default: calm\n"+
			"        variables:\n          description: The customer's own values",
		"        activeSessions:\n          description",
		"        reviewedAt:\n          type: string\n"+
			"          format: date-time\n          readOnly: true\n          x-mock: updated\n"+
			"        activeSessions:\n          description")
	c := startWith(t, doc, mockserver.Options{})
	created := c.send("POST", agents, strings.Replace(minimalAgent, "{", `{"pin":"CLEAR-pin",`, 1)).want(201)
	created.holds(map[string]string{"/mood": `"calm"`, "/reviewedAt": `"2026-03-04T05:06:07.089Z"`})
	if pin := created.text("/pin"); !strings.HasPrefix(pin, "enc_") {
		t.Errorf("pin %q", pin)
	}
	path := agents + "/" + created.text("/_id")
	c.send("PUT", path, `{"llmModel":"gpt-5","mood":"wild"}`).refuses(400, "calm", "brisk")
	c.send("PUT", path, `{"llmModel":"gpt-5","mood":"brisk"}`).want(200).holds(map[string]string{"/mood": `"brisk"`,
		"/reviewedAt": `"2026-03-04T05:06:07.090Z"`})
}

// A document whose only operation is the update works on a state given at start.
func TestUpdateAlone(t *testing.T) {
	t.Parallel()
	source := string(openapi.Agent().Source())
	cut := func(from, to string) {
		i := strings.Index(source, from)
		j := strings.Index(source[i:], to)
		if i < 0 || j < 0 {
			t.Fatalf("the document has no %q … %q", from, to)
		}
		source = source[:i] + source[i+j:]
	}
	cut("  /v1/api/agents:\n", "  /v1/api/agents/{agentId}:\n")
	cut("    get:\n      operationId: getAgent", "    put:\n      operationId: updateAgent")
	cut("    delete:\n      operationId: deleteAgent", "components:\n")
	doc, err := openapi.Parse("update.yaml", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	c := startWith(t, doc,
		mockserver.Options{State: []byte(`{"agents":[{"_id":"a1","workspaceId":"ws-1","name":"A","llmModel":"gpt-4o","ttsModel":{"provider":"rime"}}]}`)})
	c.send("PUT", agents+"/a1", `{"llmModel":"gpt-5","name":"B"}`).want(200).
		holds(map[string]string{"/_id": `"a1"`, "/name": `"B"`, "/llmModel": `"gpt-5"`,
			"/ttsModel": `{"provider":"rime"}`, "/settings": ""})
	c.send("PUT", agents+"/a2", `{"llmModel":"gpt-5"}`).refuses(404)
	c.send("GET", agents+"/a1", "").refuses(405)
	c.send("GET", agents, "").refuses(404, "updateAgent")
	c.Reset()
	if !strings.Contains(string(c.State()), `"llmModel":"gpt-4o"`) {
		t.Errorf("after a reset: %s", c.State())
	}
}
