package mutants

import (
	"net/http"
	"slices"
)

// creationDefects get creation wrong.
func creationDefects() []Defect {
	return []Defect{
		{ID: "create-not-stored", Summary: "answers a creation and stores nothing", Plant: on(create, createAndForget)},
		{ID: "create-ignores-name", Summary: "calls every new agent New Agent",
			Plant: edits(create, func(body map[string]any) { replace(body, "name", isString, "New Agent") })},
		{ID: "create-ignores-model", Summary: "gives every new agent the default model",
			Plant: edits(create, func(body map[string]any) {
				replace(body, "llmModel", func(v any) bool { return slices.Contains(models, text(v)) }, defaultModel)
			})},
		{ID: "create-ignores-settings", Summary: "ignores settings at creation",
			Plant: edits(create, drop("settings"))},
		{ID: "create-ignores-variables", Summary: "ignores variables at creation",
			Plant: edits(create, drop("variables"))},
		{ID: "create-default-callback-on", Summary: "switches smartCallback on for new agents that do not say",
			Plant: edits(create, fill("smartCallback", true))},
		{ID: "create-default-three-attempts", Summary: "gives new agents three attempts where five are the default",
			Plant: edits(create, fill(attempts, 3))},
		{ID: "create-writes-created-at", Summary: "takes createdAt from the body of a creation",
			Plant: writes(create, "createdAt")},
		{ID: "create-same-id", Summary: "answers every creation with the first agent's _id",
			Plant: plant(func() func(*call) *answer {
				firsts := &memory[any]{}
				return func(c *call) *answer {
					a := c.forward()
					if c.op != create {
						return a
					}
					return a.edit(func(agent map[string]any) { agent["_id"] = firsts.first("", agent["_id"]) })
				}
			})},
		{ID: "create-overwrites", Summary: "overwrites the agent that was made before instead of creating a second one",
			Plant: plant(func() func(*call) *answer {
				lasts := &memory[string]{} // by workspace
				return func(c *call) *answer {
					if a := c.overwrite(lasts); a != nil {
						return a
					}
					a := c.forward()
					if agent := a.agent(); c.op == create && agent != nil {
						lasts.put(c.header.Get(wsHeader), text(agent["_id"]))
					}
					return a
				}
			})},
		{ID: "refused-create-stored", Summary: "refuses a creation after having stored an agent",
			Plant: on(create, refuseAndCreate)},
	}
}

// replace changes a field that was sent, if it matches.
func replace(body map[string]any, field string, match func(any) bool, v any) {
	if match(body[field]) {
		body[field] = v
	}
}

func createAndForget(c *call) *answer {
	a := c.forward()
	if agent := a.agent(); agent != nil {
		c.drop(text(agent["_id"]))
	}
	return a
}

func refuseAndCreate(c *call) *answer {
	a := c.forward()
	if body := c.body(); a.refused() && body != nil && c.header.Get(keyHeader) != "" {
		c.post(map[string]any{"name": text(body["name"]), "llmModel": defaultModel, "ttsModel": map[string]any{}})
	}
	return a
}

// overwrite makes a creation an update of the workspace's last agent; nil where
// there is none or the body would not do for a creation.
func (c *call) overwrite(lasts *memory[string]) *answer {
	last, ok := lasts.lookup(c.header.Get(wsHeader))
	if c.op != create || !ok || !c.sends("name") || !c.sends("ttsModel") {
		return nil
	}
	a := c.put(last, c.body())
	if !a.ok() {
		return nil
	}
	a.status = http.StatusCreated
	return a
}
