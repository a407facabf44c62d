package mutants

import "net/http"

// isolationDefects let one workspace read or change agents of another.
func isolationDefects() []Defect {
	return []Defect{
		{ID: "foreign-update-accepted", Summary: "lets another workspace update an agent", UpdateOnly: true,
			Plant: crossWorkspace(update)},
		{ID: "foreign-read-accepted", Summary: "lets another workspace read an agent",
			Plant: crossWorkspace(read)},
		{ID: "foreign-delete-accepted", Summary: "lets another workspace delete an agent",
			Plant: crossWorkspace(remove)},
		{ID: "foreign-update-refused-but-done",
			Summary: "refuses another workspace's update after it has done it", UpdateOnly: true,
			Plant: refuseCrossWorkspaceLate(update)},
		{ID: "foreign-delete-refused-but-done", Summary: "refuses another workspace's deletion after it has done it",
			Plant: refuseCrossWorkspaceLate(remove)},
		{ID: "list-shows-all-workspaces", Summary: "lists the agents of all workspaces",
			Plant: stateful(func() func(*call) *response {
				known := &memory[string]{} // workspaces
				return func(c *call) *response {
					ws := c.header.Get(wsHeader)
					resp := c.editList(func(agents []map[string]any) []map[string]any {
						for _, elsewhere := range known.keys() {
							if elsewhere != ws {
								c.header.Set(wsHeader, elsewhere)
								agents = append(agents, c.list().agents()...)
							}
						}
						return agents
					})
					if resp.ok() && ws != "" {
						known.put(ws, ws)
					}
					return resp
				}
			})},
		{ID: "create-in-first-workspace", Summary: "creates all agents in the workspace that was seen first",
			Plant: stateful(func() func(*call) *response {
				w := &traffic{}
				return func(c *call) *response {
					if first, ok := w.ws.lookup(""); ok && c.op == create && c.header.Get(wsHeader) != "" {
						c.header.Set(wsHeader, first)
					}
					return w.learn(c, c.forward())
				}
			})},
		{ID: "foreign-read-crashes", Summary: "returns 500 when another workspace reads an agent",
			Plant: stateful(func() func(*call) *response {
				w := &traffic{}
				return func(c *call) *response {
					resp := w.learn(c, c.forward())
					if home, ok := w.home.lookup(c.id); ok && c.op == read && resp.refused() &&
						home != c.header.Get(wsHeader) {
						return errorResponse(http.StatusInternalServerError, "workspace mismatch")
					}
					return resp
				}
			})},
	}
}

// crossWorkspace handles one operation as if it came from the agent's own workspace.
func crossWorkspace(op operation) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		w := &traffic{}
		return func(c *call) *response {
			if c.op == op && c.header.Get(wsHeader) != "" {
				c.header.Set(wsHeader, w.homeOrOwn(c))
			}
			return w.learn(c, c.forward())
		}
	})
}

// refuseCrossWorkspaceLate executes an operation from another workspace and refuses it.
func refuseCrossWorkspaceLate(op operation) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		w := &traffic{}
		return func(c *call) *response {
			resp := w.learn(c, c.forward())
			home := w.homeOrOwn(c)
			if c.op == op && resp.status == http.StatusNotFound && c.header.Get(wsHeader) != home {
				c.header.Set(wsHeader, home)
				c.forward()
			}
			return resp
		}
	})
}

// homeOrOwn returns the workspace of the agent that a call addresses, or else that of the call.
func (w *traffic) homeOrOwn(c *call) string {
	if home, ok := w.home.lookup(c.id); ok {
		return home
	}
	return c.header.Get(wsHeader)
}
