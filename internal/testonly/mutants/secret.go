package mutants

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf16"
)

// secretDefects show the ElevenLabs key in clear, or show a key that should be absent.
func secretDefects() []Defect {
	return []Defect{
		{ID: "key-clear-in-update", Summary: "responds to an update with the clear ElevenLabs key", UpdateOnly: true,
			Plant: revealKeys(inTTSModel, update)},
		{ID: "key-clear-in-create", Summary: "responds to a creation with the clear ElevenLabs key",
			Plant: revealKeys(inTTSModel, create)},
		{ID: "key-clear-in-read", Summary: "reads an agent with the clear ElevenLabs key",
			Plant: revealKeys(inTTSModel, read)},
		{ID: "key-clear-in-list", Summary: "lists agents with their clear ElevenLabs keys",
			Plant: revealKeys(inTTSModel, list)},
		{ID: "key-clear-everywhere", Summary: "stores the ElevenLabs key in clear and always shows it",
			UpdateOnly: true,
			Plant:      revealKeys(inTTSModel, create, read, update, list)},
		{ID: "key-clear-later", Summary: "hides the ElevenLabs key when it is written and shows it in later updates",
			UpdateOnly: true,
			Plant: revealKeys(func(c *call, agent map[string]any, key string) {
				if clearKey(c.body()) == "" {
					inTTSModel(c, agent, key)
				}
			}, update)},
		{ID: "key-clear-for-other-provider",
			Summary: "keeps an ElevenLabs key in clear that is sent with another provider", UpdateOnly: true,
			Plant: revealKeys(func(_ *call, agent map[string]any, key string) {
				if tts := ttsModelOf(agent); tts["provider"] != "11labs_byo" {
					tts["elevenLabsApiKey"] = key
				}
			}, create, read, update, list)},
		{ID: "key-clear-in-extra-field",
			Summary: "responds with an undocumented field that holds the ElevenLabs key", UpdateOnly: true,
			Plant: revealKeys(func(_ *call, agent map[string]any, key string) {
				agent["integrations"] = []any{map[string]any{"kind": "elevenlabs", "secret": key}}
			}, create, update)},
		{ID: "key-clear-in-sentence", Summary: "responds with a log line in which the ElevenLabs key appears",
			UpdateOnly: true,
			Plant: revealKeys(func(_ *call, agent map[string]any, key string) {
				agent["currentNode"] = "synced voice with key=" + key + " (ok)"
			}, update)},
		{ID: "key-clear-in-escapes", Summary: "responds with the clear ElevenLabs key, spelled in \\u escapes",
			UpdateOnly: true,
			Plant:      stateless(leakEscaped)},
		{ID: "key-clear-in-header", Summary: "responds with the ElevenLabs key in a header", UpdateOnly: true,
			Plant: stateless(leakInHeader)},
		{ID: "key-clear-in-refusal", Summary: "repeats the body that it refuses, ElevenLabs key included",
			UpdateOnly: true,
			Plant: eachRefusal(func(c *call, resp *response) *response {
				if clearKey(c.body()) == "" {
					return resp
				}
				return jsonResponse(resp.status, map[string]any{"error": "invalid body", "received": c.body()})
			})},
		{ID: "key-clear-in-refusal-text", Summary: "quotes the ElevenLabs key in the plain text of a refusal",
			UpdateOnly: true,
			Plant: eachRefusal(func(c *call, resp *response) *response {
				key := clearKey(c.body())
				if key == "" {
					return resp
				}
				return &response{status: resp.status, header: http.Header{"Content-Type": {"text/plain"}},
					body: fmt.Appendf(nil, "bad request near %q", "elevenLabsApiKey="+key)}
			})},
		{ID: "key-clear-in-unauthorised", Summary: "repeats the ElevenLabs key to callers without x-api-key",
			UpdateOnly: true,
			Plant:      repeatKeyIn(http.StatusUnauthorized)},
		{ID: "key-clear-in-not-found", Summary: "repeats the ElevenLabs key when the agent is unknown",
			UpdateOnly: true,
			Plant:      repeatKeyIn(http.StatusNotFound)},
		{ID: "key-token-with-other-provider", Summary: "shows an encrypted ElevenLabs key with every provider",
			UpdateOnly: true,
			Plant: editAgents(func(agent map[string]any) {
				fill("elevenLabsApiKey", "enc:0f9a77")(ttsModelOf(agent))
			})},
		{ID: "key-token-outlives-provider",
			Summary: "still shows the encrypted key after a change of provider", UpdateOnly: true,
			Plant: stateful(func() func(*call) *response {
				tokens := &memory[any]{}
				return func(c *call) *response {
					return c.forward().edit(func(agent map[string]any) {
						tts := ttsModelOf(agent)
						if token := tts["elevenLabsApiKey"]; token != nil {
							tokens.put(text(agent["_id"]), token)
						} else if token, known := tokens.lookup(text(agent["_id"])); known {
							tts["elevenLabsApiKey"] = token
						}
					})
				}
			})},
		{ID: "key-empty-with-other-provider", Summary: "shows an empty elevenLabsApiKey with other providers",
			UpdateOnly: true,
			Plant: editAgents(func(agent map[string]any) {
				fill("elevenLabsApiKey", "")(ttsModelOf(agent))
			})},
		{ID: "key-sometimes-clear", Summary: "responds to every second write of an ElevenLabs key with the clear key",
			UpdateOnly: true, Flaky: true,
			Plant: func(inner http.Handler) http.Handler {
				n := &counter{}
				return revealKeys(func(c *call, agent map[string]any, key string) {
					if clearKey(c.body()) != "" && n.every(2) {
						inTTSModel(c, agent, key)
					}
				}, create, update)(inner)
			}},
	}
}

