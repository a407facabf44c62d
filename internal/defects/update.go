package defects

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// updateDefects change by an update what it should not, or not what it should.
func updateDefects() []Defect {
	five := json.Number("5")
	nothing := map[string]any{}
	defects := []Defect{
		{ID: "update-replaces-all", Summary: "resets every field that an update leaves out, as PUT does elsewhere", UpdateOnly: true,
			Plant: resets(map[string]any{"name": "Untitled", "ttsModel": nothing, "smartCallback": false, attempts: five,
				gaps: []any{}, "phoneNumberIds": []any{}, "settings": nothing, "variables": nothing})},
		{ID: "update-resets-name", Summary: "empties a name that an update leaves out", UpdateOnly: true,
			Plant: resets(map[string]any{"name": ""})},
		{ID: "update-resets-voice", Summary: "resets a ttsModel that an update leaves out", UpdateOnly: true,
			Plant: resets(map[string]any{"ttsModel": map[string]any{"provider": "openai", "voiceId": "default"}})},
		{ID: "update-resets-smart-callback", Summary: "switches smartCallback off when an update leaves it out", UpdateOnly: true,
			Plant: resets(map[string]any{"smartCallback": false})},
		{ID: "update-resets-attempts", Summary: "resets the number of attempts to 5 when an update leaves it out", UpdateOnly: true,
			Plant: resets(map[string]any{attempts: five})},
		{ID: "update-resets-gaps", Summary: "empties the gaps when an update leaves them out", UpdateOnly: true,
			Plant: resets(map[string]any{gaps: []any{}})},
		{ID: "update-resets-phones", Summary: "detaches the phone numbers when an update leaves them out", UpdateOnly: true,
			Plant: resets(map[string]any{"phoneNumberIds": []any{}})},
		{ID: "update-resets-settings", Summary: "empties settings when an update leaves them out", UpdateOnly: true,
			Plant: resets(map[string]any{"settings": nothing})},
		{ID: "update-resets-variables", Summary: "empties variables when an update leaves them out", UpdateOnly: true,
			Plant: resets(map[string]any{"variables": nothing})},
		{ID: "update-resets-attempts-without-callback", Summary: "resets the number of attempts when smartCallback is switched off", UpdateOnly: true,
			Plant: edits(update, func(body map[string]any) {
				if body["smartCallback"] == false {
					fill(attempts, five)(body)
				}
			})},
		{ID: "update-not-stored", Summary: "answers an update as if it were done and stores nothing", UpdateOnly: true,
			Plant: unstored(func(string) bool { return true })},
		{ID: "update-settings-not-stored", Summary: "answers new settings and stores the old ones", UpdateOnly: true,
			Plant: unstored(func(field string) bool { return field == "settings" })},
		{ID: "update-model-not-stored", Summary: "answers the new llmModel and stores the old one",
			Plant: unstored(func(field string) bool { return field == "llmModel" })},
		{ID: "update-gaps-not-stored", Summary: "answers new gaps and stores the old ones", UpdateOnly: true,
			Plant: unstored(func(field string) bool { return field == gaps })},
		{ID: "update-answers-old-agent", Summary: "answers an update with the agent as it was before", UpdateOnly: true,
			Plant: on(update, func(c *call) *answer {
				before := c.read(c.id)
				a := c.forward()
				if a.ok() && before.ok() {
					a.body = before.body
				}
				return a
			})},
		{ID: "refused-update-half-applied", Summary: "refuses an update after having stored its good fields", UpdateOnly: true,
			Plant: on(update, func(c *call) *answer {
				a := c.forward()
				if body := c.body(); a.refused() && body != nil {
					c.applyGoodFields(body)
				}
				return a
			})},
		{ID: "refused-update-stores-model", Summary: "refuses an update after having stored its llmModel",
			Plant: on(update, func(c *call) *answer {
				a := c.forward()
				if model, ok := c.body()["llmModel"]; a.refused() && ok {
					c.put(c.id, map[string]any{"llmModel": model})
				}
				return a
			})},
		{ID: "refused-update-moves-updated-at", Summary: "moves updatedAt by a refused update",
			Plant: on(update, func(c *call) *answer {
				a := c.forward()
				if model, ok := c.read(c.id).agent()["llmModel"]; a.refused() && ok {
					c.put(c.id, map[string]any{"llmModel": model})
				}
				return a
			})},
		{ID: "repeated-update-toggles", Summary: "switches smartCallback off when it is switched on a second time", UpdateOnly: true,
			Plant: on(update, func(c *call) *answer {
				before := c.read(c.id).agent()
				return c.edit(func(body map[string]any) {
					if body["smartCallback"] == true && before["smartCallback"] == true {
						body["smartCallback"] = false
					}
				}).forward()
			})},
		{ID: "repeated-update-refused", Summary: "refuses an update that changes nothing", UpdateOnly: true,
			Plant: on(update, func(c *call) *answer {
				before := writableOf(c.read(c.id).agent())
				a := c.forward()
				if after := writableOf(a.agent()); a.ok() && len(c.body()) > 1 && slices.Equal(encode(before), encode(after)) {
					return fail(http.StatusConflict, "nothing to update")
				}
				return a
			})},
		{ID: "every-fifth-update-lost", Summary: "answers every fifth update and stores nothing of it", UpdateOnly: true, Flaky: true,
			Plant: plant(func() func(*call) *answer {
				n := &counter{}
				return func(c *call) *answer {
					before := c.read(c.id).agent()
					a := c.forward()
					if c.op == update && a.ok() && before != nil && n.every(5) {
						c.put(c.id, writableOf(before))
					}
					return a
				}
			})},
	}
	return slices.Concat(defects, ignoredDefects(), metaDefects())
}

