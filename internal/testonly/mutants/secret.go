package mutants

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf16"
)

// secretDefects let the clear ElevenLabs key out, or show a key where there is
// none to show.
func secretDefects() []Defect {
	return []Defect{
		{ID: "key-clear-in-update", Summary: "answers an update with the clear ElevenLabs key", UpdateOnly: true,
			Plant: revealing(inVoice, update)},
		{ID: "key-clear-in-create", Summary: "answers a creation with the clear ElevenLabs key",
			Plant: revealing(inVoice, create)},
		{ID: "key-clear-in-read", Summary: "reads an agent with the clear ElevenLabs key",
			Plant: revealing(inVoice, read)},
		{ID: "key-clear-in-list", Summary: "lists agents with their clear ElevenLabs keys",
			Plant: revealing(inVoice, list)},
		{ID: "key-clear-everywhere", Summary: "stores the ElevenLabs key in clear and always shows it",
			UpdateOnly: true,
			Plant:      revealing(inVoice, create, read, update, list)},
		{ID: "key-clear-later", Summary: "hides the ElevenLabs key when it is written and shows it in later updates",
			UpdateOnly: true,
			Plant: revealing(func(c *call, agent map[string]any, key string) {
				if clearKey(c.body()) == "" {
					inVoice(c, agent, key)
				}
			}, update)},
		{ID: "key-clear-for-other-provider",
			Summary: "keeps an ElevenLabs key in clear that is sent with another provider", UpdateOnly: true,
			Plant: revealing(func(_ *call, agent map[string]any, key string) {
				if tts := voiceOf(agent); tts["provider"] != "11labs_byo" {
					tts["elevenLabsApiKey"] = key
				}
			}, create, read, update, list)},
		{ID: "key-clear-in-extra-field",
			Summary: "answers with an undocumented field that holds the ElevenLabs key", UpdateOnly: true,
			Plant: revealing(func(_ *call, agent map[string]any, key string) {
				agent["integrations"] = []any{map[string]any{"kind": "elevenlabs", "secret": key}}
			}, create, update)},
		{ID: "key-clear-in-sentence", Summary: "answers with a log line in which the ElevenLabs key stands",
			UpdateOnly: true,
			Plant: revealing(func(_ *call, agent map[string]any, key string) {
				agent["currentNode"] = "synced voice with key=" + key + " (ok)"
			}, update)},
		{ID: "key-clear-in-escapes", Summary: "answers with the clear ElevenLabs key, spelled in \\u escapes",
			UpdateOnly: true,
			Plant:      always(leakEscaped)},
		{ID: "key-clear-in-header", Summary: "answers with the ElevenLabs key in a header", UpdateOnly: true,
			Plant: always(leakInHeader)},
		{ID: "key-clear-in-refusal", Summary: "repeats the body that it refuses, ElevenLabs key included",
			UpdateOnly: true,
			Plant: eachRefusal(func(c *call, a *answer) *answer {
				if clearKey(c.body()) == "" {
					return a
				}
				return reply(a.status, map[string]any{"error": "invalid body", "received": c.body()})
			})},
		{ID: "key-clear-in-refusal-text", Summary: "quotes the ElevenLabs key in the plain text of a refusal",
			UpdateOnly: true,
			Plant: eachRefusal(func(c *call, a *answer) *answer {
				key := clearKey(c.body())
				if key == "" {
					return a
				}
				return &answer{status: a.status, header: http.Header{"Content-Type": {"text/plain"}},
					body: fmt.Appendf(nil, "bad request near %q", "elevenLabsApiKey="+key)}
			})},
		{ID: "key-clear-in-unauthorised", Summary: "repeats the ElevenLabs key to callers without x-api-key",
			UpdateOnly: true,
			Plant:      repeatingTo(http.StatusUnauthorized)},
		{ID: "key-clear-in-not-found", Summary: "repeats the ElevenLabs key when the agent is unknown",
			UpdateOnly: true,
			Plant:      repeatingTo(http.StatusNotFound)},
		{ID: "key-token-with-other-provider", Summary: "shows an encrypted ElevenLabs key with every provider",
			UpdateOnly: true,
			Plant: show(func(agent map[string]any) {
				fill("elevenLabsApiKey", "enc:0f9a77")(voiceOf(agent))
			})},
		{ID: "key-token-outlives-provider",
			Summary: "goes on showing the encrypted key after a change of provider", UpdateOnly: true,
			Plant: plant(func() func(*call) *answer {
				tokens := &memory[any]{}
				return func(c *call) *answer {
					return c.forward().edit(func(agent map[string]any) {
						tts := voiceOf(agent)
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
			Plant: show(func(agent map[string]any) {
				fill("elevenLabsApiKey", "")(voiceOf(agent))
			})},
		{ID: "key-sometimes-clear", Summary: "answers every second write of an ElevenLabs key with the clear key",
			UpdateOnly: true, Flaky: true,
			Plant: func(inner http.Handler) http.Handler {
				n := &counter{}
				return revealing(func(c *call, agent map[string]any, key string) {
					if clearKey(c.body()) != "" && n.every(2) {
						inVoice(c, agent, key)
					}
				}, create, update)(inner)
			}},
	}
}

// voiceOf is the ttsModel of an agent; where there is none, changes to it are
// lost.
func voiceOf(agent map[string]any) map[string]any {
	if tts, ok := agent["ttsModel"].(map[string]any); ok {
		return tts
	}
	return map[string]any{}
}

// inVoice shows a clear key where the token belongs.
func inVoice(_ *call, agent map[string]any, key string) {
	if tts := voiceOf(agent); tts["provider"] == "11labs_byo" {
		tts["elevenLabsApiKey"] = key
	}
}

// leakEscaped shows the key of a request in \u escapes.
func leakEscaped(c *call) *answer {
	a := c.forward()
	if key := clearKey(c.body()); key != "" && a.agent() != nil {
		a.edit(func(agent map[string]any) { agent["debug"] = key })
		a.body = bytes.ReplaceAll(a.body, encode(key), escaped(key))
	}
	return a
}

// leakInHeader shows the key of a request in a header, if it can stand there.
func leakInHeader(c *call) *answer {
	a := c.forward()
	if key := clearKey(c.body()); key != "" && printable(key) {
		a.header.Set("X-Debug-Voice", "provider=11labs_byo; key="+key)
	}
	return a
}

// revealing remembers the clear keys that are written and puts them into the
// answers of some operations.
func revealing(put func(c *call, agent map[string]any, key string), ops ...operation) func(http.Handler) http.Handler {
	return plant(func() func(*call) *answer {
		keys := &vault{}
		return func(c *call) *answer {
			a := c.forward()
			keys.remember(c, a)
			return keys.reveal(c, a, put, ops...)
		}
	})
}

// vault holds the clear keys of agents, by their ids.
type vault struct{ memory[string] }

// remember keeps the clear key that a call has written, and forgets one that it
// has overwritten.
func (v *vault) remember(c *call, a *answer) {
	agent := a.agent()
	if agent == nil || !c.sends("ttsModel") {
		return
	}
	if key := clearKey(c.body()); key != "" {
		v.put(text(agent["_id"]), key)
		return
	}
	v.forget(text(agent["_id"]))
}

// reveal puts the keys into the answers of some operations.
func (v *vault) reveal(c *call, a *answer, put func(c *call, agent map[string]any, key string),
	ops ...operation) *answer {
	if !slices.Contains(ops, c.op) {
		return a
	}
	return a.edit(func(agent map[string]any) {
		if key, ok := v.lookup(text(agent["_id"])); ok {
			put(c, agent, key)
		}
	})
}

// repeatingTo repeats the ElevenLabs key in refusals of one status.
func repeatingTo(status int) func(http.Handler) http.Handler {
	return always(func(c *call) *answer {
		a := c.forward()
		if key := clearKey(c.body()); a.status == status && key != "" {
			return reply(status, map[string]any{"error": "rejected", "request": map[string]any{"voiceKey": key}})
		}
		return a
	})
}

// escaped spells a string with an escape for every character.
func escaped(s string) []byte {
	spelled := []byte{'"'}
	for _, unit := range utf16.Encode([]rune(s)) {
		spelled = fmt.Appendf(spelled, `\u%04x`, unit)
	}
	return append(spelled, '"')
}

// printable reports whether a string can stand in a header.
func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}
