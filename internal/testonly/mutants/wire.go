package mutants

import (
	"bytes"
	"net/http"
	"slices"
)

// wireDefects return bytes or headers that a client cannot rely on.
func wireDefects() []Defect {
	return []Defect{
		{ID: "answers-as-html", Summary: "labels its JSON text/html", UpdateOnly: true,
			Plant: setMediaType("text/html; charset=utf-8", create, read, update, list)},
		{ID: "update-answered-as-text", Summary: "labels the response to an update text/plain", UpdateOnly: true,
			Plant: setMediaType("text/plain", update)},
		{ID: "update-answered-without-label", Summary: "responds to an update without Content-Type", UpdateOnly: true,
			Plant: setMediaType("", update)},
		{ID: "list-answered-as-text", Summary: "labels lists text/plain",
			Plant: setMediaType("text/plain", list)},
		{ID: "update-cut-off", Summary: "cuts the response to an update in half", UpdateOnly: true,
			Plant: editBytes(update, func(b []byte) []byte { return b[:len(b)/2] })},
		{ID: "update-breaks-off", Summary: "closes the connection before the end of the response to an update",
			UpdateOnly: true,
			Plant: on(update, func(c *call) *response {
				resp := c.forward()
				if resp.ok() {
					resp.excess = 100
				}
				return resp
			})},
		{ID: "length-too-small", Summary: "states too small a Content-Length in responses to updates", UpdateOnly: true,
			Plant: on(update, func(c *call) *response {
				resp := c.forward()
				if resp.ok() && len(resp.body) > 10 {
					resp.excess = -10
				}
				return resp
			})},
		{ID: "update-hangs-up", Summary: "closes the connection instead of responding to an update", UpdateOnly: true,
			Plant: on(update, func(c *call) *response {
				resp := c.forward()
				resp.hangUp = resp.ok()
				return resp
			})},
		{ID: "update-trailing-garbage", Summary: "responds to an update with something after the JSON",
			UpdateOnly: true,
			Plant:      editBytes(update, func(b []byte) []byte { return append(b, "<!-- 12 ms -->"...) })},
		{ID: "update-two-values", Summary: "responds to an update with the agent twice", UpdateOnly: true,
			Plant: editBytes(update, func(b []byte) []byte { return slices.Concat(b, []byte("\n"), b) })},
		{ID: "update-trailing-comma", Summary: "responds to an update with a comma after the last member",
			UpdateOnly: true,
			Plant:      editBytes(update, func(b []byte) []byte { return append(bytes.TrimRight(b, "}\n"), ",}"...) })},
		{ID: "update-byte-order-mark", Summary: "responds to an update with a byte order mark before the JSON",
			UpdateOnly: true,
			Plant:      editBytes(update, func(b []byte) []byte { return append([]byte("\ufeff"), b...) })},
		{ID: "update-guarded", Summary: `responds to an update with )]}' before the JSON`, UpdateOnly: true,
			Plant: editBytes(update, func(b []byte) []byte { return append([]byte(")]}',\n"), b...) })},
		{ID: "update-nan", Summary: "responds to an update with NaN among the settings", UpdateOnly: true,
			Plant: editBytes(update, func(b []byte) []byte {
				return append(bytes.TrimRight(b, "}\n"), `,"usage":NaN}`...)
			})},
		{ID: "update-double-encoded", Summary: "responds to an update with JSON in a JSON string", UpdateOnly: true,
			Plant: editBytes(update, func(b []byte) []byte { return encode(string(b)) })},
		{ID: "list-lines", Summary: "lists agents one per line",
			Plant: stateless(func(c *call) *response {
				resp := c.forward()
				if agents := resp.agents(); c.op == list && len(agents) > 0 {
					resp.body = nil
					for _, agent := range agents {
						resp.body = append(append(resp.body, encode(agent)...), '\n')
					}
				}
				return resp
			})},
		{ID: "update-false-gzip", Summary: "labels a plain response to an update gzip", UpdateOnly: true,
			Plant: on(update, func(c *call) *response {
				resp := c.forward()
				if resp.ok() {
					resp.header.Set("Content-Encoding", "gzip")
				}
				return resp
			})},
		{ID: "every-fourth-update-cut-off", Summary: "cuts every fourth response to an update in half",
			UpdateOnly: true, Flaky: true,
			Plant: stateful(func() func(*call) *response {
				n := &counter{}
				return func(c *call) *response {
					resp := c.forward()
					if c.op == update && resp.ok() && n.every(4) {
						resp.body = resp.body[:len(resp.body)/2]
					}
					return resp
				}
			})},
	}
}

// setMediaType changes the media type of successful responses of some operations.
func setMediaType(media string, ops ...operation) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		resp := c.forward()
		for _, op := range ops {
			if op == c.op && resp.ok() {
				resp.header.Set("Content-Type", media)
			}
		}
		return resp
	})
}
