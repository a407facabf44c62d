package soak

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// dropped are members of a body that the mock does not store: those that it makes itself, and one that
// no schema names.
var dropped = []string{"_id", "status", "createdAt", "unknown"}

// providers are values of a voice; the first one uses the secret.
var providers = []string{"11labs_byo", "openai", "cartesia", "rime"}

var models = []string{"gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "gemini-2.5-flash", "gpt-5"}

// body returns a random body of an update.
func (c *client) body() map[string]any {
	body := map[string]any{"llmModel": models[c.random.IntN(len(models))]}
	for _, name := range sharedMembers {
		if c.random.IntN(2) == 0 {
			body[name] = c.value(name)
		}
	}
	if c.random.IntN(5) == 0 {
		body[dropped[c.random.IntN(len(dropped))]] = "sent by a client"
	}
	return body
}

// value returns a random value of a member that can be written.
func (c *client) value(member string) any {
	switch member {
	case "name":
		return fmt.Sprintf("Agent %d – “ß” \U0001F600", c.random.IntN(1e6))
	case "ttsModel":
		return c.voice()
	case "smartCallback":
		return c.random.IntN(2) == 0
	case "maxAttemptsForSmartCallback":
		return json.Number(fmt.Sprintf("%d.50", c.random.IntN(9)))
	case "gapBetweenEachAttemptForSmartCallback":
		gaps := make([]any, c.random.IntN(4))
		for i := range gaps {
			gaps[i] = map[string]any{"days": c.random.IntN(9), "hours": json.Number("1e1")}
		}
		return gaps
	case "phoneNumberIds":
		return []any{fmt.Sprintf("number-%d", c.random.IntN(100)), "number-0"}
	case "settings":
		return map[string]any{"speed": c.random.Float64(), "nested": map[string]any{"list": []any{nil, true, "x"}}}
	}
	return c.variables()
}

func (c *client) voice() map[string]any {
	voice := map[string]any{"provider": providers[c.random.IntN(len(providers))]}
	if c.random.IntN(2) == 0 {
		voice["voiceId"] = fmt.Sprintf("voice-%d", c.random.IntN(100))
	}
	if c.random.IntN(2) == 0 {
		voice[secretMember] = fmt.Sprintf("%s%016x", secretMark, c.random.Uint64())
	}
	return voice
}

// variables are of any size; a few are as long as what the journal keeps of a body.
func (c *client) variables() map[string]any {
	variables := map[string]any{"company": "Northwind \u2028 Energy"}
	for i := range c.random.IntN(6) {
		variables[fmt.Sprint("key", i)] = c.random.IntN(1000)
	}
	if c.random.IntN(30) == 0 {
		variables["long"] = strings.Repeat("lorem ipsum ", 6000)
	}
	return variables
}

// normal returns a value as it is after it went through JSON.
func normal(v any) any {
	var decoded any
	if err := decode(encode(v), &decoded); err != nil {
		panic(err) // encode made it
	}
	return decoded
}

// badRequests are requests that the API forbids; an empty path is that of an agent.
var badRequests = []request{
	{method: http.MethodPut, body: []byte(`{"llmModel": "gpt-0"}`), status: http.StatusBadRequest},
	{method: http.MethodPut, body: []byte(`{"name": "no model"}`), status: http.StatusBadRequest},
	{method: http.MethodPut, body: []byte(`{"llmModel": "gpt-5", "settings": []}`), status: http.StatusBadRequest},
	{method: http.MethodPut, body: []byte(`{"llmModel": "gpt-5", "llmModel": "gpt-5"}`), status: http.StatusBadRequest},
	{method: http.MethodPut, body: []byte(`{"llmModel": "gpt-5"`), status: http.StatusBadRequest},
	{method: http.MethodPut, body: []byte(`{"llmModel": "gpt-5"}`), status: http.StatusUnauthorized,
		header: http.Header{"X-Api-Key": nil}},
	{method: http.MethodPut, body: []byte(`llmModel=gpt-5`), status: http.StatusUnsupportedMediaType,
		header: http.Header{"Content-Type": {"text/plain"}}},
	{method: http.MethodPost, path: agentsPath, body: []byte(`{"llmModel": "gpt-5"}`), status: http.StatusBadRequest},
	{method: http.MethodPatch, body: []byte(`{}`), status: http.StatusMethodNotAllowed},
	{method: http.MethodGet, path: agentsPath + "/a/b/c", status: http.StatusNotFound},
}
