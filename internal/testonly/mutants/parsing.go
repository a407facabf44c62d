package mutants

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// parsingDefects accept bodies that are not JSON objects, or fail on them.
func parsingDefects() []Defect {
	trailingComma := regexp.MustCompile(`,(\s*[}\]])`)
	return []Defect{
		{ID: "malformed-json-crashes", Summary: "returns 500 for malformed JSON", UpdateOnly: true,
			Plant: stateless(func(c *call) *response {
				resp := c.forward()
				if resp.refused() && malformed(c) {
					return errorResponse(http.StatusInternalServerError, "unexpected token in JSON")
				}
				return resp
			})},
		{ID: "malformed-json-is-empty-object",
			Summary: "takes malformed JSON for an update that changes nothing", UpdateOnly: true,
			Plant: emptyUpdateFrom(func(raw []byte) bool { return !json.Valid(raw) })},
		{ID: "empty-body-accepted", Summary: "takes an empty body for an update that changes nothing", UpdateOnly: true,
			Plant: emptyUpdateFrom(func(raw []byte) bool { return len(bytes.TrimSpace(raw)) == 0 })},
		{ID: "null-body-accepted", Summary: "takes null as a body for an update that changes nothing", UpdateOnly: true,
			Plant: emptyUpdateFrom(func(raw []byte) bool { return string(bytes.TrimSpace(raw)) == "null" })},
		{ID: "array-body-accepted", Summary: "takes a list as a body for an update that changes nothing",
			UpdateOnly: true,
			Plant:      emptyUpdateFrom(func(raw []byte) bool { return isList(decode(raw)) })},
		{ID: "trailing-comma-accepted", Summary: "accepts a comma after the last member", UpdateOnly: true,
			Plant: repairBodies(func(raw []byte) []byte { return trailingComma.ReplaceAll(raw, []byte("$1")) })},
		{ID: "trailing-data-accepted", Summary: "reads the first JSON value of a body and ignores the rest",
			UpdateOnly: true,
			Plant: repairBodies(func(raw []byte) []byte {
				var first json.RawMessage
				if json.NewDecoder(bytes.NewReader(raw)).Decode(&first) != nil {
					return raw
				}
				return first
			})},
		{ID: "truncated-json-accepted", Summary: "closes what a body leaves open", UpdateOnly: true,
			Plant: repairBodies(closeOpen)},
		{ID: "text-plain-accepted", Summary: "accepts JSON that is sent as text/plain", UpdateOnly: true,
			Plant: overrideMediaType(func(media string) bool { return strings.HasPrefix(media, "text/") })},
		{ID: "any-media-type-accepted", Summary: "does not look at Content-Type", UpdateOnly: true,
			Plant: overrideMediaType(func(media string) bool { return media != "" })},
		{ID: "form-media-type-crashes", Summary: "returns 500 for other media types than JSON", UpdateOnly: true,
			Plant: stateless(func(c *call) *response {
				if resp := c.forward(); resp.status != http.StatusUnsupportedMediaType {
					return resp
				}
				return errorResponse(http.StatusInternalServerError, "body is undefined")
			})},
		{ID: "malformed-id-crashes", Summary: "returns 500 for an id of another length than its own ids",
			UpdateOnly: true,
			Plant: stateful(func() func(*call) *response {
				lengths := &memory[bool]{}
				return func(c *call) *response {
					resp := c.forward()
					for _, agent := range resp.agents() {
						lengths.put(fmt.Sprint(len(text(agent["_id"]))), true)
					}
					_, alike := lengths.lookup(fmt.Sprint(len(c.id)))
					if resp.status == http.StatusNotFound && !alike && len(lengths.keys()) > 0 {
						return errorResponse(http.StatusInternalServerError, "cast to ObjectId failed")
					}
					return resp
				}
			})},
	}
}

// malformed reports whether a call carries a body that is not JSON.
func malformed(c *call) bool {
	return (c.op == create || c.op == update) && !json.Valid(c.raw)
}

// emptyUpdateFrom handles matching bodies as updates that change nothing.
func emptyUpdateFrom(match func(raw []byte) bool) func(http.Handler) http.Handler {
	return on(update, func(c *call) *response {
		if match(c.raw) {
			c.raw = []byte("{}")
			c.edit(c.keepModel)
		}
		return c.forward()
	})
}

// repairBodies repairs malformed bodies where it can.
func repairBodies(mend func([]byte) []byte) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		if malformed(c) {
			if mended := mend(bytes.Clone(c.raw)); json.Valid(mended) {
				c.raw = mended
				if body := c.body(); body != nil && c.op == update {
					c.edit(c.keepModel)
				}
			}
		}
		return c.forward()
	})
}

// closeOpen completes a truncated body with the first of a few endings that makes it JSON.
func closeOpen(raw []byte) []byte {
	raw = bytes.TrimRight(raw, " \t\r\n,:")
	for _, end := range []string{"}", `"}`, "]}", `"]}`, "}}", `"}}`, "}]}", "null}", ":null}", `":null}`} {
		if closed := append(bytes.Clone(raw), end...); json.Valid(closed) {
			return closed
		}
	}
	return raw
}

// overrideMediaType handles requests with matching media types as JSON.
func overrideMediaType(match func(media string) bool) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		if (c.op == create || c.op == update) && match(c.header.Get("Content-Type")) {
			c.header.Set("Content-Type", "application/json")
		}
		return c.forward()
	})
}
