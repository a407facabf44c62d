package mutants

import (
	"net/http"
	"time"
)

// readOnlyDefects set read-only fields wrongly.
func readOnlyDefects() []Defect {
	return []Defect{
		{ID: "update-moves-created-at", Summary: "sets createdAt to now with every update", UpdateOnly: true,
			Plant: stateful(func() func(*call) *response {
				shown := &overlay{}
				return func(c *call) *response {
					resp := c.forward()
					if agent := resp.agent(); c.op == update && agent != nil {
						shown.set(c.id, "createdAt", later(agent["updatedAt"], time.Millisecond))
					}
					return shown.apply(resp)
				}
			})},
		{ID: "updated-at-stands-still", Summary: "never moves updatedAt", UpdateOnly: true,
			Plant: stateful(func() func(*call) *response {
				firsts := &memory[any]{}
				return func(c *call) *response {
					return c.forward().edit(func(agent map[string]any) {
						agent["updatedAt"] = firsts.first(text(agent["_id"]), agent["updatedAt"])
					})
				}
			})},
		{ID: "updated-at-goes-back", Summary: "moves updatedAt into the past with every update", UpdateOnly: true,
			Plant: stateful(func() func(*call) *response {
				firsts := &memory[any]{}
				return func(c *call) *response {
					return c.forward().edit(func(agent map[string]any) {
						first := firsts.first(text(agent["_id"]), agent["updatedAt"])
						moved := instant(agent["updatedAt"]).Sub(instant(first))
						agent["updatedAt"] = later(first, -moved)
					})
				}
			})},
		{ID: "update-changes-id", Summary: "responds to an update with another _id", UpdateOnly: true,
			Plant: editAgents(func(agent map[string]any) { agent["_id"] = text(agent["_id"]) + "-2" }, update)},
		{ID: "update-changes-workspace", Summary: "responds to an update with another workspaceId", UpdateOnly: true,
			Plant: editAgents(func(agent map[string]any) { agent["workspaceId"] = "ws-internal" }, update)},
		{ID: "update-writes-created-at", Summary: "stores a createdAt from the body of an update", UpdateOnly: true,
			Plant: writeReadOnly(update, "createdAt")},
		{ID: "update-writes-id", Summary: "takes a new _id from the body of an update", UpdateOnly: true,
			Plant: writeReadOnly(update, "_id")},
		{ID: "update-writes-workspace", Summary: "stores a workspaceId from the body of an update", UpdateOnly: true,
			Plant: writeReadOnly(update, "workspaceId")},
		{ID: "update-writes-user", Summary: "stores a userId from the body of an update", UpdateOnly: true,
			Plant: writeReadOnly(update, "userId")},
	}
}

// writeReadOnly stores a read-only field from the body of an operation.
func writeReadOnly(op operation, field string) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		shown := &overlay{}
		return func(c *call) *response {
			v, sent := c.body()[field]
			resp := c.edit(drop(field)).forward()
			if agent := resp.agent(); c.op == op && agent != nil && sent {
				shown.set(text(agent["_id"]), field, v)
			}
			return shown.apply(resp)
		}
	})
}

// later returns a timestamp moved by a duration.
func later(v any, by time.Duration) any {
	return instant(v).Add(by).UTC().Format("2006-01-02T15:04:05.000Z07:00")
}
