package mutants

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// shapeTypeDefects answer with fields of a wrong type or format.
func shapeTypeDefects() []Defect {
	constant := func(v any) func(any) any { return func(any) any { return v } }
	session := func(start any) any {
		return []any{map[string]any{"roomName": "room-1", "participantId": "p-1", "startTime": start,
			"status": "active"}}
	}
	return []Defect{
		{ID: "created-at-epoch", Summary: "answers createdAt as milliseconds since 1970", UpdateOnly: true,
			Plant: retype("createdAt", epoch)},
		{ID: "updated-at-without-zone", Summary: "answers updatedAt without a zone", UpdateOnly: true,
			Plant: retype("updatedAt", func(v any) any { return instant(v).UTC().Format("2006-01-02T15:04:05") })},
		{ID: "created-at-with-blank", Summary: "answers createdAt as databases print it", UpdateOnly: true,
			Plant: retype("createdAt", func(v any) any { return instant(v).UTC().Format("2006-01-02 15:04:05+00") })},
		{ID: "updated-at-impossible", Summary: "answers updatedAt with a day that February has not", UpdateOnly: true,
			Plant: retype("updatedAt", constant("2026-02-30T10:00:00.000Z"))},
		{ID: "created-at-empty", Summary: "answers createdAt empty in updates", UpdateOnly: true,
			Plant: retype("createdAt", constant(""), update)},
		{ID: "updated-at-null-in-create", Summary: "answers a creation with updatedAt null",
			Plant: retype("updatedAt", constant(nil), create)},
		{ID: "id-object", Summary: `answers _id as {"$oid": …}`, UpdateOnly: true,
			Plant: retype("_id", func(v any) any { return map[string]any{"$oid": v} })},
		{ID: "id-object-in-list", Summary: `lists _id as {"$oid": …}`,
			Plant: retype("_id", func(v any) any { return map[string]any{"$oid": v} }, list)},
		{ID: "workspace-number", Summary: "answers workspaceId as a number", UpdateOnly: true,
			Plant: retype("workspaceId", constant(json.Number("17")))},
		{ID: "user-number", Summary: "answers userId as a number", UpdateOnly: true,
			Plant: retype("userId", constant(json.Number("17")))},
		{ID: "name-null", Summary: "answers an update with name null", UpdateOnly: true,
			Plant: retype("name", constant(nil), update)},
		{ID: "voice-string", Summary: "answers ttsModel as a string", UpdateOnly: true,
			Plant: retype("ttsModel", constant("openai/alloy"))},
		{ID: "voice-member-null", Summary: "answers the voiceId of an update as null", UpdateOnly: true,
			Plant: retype("ttsModel", func(v any) any {
				if tts, ok := v.(map[string]any); ok {
					tts["voiceId"] = nil
				}
				return v
			}, update)},
		{ID: "smart-callback-string", Summary: "answers smartCallback as a string", UpdateOnly: true,
			Plant: retype("smartCallback", func(v any) any { return string(encode(v)) })},
		{ID: "attempts-string", Summary: "answers the number of attempts as a string", UpdateOnly: true,
			Plant: retype(attempts, func(v any) any { return strings.Trim(string(encode(v)), `"`) })},
		{ID: "gap-days-string", Summary: "answers the days of gaps as strings", UpdateOnly: true,
			Plant: retype(gaps, func(v any) any {
				return walk(v, func(v any) any {
					if isNumber(v) {
						return string(v.(json.Number))
					}
					return v
				})
			})},
		{ID: "phones-null", Summary: "answers null where there are no phone numbers", UpdateOnly: true,
			Plant: retype("phoneNumberIds", func(v any) any {
				if phones, _ := v.([]any); len(phones) == 0 {
					return nil
				}
				return v
			})},
		{ID: "settings-text", Summary: "answers settings as JSON in a string", UpdateOnly: true,
			Plant: retype("settings", func(v any) any { return string(encode(v)) })},
		{ID: "variables-pairs", Summary: "answers variables as a list of names and values", UpdateOnly: true,
			Plant: retype("variables", pairs)},
		{ID: "sessions-object", Summary: "answers activeSessions as an object", UpdateOnly: true,
			Plant: retype("activeSessions", constant(map[string]any{}))},
		{ID: "session-start-epoch", Summary: "answers the start of a session as a number", UpdateOnly: true,
			Plant: retype("activeSessions", constant(session(json.Number("1737255447"))))},
		{ID: "session-start-impossible", Summary: "answers a session that started in month 13", UpdateOnly: true,
			Plant: retype("activeSessions", constant(session("2025-13-01T00:00:00Z")))},
		{ID: "status-object", Summary: "answers status as an object", UpdateOnly: true,
			Plant: retype("status", constant(map[string]any{"state": "ready"}))},
		{ID: "node-number", Summary: "answers currentNode as a number", UpdateOnly: true,
			Plant: retype("currentNode", constant(json.Number("3")))},
	}
}

// retype changes one field of the agents in answers, also where it was missing.
func retype(field string, change func(v any) any, ops ...operation) func(http.Handler) http.Handler {
	return show(func(agent map[string]any) { agent[field] = change(agent[field]) }, ops...)
}

// instant reads a timestamp of an answer; the zero time if it is none.
func instant(v any) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, text(v))
	return t
}

func epoch(v any) any { return instant(v).UnixMilli() }

// pairs lists the members of an object.
func pairs(v any) any {
	list := []any{}
	o, _ := v.(map[string]any)
	for name, member := range o {
		list = append(list, map[string]any{"name": name, "value": member})
	}
	return list
}
