package mutants

import (
	"net/http"
	"strings"
	"unicode/utf8"
)

// oddTextDefects change some characters of strings before they are stored.
func oddTextDefects() []Defect {
	return []Defect{
		{ID: "text-quotes-curled", Summary: "stores straight quotes as curly ones", UpdateOnly: true,
			Plant: eachText(strings.NewReplacer(`"`, "”", "'", "’").Replace)},
		{ID: "text-quotes-straightened", Summary: "stores curly quotes as straight ones", UpdateOnly: true,
			Plant: eachText(strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'").Replace)},
		{ID: "text-backslashes-unescaped", Summary: "reads backslashes in strings as escapes", UpdateOnly: true,
			Plant: eachText(strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\'`, "'").Replace)},
		{ID: "text-escapes-decoded", Summary: `stores \u0041 in strings as A`, UpdateOnly: true,
			Plant: eachText(strings.NewReplacer(`\u0041`, "A", `\u0031`, "1").Replace)},
		{ID: "text-percent-decoded", Summary: "decodes %41 and %2F in strings", UpdateOnly: true,
			Plant: eachText(strings.NewReplacer("%41", "A", "%2F", "/", "%20", " ").Replace)},
		{ID: "text-plus-becomes-blank", Summary: "stores + as a blank", UpdateOnly: true,
			Plant: eachText(strings.NewReplacer("+", " ").Replace)},
		{ID: "text-html-unescaped", Summary: "stores &amp; as &", UpdateOnly: true,
			Plant: eachText(strings.NewReplacer("&amp;", "&", "&lt;", "<").Replace)},
		{ID: "text-templates-expanded", Summary: "replaces ${…} in strings", UpdateOnly: true,
			Plant: eachText(strings.NewReplacer("${z}", "", "${x}", "").Replace)},
		{ID: "text-compatibility-composed", Summary: "stores compatibility characters in their normal form",
			UpdateOnly: true,
			Plant: eachText(strings.NewReplacer("ﬁ", "fi", "①", "1", "ａ", "a", "Ⅷ", "VIII", "²", "2", "…",
				"...").Replace)},
		{ID: "text-decomposed", Summary: "decomposes letters with accents", UpdateOnly: true,
			Plant: eachText(strings.NewReplacer("é", "e\u0301", "Å", "A\u030a", "É", "E\u0301", "ä", "a\u0308", "ü",
				"u\u0308").Replace)},
		{ID: "voice-name-trimmed", Summary: "trims the name of the voice", UpdateOnly: true,
			Plant: eachVoice("name", strings.TrimSpace)},
		{ID: "voice-name-capitals-lost", Summary: "stores the name of the voice in lower case", UpdateOnly: true,
			Plant: eachVoice("name", strings.ToLower)},
		{ID: "language-lower-cased", Summary: "stores languages in lower case", UpdateOnly: true,
			Plant: eachVoice("language", strings.ToLower)},
		{ID: "language-trimmed", Summary: "trims languages", UpdateOnly: true,
			Plant: eachVoice("language", strings.TrimSpace)},
		{ID: "provider-lower-cased", Summary: "stores providers in lower case", UpdateOnly: true,
			Plant: eachVoice("provider", strings.ToLower)},
		{ID: "voice-id-lower-cased", Summary: "stores the ids of voices in lower case", UpdateOnly: true,
			Plant: eachVoice("voiceId", strings.ToLower)},
		{ID: "phones-lower-cased", Summary: "stores the ids of phone numbers in lower case", UpdateOnly: true,
			Plant: within("phoneNumberIds", func(v any) any {
				if s, ok := v.(string); ok {
					return strings.ToLower(s)
				}
				return v
			})},
		{ID: "text-cut-at-255-bytes", Summary: "cuts strings at 255 bytes", UpdateOnly: true,
			Plant: eachText(func(s string) string { return cutBytes(s, 255) })},
		{ID: "text-cut-at-64-kib", Summary: "cuts strings at 65,535 bytes", UpdateOnly: true,
			Plant: eachText(func(s string) string { return cutBytes(s, 1<<16-1) })},
		{ID: "text-broken-at-chunks", Summary: "breaks the characters at the borders of 16 KiB", UpdateOnly: true,
			Plant: eachText(func(s string) string { return chunked(s, 1<<14) })},
		{ID: "large-body-fails", Summary: "fails on bodies of more than 100 kB", UpdateOnly: true,
			Plant: stateless(func(c *call) *response {
				if len(c.raw) > 100_000 {
					return errorResponse(http.StatusInternalServerError, "request entity too large")
				}
				return c.forward()
			})},
	}
}

// eachVoice changes a string of ttsModel in a request.
func eachVoice(member string, change func(string) string) func(http.Handler) http.Handler {
	return nested("ttsModel", func(o map[string]any) map[string]any {
		if s, ok := o[member].(string); ok {
			o[member] = change(s)
		}
		return o
	})
}

// cutBytes cuts a string at some bytes, before the character that is there.
func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// chunked decodes a string in chunks of some bytes.
func chunked(s string, n int) string {
	var b strings.Builder
	for ; len(s) > n; s = s[n:] {
		b.WriteString(strings.ToValidUTF8(s[:n], "\ufffd"))
	}
	b.WriteString(strings.ToValidUTF8(s, "\ufffd"))
	return b.String()
}
