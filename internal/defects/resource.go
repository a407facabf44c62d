package defects

import (
	"net/http"
	"slices"
)

// resourceDefects get creation, reading, listing and deletion wrong.
func resourceDefects() []Defect {
	return []Defect{
		{ID: "create-not-stored", Summary: "answers a creation and stores nothing",
			Plant: on(create, func(c *call) *answer {
				a := c.forward()
				if agent := a.agent(); agent != nil {
					c.drop(text(agent["_id"]))
				}
				return a
			})},
		{ID: "create-ignores-name", Summary: "calls every new agent New Agent",
			Plant: edits(create, func(body map[string]any) {
				if isString(body["name"]) {
					body["name"] = "New Agent"
				}
			})},
		{ID: "create-ignores-settings", Summary: "ignores settings at creation", Plant: edits(create, drop("settings"))},
		{ID: "create-ignores-variables", Summary: "ignores variables at creation", Plant: edits(create, drop("variables"))},
		{ID: "create-ignores-model", Summary: "gives every new agent the default model",
			Plant: edits(create, func(body map[string]any) {
				if slices.Contains(models, text(body["llmModel"])) {
					body["llmModel"] = defaultModel
				}
			})},
		{ID: "create-default-callback-on", Summary: "switches smartCallback on for new agents that do not say",
			Plant: edits(create, fill("smartCallback", true))},
		{ID: "create-default-three-attempts", Summary: "gives new agents three attempts where five are the default",
			Plant: edits(create, fill(attempts, 3))},
		{ID: "create-writes-created-at", Summary: "takes createdAt from the body of a creation",
			Plant: on(create, func(c *call) *answer {
				v, sent := c.body()["createdAt"]
				a := c.edit(drop("createdAt")).forward()
				if sent {
					a.edit(func(agent map[string]any) { agent["createdAt"] = v })
				}
				return a
			})},
		{ID: "create-same-id", Summary: "answers every creation with the first agent's _id",
			Plant: plant(func() func(*call) *answer {
				firsts := &memory[any]{}
				return func(c *call) *answer {
					a := c.forward()
					if c.op != create {
						return a
					}
					return a.edit(func(agent map[string]any) { agent["_id"] = firsts.first("", agent["_id"]) })
				}
			})},
		{ID: "create-merges-namesakes", Summary: "overwrites the agent that was made before instead of creating a second one",
			Plant: plant(func() func(*call) *answer {
				lasts := &memory[string]{}
				return func(c *call) *answer {
					last, seen := lasts.lookup(c.header.Get(wsHeader))
					if c.op == create && seen && len(c.body()) > 0 {
						if a := c.put(last, c.body()); a.ok() && c.sends("name") && c.sends("ttsModel") {
							a.status = http.StatusCreated
							return a
						}
					}
					a := c.forward()
					if agent := a.agent(); c.op == create && agent != nil {
						lasts.put(c.header.Get(wsHeader), text(agent["_id"]))
					}
					return a
				}
			})},
		{ID: "refused-create-stored", Summary: "refuses a creation after having stored an agent",
			Plant: on(create, func(c *call) *answer {
				a := c.forward()
				if body := c.body(); a.refused() && body != nil && c.header.Get(keyHeader) != "" {
					name := text(body["name"])
					c.post(map[string]any{"name": name, "llmModel": defaultModel, "ttsModel": map[string]any{}})
				}
				return a
			})},
		{ID: "read-stale-once", Summary: "answers the first read after an update with the agent as it was before", Flaky: true,
			Plant: staleReads(false)},
		{ID: "read-stale", Summary: "answers reads with the agent as it was when first read", Plant: staleReads(true)},
		{ID: "read-lacks-variables", Summary: "reads every agent without its variables",
			Plant: show(func(agent map[string]any) { agent["variables"] = map[string]any{} }, read)},
		{ID: "list-stale", Summary: "lists agents under the names that they had when first listed",
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
			Plant: listing(func(_ *call, agents []map[string]any) []map[string]any {
				newest := 0
				for i, agent := range agents {
					if !instant(agent["createdAt"]).Before(instant(agents[newest]["createdAt"])) {
						newest = i
					}
				}
				return slices.Delete(agents, newest, min(newest+1, len(agents)))
			})},
		{ID: "list-one-only", Summary: "lists no more than one agent",
			Plant: listing(func(_ *call, agents []map[string]any) []map[string]any { return agents[:min(1, len(agents))] })},
		{ID: "list-doubles", Summary: "lists every agent twice",
			Plant: listing(func(_ *call, agents []map[string]any) []map[string]any { return slices.Concat(agents, agents) })},
		{ID: "list-shows-deleted", Summary: "goes on listing deleted agents",
			Plant: plant(func() func(*call) *answer {
				deleted := &memory[map[string]any]{}
				return func(c *call) *answer {
					if c.op == remove {
						agent := c.read(c.id).agent()
						a := c.forward()
						if a.ok() && agent != nil {
							deleted.put(c.id, agent)
						}
						return a
					}
					return c.relist(func(agents []map[string]any) []map[string]any {
						for _, id := range deleted.keys() {
							if agent, _ := deleted.lookup(id); agent["workspaceId"] == c.header.Get(wsHeader) {
								agents = append(agents, agent)
							}
						}
						return agents
					})
				}
			})},
		{ID: "delete-not-done", Summary: "answers a deletion and deletes nothing",
			Plant: on(remove, func(c *call) *answer {
				if !c.read(c.id).ok() {
					return c.forward()
				}
				return &answer{status: http.StatusNoContent}
			})},
		{ID: "read-after-delete", Summary: "goes on answering reads of a deleted agent", Plant: ghosts(read)},
		{ID: "update-after-delete", Summary: "goes on accepting updates of a deleted agent", Plant: ghosts(update)},
		{ID: "update-creates", Summary: "creates an agent when an unknown one is updated", UpdateOnly: true,
			Plant: on(update, func(c *call) *answer {
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
			})},
		{ID: "unknown-update-accepted", Summary: "answers 200 and null to an update of an unknown agent", UpdateOnly: true,
			Plant: on(update, func(c *call) *answer {
				if a := c.forward(); a.status != http.StatusNotFound {
					return a
				}
				return reply(http.StatusOK, nil)
			})},
		{ID: "unknown-read-answered", Summary: "answers 200 and {} to a read of an unknown agent",
			Plant: on(read, func(c *call) *answer {
				if a := c.forward(); a.status != http.StatusNotFound {
					return a
				}
				return reply(http.StatusOK, map[string]any{})
			})},
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

// listing changes which agents are listed.
func listing(change func(*call, []map[string]any) []map[string]any) func(http.Handler) http.Handler {
	return always(func(c *call) *answer {
		return c.relist(func(agents []map[string]any) []map[string]any {
			if len(agents) == 0 {
				return agents
			}
			return change(c, agents)
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
		agents = []map[string]any{}
	}
	a.body = encode(agents)
	return a
}

// staleReads answers reads from what was known before an update: always, or
// once after each.
func staleReads(forEver bool) func(http.Handler) http.Handler {
	return plant(func() func(*call) *answer {
		old := &memory[*answer]{}
		return func(c *call) *answer {
			switch c.op {
			case update:
				if before := c.read(c.id); before.ok() {
					old.first(c.id, before)
				}
			case read:
				if a, ok := old.lookup(c.id); ok && c.forward().ok() {
					if !forEver {
						old.forget(c.id)
					}
					stale := *a
					return &stale
				}
			}
			return c.forward()
		}
	})
}

// ghosts answers one operation on deleted agents as if they were still there.
func ghosts(op operation) func(http.Handler) http.Handler {
	return plant(func() func(*call) *answer {
		dead := &memory[map[string]any]{}
		return func(c *call) *answer {
			if c.op == remove {
				agent := c.read(c.id).agent()
				a := c.forward()
				if a.ok() && agent != nil {
					dead.put(c.id, agent)
				}
				return a
			}
			a := c.forward()
			agent, ok := dead.lookup(c.id)
			if c.op != op || !ok || a.status != http.StatusNotFound || agent["workspaceId"] != c.header.Get(wsHeader) {
				return a
			}
			return reply(http.StatusOK, agent)
		}
	})
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
