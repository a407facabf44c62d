package mutants

import (
	"net/http"
	"slices"
)

// deletionDefects get deletion, unknown agents and the neighbours wrong.
func deletionDefects() []Defect {
	return []Defect{
		{ID: "delete-not-done", Summary: "answers a deletion and deletes nothing",
			Plant: on(remove, func(c *call) *answer {
				if !c.read(c.id).ok() {
					return c.forward()
				}
				return &answer{status: http.StatusNoContent}
			})},
		{ID: "read-after-delete", Summary: "goes on answering reads of a deleted agent", Plant: ghosts(read)},
		{ID: "update-after-delete", Summary: "goes on accepting updates of a deleted agent", Plant: ghosts(update)},
		{ID: "list-shows-deleted", Summary: "goes on listing deleted agents",
			Plant: plant(func() func(*call) *answer {
				dead := &graveyard{}
				return func(c *call) *answer {
					if c.op == remove {
						return dead.bury(c)
					}
					return c.relist(func(agents []map[string]any) []map[string]any {
						return append(agents,
							dead.of(c)...)
					})
				}
			})},
		{ID: "update-creates", Summary: "creates an agent when an unknown one is updated", UpdateOnly: true,
			Plant: on(update, upsert)},
		{ID: "unknown-update-accepted", Summary: "answers 200 and null to an update of an unknown agent",
			UpdateOnly: true,
			Plant:      on(update, insteadOf(http.StatusNotFound, nil))},
		{ID: "neighbours-renamed", Summary: "renames all agents of the workspace with every update of a name",
			Plant: spreads("name")},
		{ID: "neighbours-revoiced", Summary: "gives all agents of the workspace the ttsModel of an update",
			Plant: spreads("ttsModel")},
		{ID: "neighbour-deleted", Summary: "deletes the agent that is listed beside the deleted one",
			Plant: on(remove, func(c *call) *answer {
				next := c.neighbour()
				a := c.forward()
				if a.ok() && next != "" {
					c.drop(next)
				}
				return a
			})},
	}
}

// graveyard remembers deleted agents.
type graveyard struct{ agents memory[map[string]any] }

// bury forwards a deletion and remembers the agent as it was.
func (g *graveyard) bury(c *call) *answer {
	agent := c.read(c.id).agent()
	a := c.forward()
	if a.ok() && agent != nil {
		g.agents.put(c.id, agent)
	}
	return a
}

// of returns the deleted agents of a call's workspace.
func (g *graveyard) of(c *call) []map[string]any {
	var found []map[string]any
	for _, id := range g.agents.keys() {
		if agent, _ := g.agents.lookup(id); agent["workspaceId"] == c.header.Get(wsHeader) {
			found = append(found, agent)
		}
	}
	return found
}

// ghosts answers one operation on deleted agents as if they were still there.
func ghosts(op operation) func(http.Handler) http.Handler {
	return plant(func() func(*call) *answer {
		dead := &graveyard{}
		return func(c *call) *answer {
			if c.op == remove {
				return dead.bury(c)
			}
			a := c.forward()
			for _, agent := range dead.of(c) {
				if c.op == op && agent["_id"] == c.id && a.status == http.StatusNotFound {
					return reply(http.StatusOK, agent)
				}
			}
			return a
		}
	})
}

// upsert creates what an update does not find.
func upsert(c *call) *answer {
	a := c.forward()
	body := c.body()
	if a.status != http.StatusNotFound || body == nil {
		return a
	}
	fill("name", "Untitled")(body)
	fill("ttsModel", map[string]any{})(body)
	if made := c.post(body); made.ok() {
		made.status = http.StatusOK
		return made
	}
	return a
}

// spreads applies a field of an update to all agents of the workspace, as an
// UPDATE without its WHERE does.
func spreads(field string) func(http.Handler) http.Handler {
	return on(update, func(c *call) *answer {
		a := c.forward()
		if !a.ok() || !c.sends(field) {
			return a
		}
		for _, agent := range c.list().agents() {
			if id := text(agent["_id"]); id != c.id {
				c.put(id, map[string]any{"llmModel": agent["llmModel"], field: c.body()[field]})
			}
		}
		return a
	})
}

// neighbour is the agent listed beside the one that a call names, "" without one.
func (c *call) neighbour() string {
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
