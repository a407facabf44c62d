package mutants

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// entryDefects show other agents in a list than there are.
func entryDefects() []Defect {
	return []Defect{
		{ID: "list-capped-at-20", Summary: "lists no more than 20 agents",
			Plant: listing(func(agents []map[string]any) []map[string]any { return agents[:min(20, len(agents))] })},
		{ID: "list-capped-at-24-newest", Summary: "lists the newest 24 agents",
			Plant: listing(func(agents []map[string]any) []map[string]any { return agents[max(0, len(agents)-24):] })},
		{ID: "list-joined-with-phones", Summary: "lists an agent once for each of its phone numbers",
			Plant: listing(joined("phoneNumberIds"))},
		{ID: "list-joined-with-gaps", Summary: "lists an agent once for each of its gaps",
			Plant: listing(joined(gaps))},
		{ID: "list-loses-what-has-no-gaps", Summary: "lists only agents with gaps once there is one",
			Plant: listing(func(agents []map[string]any) []map[string]any {
				kept := slices.DeleteFunc(slices.Clone(agents), func(agent map[string]any) bool {
					return emptyValue(agent[gaps])
				})
				if len(kept) == 0 {
					return agents
				}
				return kept
			})},
		{ID: "list-leaks-empty-fields", Summary: "shows the fields of the agent before where a listed agent has none",
			Plant: listing(leaking(func(before, agent map[string]any) {
				for _, field := range writable {
					if emptyValue(agent[field]) && !emptyValue(before[field]) {
						agent[field] = before[field]
					}
				}
			}))},
		{ID: "list-leaks-voices", Summary: "shows members of the voice of the agent before in a list",
			Plant: listing(leaking(func(before, agent map[string]any) {
				voice, last := ttsModelOf(agent), ttsModelOf(before)
				for _, member := range []string{"name", "language"} {
					if voice != nil && voice[member] == nil && last[member] != nil {
						voice[member] = last[member]
					}
				}
			}))},
		{ID: "list-leaks-variables", Summary: "shows the variables of the agent before among those of a listed one",
			Plant: listing(leaking(func(before, agent map[string]any) {
				last, _ := before["variables"].(map[string]any)
				all := maps.Clone(last)
				if own, ok := agent["variables"].(map[string]any); ok && all != nil {
					maps.Copy(all, own)
					agent["variables"] = all
				}
			}))},
		{ID: "list-shows-defaults", Summary: "shows the default of attempts in a list",
			Plant: editAgents(func(agent map[string]any) { agent[attempts] = 5 }, list)},
		{ID: "list-of-longer-workspaces", Summary: "lists the agents of workspaces whose names begin alike",
			Plant: likeWorkspaces(list, func(own, other string) bool { return strings.HasPrefix(other, own) })},
		{ID: "list-of-shorter-workspaces", Summary: "lists the agents of workspaces with whose names the own begins",
			Plant: likeWorkspaces(list, func(own, other string) bool { return strings.HasPrefix(own, other) })},
		{ID: "read-of-longer-workspaces", Summary: "reads agents of workspaces whose names begin alike",
			Plant: likeWorkspaces(read, func(own, other string) bool { return strings.HasPrefix(other, own) })},
		{ID: "read-of-shorter-workspaces", Summary: "reads agents of workspaces with whose names the own begins",
			Plant: likeWorkspaces(read, func(own, other string) bool { return strings.HasPrefix(own, other) })},
	}
}

// listSecretDefects show in lists what no other answer shows.
func listSecretDefects() []Defect {
	return []Defect{
		{ID: "list-shows-token-of-any-provider", Summary: "lists the token of a key whatever the provider",
			Plant: stateful(func() func(*call) *response {
				keys := &memory[bool]{}
				return func(c *call) *response {
					sent := clearKey(c.body()) != ""
					resp := c.forward()
					if agent := resp.agent(); sent && agent != nil {
						keys.put(text(agent["_id"]), true)
					}
					if c.op != list {
						return resp
					}
					return resp.edit(func(agent map[string]any) {
						if _, had := keys.lookup(text(agent["_id"])); had && ttsModelOf(agent) != nil {
							ttsModelOf(agent)["elevenLabsApiKey"] = "enc:8f1d02c4"
						}
					})
				}
			})},
	}
}

func emptyValue(v any) bool {
	o, isObject := v.(map[string]any)
	l, isList := v.([]any)
	return v == nil || isObject && len(o) == 0 || isList && len(l) == 0
}

// joined repeats each agent for each item of a list that it has.
func joined(field string) func([]map[string]any) []map[string]any {
	return func(agents []map[string]any) []map[string]any {
		var out []map[string]any
		for _, agent := range agents {
			l, _ := agent[field].([]any)
			out = append(out, slices.Repeat([]map[string]any{agent}, max(1, len(l)))...)
		}
		return out
	}
}

// leaking changes each listed agent by the one before it.
func leaking(leak func(before, agent map[string]any)) func([]map[string]any) []map[string]any {
	return func(agents []map[string]any) []map[string]any {
		for i := 1; i < len(agents); i++ {
			leak(agents[i-1], agents[i])
		}
		return agents
	}
}

// likeWorkspaces answers an operation for other workspaces that were seen, too, if their names match.
func likeWorkspaces(op operation, match func(own, other string) bool) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		known := &memory[string]{}
		return func(c *call) *response {
			own := c.header.Get(wsHeader)
			resp := c.forward()
			if c.op == create && resp.ok() {
				known.put(own, own)
			}
			if c.op != op || own == "" {
				return resp
			}
			agents, found := resp.agents(), resp
			for _, other := range known.keys() {
				if other == own || !match(own, other) {
					continue
				}
				c.header.Set(wsHeader, other)
				elsewhere := c.forward()
				agents = append(agents, elsewhere.agents()...)
				if found.refused() && elsewhere.ok() {
					found = elsewhere
				}
			}
			if op == list && resp.ok() && len(agents) > 0 {
				resp.body = encode(agents)
				return resp
			}
			return found
		}
	})
}
