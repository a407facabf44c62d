package mutants

import (
	"net/http"
	"slices"
)

// deletionDefects delete agents wrongly, serve unknown ones, or change others beside the one that
// is addressed.
func deletionDefects() []Defect {
	return []Defect{
		{ID: "delete-not-done", Summary: "confirms a deletion and deletes nothing",
			Plant: on(remove, func(c *call) *response {
				if !c.read(c.id).ok() {
					return c.forward()
				}
				return &response{status: http.StatusNoContent}
			})},
		{ID: "read-after-delete", Summary: "still serves reads of a deleted agent", Plant: serveDeleted(read)},
		{ID: "update-after-delete", Summary: "still accepts updates of a deleted agent", Plant: serveDeleted(update)},
		{ID: "list-shows-deleted", Summary: "still lists deleted agents",
			Plant: stateful(func() func(*call) *response {
				deleted := &deletedAgents{}
				return func(c *call) *response {
					if c.op == remove {
						return deleted.forward(c)
					}
					return c.editList(func(agents []map[string]any) []map[string]any {
						return append(agents, deleted.inWorkspace(c)...)
					})
				}
			})},
		{ID: "update-creates", Summary: "creates an agent when an unknown one is updated", UpdateOnly: true,
			Plant: on(update, upsert)},
		{ID: "unknown-update-accepted", Summary: "returns 200 and null for an update of an unknown agent",
			UpdateOnly: true,
			Plant:      on(update, okInsteadOf(http.StatusNotFound, nil))},
		{ID: "neighbours-renamed", Summary: "renames all agents of the workspace with every update of a name",
			Plant: spread("name")},
		{ID: "neighbours-revoiced", Summary: "gives all agents of the workspace the ttsModel of an update",
			Plant: spread("ttsModel")},
		{ID: "neighbour-deleted", Summary: "deletes the agent that is listed beside the deleted one",
			Plant: on(remove, func(c *call) *response {
				next := c.neighbor()
				resp := c.forward()
				if resp.ok() && next != "" {
					c.delete(next)
				}
				return resp
			})},
	}
}

// deletedAgents remembers deleted agents.
type deletedAgents struct{ agents memory[map[string]any] }

// forward forwards a deletion and remembers the agent as it was.
func (g *deletedAgents) forward(c *call) *response {
	agent := c.read(c.id).agent()
	resp := c.forward()
	if resp.ok() && agent != nil {
		g.agents.put(c.id, agent)
	}
	return resp
}

// inWorkspace returns the deleted agents of the workspace of a call.
func (g *deletedAgents) inWorkspace(c *call) []map[string]any {
	var found []map[string]any
	for _, id := range g.agents.keys() {
		if agent, _ := g.agents.lookup(id); agent["workspaceId"] == c.header.Get(wsHeader) {
			found = append(found, agent)
		}
	}
	return found
}

// serveDeleted serves one operation on deleted agents as if they still existed.
func serveDeleted(op operation) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		deleted := &deletedAgents{}
		return func(c *call) *response {
			if c.op == remove {
				return deleted.forward(c)
			}
			resp := c.forward()
			for _, agent := range deleted.inWorkspace(c) {
				if c.op == op && agent["_id"] == c.id && resp.status == http.StatusNotFound {
					return jsonResponse(http.StatusOK, agent)
				}
			}
			return resp
		}
	})
}

// upsert creates the agent that an update does not find.
func upsert(c *call) *response {
	resp := c.forward()
	body := c.body()
	if resp.status != http.StatusNotFound || body == nil {
		return resp
	}
	fill("name", "Untitled")(body)
	fill("ttsModel", map[string]any{})(body)
	if made := c.post(body); made.ok() {
		made.status = http.StatusOK
		return made
	}
	return resp
}

// spread applies a field of an update to all agents of the workspace, like an SQL UPDATE without
// WHERE.
func spread(field string) func(http.Handler) http.Handler {
	return on(update, func(c *call) *response {
		resp := c.forward()
		if !resp.ok() || !c.sends(field) {
			return resp
		}
		for _, agent := range c.list().agents() {
			if id := text(agent["_id"]); id != c.id {
				c.put(id, map[string]any{"llmModel": agent["llmModel"], field: c.body()[field]})
			}
		}
		return resp
	})
}

// neighbor returns the id of the agent listed beside the one that the call addresses, or "".
func (c *call) neighbor() string {
	agents := c.list().agents()
	at := slices.IndexFunc(agents, func(agent map[string]any) bool { return agent["_id"] == c.id })
	switch {
	case at > 0:
		return text(agents[at-1]["_id"])
	case at == 0 && len(agents) > 1:
		return text(agents[1]["_id"])
	}
	return ""
}
