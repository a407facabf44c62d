package mutants

import (
	"maps"
	"net/http"
	"slices"
)

// shapeDefects return agents with fields missing, renamed or moved.
func shapeDefects() []Defect {
	return []Defect{
		{ID: "id-missing-in-update", Summary: "leaves _id out of the response to an update", UpdateOnly: true,
			Plant: editAgents(drop("_id"), update)},
		{ID: "workspace-missing-in-update", Summary: "leaves workspaceId out of the response to an update",
			UpdateOnly: true,
			Plant:      editAgents(drop("workspaceId"), update)},
		{ID: "name-missing-in-update", Summary: "leaves name out of the response to an update", UpdateOnly: true,
			Plant: editAgents(drop("name"), update)},
		{ID: "model-missing", Summary: "leaves llmModel out of all responses", UpdateOnly: true,
			Plant: editAgents(drop("llmModel"))},
		{ID: "voice-missing-in-update", Summary: "leaves ttsModel out of the response to an update", UpdateOnly: true,
			Plant: editAgents(drop("ttsModel"), update)},
		{ID: "created-at-missing-in-update", Summary: "leaves createdAt out of the response to an update",
			UpdateOnly: true,
			Plant:      editAgents(drop("createdAt"), update)},
		{ID: "updated-at-missing", Summary: "leaves updatedAt out of all responses", UpdateOnly: true,
			Plant: editAgents(drop("updatedAt"))},
		{ID: "id-missing-in-create", Summary: "leaves _id out of the response to a creation",
			Plant: editAgents(drop("_id"), create)},
		{ID: "created-at-missing-in-create", Summary: "leaves createdAt out of the response to a creation",
			Plant: editAgents(drop("createdAt"), create)},
		{ID: "workspace-missing-in-read", Summary: "leaves workspaceId out of the response to a read",
			Plant: editAgents(drop("workspaceId"), read)},
		{ID: "model-missing-in-list", Summary: "leaves llmModel out of the items of a list",
			Plant: editAgents(drop("llmModel"), list)},
		{ID: "list-brief", Summary: "lists only ids and names",
			Plant: editAgents(func(agent map[string]any) { keepOnly(agent, "_id", "name") }, list)},
		{ID: "id-renamed", Summary: "calls _id id in all responses", UpdateOnly: true,
			Plant: editAgents(rename("_id", "id"))},
		{ID: "timestamps-renamed", Summary: "calls the timestamps created_at and updated_at", UpdateOnly: true,
			Plant: editAgents(func(agent map[string]any) {
				rename("createdAt", "created_at")(agent)
				rename("updatedAt", "updated_at")(agent)
			})},
		{ID: "update-answers-sent-fields-only",
			Summary: "responds to an update with the fields that were sent and nothing else", UpdateOnly: true,
			Plant: on(update, func(c *call) *response {
				body := c.body()
				return c.forward().edit(func(agent map[string]any) {
					maps.DeleteFunc(agent, func(field string, _ any) bool { return body[field] == nil })
				})
			})},
		{ID: "update-answers-success", Summary: `responds to an update with {"success": true}`, UpdateOnly: true,
			Plant: reshape(func(any) any { return map[string]any{"success": true} }, update)},
		{ID: "update-wrapped", Summary: "wraps the agent of an update in data", UpdateOnly: true,
			Plant: reshape(func(v any) any { return map[string]any{"data": v} }, update)},
		{ID: "update-answers-list", Summary: "responds to an update with a list of one agent", UpdateOnly: true,
			Plant: reshape(func(v any) any { return []any{v} }, update)},
		{ID: "read-wrapped", Summary: "wraps the agent of a read in agent",
			Plant: reshape(func(v any) any { return map[string]any{"agent": v} }, read)},
		{ID: "list-wrapped", Summary: "wraps a list in an object with a total",
			Plant: reshape(func(v any) any { return map[string]any{"agents": v, "total": 1} }, list)},
		{ID: "list-null-when-empty", Summary: "returns null for an empty list", // seen in a workspace without agents
			Plant: reshape(func(v any) any {
				if items, _ := v.([]any); len(items) == 0 {
					return nil
				}
				return v
			}, list)},
		{ID: "field-sometimes-missing", Summary: "leaves updatedAt out of every third response", UpdateOnly: true,
			Flaky: true,
			Plant: stateful(func() func(*call) *response {
				n := &counter{}
				return func(c *call) *response {
					resp := c.forward()
					if resp.agent() != nil && n.every(3) {
						resp.edit(drop("updatedAt"))
					}
					return resp
				}
			})},
	}
}

// editAgents changes the agents in the responses of some operations or, without any, of all.
func editAgents(change func(agent map[string]any), ops ...operation) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		resp := c.forward()
		if len(ops) > 0 && !slices.Contains(ops, c.op) {
			return resp
		}
		return resp.edit(change)
	})
}

// reshape replaces the whole body of the responses of an operation.
func reshape(change func(v any) any, op operation) func(http.Handler) http.Handler {
	return on(op, func(c *call) *response {
		resp := c.forward()
		if resp.ok() && len(resp.body) > 0 {
			resp.body = encode(change(decode(resp.body)))
		}
		return resp
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
