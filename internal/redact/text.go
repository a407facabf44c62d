package redact

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// secretName is a name that can be found in text that is no JSON.
type secretName struct {
	text string
	// assignment matches the name up to the value that follows it: `"name": `, `name=`,
	// `\"name\":\"`.
	assignment *regexp.Regexp
}

func newName(text string) *secretName {
	var pattern strings.Builder
	for _, c := range text {
		// any character may be escaped in JSON
		fmt.Fprintf(&pattern, `(?:%s|(?i:\\u%04x))`, regexp.QuoteMeta(string(c)), c)
	}
	return &secretName{text: text, assignment: regexp.MustCompile(`(?i:` + pattern.String() + `)\\*["']?\s*[:=]\s*`)}
}

// mayContain is a cheap test before the expression is tried.
func (n *secretName) mayContain(s string) bool {
	return strings.Contains(s, `\u`) || containsFold(s, n.text)
}

func containsFold(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if s[i]|0x20 == part[0]|0x20 && strings.EqualFold(s[i:i+len(part)], part) {
			return true
		}
	}
	// Letters outside ASCII may change their length with their case.
	return !isASCII(part) && strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return c >= utf8.RuneSelf }) < 0
}

// Text hides secrets in text of any kind: known values, and what follows a secret name as in JSON,
// also in JSON that is cut off, badly quoted or inside of a JSON string, or as in a form.
func (s *Set) Text(text string) string {
	if s == nil {
		return text
	}
	for _, n := range s.names {
		if n.mayContain(text) {
			text = n.hide(text)
		}
	}
	return s.hideValues(text)
}

// Sentence hides secrets in a sentence of our own, which may speak of a secret name without a
// secret behind it: known values, and what Text hides where the sentence quotes JSON with a secret
// name.
func (s *Set) Sentence(text string) string {
	if s == nil {
		return text
	}
	if slices.ContainsFunc(s.names, func(n *secretName) bool { return containsFold(text, `"`+n.text+`"`) }) {
		return s.Text(text)
	}
	return s.hideValues(text)
}

// hide replaces what follows the name.
func (n *secretName) hide(s string) string {
	var out strings.Builder
	for {
		at := n.assignment.FindStringIndex(s)
		if at == nil {
			out.WriteString(s)
			return out.String()
		}
		out.WriteString(s[:at[1]])
		before, after := s[:at[0]], s[at[1]:]
		if endsInWord(before) { // the tail of another name
			s = after
			continue
		}
		quote, size := valueExtent(after)
		switch secret := after[len(quote) : size-len(quote)]; {
		case secret == "" || secret == "null":
			out.WriteString(after[:size])
		case quote == "" && strings.ContainsAny(secret[:1], `[{`):
			out.WriteString(`"` + Placeholder + `"`)
		default:
			out.WriteString(quote + Placeholder + quote)
		}
		s = after[size:]
	}
}

// valueExtent measures the value at the start of a text: the quote that encloses it, with the
// backslashes of JSON inside of JSON, and its size in bytes, quotes included. A value whose end is
// nowhere to be found takes all the rest, and then has no quotes.
func valueExtent(s string) (quote string, size int) {
	slashes := len(s) - len(strings.TrimLeft(s, `\`))
	switch rest := s[slashes:]; {
	case rest == "":
		return "", len(s)
	case rest[0] == '"' || rest[0] == '\'':
		quote = s[:slashes+1]
		if end := closing(s[len(quote):], quote); end >= 0 {
			return quote, len(quote) + end + len(quote)
		}
		return "", len(s)
	case rest[0] == '{' || rest[0] == '[':
		return "", slashes + bracketed(rest)
	}
	if end := strings.IndexAny(s, ",}]&;\n\r"); end >= 0 {
		return "", len(strings.TrimRight(s[:end], " \t"))
	}
	return "", len(s)
}

// closing finds the quote that ends a value. A quote that nothing sensible follows is taken for a
// part of the value: somebody forgot to escape it.
func closing(s, quote string) int {
	for from := 0; ; {
		i := strings.Index(s[from:], quote)
		if i < 0 {
			return -1
		}
		i += from
		escaped := len(quote) == 1 && trailingSlashes(s[:i])%2 == 1
		after := strings.TrimLeft(s[i+len(quote):], " \t\r\n")
		if !escaped && (after == "" || strings.ContainsRune(",}]&;)", rune(after[0]))) {
			return i
		}
		from = i + len(quote)
	}
}

func trailingSlashes(s string) int { return len(s) - len(strings.TrimRight(s, `\`)) }

// bracketed measures an object or array, or all the rest where its end is missing.
func bracketed(s string) int {
	depth, inString := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// hideValues replaces known values wherever they stand.
func (s *Set) hideValues(text string) string {
	for _, v := range s.values {
		switch {
		case len(v.text) > len(text):
		case v.word:
			text = replaceWord(text, v.text)
		default:
			text = strings.ReplaceAll(text, v.text, Placeholder)
		}
	}
	return text
}

func replaceWord(s, word string) string {
	var out strings.Builder
	rest := s
	for done := 0; ; {
		i := strings.Index(rest, word)
		if i < 0 {
			out.WriteString(rest)
			return out.String()
		}
		out.WriteString(rest[:i])
		if endsInWord(s[:done+i]) || startsWithWord(rest[i+len(word):]) {
			out.WriteString(word)
		} else {
			out.WriteString(Placeholder)
		}
		done += i + len(word)
		rest = s[done:]
	}
}

func endsInWord(s string) bool {
	c, _ := utf8.DecodeLastRuneInString(s)
	return isWord(c)
}

func startsWithWord(s string) bool {
	c, _ := utf8.DecodeRuneInString(s)
	return isWord(c)
}

func isWord(c rune) bool {
	return c != utf8.RuneError && (c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c))
}
