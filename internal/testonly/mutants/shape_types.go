package mutants

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// shapeTypeDefects return fields of a wrong type or format.
func shapeTypeDefects() []Defect {
	constant := func(v any) func(any) any { return func(any) any { return v } }
	session := func(start any) any {
		return []any{map[string]any{"roomName": "room-1", "participantId": "p-1", "startTime": start,
			"status": "active"}}
	}
	return []Defect{
		{ID: "created-at-epoch", Summary: "returns createdAt as milliseconds since 1970", UpdateOnly: true,
			Plant: editField("createdAt", epoch)},
		{ID: "updated-at-without-zone", Summary: "returns updatedAt without a zone", UpdateOnly: true,
			Plant: editField("updatedAt", func(v any) any { return instant(v).UTC().Format("2006-01-02T15:04:05") })},
		{ID: "created-at-with-blank", Summary: "returns createdAt as databases print it", UpdateOnly: true,
			Plant: editField("createdAt",
				func(v any) any { return instant(v).UTC().Format("2006-01-02 15:04:05+00") })},
		{ID: "updated-at-impossible", Summary: "returns updatedAt with a day that February does not have",
			UpdateOnly: true,
			Plant:      editField("updatedAt", constant("2026-02-30T10:00:00.000Z"))},
		{ID: "created-at-empty", Summary: "returns createdAt empty in updates", UpdateOnly: true,
			Plant: editField("createdAt", constant(""), update)},
		{ID: "updated-at-null-in-create", Summary: "responds to a creation with updatedAt null",
			Plant: editField("updatedAt", constant(nil), create)},
		{ID: "id-object", Summary: `returns _id as {"$oid": …}`, UpdateOnly: true,
			Plant: editField("_id", func(v any) any { return map[string]any{"$oid": v} })},
		{ID: "id-object-in-list", Summary: `lists _id as {"$oid": …}`,
			Plant: editField("_id", func(v any) any { return map[string]any{"$oid": v} }, list)},
		{ID: "workspace-number", Summary: "returns workspaceId as a number", UpdateOnly: true,
			Plant: editField("workspaceId", constant(json.Number("17")))},
		{ID: "user-number", Summary: "returns userId as a number", UpdateOnly: true,
			Plant: editField("userId", constant(json.Number("17")))},
		{ID: "name-null", Summary: "responds to an update with name null", UpdateOnly: true,
			Plant: editField("name", constant(nil), update)},
		{ID: "voice-string", Summary: "returns ttsModel as a string", UpdateOnly: true,
			Plant: editField("ttsModel", constant("openai/alloy"))},
		{ID: "voice-member-null", Summary: "returns the voiceId of an update as null", UpdateOnly: true,
			Plant: editField("ttsModel", func(v any) any {
				if tts, ok := v.(map[string]any); ok {
					tts["voiceId"] = nil
				}
				return v
			}, update)},
		{ID: "smart-callback-string", Summary: "returns smartCallback as a string", UpdateOnly: true,
			Plant: editField("smartCallback", func(v any) any { return string(encode(v)) })},
		{ID: "attempts-string", Summary: "returns the number of attempts as a string", UpdateOnly: true,
			Plant: editField(attempts, func(v any) any { return strings.Trim(string(encode(v)), `"`) })},
		{ID: "gap-days-string", Summary: "returns the days of gaps as strings", UpdateOnly: true,
			Plant: editField(gaps, func(v any) any {
				return walk(v, func(v any) any {
					if isNumber(v) {
						return string(v.(json.Number))
					}
					return v
				})
			})},
		{ID: "phones-null", Summary: "returns null where there are no phone numbers", UpdateOnly: true,
			Plant: editField("phoneNumberIds", func(v any) any {
				if phones, _ := v.([]any); len(phones) == 0 {
					return nil
				}
				return v
			})},
		{ID: "settings-text", Summary: "returns settings as JSON in a string", UpdateOnly: true,
			Plant: editField("settings", func(v any) any { return string(encode(v)) })},
		{ID: "variables-pairs", Summary: "returns variables as a list of names and values", UpdateOnly: true,
			Plant: editField("variables", pairs)},
		{ID: "sessions-object", Summary: "returns activeSessions as an object", UpdateOnly: true,
			Plant: editField("activeSessions", constant(map[string]any{}))},
		{ID: "session-start-epoch", Summary: "returns the start of a session as a number", UpdateOnly: true,
			Plant: editField("activeSessions", constant(session(json.Number("1737255447"))))},
		{ID: "session-start-impossible", Summary: "returns a session that started in month 13", UpdateOnly: true,
			Plant: editField("activeSessions", constant(session("2025-13-01T00:00:00Z")))},
		{ID: "status-object", Summary: "returns status as an object", UpdateOnly: true,
			Plant: editField("status", constant(map[string]any{"state": "ready"}))},
		{ID: "node-number", Summary: "returns currentNode as a number", UpdateOnly: true,
			Plant: editField("currentNode", constant(json.Number("3")))},
	}
}

// editField changes one field of the agents in responses, even if it is missing.
func editField(field string, change func(v any) any, ops ...operation) func(http.Handler) http.Handler {
	return editAgents(func(agent map[string]any) { agent[field] = change(agent[field]) }, ops...)
}

// instant returns a timestamp of a response, or the zero time.
func instant(v any) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, text(v))
	return t
}

func epoch(v any) any { return instant(v).UnixMilli() }

// pairs returns the members of an object as a list.
func pairs(v any) any {
	list := []any{}
	o, _ := v.(map[string]any)
	for name, member := range o {
		list = append(list, map[string]any{"name": name, "value": member})
	}
	return list
}
