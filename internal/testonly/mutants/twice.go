package mutants

import "net/http"

// twiceDefects create more than they say, as proxies do that send requests again.
func twiceDefects() []Defect {
	return []Defect{
		{ID: "create-twice", Summary: "makes two agents of one creation, and names one of them",
			Plant: on(create, func(c *call) *response {
				c.forward()
				return c.forward()
			})},
		{ID: "create-twice-at-times", Summary: "makes two agents of each third creation", Flaky: true,
			Plant: stateful(func() func(*call) *response {
				n := &counter{}
				return func(c *call) *response {
					if c.op == create && n.every(3) {
						c.forward()
					}
					return c.forward()
				}
			})},
		{ID: "create-refused-and-made", Summary: "refuses a creation without ttsModel, and stores it all the same",
			Plant: on(create, func(c *call) *response {
				resp := c.forward()
				body := c.body()
				if resp.status == http.StatusBadRequest && body["ttsModel"] == nil && c.sends("name") {
					body["ttsModel"], body["llmModel"] = map[string]any{}, defaultModel
					c.post(body)
				}
				return resp
			})},
	}
}
