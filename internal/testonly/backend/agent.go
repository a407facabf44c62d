package backend

import (
	"maps"
	"time"
)

// byo is the only provider whose agents have an ElevenLabs key.
const byo = "11labs_byo"

// timeFormat is RFC 3339 with milliseconds.
const timeFormat = "2006-01-02T15:04:05.000Z07:00"

// agent is one stored agent. Its fields are replaced, never changed in place, so that a response
// can be written after the store's lock is released.
type agent struct {
	id        string
	workspace string
	fields    map[string]any // the writable ones, as sent; secrets already replaced
	created   time.Time
	updated   time.Time
	version   int
}

// with returns the fields after an update: fields that were sent are replaced, the others are kept.
func (a *agent) with(sent map[string]any) map[string]any {
	fields := maps.Clone(a.fields)
	maps.Copy(fields, sent)
	return fields
}

// view returns the agent as responses show it.
func (a *agent) view() map[string]any {
	v := maps.Clone(a.fields)
	v["_id"] = a.id
	v["workspaceId"] = a.workspace
	v["userId"] = "owner-of-" + a.workspace
	v["status"] = "ready"
	v["currentNode"] = "start"
	v["activeSessions"] = []any{}
	v["createdAt"] = a.created.UTC().Format(timeFormat)
	v["updatedAt"] = a.updated.UTC().Format(timeFormat)
	v["type"] = "voice"
	v["__v"] = a.version
	return v
}

// withDefaults adds the defaults of fields that a creation omits.
func withDefaults(sent map[string]any) map[string]any {
	fields := map[string]any{
		"smartCallback":                         false,
		"maxAttemptsForSmartCallback":           5,
		"gapBetweenEachAttemptForSmartCallback": []any{},
		"phoneNumberIds":                        []any{},
		"settings":                              map[string]any{},
		"variables":                             map[string]any{},
	}
	maps.Copy(fields, sent)
	return fields
}

// seal removes the clear ElevenLabs key from the fields that were sent. With the only provider that
// uses it, a new token takes its place; with any other the key is dropped.
func seal(sent map[string]any, newID func() string) {
	tts, ok := sent["ttsModel"].(map[string]any)
	if !ok {
		return
	}
	_, hasKey := tts["elevenLabsApiKey"]
	delete(tts, "elevenLabsApiKey")
	if hasKey && tts["provider"] == byo {
		tts["elevenLabsApiKey"] = "sealed:" + newID()
	}
}
