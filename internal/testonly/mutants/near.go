package mutants

import (
	"net/http"
	"slices"
)

// nearStateDefects are near to what variations do, and break a rule all the same.
func nearStateDefects() []Defect {
	return []Defect{
		{ID: "foreign-delete-confirmed-and-done",
			Summary: "confirms every deletion, and deletes agents of other workspaces",
			Plant: stateful(func() func(*call) *response {
				w := &traffic{}
				return func(c *call) *response {
					if c.op == remove && c.header.Get(wsHeader) != "" {
						c.header.Set(wsHeader, w.homeOrOwn(c))
					}
					resp := w.learn(c, c.forward())
					if c.op == remove && resp.status == http.StatusNotFound {
						return &response{status: http.StatusNoContent, header: http.Header{}}
					}
					return resp
				}
			})},
		{ID: "unknown-delete-deletes-another", Summary: "deletes the newest agent where the one to delete is not there",
			Plant: on(remove, func(c *call) *response {
				resp := c.forward()
				if agents := c.list().agents(); resp.status == http.StatusNotFound && len(agents) > 0 {
					newest := slices.MaxFunc(agents, func(a, b map[string]any) int {
						return instant(a["createdAt"]).Compare(instant(b["createdAt"]))
					})
					c.delete(text(newest["_id"]))
				}
				return resp
			})},
		{ID: "reads-behind-for-ever", Summary: "serves reads as they were before the first update",
			Plant: lagging(-1, read)},
		{ID: "lists-behind-for-ever", Summary: "serves a list as it was before the first write",
			Plant: lagging(-1, list)},
		{ID: "taken-name-replaces", Summary: "changes the agent that has the name instead of creating another",
			Plant: on(create, func(c *call) *response {
				if name := c.body()["name"]; name != nil {
					for _, agent := range c.list().agents() {
						if agent["name"] == name {
							if resp := c.put(text(agent["_id"]), c.body()); resp.ok() {
								resp.status = http.StatusCreated
								return resp
							}
						}
					}
				}
				return c.forward()
			})},
	}
}

// nearProtocolDefects are near to what gateways do.
func nearProtocolDefects() []Defect {
	return []Defect{
		{ID: "every-tenth-request-fails", Summary: "returns 500 for every tenth request", UpdateOnly: true, Flaky: true,
			Plant: unavailable(10, http.StatusInternalServerError, "")},
	}
}
