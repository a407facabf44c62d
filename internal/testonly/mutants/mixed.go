package mutants

import (
	"bytes"
	"net/http"
	"slices"
	"sync"
	"time"
)

// mixedDefects mix what belongs to different requests.
func mixedDefects() []Defect {
	return []Defect{
		{ID: "parallel-updates-mixed", Summary: "keeps the body of an update where the next one overwrites it",
			UpdateOnly: true, Flaky: true,
			Plant: func(inner http.Handler) http.Handler {
				var mu sync.Mutex
				var shared []byte
				return on(update, func(c *call) *response {
					if c.body() == nil || bytes.Contains(c.raw, []byte("agentmock-no-such")) {
						return c.forward()
					}
					mu.Lock()
					shared = c.raw
					mu.Unlock()
					time.Sleep(parallelWindow / 2)
					mu.Lock()
					c.raw = shared
					mu.Unlock()
					return c.forward()
				})(inner)
			}},
		{ID: "list-shows-next-variables", Summary: "lists each agent with the variables of the one after it",
			Plant: listing(func(agents []map[string]any) []map[string]any {
				for i := 0; i+1 < len(agents); i++ {
					agents[i]["variables"] = agents[i+1]["variables"]
				}
				return agents
			})},
		{ID: "list-cuts-text", Summary: "lists texts with no more than 100 characters",
			Plant: editAgents(func(agent map[string]any) {
				editContent(agent, eachString(func(s string) string { return cut(s, 100) }))
			}, list)},
		{ID: "list-loses-what-has-no-language", Summary: "lists only agents whose voice has a language",
			Plant: listing(func(agents []map[string]any) []map[string]any {
				kept := slices.DeleteFunc(slices.Clone(agents), func(agent map[string]any) bool {
					return ttsModelOf(agent)["language"] == nil
				})
				if len(kept) == 0 {
					return agents
				}
				return kept
			})},
		{ID: "list-joined-with-variables", Summary: "lists an agent once for each of its variables",
			Plant: listing(func(agents []map[string]any) []map[string]any {
				var out []map[string]any
				for _, agent := range agents {
					variables, _ := agent["variables"].(map[string]any)
					out = append(out, slices.Repeat([]map[string]any{agent}, max(1, len(variables)))...)
				}
				return out
			})},
		{ID: "read-touches", Summary: "moves updatedAt with every read",
			Plant: on(read, func(c *call) *response {
				if agent := c.read(c.id).agent(); agent != nil {
					c.header.Set("Content-Type", "application/json")
					c.put(c.id, map[string]any{"llmModel": agent["llmModel"], "name": agent["name"]})
				}
				return c.forward()
			})},
		{ID: "settings-detach-phones", Summary: "detaches the phone numbers when settings are sent", UpdateOnly: true,
			Plant: sets(sending("settings"), "phoneNumberIds", []any{})},
		{ID: "attempts-clear-gaps", Summary: "empties the gaps when a number of attempts is sent", UpdateOnly: true,
			Plant: sets(sending(attempts), gaps, []any{})},
		{ID: "no-attempts-switch-callback-off", Summary: "switches smartCallback off when 0 attempts are sent",
			UpdateOnly: true, Plant: sets(func(body, _ map[string]any) bool {
				return string(encode(body[attempts])) == "0"
			}, "smartCallback", false)},
		{ID: "rename-resets-model", Summary: "takes the default model when a name is sent", UpdateOnly: true,
			Plant: editBodies(update, func(body map[string]any) {
				if slices.Contains(models, text(body["llmModel"])) && text(body["name"]) != "" {
					body["llmModel"] = defaultModel
				}
			})},
	}
}
