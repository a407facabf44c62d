package mutants

import (
	"encoding/json"
	"net/http"
	"slices"
)

// sideEffectDefects change fields that an update leaves out, because of those that it sends.
func sideEffectDefects() []Defect {
	return []Defect{
		{ID: "callback-off-clears-gaps",
			Summary: "empties the gaps when smartCallback is switched off", UpdateOnly: true,
			Plant: sets(func(body, _ map[string]any) bool { return body["smartCallback"] == false }, gaps, []any{})},
		{ID: "callback-on-resets-attempts",
			Summary:    "sets the number of attempts to 5 when smartCallback is switched on",
			UpdateOnly: true,
			Plant: sets(func(body, _ map[string]any) bool { return body["smartCallback"] == true }, attempts,
				json.Number("5"))},
		{ID: "gaps-set-attempts", Summary: "sets the number of attempts to the number of gaps", UpdateOnly: true,
			Plant: editBodies(update, func(body map[string]any) {
				if list, ok := body[gaps].([]any); ok {
					fill(attempts, len(list))(body)
				}
			})},
		{ID: "no-gaps-switch-callback-off", Summary: "switches smartCallback off when the gaps are emptied",
			UpdateOnly: true,
			Plant: sets(func(body, _ map[string]any) bool {
				list, ok := body[gaps].([]any)
				return ok && len(list) == 0
			}, "smartCallback", false)},
		{ID: "attempts-cut-gaps", Summary: "cuts the gaps when fewer attempts are sent",
			UpdateOnly: true,
			Plant: on(update, func(c *call) *response {
				stored, _ := c.read(c.id).agent()[gaps].([]any)
				return c.edit(func(body map[string]any) {
					n, _ := body[attempts].(json.Number)
					if most, err := n.Int64(); err == nil && most >= 0 && int(most) < len(stored) {
						fill(gaps, stored[:most])(body)
					}
				}).forward()
			})},
		{ID: "voice-change-clears-settings", Summary: "empties settings when a ttsModel is sent", UpdateOnly: true,
			Plant: sets(sending("ttsModel"), "settings", map[string]any{})},
		{ID: "model-change-clears-settings", Summary: "empties settings when llmModel changes", UpdateOnly: true,
			Plant: sets(func(body, before map[string]any) bool {
				return slices.Contains(models, text(body["llmModel"])) && before != nil &&
					body["llmModel"] != before["llmModel"]
			}, "settings", map[string]any{})},
		{ID: "rename-clears-variables", Summary: "empties variables when a name is sent", UpdateOnly: true,
			Plant: sets(sending("name"), "variables", map[string]any{})},
		{ID: "variables-clear-settings",
			Summary:    "keeps settings and variables in one place, so that new variables empty settings",
			UpdateOnly: true,
			Plant:      sets(sending("variables"), "settings", map[string]any{})},
		{ID: "settings-clear-variables",
			Summary:    "keeps settings and variables in one place, so that new settings empty variables",
			UpdateOnly: true,
			Plant:      sets(sending("settings"), "variables", map[string]any{})},
		{ID: "voice-name-renames-agent", Summary: "takes the name of an agent from its ttsModel", UpdateOnly: true,
			Plant: editBodies(update, func(body map[string]any) {
				if name := text(ttsModelOf(body)["name"]); name != "" {
					fill("name", name)(body)
				}
			})},
		{ID: "phones-switch-callback-off", Summary: "switches smartCallback off when phone numbers are sent",
			UpdateOnly: true,
			Plant:      sets(sending("phoneNumberIds"), "smartCallback", false)},
		{ID: "callback-switch-clears-phones", Summary: "detaches the phone numbers when smartCallback is sent",
			UpdateOnly: true,
			Plant:      sets(sending("smartCallback"), "phoneNumberIds", []any{})},
	}
}

// sending returns a condition on updates: that they send a field.
func sending(field string) func(body, before map[string]any) bool {
	return func(body, _ map[string]any) bool {
		_, ok := body[field]
		return ok
	}
}

// sets sets a field that an update leaves out if the body, and the agent before it, meet a condition.
func sets(when func(body, before map[string]any) bool, field string, v any) func(http.Handler) http.Handler {
	return on(update, func(c *call) *response {
		before := c.read(c.id).agent()
		return c.edit(func(body map[string]any) {
			if when(body, before) {
				fill(field, v)(body)
			}
		}).forward()
	})
}
