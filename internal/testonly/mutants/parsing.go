package mutants

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// parsingDefects take in bodies that are no JSON objects, or break over them.
func parsingDefects() []Defect {
	trailingComma := regexp.MustCompile(`,(\s*[}\]])`)
	return []Defect{
		{ID: "malformed-json-crashes", Summary: "answers 500 to malformed JSON", UpdateOnly: true,
			Plant: always(func(c *call) *answer {
				a := c.forward()
				if a.refused() && malformed(c) {
					return fail(http.StatusInternalServerError, "unexpected token in JSON")
				}
				return a
			})},
		{ID: "malformed-json-is-empty-object",
			Summary: "takes malformed JSON for an update that changes nothing", UpdateOnly: true,
			Plant: nothingFrom(func(raw []byte) bool { return !json.Valid(raw) })},
		{ID: "empty-body-accepted", Summary: "takes an empty body for an update that changes nothing", UpdateOnly: true,
			Plant: nothingFrom(func(raw []byte) bool { return len(bytes.TrimSpace(raw)) == 0 })},
		{ID: "null-body-accepted", Summary: "takes null as a body for an update that changes nothing", UpdateOnly: true,
			Plant: nothingFrom(func(raw []byte) bool { return string(bytes.TrimSpace(raw)) == "null" })},
		{ID: "array-body-accepted", Summary: "takes a list as a body for an update that changes nothing",
			UpdateOnly: true,
			Plant:      nothingFrom(func(raw []byte) bool { return isList(decode(raw)) })},
		{ID: "trailing-comma-accepted", Summary: "accepts a comma behind the last member", UpdateOnly: true,
			Plant: repairing(func(raw []byte) []byte { return trailingComma.ReplaceAll(raw, []byte("$1")) })},
		{ID: "trailing-data-accepted", Summary: "reads the first JSON value of a body and ignores the rest",
			UpdateOnly: true,
			Plant: repairing(func(raw []byte) []byte {
				var first json.RawMessage
				if json.NewDecoder(bytes.NewReader(raw)).Decode(&first) != nil {
					return raw
				}
				return first
			})},
		{ID: "truncated-json-accepted", Summary: "closes what a body leaves open", UpdateOnly: true,
			Plant: repairing(closeOpen)},
		{ID: "text-plain-accepted", Summary: "accepts JSON that is sent as text/plain", UpdateOnly: true,
			Plant: remedia(func(media string) bool { return strings.HasPrefix(media, "text/") })},
		{ID: "any-media-type-accepted", Summary: "does not look at Content-Type", UpdateOnly: true,
			Plant: remedia(func(media string) bool { return media != "" })},
		{ID: "form-media-type-crashes", Summary: "answers 500 to other media types than JSON", UpdateOnly: true,
			Plant: always(func(c *call) *answer {
				if a := c.forward(); a.status != http.StatusUnsupportedMediaType {
					return a
				}
				return fail(http.StatusInternalServerError, "body is undefined")
			})},
		{ID: "malformed-id-crashes", Summary: "answers 500 to an id of another length than its own have",
			UpdateOnly: true,
			Plant: plant(func() func(*call) *answer {
				lengths := &memory[bool]{}
				return func(c *call) *answer {
					a := c.forward()
					for _, agent := range a.agents() {
						lengths.put(fmt.Sprint(len(text(agent["_id"]))), true)
					}
					_, alike := lengths.lookup(fmt.Sprint(len(c.id)))
					if a.status == http.StatusNotFound && !alike && len(lengths.keys()) > 0 {
						return fail(http.StatusInternalServerError, "cast to ObjectId failed")
					}
					return a
				}
			})},
	}
}

// malformed reports whether a call carries something that is no JSON.
func malformed(c *call) bool {
	return (c.op == create || c.op == update) && !json.Valid(c.raw)
}

// nothingFrom takes bodies of a kind for updates that change nothing.
func nothingFrom(match func(raw []byte) bool) func(http.Handler) http.Handler {
	return on(update, func(c *call) *answer {
		if match(c.raw) {
			c.raw = []byte("{}")
			c.edit(c.keepModel)
		}
		return c.forward()
	})
}

// repairing mends malformed bodies where it can.
func repairing(mend func([]byte) []byte) func(http.Handler) http.Handler {
	return always(func(c *call) *answer {
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

// closeOpen appends what a body lacks to be JSON, as far as a few tries find it.
func closeOpen(raw []byte) []byte {
	raw = bytes.TrimRight(raw, " \t\r\n,:")
	for _, end := range []string{"}", `"}`, "]}", `"]}`, "}}", `"}}`, "}]}", "null}", ":null}", `":null}`} {
		if closed := append(bytes.Clone(raw), end...); json.Valid(closed) {
			return closed
		}
	}
	return raw
}

// remedia takes requests of other media types for JSON.
func remedia(match func(media string) bool) func(http.Handler) http.Handler {
	return always(func(c *call) *answer {
		if (c.op == create || c.op == update) && match(c.header.Get("Content-Type")) {
			c.header.Set("Content-Type", "application/json")
		}
		return c.forward()
	})
}
