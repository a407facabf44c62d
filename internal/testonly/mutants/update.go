package mutants

import (
	"net/http"
	"slices"
)

// updateDefects do not do what an update says, or do what a refused one says.
func updateDefects() []Defect {
	return []Defect{
		{ID: "update-not-stored", Summary: "answers an update as if it were done and stores nothing", UpdateOnly: true,
			Plant: unstored(writable...)},
		{ID: "update-settings-not-stored", Summary: "answers new settings and stores the old ones", UpdateOnly: true,
			Plant: unstored("settings")},
		{ID: "update-gaps-not-stored", Summary: "answers new gaps and stores the old ones", UpdateOnly: true,
			Plant: unstored(gaps)},
		// the next update has a model of its own
		{ID: "update-model-not-stored", Summary: "answers the new llmModel and stores the old one",
			Plant: unstored("llmModel")},
		{ID: "update-answers-old-agent", Summary: "answers an update with the agent as it was before", UpdateOnly: true,
			Plant: on(update, answerOldAgent)},
		{ID: "update-ignores-name", Summary: "ignores name in updates", UpdateOnly: true,
			Plant: edits(update, drop("name"))},
		{ID: "update-ignores-voice", Summary: "ignores ttsModel in updates", UpdateOnly: true,
			Plant: edits(update, drop("ttsModel"))},
		{ID: "update-ignores-attempts", Summary: "ignores the number of attempts in updates", UpdateOnly: true,
			Plant: edits(update, drop(attempts))},
		{ID: "update-ignores-gaps", Summary: "ignores the gaps in updates", UpdateOnly: true,
			Plant: edits(update, drop(gaps))},
		{ID: "update-ignores-phones", Summary: "ignores the phone numbers in updates", UpdateOnly: true,
			Plant: edits(update, drop("phoneNumberIds"))},
		{ID: "update-ignores-variables", Summary: "ignores variables in updates", UpdateOnly: true,
			Plant: edits(update, drop("variables"))},
		{ID: "refused-update-half-applied", Summary: "refuses an update after having stored its good fields",
			UpdateOnly: true,
			Plant:      refuseAfter(func(c *call) { c.applyGoodFields() })},
		{ID: "refused-update-stores-model", Summary: "refuses an update after having stored its llmModel",
			Plant: refuseAfter(func(c *call) { c.put(c.id, map[string]any{"llmModel": c.body()["llmModel"]}) })},
		{ID: "refused-update-moves-updated-at", Summary: "moves updatedAt by a refused update",
			Plant: refuseAfter(func(c *call) { c.put(c.id, map[string]any{"llmModel": c.storedModel()}) })},
		{ID: "repeated-update-toggles",
			Summary: "switches smartCallback off when it is switched on a second time", UpdateOnly: true,
			Plant: on(update, toggle)},
		{ID: "every-fifth-update-lost", Summary: "answers every fifth update and stores nothing of it",
			UpdateOnly: true, Flaky: true,
			Plant: plant(func() func(*call) *answer {
				n := &counter{}
				return func(c *call) *answer {
					if c.op != update {
						return c.forward()
					}
					before := c.read(c.id).agent()
					a := c.forward()
					if a.ok() && before != nil && n.every(5) {
						c.put(c.id, writableOf(before))
					}
					return a
				}
			})},
	}
}

// unstored shows fields of an update in its own answer and afterwards shows
// what they were before the first update.
func unstored(fields ...string) func(http.Handler) http.Handler {
	return plant(func() func(*call) *answer {
		kept := &memory[map[string]any]{}
		return func(c *call) *answer {
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

func answerOldAgent(c *call) *answer {
	before := c.read(c.id)
	a := c.forward()
	if a.ok() && before.ok() {
		a.body = before.body
	}
	return a
}

// refuseAfter does something with every body that is refused in an update.
func refuseAfter(do func(*call)) func(http.Handler) http.Handler {
	return on(update, func(c *call) *answer {
		a := c.forward()
		if a.refused() && c.body() != nil {
			do(c)
		}
		return a
	})
}

// applyGoodFields stores each field of a refused update that would have been
// taken alone.
func (c *call) applyGoodFields() {
	body := c.body()
	model := body["llmModel"]
	if a := c.put(c.id, map[string]any{"llmModel": model}); !a.ok() {
		model = c.storedModel()
	}
	for _, field := range writable {
		if v, ok := body[field]; ok && field != "llmModel" {
			c.put(c.id, map[string]any{"llmModel": model, field: v})
		}
	}
}

// storedModel is the llmModel of the agent that a call names, nil if there is
// no such agent.
func (c *call) storedModel() any { return c.read(c.id).agent()["llmModel"] }

func toggle(c *call) *answer {
	before := c.read(c.id).agent()
	return c.edit(func(body map[string]any) {
		if body["smartCallback"] == true && before["smartCallback"] == true {
			body["smartCallback"] = false
		}
	}).forward()
}
