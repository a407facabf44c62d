package mutants

import "net/http"

func requiredDefects() []Defect {
	return []Defect{
		{ID: "model-not-required-on-update",
			Summary: "accepts an update without llmModel and keeps the stored one", UpdateOnly: true,
			Plant: on(update, func(c *call) *answer { return c.edit(c.keepModel).forward() })},
		{ID: "model-defaults-on-update",
			Summary: "accepts an update without llmModel and resets it to the default", UpdateOnly: true,
			Plant: on(update, func(c *call) *answer { return c.edit(fill("llmModel", defaultModel)).forward() })},
		{ID: "empty-update-accepted", Summary: "accepts {} as an update that changes nothing", UpdateOnly: true,
			Plant: on(update, func(c *call) *answer {
				if body := c.body(); body != nil && len(body) == 0 {
					c.edit(c.keepModel)
				}
				return c.forward()
			})},
		{ID: "model-not-required-on-create", Summary: "accepts a creation without llmModel and takes the default",
			Plant: on(create, func(c *call) *answer { return c.edit(fill("llmModel", defaultModel)).forward() })},
		{ID: "name-not-required-on-create", Summary: "accepts a creation without name",
			Plant: on(create, func(c *call) *answer { return c.edit(fill("name", "Untitled")).forward() })},
		{ID: "voice-not-required-on-create", Summary: "accepts a creation without ttsModel",
			Plant: on(create, func(c *call) *answer {
				return c.edit(fill("ttsModel", map[string]any{"provider": "openai", "voiceId": "alloy"})).forward()
			})},
		{ID: "name-null-on-create", Summary: "accepts null as name in a creation",
			Plant: lax{ops: []operation{create}, field: "name", bad: func(v any) bool { return v == nil },
				safe: "null"}.plant()},
		{ID: "model-missing-crashes", Summary: "answers 500 to an update without llmModel", UpdateOnly: true,
			Plant: crashWithout(update, "llmModel")},
		{ID: "name-missing-crashes", Summary: "answers 500 to a creation without name",
			Plant: crashWithout(create, "name")},
		{ID: "voice-missing-crashes", Summary: "answers 500 to a creation without ttsModel",
			Plant: crashWithout(create, "ttsModel")},
		{ID: "name-required-on-update", Summary: "refuses an update without name", UpdateOnly: true,
			Plant: demand(update, func(body map[string]any) bool { return body["name"] != nil })},
		{ID: "voice-required-on-update", Summary: "refuses an update without ttsModel", UpdateOnly: true,
			Plant: demand(update, func(body map[string]any) bool { return body["ttsModel"] != nil })},
		{ID: "settings-required-on-create", Summary: "refuses a creation without settings",
			Plant: demand(create, func(body map[string]any) bool { return body["settings"] != nil })},
		{ID: "voice-id-required", Summary: "refuses a ttsModel without voiceId", UpdateOnly: true,
			Plant: demand(update, func(body map[string]any) bool {
				tts, ok := body["ttsModel"].(map[string]any)
				return !ok || tts["voiceId"] != nil
			})},
		{ID: "gap-hours-required", Summary: "refuses a gap without hours", UpdateOnly: true,
			Plant: demand(update, func(body map[string]any) bool {
				list, _ := body[gaps].([]any)
				for _, item := range list {
					if gap, ok := item.(map[string]any); ok && gap["hours"] == nil {
						return false
					}
				}
				return true
			})},
		{ID: "attempts-need-smart-callback",
			Summary: "refuses the number of attempts unless smartCallback is sent along", UpdateOnly: true,
			Plant: demand(update, func(body map[string]any) bool {
				return body[attempts] == nil ||
					body["smartCallback"] != nil
			})},
	}
}

// keepModel adds the stored model to a body without one.
func (c *call) keepModel(body map[string]any) {
	if stored := c.storedModel(); stored != nil {
		fill("llmModel", stored)(body)
	}
}

// fill adds a field to a body that lacks it.
func fill(field string, v any) func(body map[string]any) {
	return func(body map[string]any) {
		if _, ok := body[field]; !ok {
			body[field] = v
		}
	}
}

// crashWithout answers 500 to a body that lacks a required field.
func crashWithout(op operation, field string) func(http.Handler) http.Handler {
	return on(op, func(c *call) *answer {
		a := c.forward()
		if body := c.body(); a.refused() && body != nil && !c.sends(field) {
			return fail(http.StatusInternalServerError, "undefined is not an object")
		}
		return a
	})
}

// demand refuses bodies that do not meet a condition of the backend's own.
func demand(op operation, meets func(body map[string]any) bool) func(http.Handler) http.Handler {
	return on(op, func(c *call) *answer {
		if body := c.body(); body != nil && !meets(body) {
			return fail(http.StatusBadRequest, "a required field is missing")
		}
		return c.forward()
	})
}
