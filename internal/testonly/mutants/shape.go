package mutants

import (
	"maps"
	"net/http"
	"slices"
)

// shapeDefects answer with fields missing, misnamed or misplaced.
func shapeDefects() []Defect {
	return []Defect{
		{ID: "id-missing-in-update", Summary: "leaves _id out of the answer to an update", UpdateOnly: true,
			Plant: show(drop("_id"), update)},
		{ID: "workspace-missing-in-update", Summary: "leaves workspaceId out of the answer to an update",
			UpdateOnly: true,
			Plant:      show(drop("workspaceId"), update)},
		{ID: "name-missing-in-update", Summary: "leaves name out of the answer to an update", UpdateOnly: true,
			Plant: show(drop("name"), update)},
		{ID: "model-missing", Summary: "leaves llmModel out of all answers", UpdateOnly: true,
			Plant: show(drop("llmModel"))},
		{ID: "voice-missing-in-update", Summary: "leaves ttsModel out of the answer to an update", UpdateOnly: true,
			Plant: show(drop("ttsModel"), update)},
		{ID: "created-at-missing-in-update", Summary: "leaves createdAt out of the answer to an update",
			UpdateOnly: true,
			Plant:      show(drop("createdAt"), update)},
		{ID: "updated-at-missing", Summary: "leaves updatedAt out of all answers", UpdateOnly: true,
			Plant: show(drop("updatedAt"))},
		{ID: "id-missing-in-create", Summary: "leaves _id out of the answer to a creation",
			Plant: show(drop("_id"), create)},
		{ID: "created-at-missing-in-create", Summary: "leaves createdAt out of the answer to a creation",
			Plant: show(drop("createdAt"), create)},
		{ID: "workspace-missing-in-read", Summary: "leaves workspaceId out of the answer to a read",
			Plant: show(drop("workspaceId"), read)},
		{ID: "model-missing-in-list", Summary: "leaves llmModel out of the items of a list",
			Plant: show(drop("llmModel"), list)},
		{ID: "list-brief", Summary: "lists only ids and names",
			Plant: show(func(agent map[string]any) { keepOnly(agent, "_id", "name") }, list)},
		{ID: "id-renamed", Summary: "calls _id id in all answers", UpdateOnly: true,
			Plant: show(rename("_id", "id"))},
		{ID: "timestamps-renamed", Summary: "calls the timestamps created_at and updated_at", UpdateOnly: true,
			Plant: show(func(agent map[string]any) {
				rename("createdAt", "created_at")(agent)
				rename("updatedAt", "updated_at")(agent)
			})},
		{ID: "update-answers-sent-fields-only",
			Summary: "answers an update with the fields that were sent and nothing else", UpdateOnly: true,
			Plant: on(update, func(c *call) *answer {
				body := c.body()
				return c.forward().edit(func(agent map[string]any) {
					maps.DeleteFunc(agent, func(field string, _ any) bool { return body[field] == nil })
				})
			})},
		{ID: "update-answers-success", Summary: `answers an update with {"success": true}`, UpdateOnly: true,
			Plant: reshape(func(any) any { return map[string]any{"success": true} }, update)},
		{ID: "update-wrapped", Summary: "wraps the agent of an update in data", UpdateOnly: true,
			Plant: reshape(func(v any) any { return map[string]any{"data": v} }, update)},
		{ID: "update-answers-list", Summary: "answers an update with a list of one agent", UpdateOnly: true,
			Plant: reshape(func(v any) any { return []any{v} }, update)},
		{ID: "read-wrapped", Summary: "wraps the agent of a read in agent",
			Plant: reshape(func(v any) any { return map[string]any{"agent": v} }, read)},
		{ID: "list-wrapped", Summary: "wraps a list in an object with a total",
			Plant: reshape(func(v any) any { return map[string]any{"agents": v, "total": 1} }, list)},
		{ID: "list-null-when-empty", Summary: "answers null for an empty list", // seen in a workspace without agents
			Plant: reshape(func(v any) any {
				if items, _ := v.([]any); len(items) == 0 {
					return nil
				}
				return v
			}, list)},
		{ID: "field-sometimes-missing", Summary: "leaves updatedAt out of every third answer", UpdateOnly: true,
			Flaky: true,
			Plant: plant(func() func(*call) *answer {
				n := &counter{}
				return func(c *call) *answer {
					a := c.forward()
					if a.agent() != nil && n.every(3) {
						a.edit(drop("updatedAt"))
					}
					return a
				}
			})},
	}
}

// show changes the agents in the answers to some operations; without
// operations, to all.
func show(change func(agent map[string]any), ops ...operation) func(http.Handler) http.Handler {
	return always(func(c *call) *answer {
		a := c.forward()
		if len(ops) > 0 && !slices.Contains(ops, c.op) {
			return a
		}
		return a.edit(change)
	})
}

// reshape changes what an operation answers as a whole.
func reshape(change func(v any) any, op operation) func(http.Handler) http.Handler {
	return on(op, func(c *call) *answer {
		a := c.forward()
		if a.ok() && len(a.body) > 0 {
			a.body = encode(change(decode(a.body)))
		}
		return a
	})
}

func drop(field string) func(agent map[string]any) {
	return func(agent map[string]any) { delete(agent, field) }
}

func rename(from, to string) func(agent map[string]any) {
	return func(agent map[string]any) {
		agent[to] = agent[from]
		delete(agent, from)
	}
}

func keepOnly(agent map[string]any, fields ...string) {
	maps.DeleteFunc(agent, func(field string, _ any) bool { return !slices.Contains(fields, field) })
}
