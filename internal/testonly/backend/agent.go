package backend

import (
	"maps"
	"time"
)

// byo is the one provider whose agents carry an ElevenLabs key.
const byo = "11labs_byo"

// timeFormat writes instants with milliseconds, in UTC.
const timeFormat = "2006-01-02T15:04:05.000Z07:00"

// agent is one stored agent. Its fields are replaced, never changed in place,
// so that an answer may be written after the store's lock is released.
type agent struct {
	id        string
	workspace string
	fields    map[string]any // the writable ones, as sent; secrets already replaced
	created   time.Time
	updated   time.Time
	version   int
}

// with returns the fields after an update: what was sent replaces, what was
// left out stays.
func (a *agent) with(sent map[string]any) map[string]any {
	fields := maps.Clone(a.fields)
	maps.Copy(fields, sent)
	return fields
}

// view is the agent as answers show it.
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

// withDefaults adds what creation fills in where nothing was sent.
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

// seal takes the clear ElevenLabs key out of the fields that were sent. With
// the one provider that uses it, a token made now stands in its place; with any
// other the key is dropped.
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