// ttsModelOf returns the ttsModel of an agent. Without one it returns an empty object, and changes
// to it are lost.
func ttsModelOf(agent map[string]any) map[string]any {
	if tts, ok := agent["ttsModel"].(map[string]any); ok {
		return tts
	}
	return map[string]any{}
}

// inTTSModel shows the clear key in place of the token.
func inTTSModel(_ *call, agent map[string]any, key string) {
	if tts := ttsModelOf(agent); tts["provider"] == "11labs_byo" {
		tts["elevenLabsApiKey"] = key
	}
}

// leakEscaped shows the key of a request in \u escapes.
func leakEscaped(c *call) *response {
	resp := c.forward()
	if key := clearKey(c.body()); key != "" && resp.agent() != nil {
		resp.edit(func(agent map[string]any) { agent["debug"] = key })
		resp.body = bytes.ReplaceAll(resp.body, encode(key), escaped(key))
	}
	return resp
}

// leakInHeader shows the key of a request in a header, if a header can carry it.
func leakInHeader(c *call) *response {
	resp := c.forward()
	if key := clearKey(c.body()); key != "" && printable(key) {
		resp.header.Set("X-Debug-Voice", "provider=11labs_byo; key="+key)
	}
	return resp
}

// revealKeys remembers the clear keys that are written and puts them into the responses of some
// operations.
func revealKeys(put func(c *call, agent map[string]any, key string), ops ...operation) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		keys := &keyMemory{}
		return func(c *call) *response {
			resp := c.forward()
			keys.remember(c, resp)
			return keys.reveal(c, resp, put, ops...)
		}
	})
}

// keyMemory remembers the clear keys of agents by id.
type keyMemory struct{ memory[string] }

// remember stores the clear key that a call has written, and removes the one that it has
// overwritten.
func (v *keyMemory) remember(c *call, resp *response) {
	agent := resp.agent()
	if agent == nil || !c.sends("ttsModel") {
		return
	}
	if key := clearKey(c.body()); key != "" {
		v.put(text(agent["_id"]), key)
		return
	}
	v.forget(text(agent["_id"]))
}

// reveal puts the keys into the responses of some operations.
func (v *keyMemory) reveal(c *call, resp *response, put func(c *call, agent map[string]any, key string),
	ops ...operation) *response {
	if !slices.Contains(ops, c.op) {
		return resp
	}
	return resp.edit(func(agent map[string]any) {
		if key, ok := v.lookup(text(agent["_id"])); ok {
			put(c, agent, key)
		}
	})
}

// repeatKeyIn repeats the ElevenLabs key in refusals with one status.
func repeatKeyIn(status int) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		resp := c.forward()
		if key := clearKey(c.body()); resp.status == status && key != "" {
			return jsonResponse(status, map[string]any{"error": "rejected", "request": map[string]any{"voiceKey": key}})
		}
		return resp
	})
}

// escaped returns a JSON string with every character escaped.
func escaped(s string) []byte {
	spelled := []byte{'"'}
	for _, unit := range utf16.Encode([]rune(s)) {
		spelled = fmt.Appendf(spelled, `\u%04x`, unit)
	}
	return append(spelled, '"')
}

// printable reports whether a header can carry a string.
func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}
