package mutants

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
)

// sharingDefects change or delete agents that have something in common with the one that is written.
func sharingDefects() []Defect {
	return []Defect{
		{ID: "delete-by-name", Summary: "deletes all agents with the name of the deleted one",
			Plant: deleteAlike(func(a, b map[string]any) bool { return a["name"] == b["name"] })},
		{ID: "delete-by-beginning-of-name",
			Summary: "deletes all agents whose name begins with that of the deleted one",
			Plant: deleteAlike(func(a, b map[string]any) bool {
				return strings.HasPrefix(text(b["name"]), text(a["name"]))
			})},
		{ID: "update-by-name", Summary: "updates all agents with the name of the one that is updated",
			Plant: updateAlike(func(a, b map[string]any) bool { return a["name"] == b["name"] }, writable...)},
		{ID: "phones-removed-from-all", Summary: "takes a phone number that an agent gives up from all others, too",
			Plant: on(update, func(c *call) *response {
				before := c.read(c.id).agent()
				resp := c.forward()
				if after := resp.agent(); before != nil && after != nil {
					c.detach(missing(before["phoneNumberIds"], after["phoneNumberIds"]))
				}
				return resp
			})},
		{ID: "delete-detaches-phones-of-all",
			Summary: "takes the phone numbers of a deleted agent from all others, too",
			Plant: on(remove, func(c *call) *response {
				before := c.read(c.id).agent()
				resp := c.forward()
				if resp.ok() && before != nil {
					c.detach(missing(before["phoneNumberIds"], nil))
				}
				return resp
			})},
		{ID: "voice-shared-by-id", Summary: "keeps one ttsModel for all agents with the same voiceId",
			Plant: updateAlike(func(a, b map[string]any) bool {
				voice := ttsModelOf(a)["voiceId"]
				return voice != nil && voice == ttsModelOf(b)["voiceId"]
			}, "ttsModel")},
		{ID: "equal-settings-shared",
			Summary: "keeps settings that are equal once, and changes them for all agents that have them",
			Plant: updateAlike(func(a, b map[string]any) bool {
				return bytes.Equal(encode(a["settings"]), encode(b["settings"]))
			}, "settings")},
		{ID: "default-variables-shared",
			Summary: "gives all agents that were created without variables the same object",
			Plant: updateAlike(func(a, b map[string]any) bool {
				v, _ := a["variables"].(map[string]any)
				other, _ := b["variables"].(map[string]any)
				return len(v) == 0 && len(other) == 0
			}, "variables")},
	}
}

// deleteAlike deletes, with an agent, all others of the workspace that are like it.
func deleteAlike(alike func(deleted, other map[string]any) bool) func(http.Handler) http.Handler {
	return on(remove, func(c *call) *response {
		agents, before := c.list().agents(), c.read(c.id).agent()
		resp := c.forward()
		for _, other := range agents {
			if resp.ok() && before != nil && alike(before, other) {
				c.delete(text(other["_id"]))
			}
		}
		return resp
	})
}

// updateAlike applies some fields of an update to all agents of the workspace that were like the
// updated one before.
func updateAlike(alike func(updated, other map[string]any) bool, fields ...string) func(http.Handler) http.Handler {
	return on(update, func(c *call) *response {
		agents, before := c.list().agents(), c.read(c.id).agent()
		resp := c.forward()
		if !resp.ok() || before == nil {
			return resp
		}
		for _, other := range agents {
			sent := map[string]any{"llmModel": other["llmModel"]}
			for _, field := range fields {
				if v, ok := c.body()[field]; ok {
					sent[field] = v
				}
			}
			if id := text(other["_id"]); id != c.id && len(sent) > 1 && alike(before, other) {
				c.put(id, sent)
			}
		}
		return resp
	})
}

// missing returns the entries of a list that another lacks.
func missing(from, in any) []any {
	had, _ := from.([]any)
	have, _ := in.([]any)
	return slices.DeleteFunc(slices.Clone(had), func(v any) bool { return slices.Contains(have, v) })
}

// detach takes phone numbers from all agents of the workspace.
func (c *call) detach(numbers []any) {
	if len(numbers) == 0 {
		return
	}
	c.header.Set("Content-Type", "application/json") // which a deletion lacks
	for _, agent := range c.list().agents() {
		have, _ := agent["phoneNumberIds"].([]any)
		if kept := missing(have, numbers); len(kept) < len(have) {
			c.put(text(agent["_id"]), map[string]any{"llmModel": agent["llmModel"], "phoneNumberIds": kept})
		}
	}
}
