package mutants

import (
	"net/http"
	"net/url"
	"strings"
)

// wrappedDefects take bodies that are inside something else.
func wrappedDefects() []Defect {
	return []Defect{
		{ID: "body-in-a-list-taken", Summary: "takes the first item of a list for the body", UpdateOnly: true,
			Plant: unwrapped(func(v any) any {
				if l, ok := v.([]any); ok && len(l) > 0 {
					return l[0]
				}
				return nil
			})},
		{ID: "body-in-a-text-taken", Summary: "takes a text of JSON for the body", UpdateOnly: true,
			Plant: unwrapped(func(v any) any { return decode([]byte(text(v))) })},
		{ID: "body-in-data-taken", Summary: `takes what is inside "data" for the body`, UpdateOnly: true,
			Plant: unwrapped(func(v any) any {
				o, _ := v.(map[string]any)
				return o["data"]
			})},
		{ID: "empty-list-taken", Summary: "takes an empty list for an update of nothing", UpdateOnly: true,
			Plant: emptyUpdateFrom(func(raw []byte) bool { l, ok := decode(raw).([]any); return ok && len(l) == 0 })},
	}
}

// unwrapped replaces the body of a creation or an update by an object inside of it, if there is one.
func unwrapped(inside func(any) any) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		if c.op == create || c.op == update {
			if body, ok := inside(decode(c.raw)).(map[string]any); ok {
				c.raw = encode(body)
			}
		}
		return c.forward()
	})
}

// pathDefects take odd ids for others, or fail.
func pathDefects() []Defect {
	return []Defect{
		{ID: "id-cut-at-null", Summary: "reads agents by ids with a null character and more after it",
			Plant: respelled(func(id string) string { before, _, _ := strings.Cut(id, "\x00"); return before })},
		{ID: "id-decoded-twice", Summary: "decodes ids twice, and fails where that cannot be",
			Plant: on(read, func(c *call) *response {
				if _, err := url.PathUnescape(c.id); err != nil {
					return errorResponse(http.StatusInternalServerError, "URI malformed")
				}
				return c.forward()
			})},
		{ID: "id-cut-at-percent", Summary: "reads agents by ids with % and more after it",
			Plant: respelled(func(id string) string { before, _, _ := strings.Cut(id, "%"); return before })},
		{ID: "long-id-fails", Summary: "fails on ids of more than 1,000 characters",
			Plant: on(read, func(c *call) *response {
				if len(c.id) > 1000 {
					return errorResponse(http.StatusInternalServerError, "key too long")
				}
				return c.forward()
			})},
	}
}

// respelled reads an agent by another spelling of the id.
func respelled(spell func(string) string) func(http.Handler) http.Handler {
	return on(read, func(c *call) *response {
		c.url = agentURL(spell(c.id))
		return c.forward()
	})
}
