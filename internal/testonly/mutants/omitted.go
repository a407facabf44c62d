package mutants

import (
	"encoding/json"
	"net/http"
)

// omittedDefects change fields that an update omits.
func omittedDefects() []Defect {
	five := json.Number("5")
	nothing := map[string]any{}
	return []Defect{
		{ID: "update-replaces-all", Summary: "resets every field that an update leaves out, as PUT does elsewhere",
			UpdateOnly: true,
			Plant: resetOmitted(map[string]any{"name": "Untitled", "ttsModel": nothing, "smartCallback": false,
				attempts: five,
				gaps:     []any{}, "phoneNumberIds": []any{}, "settings": nothing, "variables": nothing})},
		{ID: "update-resets-name", Summary: "empties a name that an update leaves out", UpdateOnly: true,
			Plant: resetOmitted(map[string]any{"name": ""})},
		{ID: "update-resets-voice", Summary: "resets a ttsModel that an update leaves out", UpdateOnly: true,
			Plant: resetOmitted(map[string]any{"ttsModel": map[string]any{"provider": "openai",
				"voiceId": "default"}})},
		{ID: "update-resets-smart-callback", Summary: "switches smartCallback off when an update leaves it out",
			UpdateOnly: true,
			Plant:      resetOmitted(map[string]any{"smartCallback": false})},
		{ID: "update-resets-attempts", Summary: "resets the number of attempts to 5 when an update leaves it out",
			UpdateOnly: true,
			Plant:      resetOmitted(map[string]any{attempts: five})},
		{ID: "update-resets-gaps", Summary: "empties the gaps when an update leaves them out", UpdateOnly: true,
			Plant: resetOmitted(map[string]any{gaps: []any{}})},
		{ID: "update-resets-phones", Summary: "detaches the phone numbers when an update leaves them out",
			UpdateOnly: true,
			Plant:      resetOmitted(map[string]any{"phoneNumberIds": []any{}})},
		{ID: "update-resets-settings", Summary: "empties settings when an update leaves them out", UpdateOnly: true,
			Plant: resetOmitted(map[string]any{"settings": nothing})},
		{ID: "update-resets-variables", Summary: "empties variables when an update leaves them out", UpdateOnly: true,
			Plant: resetOmitted(map[string]any{"variables": nothing})},
		{ID: "update-resets-attempts-without-callback",
			Summary: "resets the number of attempts when smartCallback is switched off", UpdateOnly: true,
			Plant: editBodies(update, func(body map[string]any) {
				if body["smartCallback"] == false {
					fill(attempts, five)(body)
				}
			})},
	}
}

// editBodies changes the bodies of one operation.
func editBodies(op operation, change func(body map[string]any)) func(http.Handler) http.Handler {
	return on(op, func(c *call) *response { return c.edit(change).forward() })
}

// resetOmitted sets fields that an update omits.
func resetOmitted(defaults map[string]any) func(http.Handler) http.Handler {
	return editBodies(update, func(body map[string]any) {
		for field, v := range defaults {
			fill(field, v)(body)
		}
	})
}
