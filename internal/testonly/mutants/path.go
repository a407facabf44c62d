package mutants

import (
	"net/http"
	"strings"
	"unicode/utf8"
)

// malformedPathDefects fail on ids that none can be, or take them for others.
func malformedPathDefects() []Defect {
	failing := func(bad func(c *call) bool) func(http.Handler) http.Handler {
		return stateless(func(c *call) *response {
			if c.request.Method == http.MethodGet && bad(c) {
				return errorResponse(http.StatusInternalServerError, "invalid byte sequence")
			}
			return c.forward()
		})
	}
	return []Defect{
		{ID: "id-bytes-fail", Summary: "fails on ids that are not UTF-8",
			Plant: failing(func(c *call) bool { return c.op == read && !utf8.ValidString(c.id) })},
		{ID: "id-null-fails", Summary: "fails on ids of nothing but a null character",
			Plant: failing(func(c *call) bool { return c.op == read && c.id == "\x00" })},
		{ID: "empty-id-fails", Summary: "fails on an empty id",
			Plant: failing(func(c *call) bool { return c.url.Path == collection+"/" })},
		{ID: "id-bytes-hang-up", Summary: "closes the connection on ids that are not UTF-8",
			Plant: stateless(func(c *call) *response {
				resp := c.forward()
				resp.hangUp = c.op == read && !utf8.ValidString(c.id)
				return resp
			})},
		{ID: "slash-in-id-fails", Summary: "fails on ids with a slash",
			Plant: failing(func(c *call) bool {
				return c.op == read && strings.Contains(c.id, "/") && !strings.HasPrefix(c.id, "agent:")
			})},
	}
}
