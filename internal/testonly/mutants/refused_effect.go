package mutants

import (
	"maps"
	"net/http"
	"slices"
)

// refusedEffectDefects refuse a request after it has had an effect, beside the agent that it names.
func refusedEffectDefects() []Defect {
	return []Defect{
		{ID: "refused-update-creates-agent",
			Summary: "refuses an update after it has created an agent of that name",
			Plant: afterRefusal(func(c *call) {
				if name := text(c.body()["name"]); name != "" && c.storedModel() != nil {
					c.post(map[string]any{"name": name, "llmModel": defaultModel, "ttsModel": map[string]any{}})
				}
			})},
		{ID: "refused-update-detaches-phones", Summary: "refuses an update after it has detached the phone numbers",
			UpdateOnly: true,
			Plant:      afterRefusal(func(c *call) { c.putBesideModel(map[string]any{"phoneNumberIds": []any{}}) })},
		{ID: "refused-update-attaches-phones", Summary: "refuses an update after it has attached its phone numbers",
			Plant: afterRefusal(func(c *call) {
				if list, ok := c.body()["phoneNumberIds"].([]any); ok {
					c.putBesideModel(map[string]any{"phoneNumberIds": list})
				}
			})},
		{ID: "refused-update-stores-voice", Summary: "refuses an update after it has stored its ttsModel",
			Plant: afterRefusal(func(c *call) {
				if tts, ok := c.body()["ttsModel"].(map[string]any); ok {
					c.putBesideModel(map[string]any{"ttsModel": tts})
				}
			})},
		{ID: "refused-update-hides-agent", Summary: "no longer lists an agent after an update of it was refused",
			Plant: stateful(hideRefused)},
		{ID: "refused-update-renames-in-list", Summary: "lists an agent under the name that a refused update sent",
			Plant: stateful(renameInList)},
		{ID: "refused-create-renames-last",
			Summary: "refuses a creation after it has written its name to the newest agent",
			Plant:   on(create, renameLast)},
		{ID: "key-checked-too-late-on-create", Summary: "refuses a creation without x-api-key after it has done it",
			Plant: stateful(func() func(*call) *response {
				w := &traffic{}
				return func(c *call) *response {
					resp := w.learn(c, c.forward())
					if c.op == create && resp.status == http.StatusUnauthorized {
						c.header.Set(keyHeader, w.anyKey())
						c.forward()
					}
					return resp
				}
			})},
		{ID: "foreign-update-refused-but-listed",
			Summary: "refuses another workspace's update, and copies the agent to that workspace",
			Plant:   stateful(copyElsewhere)},
	}
}

// putBesideModel updates the agent that a call addresses without changing its llmModel.
func (c *call) putBesideModel(fields map[string]any) {
	if model := c.storedModel(); model != nil {
		fields["llmModel"] = model
		c.put(c.id, fields)
	}
}

// hideRefused leaves agents out of lists of which an update was refused.
func hideRefused() func(*call) *response {
	hidden := &memory[bool]{}
	return func(c *call) *response {
		if c.op == list {
			return c.editList(func(agents []map[string]any) []map[string]any {
				return slices.DeleteFunc(agents, func(agent map[string]any) bool {
					is, _ := hidden.lookup(text(agent["_id"]))
					return is
				})
			})
		}
		resp := c.forward()
		if c.op == update && resp.refused() && resp.status != http.StatusNotFound && c.body() != nil {
			hidden.put(c.id, true)
		} else if c.op == update && resp.ok() {
			hidden.forget(c.id)
		}
		return resp
	}
}

// renameInList lists agents under the names that refused updates sent.
func renameInList() func(*call) *response {
	names := &overlay{}
	return func(c *call) *response {
		resp := c.forward()
		if name, ok := c.body()["name"].(string); ok && c.op == update {
			if resp.ok() {
				names.clear(c.id, "name")
			} else if resp.refused() {
				names.set(c.id, "name", name)
			}
		}
		if c.op == list {
			return names.apply(resp)
		}
		return resp
	}
}

// renameLast gives the newest agent the name that a refused creation sent.
func renameLast(c *call) *response {
	resp := c.forward()
	name := text(c.body()["name"])
	if agents := c.list().agents(); resp.refused() && name != "" && len(agents) > 0 {
		newest := slices.MaxFunc(agents, func(a, b map[string]any) int {
			return instant(a["createdAt"]).Compare(instant(b["createdAt"]))
		})
		c.put(text(newest["_id"]), map[string]any{"llmModel": newest["llmModel"], "name": name})
	}
	return resp
}

// copyElsewhere creates what another workspace tries to update.
func copyElsewhere() func(*call) *response {
	w := &traffic{}
	return func(c *call) *response {
		resp := w.learn(c, c.forward())
		body := c.body()
		if home := w.homeOrOwn(c); c.op == update && resp.status == http.StatusNotFound &&
			home != c.header.Get(wsHeader) && body != nil {
			made := maps.Clone(body)
			fill("name", "Copy")(made)
			fill("ttsModel", map[string]any{})(made)
			c.post(made)
		}
		return resp
	}
}
