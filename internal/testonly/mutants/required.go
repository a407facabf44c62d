package mutants

import "net/http"

func requiredDefects() []Defect {
	return []Defect{
		{ID: "model-not-required-on-update",
			Summary: "accepts an update without llmModel and keeps the stored one", UpdateOnly: true,
			Plant: on(update, func(c *call) *response { return c.edit(c.keepModel).forward() })},
		{ID: "model-defaults-on-update",
			Summary: "accepts an update without llmModel and resets it to the default", UpdateOnly: true,
			Plant: on(update, func(c *call) *response { return c.edit(fill("llmModel", defaultModel)).forward() })},
		{ID: "empty-update-accepted", Summary: "accepts {} as an update that changes nothing", UpdateOnly: true,
			Plant: on(update, func(c *call) *response {
				if body := c.body(); body != nil && len(body) == 0 {
					c.edit(c.keepModel)
				}
				return c.forward()
			})},
		{ID: "model-not-required-on-create", Summary: "accepts a creation without llmModel and takes the default",
			Plant: on(create, func(c *call) *response { return c.edit(fill("llmModel", defaultModel)).forward() })},
		{ID: "name-not-required-on-create", Summary: "accepts a creation without name",
			Plant: on(create, func(c *call) *response { return c.edit(fill("name", "Untitled")).forward() })},
		{ID: "voice-not-required-on-create", Summary: "accepts a creation without ttsModel",
			Plant: on(create, func(c *call) *response {
				return c.edit(fill("ttsModel", map[string]any{"provider": "openai", "voiceId": "alloy"})).forward()
			})},
		{ID: "name-null-on-create", Summary: "accepts null as name in a creation",
			Plant: lax{ops: []operation{create}, field: "name", bad: func(v any) bool { return v == nil },
				safe: "null"}.middleware()},
		{ID: "model-missing-crashes", Summary: "returns 500 for an update without llmModel", UpdateOnly: true,
			Plant: crashWithout(update, "llmModel")},
		{ID: "name-missing-crashes", Summary: "returns 500 for a creation without name",
			Plant: crashWithout(create, "name")},
		{ID: "voice-missing-crashes", Summary: "returns 500 for a creation without ttsModel",
			Plant: crashWithout(create, "ttsModel")},
		{ID: "name-required-on-update", Summary: "refuses an update without name", UpdateOnly: true,
			Plant: require(update, func(body map[string]any) bool { return body["name"] != nil })},
		{ID: "voice-required-on-update", Summary: "refuses an update without ttsModel", UpdateOnly: true,
			Plant: require(update, func(body map[string]any) bool { return body["ttsModel"] != nil })},
		{ID: "settings-required-on-create", Summary: "refuses a creation without settings",
			Plant: require(create, func(body map[string]any) bool { return body["settings"] != nil })},
		{ID: "voice-id-required", Summary: "refuses a ttsModel without voiceId", UpdateOnly: true,
			Plant: require(update, func(body map[string]any) bool {
				tts, ok := body["ttsModel"].(map[string]any)
				return !ok || tts["voiceId"] != nil
			})},
		{ID: "gap-hours-required", Summary: "refuses a gap without hours", UpdateOnly: true,
			Plant: require(update, func(body map[string]any) bool {
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
			Plant: require(update, func(body map[string]any) bool {
				return body[attempts] == nil || body["smartCallback"] != nil
			})},
	}
}

// keepModel adds the stored model to a body without one.
func (c *call) keepModel(body map[string]any) {
	if stored := c.storedModel(); stored != nil {
		fill("llmModel", stored)(body)
	}
}

// fill returns a function that adds a field to a body without it.
func fill(field string, v any) func(body map[string]any) {
	return func(body map[string]any) {
		if _, ok := body[field]; !ok {
			body[field] = v
		}
	}
}

// crashWithout returns 500 for a body without a required field.
func crashWithout(op operation, field string) func(http.Handler) http.Handler {
	return on(op, func(c *call) *response {
		resp := c.forward()
		if body := c.body(); resp.refused() && body != nil && !c.sends(field) {
			return errorResponse(http.StatusInternalServerError, "undefined is not an object")
		}
		return resp
	})
}

// require refuses bodies that do not meet a condition that the API does not state.
func require(op operation, meets func(body map[string]any) bool) func(http.Handler) http.Handler {
	return on(op, func(c *call) *response {
		if body := c.body(); body != nil && !meets(body) {
			return errorResponse(http.StatusBadRequest, "a required field is missing")
		}
		return c.forward()
	})
}
