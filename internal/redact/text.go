package redact

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// secretName is a name that can be found in text that is no JSON.
type secretName struct {
	text       string
	assignment *regexp.Regexp // the name up to the value that follows: `"name": `, `name=`, `\"name\":\"`
}

func newName(text string) secretName {
	pattern := ""
	for _, c := range text {
		// any character may be escaped in JSON
		pattern += fmt.Sprintf(`(?:%s|\\u(?:%04x|%04x))`, regexp.QuoteMeta(string(c)), unicode.ToLower(c),
			unicode.ToUpper(c))
	}
	return secretName{text, regexp.MustCompile(`(?i:` + pattern + `)\\*["']?\s*[:=]\s*`)}
}

// Text hides secrets in text of any kind: known values, and what follows a secret name as in JSON,
// also in JSON that is cut off, badly quoted or inside of a JSON string, or as in a form.
func (s *Set) Text(text string) string {
	for _, n := range s.names {
		if strings.Contains(text, `\u`) || containsFold(text, n.text) { // cheaper than the expression
			text = n.hide(text)
		}
	}
	return s.hideValues(text)
}

func containsFold(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if s[i]|0x20 == part[0]|0x20 && strings.EqualFold(s[i:i+len(part)], part) {
			return true
		}
	}
	// Letters outside ASCII may change their length with their case.
	return utf8.RuneCountInString(part) < len(part) && strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

// Sentence hides secrets in a sentence of our own, which may speak of a secret name without a
// secret behind it: known values, and what Text hides where the sentence quotes JSON with a secret
// name.
func (s *Set) Sentence(text string) string {
	if slices.ContainsFunc(s.names, func(n secretName) bool { return containsFold(text, `"`+n.text+`"`) }) {
		return s.Text(text)
	}
	return s.hideValues(text)
}

// hide replaces what follows the name.
func (n secretName) hide(text string) string {
	var out strings.Builder
	for {
		at := n.assignment.FindStringIndex(text)
		if at == nil {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(text[:at[1]])
		before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
		if text = text[at[1]:]; isWord(before) || strings.HasPrefix(text, Placeholder) {
			continue // the tail of another name, or hidden already
		}
		quote, size := valueExtent(text)
		switch secret := text[len(quote) : size-len(quote)]; {
		case secret == "" || secret == "null":
			out.WriteString(text[:size])
		case quote == "" && strings.ContainsAny(secret[:1], `[{`):
			out.WriteString(`"` + Placeholder + `"`)
		default:
			out.WriteString(quote + Placeholder + quote)
		}
		text = text[size:]
	}
}

// valueExtent measures the value at the start of a text: the quote that encloses it, with the
// backslashes of JSON inside of JSON, and its size in bytes, quotes included. A value whose end is
// nowhere to be found takes all the rest, and then has no quotes.
func valueExtent(s string) (quote string, size int) {
	slashes := len(s) - len(strings.TrimLeft(s, `\`))
	switch first, _ := utf8.DecodeRuneInString(s[slashes:]); first {
	case '"', '\'':
		quote = s[:slashes+1]
		if end := closing(s[len(quote):], quote); end >= 0 {
			return quote, len(quote) + end + len(quote)
		}
		return "", len(s)
	case '{', '[':
		return "", slashes + bracketed(s[slashes:])
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
		slashes := i - len(strings.TrimRight(s[:i], `\`))
		escaped := len(quote) == 1 && slashes%2 == 1
		after := strings.TrimLeft(s[i+len(quote):], " \t\r\n")
		if !escaped && (after == "" || strings.ContainsRune(",}]&;)", rune(after[0]))) {
			return i
		}
		from = i + len(quote)
	}
}

// bracketed measures an object or array, or all the rest where it is no JSON.
func bracketed(s string) int {
	decoder := json.NewDecoder(strings.NewReader(s))
	if decoder.Decode(new(json.RawMessage)) != nil {
		return len(s)
	}
	return int(decoder.InputOffset())
}

// hideValues replaces known values wherever they stand.
func (s *Set) hideValues(text string) string {
	for _, v := range s.values {
		if len(v) < shortValue {
			text = replaceWord(text, v)
		} else {
			text = strings.ReplaceAll(text, v, Placeholder)
		}
	}
	return text
}

// replaceWord replaces a text where it stands as a word of its own.
func replaceWord(s, word string) string {
	var out strings.Builder
	for from := 0; ; {
		i := strings.Index(s[from:], word)
		if i < 0 {
			out.WriteString(s[from:])
			return out.String()
		}
		start, end := from+i, from+i+len(word)
		before, _ := utf8.DecodeLastRuneInString(s[:start])
		after, _ := utf8.DecodeRuneInString(s[end:])
		out.WriteString(s[from:start])
		if isWord(before) || isWord(after) {
			out.WriteString(word)
		} else {
			out.WriteString(Placeholder)
		}
		from = end
	}
}

func isWord(c rune) bool {
	return c != utf8.RuneError && (c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c))
}
