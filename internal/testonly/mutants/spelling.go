package mutants

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"unicode"
)

// spellingDefects change some characters, or the ends, of single fields.
func spellingDefects() []Defect {
	right := func(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) }
	replace := func(pairs ...string) func(http.Handler) http.Handler {
		return eachText(strings.NewReplacer(pairs...).Replace)
	}
	return []Defect{
		{ID: "text-right-trimmed", Summary: "drops blanks at the end of strings, as padded columns do",
			UpdateOnly: true, Plant: eachText(right)},
		{ID: "name-trimmed", Summary: "trims names, and nothing else", UpdateOnly: true,
			Plant: within("name", eachString(strings.TrimSpace))},
		{ID: "voice-id-trimmed", Summary: "trims the ids of voices", UpdateOnly: true,
			Plant: eachVoice("voiceId", strings.TrimSpace)},
		{ID: "provider-trimmed", Summary: "trims providers", UpdateOnly: true,
			Plant: eachVoice("provider", strings.TrimSpace)},
		{ID: "phones-trimmed", Summary: "trims the ids of phone numbers", UpdateOnly: true,
			Plant: within("phoneNumberIds", eachString(strings.TrimSpace))},
		{ID: "variables-trimmed", Summary: "trims the strings in free objects", UpdateOnly: true,
			Plant: inFree(eachString(strings.TrimSpace))},
		{ID: "text-line-ends-normalised", Summary: "stores a return and a line feed as a line feed",
			UpdateOnly: true, Plant: replace("\r\n", "\n")},
		{ID: "text-no-break-spaces-lost", Summary: "stores no-break spaces as blanks", UpdateOnly: true,
			Plant: replace("\u00a0", " ")},
		{ID: "text-selectors-lost", Summary: "drops variation selectors, which tell emoji from signs",
			UpdateOnly: true, Plant: replace("\ufe0f", "")},
		{ID: "text-dashes-joined", Summary: "stores two hyphens as a dash", UpdateOnly: true,
			Plant: replace("--", "—")},
		{ID: "text-quotes-doubled", Summary: "stores two apostrophes for one", UpdateOnly: true,
			Plant: replace("'", "''")},
		{ID: "text-formatted", Summary: "takes strings for formats with % in them", UpdateOnly: true,
			Plant: eachText(func(s string) string {
				if strings.ContainsRune(s, '%') {
					return fmt.Sprintf(s, []any{}...)
				}
				return s
			})},
		{ID: "text-dollar-patterns", Summary: "takes $& and $1 in strings for parts of a pattern", UpdateOnly: true,
			Plant: replace("$&", "name", "$$", "$", "$1", "")},
		{ID: "name-cut-at-200", Summary: "cuts names at 200 characters", UpdateOnly: true,
			Plant: within("name", eachString(func(s string) string { return cut(s, 200) }))},
		{ID: "voice-name-cut-at-128", Summary: "cuts the names of voices at 128 characters", UpdateOnly: true,
			Plant: eachVoice("name", func(s string) string { return cut(s, 128) })},
		{ID: "voice-id-cut-at-64", Summary: "cuts the ids of voices at 64 characters", UpdateOnly: true,
			Plant: eachVoice("voiceId", func(s string) string { return cut(s, 64) })},
		{ID: "phones-cut-at-36", Summary: "cuts the ids of phone numbers at 36 characters", UpdateOnly: true,
			Plant: within("phoneNumberIds", eachString(func(s string) string { return cut(s, 36) }))},
		{ID: "body-broken-at-chunks", Summary: "decodes bodies in chunks of 64 KiB", UpdateOnly: true,
			Plant: stateless(func(c *call) *response {
				c.raw = []byte(chunked(string(c.raw), 1<<16))
				return c.forward()
			})},
		{ID: "answers-broken-at-chunks", Summary: "encodes responses in chunks of 8 KiB", UpdateOnly: true,
			Plant: stateless(func(c *call) *response {
				resp := c.forward()
				resp.body = []byte(chunked(string(resp.body), 1<<13))
				return resp
			})},
		{ID: "answers-in-latin-1", Summary: "sends responses in Latin-1", UpdateOnly: true,
			Plant: stateless(func(c *call) *response {
				resp := c.forward()
				var out bytes.Buffer
				for _, r := range string(resp.body) {
					if r > 0xff {
						r = '?'
					}
					out.WriteByte(byte(r))
				}
				resp.body = out.Bytes()
				return resp
			})},
		// what only creations do
		{ID: "create-trims", Summary: "trims strings in creations", Plant: onCreate(eachText(strings.TrimSpace))},
		{ID: "create-cuts-at-255", Summary: "cuts strings in creations at 255 characters",
			Plant: onCreate(eachText(func(s string) string { return cut(s, 255) }))},
		{ID: "create-lower-cases-languages", Summary: "stores languages of creations in lower case",
			Plant: onCreate(eachVoice("language", strings.ToLower))},
		{ID: "create-drops-dollar-names", Summary: "drops names that begin with $ from creations",
			Plant: onCreate(dropNames("variables", func(name string) bool { return strings.HasPrefix(name, "$") }))},
		{ID: "create-phones-lower-cased", Summary: "stores the ids of phone numbers in creations in lower case",
			Plant: onCreate(within("phoneNumberIds", eachString(strings.ToLower)))},
	}
}

// onCreate applies middleware to creations alone.
func onCreate(plant func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	return func(inner http.Handler) http.Handler {
		planted := plant(inner)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if op, _ := classify(r); op == create {
				planted.ServeHTTP(w, r)
				return
			}
			inner.ServeHTTP(w, r)
		})
	}
}
