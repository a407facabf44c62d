package mutants

import "net/http"

// isolationDefects let one workspace see or touch another's agents.
func isolationDefects() []Defect {
	return []Defect{
		{ID: "foreign-update-accepted", Summary: "lets another workspace update an agent", UpdateOnly: true,
			Plant: trespass(update)},
		{ID: "foreign-read-accepted", Summary: "lets another workspace read an agent",
			Plant: trespass(read)},
		{ID: "foreign-delete-accepted", Summary: "lets another workspace delete an agent",
			Plant: trespass(remove)},
		{ID: "foreign-update-refused-but-done",
			Summary: "refuses another workspace's update after having done it", UpdateOnly: true,
			Plant: lateTrespass(update)},
		{ID: "foreign-delete-refused-but-done", Summary: "refuses another workspace's deletion after having done it",
			Plant: lateTrespass(remove)},
		{ID: "list-shows-all-workspaces", Summary: "lists the agents of all workspaces",
			Plant: plant(func() func(*call) *answer {
				known := &memory[string]{} // workspaces
				return func(c *call) *answer {
					ws := c.header.Get(wsHeader)
					a := c.relist(func(agents []map[string]any) []map[string]any {
						for _, elsewhere := range known.keys() {
							if elsewhere != ws {
								c.header.Set(wsHeader, elsewhere)
								agents = append(agents, c.list().agents()...)
							}
						}
						return agents
					})
					if a.ok() && ws != "" {
						known.put(ws, ws)
					}
					return a
				}
			})},
		{ID: "create-in-first-workspace", Summary: "creates all agents in the workspace that was seen first",
			Plant: plant(func() func(*call) *answer {
				w := &world{}
				return func(c *call) *answer {
					if first, ok := w.ws.lookup(""); ok && c.op == create && c.header.Get(wsHeader) != "" {
						c.header.Set(wsHeader, first)
					}
					return w.learn(c, c.forward())
				}
			})},
		{ID: "foreign-read-crashes", Summary: "answers 500 when another workspace reads an agent",
			Plant: plant(func() func(*call) *answer {
				w := &world{}
				return func(c *call) *answer {
					a := w.learn(c, c.forward())
					if home, ok := w.home.lookup(c.id); ok && c.op == read && a.refused() &&
						home != c.header.Get(wsHeader) {
						return fail(http.StatusInternalServerError, "workspace mismatch")
					}
					return a
				}
			})},
	}
}

// trespass treats one operation as if it came from the agent's own workspace.
func trespass(op operation) func(http.Handler) http.Handler {
	return plant(func() func(*call) *answer {
		w := &world{}
		return func(c *call) *answer {
			if c.op == op && c.header.Get(wsHeader) != "" {
				c.header.Set(wsHeader, w.homeIfKnown(c))
			}
			return w.learn(c, c.forward())
		}
	})
}

// lateTrespass refuses what comes from another workspace, and does it.
func lateTrespass(op operation) func(http.Handler) http.Handler {
	return plant(func() func(*call) *answer {
		w := &world{}
		return func(c *call) *answer {
			a := w.learn(c, c.forward())
			home := w.homeIfKnown(c)
			if c.op == op && a.status == http.StatusNotFound && c.header.Get(wsHeader) != home {
				c.header.Set(wsHeader, home)
				c.forward()
			}
			return a
		}
	})
}

// homeIfKnown is the workspace of the agent that a call names, else the call's.
func (w *world) homeIfKnown(c *call) string {
	if home, ok := w.home.lookup(c.id); ok {
		return home
	}
	return c.header.Get(wsHeader)
}