// ignoredDefects do not take a field in.
func ignoredDefects() []Defect {
	ignoring := func(field string) func(http.Handler) http.Handler { return edits(update, drop(field)) }
	return []Defect{
		{ID: "update-ignores-name", Summary: "ignores name in updates", UpdateOnly: true, Plant: ignoring("name")},
		{ID: "update-ignores-voice", Summary: "ignores ttsModel in updates", UpdateOnly: true, Plant: ignoring("ttsModel")},
		{ID: "update-ignores-attempts", Summary: "ignores the number of attempts in updates", UpdateOnly: true, Plant: ignoring(attempts)},
		{ID: "update-ignores-gaps", Summary: "ignores the gaps in updates", UpdateOnly: true, Plant: ignoring(gaps)},
		{ID: "update-ignores-phones", Summary: "ignores the phone numbers in updates", UpdateOnly: true, Plant: ignoring("phoneNumberIds")},
		{ID: "update-ignores-variables", Summary: "ignores variables in updates", UpdateOnly: true, Plant: ignoring("variables")},
	}
}

// metaDefects get the fields wrong that only a backend writes.
func metaDefects() []Defect {
	return []Defect{
		{ID: "update-moves-created-at", Summary: "sets createdAt to now with every update", UpdateOnly: true,
			Plant: plant(func() func(*call) *answer {
				shown := &overlay{}
				return func(c *call) *answer {
					a := c.forward()
					if agent := a.agent(); c.op == update && agent != nil {
						shown.set(c.id, "createdAt", later(agent["updatedAt"], time.Millisecond))
					}
					return shown.apply(a)
				}
			})},
		{ID: "updated-at-stands-still", Summary: "never moves updatedAt", UpdateOnly: true,
			Plant: plant(func() func(*call) *answer {
				firsts := &memory[any]{}
				return func(c *call) *answer {
					return c.forward().edit(func(agent map[string]any) {
						agent["updatedAt"] = firsts.first(text(agent["_id"]), agent["updatedAt"])
					})
				}
			})},
		{ID: "updated-at-goes-back", Summary: "moves updatedAt into the past with every update", UpdateOnly: true,
			Plant: plant(func() func(*call) *answer {
				firsts := &memory[any]{}
				return func(c *call) *answer {
					return c.forward().edit(func(agent map[string]any) {
						first := firsts.first(text(agent["_id"]), agent["updatedAt"])
						moved := instant(agent["updatedAt"]).Sub(instant(first))
						agent["updatedAt"] = later(first, -moved)
					})
				}
			})},
		{ID: "update-changes-id", Summary: "answers an update with another _id", UpdateOnly: true,
			Plant: show(func(agent map[string]any) { agent["_id"] = text(agent["_id"]) + "-2" }, update)},
		{ID: "update-changes-workspace", Summary: "answers an update with another workspaceId", UpdateOnly: true,
			Plant: show(func(agent map[string]any) { agent["workspaceId"] = "ws-internal" }, update)},
		{ID: "update-writes-created-at", Summary: "stores a createdAt from the body of an update", UpdateOnly: true,
			Plant: writes("createdAt")},
		{ID: "update-writes-id", Summary: "takes a new _id from the body of an update", UpdateOnly: true,
			Plant: writes("_id")},
		{ID: "update-writes-workspace", Summary: "stores a workspaceId from the body of an update", UpdateOnly: true,
			Plant: writes("workspaceId")},
		{ID: "update-writes-user", Summary: "stores a userId from the body of an update", UpdateOnly: true,
			Plant: writes("userId")},
	}
}

