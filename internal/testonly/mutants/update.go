package mutants

import (
	"net/http"
	"slices"
)

// updateDefects do not apply an update, or apply one that they refuse.
func updateDefects() []Defect {
	return []Defect{
		{ID: "update-not-stored", Summary: "confirms an update and stores nothing", UpdateOnly: true,
			Plant: unstored(writable...)},
		{ID: "update-settings-not-stored", Summary: "returns new settings and stores the old ones", UpdateOnly: true,
			Plant: unstored("settings")},
		{ID: "update-gaps-not-stored", Summary: "returns new gaps and stores the old ones", UpdateOnly: true,
			Plant: unstored(gaps)},
		// not UpdateOnly: the next update brings a model of its own
		{ID: "update-model-not-stored", Summary: "returns the new llmModel and stores the old one",
			Plant: unstored("llmModel")},
		{ID: "update-answers-old-agent", Summary: "responds to an update with the agent as it was before",
			UpdateOnly: true,
			Plant:      on(update, respondWithOldAgent)},
		{ID: "update-ignores-name", Summary: "ignores name in updates", UpdateOnly: true,
			Plant: editBodies(update, drop("name"))},
		{ID: "update-ignores-voice", Summary: "ignores ttsModel in updates", UpdateOnly: true,
			Plant: editBodies(update, drop("ttsModel"))},
		{ID: "update-ignores-attempts", Summary: "ignores the number of attempts in updates", UpdateOnly: true,
			Plant: editBodies(update, drop(attempts))},
		{ID: "update-ignores-gaps", Summary: "ignores the gaps in updates", UpdateOnly: true,
			Plant: editBodies(update, drop(gaps))},
		{ID: "update-ignores-phones", Summary: "ignores the phone numbers in updates", UpdateOnly: true,
			Plant: editBodies(update, drop("phoneNumberIds"))},
		{ID: "update-ignores-variables", Summary: "ignores variables in updates", UpdateOnly: true,
			Plant: editBodies(update, drop("variables"))},
		{ID: "refused-update-half-applied", Summary: "refuses an update after it has stored its good fields",
			UpdateOnly: true,
			Plant:      afterRefusal(func(c *call) { c.applyGoodFields() })},
		{ID: "refused-update-stores-model", Summary: "refuses an update after it has stored its llmModel",
			Plant: afterRefusal(func(c *call) { c.put(c.id, map[string]any{"llmModel": c.body()["llmModel"]}) })},
		{ID: "refused-update-moves-updated-at", Summary: "moves updatedAt by a refused update",
			Plant: afterRefusal(func(c *call) { c.put(c.id, map[string]any{"llmModel": c.storedModel()}) })},
		{ID: "repeated-update-toggles",
			Summary: "switches smartCallback off when it is switched on a second time", UpdateOnly: true,
			Plant: on(update, toggle)},
		{ID: "every-fifth-update-lost", Summary: "confirms every fifth update and stores nothing of it",
			UpdateOnly: true, Flaky: true,
			Plant: stateful(func() func(*call) *response {
				n := &counter{}
				return func(c *call) *response {
					if c.op != update {
						return c.forward()
					}
					before := c.read(c.id).agent()
					resp := c.forward()
					if resp.ok() && before != nil && n.every(5) {
						c.put(c.id, writableOf(before))
					}
					return resp
				}
			})},
	}
}

// unstored shows the new values of some fields in the response to an update, and the values from
// before the first update afterwards.
func unstored(fields ...string) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		kept := &memory[map[string]any]{}
		return func(c *call) *response {
			if _, ok := kept.lookup(c.id); c.op == update && !ok {
				if before := c.read(c.id).agent(); before != nil {
					kept.first(c.id, before)
				}
			}
			return c.forward().edit(func(agent map[string]any) {
				before, _ := kept.lookup(text(agent["_id"]))
				for field, v := range before {
					if slices.Contains(fields, field) && !c.sends(field) {
						agent[field] = v
					}
				}
			})
		}
	})
}

func respondWithOldAgent(c *call) *response {
	before := c.read(c.id)
	resp := c.forward()
	if resp.ok() && before.ok() {
		resp.body = before.body
	}
	return resp
}

// afterRefusal calls do after each update whose body is refused.
func afterRefusal(do func(*call)) func(http.Handler) http.Handler {
	return on(update, func(c *call) *response {
		resp := c.forward()
		if resp.refused() && c.body() != nil {
			do(c)
		}
		return resp
	})
}

// applyGoodFields stores each field of a refused update that would be accepted alone.
func (c *call) applyGoodFields() {
	body := c.body()
	model := body["llmModel"]
	if resp := c.put(c.id, map[string]any{"llmModel": model}); !resp.ok() {
		model = c.storedModel()
	}
	for _, field := range writable {
		if v, ok := body[field]; ok && field != "llmModel" {
			c.put(c.id, map[string]any{"llmModel": model, field: v})
		}
	}
}

// storedModel returns the llmModel of the agent that a call addresses, or nil.
func (c *call) storedModel() any { return c.read(c.id).agent()["llmModel"] }

func toggle(c *call) *response {
	before := c.read(c.id).agent()
	return c.edit(func(body map[string]any) {
		if body["smartCallback"] == true && before["smartCallback"] == true {
			body["smartCallback"] = false
		}
	}).forward()
}
