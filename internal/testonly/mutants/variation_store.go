package mutants

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// storeVariations are habits of databases, object mappers and validators.
func storeVariations() []Variation {
	return []Variation{
		{ID: "items-with-ids", Summary: "gives every object in a list an _id of its own",
			Apply: itemIDs()},
		{ID: "delete-idempotent", Summary: "confirms every deletion, also of what is not there or not the caller's",
			Apply: on(remove, func(c *call) *response {
				resp := c.forward()
				if resp.status == http.StatusNotFound {
					return &response{status: http.StatusNoContent, header: http.Header{}}
				}
				return resp
			})},
		{ID: "delete-idempotent-200", Summary: "confirms every deletion with the number of what it deleted",
			Apply: on(remove, func(c *call) *response {
				resp := c.forward()
				switch {
				case resp.ok():
					return jsonResponse(http.StatusOK, map[string]any{"deletedCount": 1})
				case resp.status == http.StatusNotFound:
					return jsonResponse(http.StatusOK, map[string]any{"deletedCount": 0})
				}
				return resp
			})},
		{ID: "phones-move", Summary: "takes a phone number away from the agent that had it when another one gets it",
			Apply: movePhones()},
		{ID: "providers-listed", Summary: "refuses providers of voices that it does not have, with 422",
			Apply: closedList("provider", "openai", "cartesia", "rime", "11labs_byo")},
		{ID: "voices-listed", Summary: "refuses voices that it does not have, with 422",
			Apply: closedList("voiceId", "21m00Tcm4TlvDq8ikWAM", "mistv2_Wildflower", "mistv2_Brook", "mistv2_Violet",
				"alloy", "v")},
		{ID: "languages-listed", Summary: "refuses languages that it does not have, with 422",
			Apply: closedList("language", "en", "en-GB", "de", "fr", "es")},
		{ID: "names-unique", Summary: "refuses a name that another agent of the workspace has, with 409",
			Apply: uniqueNames()},
		{ID: "created-at-rounded", Summary: "shows the time of creation more exactly in the response to the creation",
			Apply: on(create, func(c *call) *response {
				return c.forward().edit(func(agent map[string]any) {
					if t := instant(agent["createdAt"]); !t.IsZero() {
						agent["createdAt"] = t.Add(417 * time.Microsecond).Format("2006-01-02T15:04:05.000000Z07:00")
					}
				})
			})},
		{ID: "timestamps-of-different-precision",
			Summary: "shows createdAt in whole seconds with the offset +00:00, and updatedAt with nanoseconds",
			Apply: editAgents(func(agent map[string]any) {
				if t := instant(agent["createdAt"]); !t.IsZero() {
					agent["createdAt"] = t.UTC().Format("2006-01-02T15:04:05") + "+00:00"
				}
				if t := instant(agent["updatedAt"]); !t.IsZero() {
					agent["updatedAt"] = t.UTC().Format("2006-01-02T15:04:05.000000000") + "+00:00"
				}
			})},
		{ID: "list-last-changed-first", Summary: "lists agents by the time of their last change, the latest first",
			Apply: listing(func(agents []map[string]any) []map[string]any {
				slices.SortStableFunc(agents, func(a, b map[string]any) int {
					return instant(b["updatedAt"]).Compare(instant(a["updatedAt"]))
				})
				return agents
			})},
		{ID: "free-objects-merged", Summary: "merges settings and variables into what is stored, and replaces ttsModel",
			Apply: mergeFields("settings", "variables")},
		{ID: "voice-merged", Summary: "merges ttsModel into what is stored, and replaces all else",
			Apply: mergeFields("ttsModel")},
	}
}

// itemIDs gives the objects of an agent's lists identities, and new ones with every update of the list.
func itemIDs() func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		n := &counter{}
		versions := &memory[int]{}
		return func(c *call) *response {
			resp := c.forward()
			if agent := resp.agent(); agent != nil && c.sends(gaps) {
				versions.put(text(agent["_id"]), n.next())
			}
			return resp.edit(func(agent map[string]any) {
				version, _ := versions.lookup(text(agent["_id"]))
				items, _ := agent[gaps].([]any)
				for i, item := range items {
					if o, ok := item.(map[string]any); ok {
						o["_id"] = fmt.Sprintf("65f0c1aa%08x%08x", version, i)
					}
				}
			})
		}
	})
}

// movePhones removes the phone numbers of a write from all other agents of the workspace.
func movePhones() func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		resp := c.forward()
		agent := resp.agent()
		claimed, _ := c.body()["phoneNumberIds"].([]any)
		if agent == nil || len(claimed) == 0 {
			return resp
		}
		for _, other := range c.list().agents() {
			have, _ := other["phoneNumberIds"].([]any)
			kept := slices.DeleteFunc(slices.Clone(have),
				func(phone any) bool { return slices.Contains(claimed, phone) })
			if other["_id"] != agent["_id"] && len(kept) < len(have) {
				c.put(text(other["_id"]), map[string]any{"llmModel": other["llmModel"], "phoneNumberIds": kept})
			}
		}
		return resp
	})
}

// closedList refuses writes whose ttsModel has another value at a member than one of a list.
func closedList(member string, known ...string) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		tts, _ := c.body()["ttsModel"].(map[string]any)
		value, sent := tts[member].(string)
		if (c.op == create || c.op == update) && sent && !slices.Contains(known, value) && c.forwardable() {
			return errorResponse(http.StatusUnprocessableEntity, "no such "+member)
		}
		return c.forward()
	})
}

// uniqueNames refuses writes with a name that another agent of the workspace has.
func uniqueNames() func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		name, sent := c.body()["name"].(string)
		if sent && (c.op == create || c.op == update) && c.forwardable() {
			for _, agent := range c.list().agents() {
				if agent["name"] == name && agent["_id"] != c.id {
					return errorResponse(http.StatusConflict, "the name is taken")
				}
			}
		}
		return c.forward()
	})
}

// mergeFields merges objects that an update sends into what is stored, one level deep.
func mergeFields(fields ...string) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		keys := &keyMemory{}
		return func(c *call) *response {
			if c.op == update {
				stored := without(c.read(c.id).agent(), slices.DeleteFunc([]string{"ttsModel", "settings", "variables"},
					func(field string) bool { return slices.Contains(fields, field) })...)
				key, _ := keys.lookup(c.id)
				c.edit(func(body map[string]any) { mergeInto(body, stored, key) })
			}
			resp := c.forward()
			keys.remember(c, resp)
			return resp
		}
	})
}
