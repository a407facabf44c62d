package mutants

import "net/http"

// statusVariations return other statuses for success.
func statusVariations() []Variation {
	deletion := func(status int, v any) func(http.Handler) http.Handler {
		return on(remove, func(c *call) *response {
			resp := c.forward()
			if !resp.ok() {
				return resp
			}
			if v == nil {
				return &response{status: status, header: http.Header{}}
			}
			return jsonResponse(status, v)
		})
	}
	return []Variation{
		{ID: "create-200", Summary: "responds to a creation with 200", Apply: setStatus(create, http.StatusOK)},
		{ID: "create-201-location", Summary: "responds to a creation with 201 and a Location",
			Apply: on(create, func(c *call) *response {
				resp := c.forward()
				if agent := resp.agent(); agent != nil {
					resp.status = http.StatusCreated
					resp.header.Set("Location", collection+"/"+text(agent["_id"]))
				}
				return resp
			})},
		{ID: "delete-200-message", Summary: "responds to a deletion with 200 and a message",
			Apply: deletion(http.StatusOK, map[string]any{"message": "Agent deleted successfully"})},
		{ID: "delete-200-empty", Summary: "responds to a deletion with 200 and nothing",
			Apply: deletion(http.StatusOK, nil)},
		{ID: "delete-202", Summary: "responds to a deletion with 202", Apply: deletion(http.StatusAccepted,
			map[string]any{"queued": true})},
		{ID: "delete-204", Summary: "responds to a deletion with 204", Apply: deletion(http.StatusNoContent, nil)},
		{ID: "delete-agent", Summary: "responds to a deletion with the deleted agent",
			Apply: on(remove, func(c *call) *response {
				before := c.read(c.id)
				resp := c.forward()
				if resp.ok() && before.ok() {
					return before
				}
				return resp
			})},
	}
}
