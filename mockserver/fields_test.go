package mockserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
)

// examples has a JSON value of each type, and values that look like another type.
var examples = map[string]string{
	"string": `"a"`, "number": `1.5`, "integer": `3`, "boolean": `true`, "null": `null`, "array": `[]`, "object": `{}`,
	"number in quotes": `"5"`, "boolean in quotes": `"true"`, "list of numbers": `[1]`,
	"list of objects": `[{}]`, "list of texts": `["a"]`,
}

// fields lists the documented fields with the examples that each accepts; all others are refused.
var fields = []struct {
	pointer string
	body    string // around the value
	takes   []string
}{
	{"/name", `{"name":%s}`, []string{"string", "number in quotes", "boolean in quotes"}},
	{"/ttsModel", `{"ttsModel":%s}`, []string{"object"}},
	{"/ttsModel/provider", `{"ttsModel":{"provider":%s}}`, []string{"string", "number in quotes", "boolean in quotes"}},
	{"/ttsModel/voiceId", `{"ttsModel":{"voiceId":%s}}`, []string{"string", "number in quotes", "boolean in quotes"}},
	{"/ttsModel/name", `{"ttsModel":{"name":%s}}`, []string{"string", "number in quotes", "boolean in quotes"}},
	{"/ttsModel/language", `{"ttsModel":{"language":%s}}`, []string{"string", "number in quotes", "boolean in quotes"}},
	{"/smartCallback", `{"smartCallback":%s}`, []string{"boolean"}},
	{"/maxAttemptsForSmartCallback", `{"maxAttemptsForSmartCallback":%s}`, []string{"number", "integer"}},
	{"/gapBetweenEachAttemptForSmartCallback", `{"gapBetweenEachAttemptForSmartCallback":%s}`,
		[]string{"array", "list of objects"}},
	{"/gapBetweenEachAttemptForSmartCallback/0/days", `{"gapBetweenEachAttemptForSmartCallback":[{"days":%s}]}`,
		[]string{"number", "integer"}},
	{"/gapBetweenEachAttemptForSmartCallback/0/hours",
		`{"gapBetweenEachAttemptForSmartCallback":[{"hours":%s}]}`, []string{"number", "integer"}},
	{"/phoneNumberIds", `{"phoneNumberIds":%s}`, []string{"array", "list of texts"}},
	{"/phoneNumberIds/0", `{"phoneNumberIds":[%s]}`, []string{"string", "number in quotes", "boolean in quotes"}},
	{"/settings", `{"settings":%s}`, []string{"object"}},
	{"/settings/speed", `{"settings":{"speed":%s}}`, everything()},
	{"/variables", `{"variables":%s}`, []string{"object"}},
	{"/variables/any", `{"variables":{"any":%s}}`, everything()},
}

func everything() []string {
	var list []string
	for name := range examples {
		list = append(list, name)
	}
	return list
}

func TestEachFieldTakesItsTypesAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("sends one request at a time: no race can be here")
	}
	t.Parallel()
	for _, f := range fields {
		t.Run(strings.TrimPrefix(f.pointer, "/"), func(t *testing.T) {
			t.Parallel()
			c := start(t, mockserver.Options{})
			path := c.created(minimalAgent)
			taken := map[string]bool{}
			for _, name := range f.takes {
				taken[name] = true
			}
			for name, value := range examples {
				body := strings.Replace(fmt.Sprintf(f.body, value), "{", `{"llmModel":"gpt-5",`, 1)
				before := c.send("GET", path, "")
				if taken[name] {
					c.send("PUT", path, body).want(200).holds(map[string]string{f.pointer: value})
					c.send("GET", path, "").want(200).holds(map[string]string{f.pointer: value})
					c.send("POST", agents, withRequired(body)).want(201).holds(map[string]string{f.pointer: value})
					continue
				}
				c.send("PUT", path, body).refuses(400, "body "+f.pointer)
				c.send("POST", agents, withRequired(body)).refuses(400, "body "+f.pointer)
				equalBytes(t, "a refused update changed the agent", c.send("GET", path, "").body, before.body)
			}
		})
	}
}

// withRequired adds the required members of a creation.
func withRequired(body string) string {
	for name, member := range map[string]string{"name": `"name":"A",`, "ttsModel": `"ttsModel":{},`} {
		if !strings.Contains(body, `,"`+name+`":`) {
			body = strings.Replace(body, "{", "{"+member, 1)
		}
	}
	return body
}

func TestAllViolationsAtOnce(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	r := c.with("x-workspace-id").send("PUT", path,
		`{"name":1,"ttsModel":{"voiceId":2},"gapBetweenEachAttemptForSmartCallback":[{},{"days":"1"}]}`)
	want := []string{
		"missing-parameter header x-workspace-id", "type body /gapBetweenEachAttemptForSmartCallback/1/days",
		"required body /llmModel",
		"type body /name", "type body /ttsModel/voiceId",
	}
	r.refuses(400, "x-workspace-id", "(and 4 more)")
	if got := r.details(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("details\ngot  %q\nwant %q", got, want)
	}
}

func TestBodiesThatAreNoObjects(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	for _, body := range []string{`[]`, `"a"`, `1`, `true`, `null`, `[{"llmModel":"gpt-5"}]`} {
		c.send("PUT", path, body).refuses(400, "body")
		c.send("POST", agents, body).refuses(400, "body")
	}
	c.send("PUT", path, "").refuses(400, "body", "missing")
	c.send("POST", agents, "").refuses(400, "body", "missing")
}
