package mutants

import (
	"html"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"
)

// textDefects change strings or member names before they are stored.
func textDefects() []Defect {
	return []Defect{
		{ID: "text-trimmed", Summary: "trims spaces off strings", UpdateOnly: true,
			Plant: eachText(strings.TrimSpace)},
		{ID: "text-blanks-collapsed", Summary: "collapses white space into one space", UpdateOnly: true,
			Plant: eachText(collapse)},
		{ID: "text-lower-cased", Summary: "stores strings in lower case", UpdateOnly: true,
			Plant: eachText(strings.ToLower)},
		{ID: "text-cut-at-255", Summary: "cuts strings at 255 characters", UpdateOnly: true,
			Plant: eachText(func(s string) string { return cut(s, 255) })},
		{ID: "name-cut-at-64", Summary: "cuts names at 64 characters", UpdateOnly: true,
			Plant: within("name", func(v any) any {
				if !isString(v) {
					return v
				}
				return cut(text(v), 64)
			})},
		{ID: "text-html-escaped", Summary: "stores & and < as HTML writes them", UpdateOnly: true,
			Plant: eachText(html.EscapeString)},
		{ID: "text-tags-stripped", Summary: "strips what looks like HTML", UpdateOnly: true,
			Plant: eachText(stripTags)},
		{ID: "text-quotes-escaped", Summary: "stores quotes and backslashes with a backslash before them",
			UpdateOnly: true,
			Plant:      eachText(strings.NewReplacer(`\`, `\\`, `"`, `\"`, `'`, `\'`).Replace)},
		{ID: "text-emoji-lost", Summary: "stores ? for characters beyond 16 bits", UpdateOnly: true,
			Plant: eachText(func(s string) string {
				return strings.Map(func(r rune) rune {
					if r > 0xffff {
						return '?'
					}
					return r
				}, s)
			})},
		{ID: "text-mojibake", Summary: "reads UTF-8 as Latin-1", UpdateOnly: true,
			Plant: eachText(mojibake)},
		{ID: "text-accents-stripped", Summary: "stores letters without their accents", UpdateOnly: true,
			Plant: eachText(strings.NewReplacer("é", "e", "è", "e", "à", "a", "ä", "a", "ö", "o", "ü", "u", "ñ",
				"n", "ç", "c",
				"ø", "o", "å", "a", "ß", "ss", "É", "E", "Ä", "A", "Ö", "O", "Ü", "U", "\u0301", "", "\u0308",
				"").Replace)},
		{ID: "text-composed", Summary: "composes letters and combining accents", UpdateOnly: true,
			Plant: eachText(strings.NewReplacer("e\u0301", "é", "a\u0308", "ä", "o\u0308", "ö", "u\u0308", "ü",
				"n\u0303", "ñ",
				"E\u0301", "É", "a\u0300", "à", "i\u0301", "í", "o\u0301", "ó", "c\u0327", "ç", "a\u030a",
				"å").Replace)},
		{ID: "text-invisible-stripped", Summary: "strips joiners and direction marks", UpdateOnly: true,
			Plant: eachText(func(s string) string {
				return strings.Map(func(r rune) rune {
					if unicode.Is(unicode.Cf, r) {
						return -1
					}
					return r
				}, s)
			})},
		{ID: "text-control-stripped", Summary: "strips line breaks and tabs", UpdateOnly: true,
			Plant: eachText(func(s string) string {
				return strings.Map(func(r rune) rune {
					if unicode.IsControl(r) {
						return -1
					}
					return r
				}, s)
			})},
		{ID: "name-empty-ignored", Summary: "treats an empty name as missing and keeps the old value", UpdateOnly: true,
			Plant: ignoreIf("name", func(v any) bool { return v == "" })},
		{ID: "variables-empty-text-dropped", Summary: "drops variables with an empty string", UpdateOnly: true,
			Plant: within("variables", func(v any) any {
				o, _ := v.(map[string]any)
				for name, member := range o {
					if member == "" {
						delete(o, name)
					}
				}
				return v
			})},
		{ID: "variables-names-lower-cased", Summary: "stores the names of variables in lower case", UpdateOnly: true,
			Plant: eachName("variables", strings.ToLower)},
		{ID: "variables-names-camel-cased", Summary: "stores first_name in variables as firstName", UpdateOnly: true,
			Plant: eachName("variables", camel)},
	}
}

func eachText(change func(string) string) func(http.Handler) http.Handler {
	return eachContent(func(v any) any {
		if s, ok := v.(string); ok {
			return change(s)
		}
		return v
	})
}

// eachName changes the member names below one field of a request.
func eachName(field string, change func(string) string) func(http.Handler) http.Handler {
	return within(field, func(v any) any {
		o, ok := v.(map[string]any)
		if !ok {
			return v
		}
		renamed := map[string]any{}
		for name, member := range o {
			renamed[change(name)] = member
		}
		return renamed
	})
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// collapse replaces each run of white space by one space.
func collapse(s string) string {
	var b strings.Builder
	blank := false
	for _, r := range s {
		if !unicode.IsSpace(r) {
			b.WriteRune(r)
		} else if !blank {
			b.WriteByte(' ')
		}
		blank = unicode.IsSpace(r)
	}
	return b.String()
}

func stripTags(s string) string {
	for {
		from := strings.IndexByte(s, '<')
		length := strings.IndexByte(s[max(from, 0):], '>')
		if from < 0 || length < 0 {
			return s
		}
		s = s[:from] + s[from+length+1:]
	}
}

func mojibake(s string) string {
	if !utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// camel removes underscores and capitalises the words after them.
func camel(s string) string {
	words := strings.Split(s, "_")
	for i, word := range words {
		if first, size := utf8.DecodeRuneInString(word); i > 0 && size > 0 {
			words[i] = string(unicode.ToUpper(first)) + word[size:]
		}
	}
	return strings.Join(words, "")
}