// edits changes the bodies of one operation.
func edits(op operation, change func(body map[string]any)) func(http.Handler) http.Handler {
	return on(op, func(c *call) *answer { return c.edit(change).forward() })
}

// resets fills fields that an update leaves out.
func resets(defaults map[string]any) func(http.Handler) http.Handler {
	return edits(update, func(body map[string]any) {
		for field, v := range defaults {
			fill(field, v)(body)
		}
	})
}

// unstored shows an update's fields in its own answer and afterwards shows what
// they were before the first update.
func unstored(covers func(field string) bool) func(http.Handler) http.Handler {
	return plant(func() func(*call) *answer {
		kept := &memory[map[string]any]{}
		return func(c *call) *answer {
			if _, ok := kept.lookup(c.id); c.op == update && !ok {
				if before := c.read(c.id).agent(); before != nil {
					kept.first(c.id, before)
				}
			}
			sent := c.body()
			return c.forward().edit(func(agent map[string]any) {
				before, _ := kept.lookup(text(agent["_id"]))
				for field, v := range before {
					if _, ok := sent[field]; covers(field) && slices.Contains(writable, field) && !(ok && c.op == update) {
						agent[field] = v
					}
				}
			})
		}
	})
}

// applyGoodFields stores each field of a refused update that would have been
// taken alone.
func (c *call) applyGoodFields(body map[string]any) {
	model := body["llmModel"]
	if a := c.put(c.id, map[string]any{"llmModel": model}); !a.ok() {
		model = c.read(c.id).agent()["llmModel"]
	}
	for _, field := range writable {
		if v, ok := body[field]; ok && field != "llmModel" {
			c.put(c.id, map[string]any{"llmModel": model, field: v})
		}
	}
}

// writes stores a read-only field from the body of an update.
func writes(field string) func(http.Handler) http.Handler {
	return plant(func() func(*call) *answer {
		shown := &overlay{}
		return func(c *call) *answer {
			v, sent := c.body()[field]
			a := c.edit(drop(field)).forward()
			if agent := a.agent(); c.op == update && agent != nil && sent {
				shown.set(text(agent["_id"]), field, v)
			}
			return shown.apply(a)
		}
	})
}

// later moves a timestamp of an answer.
func later(v any, by time.Duration) any {
	return instant(v).Add(by).UTC().Format("2006-01-02T15:04:05.000Z07:00")
}
