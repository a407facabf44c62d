package mutants

import (
	"net/http"
	"slices"
)

// readingDefects get reads and lists wrong.
func readingDefects() []Defect {
	return []Defect{
		{ID: "read-stale-once", Summary: "answers the first read after an update with the agent as it was before",
			Flaky: true,
			Plant: staleReads((*memory[*answer]).forget)},
		{ID: "read-stale", Summary: "answers reads with the agent as it was before its first update",
			Plant: staleReads(func(*memory[*answer], string) {})},
		{ID: "read-lacks-variables", Summary: "reads every agent without its variables",
			Plant: show(func(agent map[string]any) { agent["variables"] = map[string]any{} }, read)},
		{ID: "unknown-read-answered", Summary: "answers 200 and {} to a read of an unknown agent",
			Plant: on(read, insteadOf(http.StatusNotFound, map[string]any{}))},
		{ID: "list-stale", Summary: "lists agents under the names that they were given first",
			Plant: plant(func() func(*call) *answer {
				names := &memory[any]{}
				return func(c *call) *answer {
					a := c.forward()
					if c.op != list && c.op != create {
						return a
					}
					return a.edit(func(agent map[string]any) {
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

// insteadOf answers 200 and something where the status would be another.
func insteadOf(status int, v any) func(*call) *answer {
	return func(c *call) *answer {
		if a := c.forward(); a.status != status {
			return a
		}
		return reply(http.StatusOK, v)
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

// listing changes which agents are listed, where there are any.
func listing(change func([]map[string]any) []map[string]any) func(http.Handler) http.Handler {
	return always(func(c *call) *answer {
		return c.relist(func(agents []map[string]any) []map[string]any {
			if len(agents) == 0 {
				return agents
			}
			return change(agents)
		})
	})
}

// relist forwards a call and, if it lists, changes which agents are listed.
func (c *call) relist(change func([]map[string]any) []map[string]any) *answer {
	a := c.forward()
	if c.op != list || !a.ok() {
		return a
	}
	agents := change(a.agents())
	if agents == nil {
		agents = []map[string]any{} // not null
	}
	a.body = encode(agents)
	return a
}

// staleReads answers reads from before an update; done says what becomes of
// such an answer when it has been given.
func staleReads(done func(old *memory[*answer], id string)) func(http.Handler) http.Handler {
	return plant(func() func(*call) *answer {
		old := &memory[*answer]{}
		return func(c *call) *answer {
			if c.op == update {
				if before := c.read(c.id); before.ok() {
					old.first(c.id, before)
				}
			}
			a := c.forward()
			if before, ok := old.lookup(c.id); c.op == read && ok && a.ok() {
				done(old, c.id)
				a.body = before.body
			}
			return a
		}
	})
}
