package mutants

import (
	"maps"
	"net/http"
	"strings"
)

// valueVariations treat odd values as many frameworks do.
func valueVariations() []Variation {
	return []Variation{
		{ID: "large-body-413", Summary: "refuses bodies of more than 100 kB with 413",
			Apply: stateless(func(c *call) *response {
				if len(c.raw) > 100_000 {
					return errorResponse(http.StatusRequestEntityTooLarge, "request entity too large")
				}
				return c.forward()
			})},
		{ID: "inherited-names-dropped", Summary: "drops members called __proto__, constructor and prototype",
			Apply: stateless(func(c *call) *response {
				return c.edit(func(body map[string]any) {
					walk(body, func(v any) any {
						if o, ok := v.(map[string]any); ok {
							maps.DeleteFunc(o, func(name string, _ any) bool {
								return name == "__proto__" || name == "constructor" || name == "prototype"
							})
						}
						return v
					})
				}).forward()
			})},
		{ID: "names-in-any-case", Summary: "takes the names of members in any case",
			Apply: stateless(func(c *call) *response {
				return c.edit(func(body map[string]any) {
					for _, field := range writable {
						for name, v := range maps.Clone(body) {
							if _, there := body[field]; !there && strings.EqualFold(name, field) {
								body[field] = v
								delete(body, name)
							}
						}
					}
				}).forward()
			})},
		{ID: "codes-in-capitals-refused", Summary: "refuses languages with capitals or blanks",
			Apply: stateless(func(c *call) *response {
				voice, _ := c.body()["ttsModel"].(map[string]any)
				if s := text(voice["language"]); len(s) < 5 && strings.TrimSpace(strings.ToLower(s)) != s {
					return errorResponse(http.StatusBadRequest, "language is not known")
				}
				return c.forward()
			})},
	}
}
