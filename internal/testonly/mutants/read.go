package mutants

import (
	"net/http"
	"slices"
)

// readingDefects read and list agents wrongly.
func readingDefects() []Defect {
	return []Defect{
		{ID: "read-stale-once", Summary: "responds to the first read after an update with the agent as it was before",
			Flaky: true,
			Plant: staleReads((*memory[*response]).forget)},
		{ID: "read-stale", Summary: "responds to reads with the agent as it was before its first update",
			Plant: staleReads(func(*memory[*response], string) {})},
		{ID: "read-lacks-variables", Summary: "reads every agent without its variables",
			Plant: editAgents(func(agent map[string]any) { agent["variables"] = map[string]any{} }, read)},
		{ID: "unknown-read-answered", Summary: "returns 200 and {} for a read of an unknown agent",
			Plant: on(read, okInsteadOf(http.StatusNotFound, map[string]any{}))},
		{ID: "list-stale", Summary: "lists agents under the names that they were given first",
			Plant: stateful(func() func(*call) *response {
				names := &memory[any]{}
				return func(c *call) *response {
					resp := c.forward()
					if c.op != list && c.op != create {
						return resp
					}
					return resp.edit(func(agent map[string]any) {
						agent["name"] = names.first(text(agent["_id"]), agent["name"])
					})
				}
			})},
		{ID: "list-misses-newest", Summary: "does not list the agent that was made last",
			Plant: listing(withoutNewest)},
		{ID: "list-one-only", Summary: "lists no more than one agent",
			Plant: listing(func(agents []map[string]any) []map[string]any { return agents[:1] })},
		{ID: "list-doubles", Summary: "lists every agent twice",
			Plant: listing(func(agents []map[string]any) []map[string]any { return slices.Concat(agents, agents) })},
	}
}

// okInsteadOf returns 200 and v in place of another status.
func okInsteadOf(status int, v any) func(*call) *response {
	return func(c *call) *response {
		if resp := c.forward(); resp.status != status {
			return resp
		}
		return jsonResponse(http.StatusOK, v)
	}
}

func withoutNewest(agents []map[string]any) []map[string]any {
	newest := 0
	for i, agent := range agents {
		if !instant(agent["createdAt"]).Before(instant(agents[newest]["createdAt"])) {
			newest = i
		}
	}
	return slices.Delete(agents, newest, newest+1)
}

// listing changes a list that is not empty.
func listing(change func([]map[string]any) []map[string]any) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		return c.editList(func(agents []map[string]any) []map[string]any {
			if len(agents) == 0 {
				return agents
			}
			return change(agents)
		})
	})
}

// editList forwards a call and, if it is a list, changes the agents in the response.
func (c *call) editList(change func([]map[string]any) []map[string]any) *response {
	resp := c.forward()
	if c.op != list || !resp.ok() {
		return resp
	}
	agents := change(resp.agents())
	if agents == nil {
		agents = []map[string]any{} // not null
	}
	resp.body = encode(agents)
	return resp
}

// staleReads responds to reads with the agent as it was before an update. After each such response,
// done decides whether the old agent is kept.
func staleReads(done func(old *memory[*response], id string)) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		old := &memory[*response]{}
		return func(c *call) *response {
			if c.op == update {
				if before := c.read(c.id); before.ok() {
					old.first(c.id, before)
				}
			}
			resp := c.forward()
			if before, ok := old.lookup(c.id); c.op == read && ok && resp.ok() {
				done(old, c.id)
				resp.body = before.body
			}
			return resp
		}
	})
}
