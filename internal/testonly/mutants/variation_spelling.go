package mutants

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf16"
)

// spellingVariations write the same JSON values in other bytes.
func spellingVariations() []Variation {
	return []Variation{
		{ID: "members-reordered", Summary: "writes the members of objects from Z to A",
			Apply: rewrite(func(v any) []byte { return reversedMembers(v) })},
		{ID: "pretty-printed", Summary: "writes JSON with line breaks and indents",
			Apply: rewrite(func(v any) []byte {
				var buf bytes.Buffer
				json.Indent(&buf, encode(v), "", "\t")
				return append(buf.Bytes(), "\r\n"...)
			})},
		{ID: "numbers-with-fraction", Summary: "writes 1 as 1.0",
			Apply: respell(func(n json.Number) json.Number { return n + ".0" })},
		{ID: "numbers-with-exponent", Summary: "writes 1 as 1e0",
			Apply: respell(func(n json.Number) json.Number { return n + "e0" })},
		{ID: "text-escaped", Summary: "writes all but plain ASCII in escapes, and slashes with a backslash",
			Apply: rewrite(func(v any) []byte { return asciiOnly(encode(v)) })},
		{ID: "text-html-safe", Summary: "writes < and & as escapes",
			Apply: rewrite(func(v any) []byte {
				var buf bytes.Buffer
				json.HTMLEscape(&buf, encode(v))
				return buf.Bytes()
			})},
	}
}

// rewrite encodes the JSON of successful responses in another way.
func rewrite(f func(v any) []byte) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		resp := c.forward()
		if v := decode(resp.body); resp.ok() && v != nil {
			resp.body = f(v)
		}
		return resp
	})
}

func reversedMembers(v any) []byte {
	var parts []string
	switch v := v.(type) {
	case map[string]any:
		names := slices.Sorted(maps.Keys(v))
		slices.Reverse(names)
		for _, name := range names {
			parts = append(parts, fmt.Sprintf("%s:%s", encode(name), reversedMembers(v[name])))
		}
		return []byte("{" + strings.Join(parts, ",") + "}")
	case []any:
		for _, item := range v {
			parts = append(parts, string(reversedMembers(item)))
		}
		return []byte("[" + strings.Join(parts, ",") + "]")
	default:
		return encode(v)
	}
}

// asciiOnly escapes slashes and everything beyond ASCII. In JSON, both occur only in strings, so
// that the whole text is treated alike.
func asciiOnly(raw []byte) []byte {
	var buf bytes.Buffer
	for _, r := range string(raw) {
		switch {
		case r == '/':
			buf.WriteString(`\/`)
		case r < 0x80:
			buf.WriteRune(r)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&buf, `\u%04X`, unit)
			}
		}
	}
	return buf.Bytes()
}
