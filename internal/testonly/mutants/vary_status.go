package mutants

import "net/http"

// statusVariations answer good requests with other statuses.
func statusVariations() []Variation {
	deletion := func(status int, v any) func(http.Handler) http.Handler {
		return on(remove, func(c *call) *answer {
			a := c.forward()
			if !a.ok() {
				return a
			}
			if v == nil {
				return &answer{status: status, header: http.Header{}}
			}
			return reply(status, v)
		})
	}
	return []Variation{
		{ID: "create-200", Summary: "answers a creation with 200", Apply: restatus(create, http.StatusOK)},
		{ID: "create-201-location", Summary: "answers a creation with 201 and a Location",
			Apply: on(create, func(c *call) *answer {
				a := c.forward()
				if agent := a.agent(); agent != nil {
					a.status = http.StatusCreated
					a.header.Set("Location", collection+"/"+text(agent["_id"]))
				}
				return a
			})},
		{ID: "delete-200-message", Summary: "answers a deletion with 200 and a message",
			Apply: deletion(http.StatusOK, map[string]any{"message": "Agent deleted successfully"})},
		{ID: "delete-200-empty", Summary: "answers a deletion with 200 and nothing",
			Apply: deletion(http.StatusOK, nil)},
		{ID: "delete-202", Summary: "answers a deletion with 202", Apply: deletion(http.StatusAccepted,
			map[string]any{"queued": true})},
		{ID: "delete-204", Summary: "answers a deletion with 204", Apply: deletion(http.StatusNoContent, nil)},
		{ID: "delete-agent", Summary: "answers a deletion with the agent that was",
			Apply: on(remove, func(c *call) *answer {
				before := c.read(c.id)
				a := c.forward()
				if a.ok() && before.ok() {
					return before
				}
				return a
			})},
	}
}
