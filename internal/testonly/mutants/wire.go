package mutants

import (
	"bytes"
	"net/http"
	"slices"
)

// wireDefects answer with bytes or headers that a client can not rely on.
func wireDefects() []Defect {
	return []Defect{
		{ID: "answers-as-html", Summary: "labels its JSON text/html", UpdateOnly: true,
			Plant: relabel("text/html; charset=utf-8", create, read, update, list)},
		{ID: "update-answered-as-text", Summary: "labels the answer to an update text/plain", UpdateOnly: true,
			Plant: relabel("text/plain", update)},
		{ID: "update-answered-without-label", Summary: "answers an update without Content-Type", UpdateOnly: true,
			Plant: relabel("", update)},
		{ID: "list-answered-as-text", Summary: "labels lists text/plain",
			Plant: relabel("text/plain", list)},
		{ID: "update-cut-off", Summary: "cuts the answer to an update in half", UpdateOnly: true,
			Plant: rebody(update, func(b []byte) []byte { return b[:len(b)/2] })},
		{ID: "update-breaks-off", Summary: "closes the connection before the end of the answer to an update",
			UpdateOnly: true,
			Plant: on(update, func(c *call) *answer {
				a := c.forward()
				if a.ok() {
					a.excess = 100
				}
				return a
			})},
		{ID: "length-too-small", Summary: "states too small a Content-Length in answers to updates", UpdateOnly: true,
			Plant: on(update, func(c *call) *answer {
				a := c.forward()
				if a.ok() && len(a.body) > 10 {
					a.excess = -10
				}
				return a
			})},
		{ID: "update-hangs-up", Summary: "closes the connection instead of answering an update", UpdateOnly: true,
			Plant: on(update, func(c *call) *answer {
				a := c.forward()
				a.hangUp = a.ok()
				return a
			})},
		{ID: "update-trailing-garbage", Summary: "answers an update with something behind the JSON", UpdateOnly: true,
			Plant: rebody(update, func(b []byte) []byte { return append(b, "<!-- 12 ms -->"...) })},
		{ID: "update-two-values", Summary: "answers an update with the agent twice", UpdateOnly: true,
			Plant: rebody(update, func(b []byte) []byte { return slices.Concat(b, []byte("\n"), b) })},
		{ID: "update-trailing-comma", Summary: "answers an update with a comma behind the last member",
			UpdateOnly: true,
			Plant:      rebody(update, func(b []byte) []byte { return append(bytes.TrimRight(b, "}\n"), ",}"...) })},
		{ID: "update-byte-order-mark", Summary: "answers an update with a byte order mark before the JSON",
			UpdateOnly: true,
			Plant:      rebody(update, func(b []byte) []byte { return append([]byte("\ufeff"), b...) })},
		{ID: "update-guarded", Summary: `answers an update with )]}' before the JSON`, UpdateOnly: true,
			Plant: rebody(update, func(b []byte) []byte { return append([]byte(")]}',\n"), b...) })},
		{ID: "update-nan", Summary: "answers an update with NaN among the settings", UpdateOnly: true,
			Plant: rebody(update, func(b []byte) []byte {
				return append(bytes.TrimRight(b, "}\n"), `,"usage":NaN}`...)
			})},
		{ID: "update-double-encoded", Summary: "answers an update with JSON in a JSON string", UpdateOnly: true,
			Plant: rebody(update, func(b []byte) []byte { return encode(string(b)) })},
		{ID: "list-lines", Summary: "lists agents one per line",
			Plant: always(func(c *call) *answer {
				a := c.forward()
				if agents := a.agents(); c.op == list && len(agents) > 0 {
					a.body = nil
					for _, agent := range agents {
						a.body = append(append(a.body, encode(agent)...), '\n')
					}
				}
				return a
			})},
		{ID: "update-false-gzip", Summary: "labels a plain answer to an update gzip", UpdateOnly: true,
			Plant: on(update, func(c *call) *answer {
				a := c.forward()
				if a.ok() {
					a.header.Set("Content-Encoding", "gzip")
				}
				return a
			})},
		{ID: "every-fourth-update-cut-off", Summary: "cuts every fourth answer to an update in half",
			UpdateOnly: true, Flaky: true,
			Plant: plant(func() func(*call) *answer {
				n := &counter{}
				return func(c *call) *answer {
					a := c.forward()
					if c.op == update && a.ok() && n.every(4) {
						a.body = a.body[:len(a.body)/2]
					}
					return a
				}
			})},
	}
}

// relabel changes the media type of good answers of some operations.
func relabel(media string, ops ...operation) func(http.Handler) http.Handler {
	return always(func(c *call) *answer {
		a := c.forward()
		for _, op := range ops {
			if op == c.op && a.ok() {
				a.header.Set("Content-Type", media)
			}
		}
		return a
	})
}
