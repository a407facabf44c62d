package mutants

import (
	"net/http"
	"slices"
)

// creationDefects create agents wrongly.
func creationDefects() []Defect {
	return []Defect{
		{ID: "create-not-stored", Summary: "confirms a creation and stores nothing",
			Plant: on(create, createAndForget)},
		{ID: "create-ignores-name", Summary: "calls every new agent New Agent",
			Plant: editBodies(create, func(body map[string]any) { replace(body, "name", isString, "New Agent") })},
		{ID: "create-ignores-model", Summary: "gives every new agent the default model",
			Plant: editBodies(create, func(body map[string]any) {
				replace(body, "llmModel", func(v any) bool { return slices.Contains(models, text(v)) }, defaultModel)
			})},
		{ID: "create-ignores-settings", Summary: "ignores settings at creation",
			Plant: editBodies(create, drop("settings"))},
		{ID: "create-ignores-variables", Summary: "ignores variables at creation",
			Plant: editBodies(create, drop("variables"))},
		{ID: "create-default-callback-on", Summary: "switches smartCallback on for new agents that do not say",
			Plant: editBodies(create, fill("smartCallback", true))},
		{ID: "create-default-three-attempts", Summary: "gives new agents three attempts where five are the default",
			Plant: editBodies(create, fill(attempts, 3))},
		{ID: "create-writes-created-at", Summary: "takes createdAt from the body of a creation",
			Plant: writeReadOnly(create, "createdAt")},
		{ID: "create-same-id", Summary: "responds to every creation with the first agent's _id",
			Plant: stateful(func() func(*call) *response {
				firsts := &memory[any]{}
				return func(c *call) *response {
					resp := c.forward()
					if c.op != create {
						return resp
					}
					return resp.edit(func(agent map[string]any) { agent["_id"] = firsts.first("", agent["_id"]) })
				}
			})},
		{ID: "create-overwrites", Summary: "overwrites the agent that was made before instead of creating a second one",
			Plant: stateful(func() func(*call) *response {
				lasts := &memory[string]{} // by workspace
				return func(c *call) *response {
					if resp := c.overwrite(lasts); resp != nil {
						return resp
					}
					resp := c.forward()
					if agent := resp.agent(); c.op == create && agent != nil {
						lasts.put(c.header.Get(wsHeader), text(agent["_id"]))
					}
					return resp
				}
			})},
		{ID: "refused-create-stored", Summary: "refuses a creation after it has stored an agent",
			Plant: on(create, refuseAndCreate)},
	}
}

// replace sets a field to v if its value matches.
func replace(body map[string]any, field string, match func(any) bool, v any) {
	if match(body[field]) {
		body[field] = v
	}
}

func createAndForget(c *call) *response {
	resp := c.forward()
	if agent := resp.agent(); agent != nil {
		c.delete(text(agent["_id"]))
	}
	return resp
}

func refuseAndCreate(c *call) *response {
	resp := c.forward()
	if body := c.body(); resp.refused() && body != nil && c.header.Get(keyHeader) != "" {
		c.post(map[string]any{"name": text(body["name"]), "llmModel": defaultModel, "ttsModel": map[string]any{}})
	}
	return resp
}

// overwrite turns a creation into an update of the last agent of the workspace. It returns nil if
// there is none, or if the body is not valid for a creation.
func (c *call) overwrite(lasts *memory[string]) *response {
	last, ok := lasts.lookup(c.header.Get(wsHeader))
	if c.op != create || !ok || !c.sends("name") || !c.sends("ttsModel") {
		return nil
	}
	resp := c.put(last, c.body())
	if !resp.ok() {
		return nil
	}
	resp.status = http.StatusCreated
	return resp
}
