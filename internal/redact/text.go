package redact

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agentmock/agentmock/internal/identifier"
)

// secretName is a name whose values are secret.
type secretName struct {
	text string
	bare string // without case and separators
}

func newName(text string) secretName { return secretName{text, identifier.Bare(text)} }

// endsIn reports whether a text ends in the name, in any case and not as the tail of another name.
func (n secretName) endsIn(text string) bool {
	name := n.text
	for name != "" {
		own, size := utf8.DecodeLastRuneInString(name)
		c, width := utf8.DecodeLastRuneInString(text)
		if own != c && (width == 0 || !strings.EqualFold(name[len(name)-size:], text[len(text)-width:])) {
			return false
		}
		name, text = name[:len(name)-size], text[:len(text)-width]
	}
	before, _ := utf8.DecodeLastRuneInString(text)
	return !isWord(before)
}

// Text hides secrets in text of any kind: known values, and what follows a secret name as in JSON,
// also in JSON that is cut off, badly quoted or inside of a JSON string, or as in a form.
func (s *Set) Text(text string) string {
	if len(s.names) > 0 || s.described != nil {
		text = s.hideAssigned(text)
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

// hideAssigned replaces what follows a secret name: `"name": `, `name=`, `\"name\":\"`.
func (s *Set) hideAssigned(text string) string {
	var out strings.Builder
	done := 0 // this much of the text is in out
	for from := 0; ; {
		i := strings.IndexAny(text[from:], ":=")
		if i < 0 {
			break
		}
		name := text[done : from+i]
		from += i + 1
		from += len(text[from:]) - len(strings.TrimLeft(text[from:], blanks))
		if strings.HasPrefix(text[from:], Placeholder) || !s.endsInSecret(name) {
			continue
		}
		quote, size := valueExtent(text[from:])
		secret := text[from+len(quote) : from+size-len(quote)]
		if secret != "" && secret != "null" {
			if quote == "" && strings.ContainsAny(secret[:1], `[{`) {
				quote = `"`
			}
			out.WriteString(text[done:from])
			out.WriteString(quote + Placeholder + quote)
			done = from + size
		}
		from += size
	}
	if done == 0 {
		return text
	}
	out.WriteString(text[done:])
	return out.String()
}

const blanks = " \t\n\f\r"

// endsInSecret reports whether a text ends in a secret name, which may be quoted.
func (s *Set) endsInSecret(text string) bool {
	text = strings.TrimRight(text, blanks)
	if n := len(text); n > 0 && (text[n-1] == '"' || text[n-1] == '\'') {
		text = text[:n-1]
	}
	text = strings.TrimRight(text, `\`)
	longest := longestName
	for _, n := range s.names {
		longest = max(longest, len(n.text)+utf8.UTFMax)
	}
	text = unescaped(text[max(0, len(text)-len(`\u0000`)*longest):])
	if slices.ContainsFunc(s.names, func(n secretName) bool { return n.endsIn(text) }) {
		return true
	}
	start := strings.LastIndexFunc(text, func(c rune) bool { return !isWord(c) && c != '-' && c != '.' })
	return s.suspicious(Body, text[start+1:])
}

var unicodeEscape = regexp.MustCompile(`\\u[0-9A-Fa-f]{4}`)

// unescaped returns a text with the escapes of JSON that may stand for any letter written as the
// letter.
func unescaped(text string) string {
	if !strings.Contains(text, `\u`) {
		return text
	}
	return unicodeEscape.ReplaceAllStringFunc(text, func(escape string) string {
		c, _ := strconv.ParseUint(escape[2:], 16, 16)
		return string(rune(c))
	})
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

// hideValues replaces known values wherever they stand, and what shows those that are guarded.
func (s *Set) hideValues(text string) string {
	text = s.hideForms(text)
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
	if !strings.Contains(s, word) {
		return s
	}
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
