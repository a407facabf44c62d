package redact

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The lengths in bytes of what gives a value away in part: window anywhere in a long value, end as a
// word of its own at either end of one.
const (
	window = 16
	end    = 6
)

// form is a text that gives a value away.
type form struct{ text, how string }

// forms returns the texts that give a value away: itself, what anybody can turn back into it, hashes of
// it, which anybody can compare, and long parts of it.
func forms(value string) []form {
	backwards := []rune(value)
	slices.Reverse(backwards)
	escaped, hexed := inJSON(value), hex.EncodeToString([]byte(value))
	list := []form{
		{value, "in clear"},
		{escaped, "in clear"},
		{hexed, "in hexadecimal"},
		{strings.ToUpper(hexed), "in hexadecimal"},
		{string(backwards), "backwards"},
		{strings.ToUpper(value), "in capitals"},
		{url.QueryEscape(value), "as in a URL"},
		{percent(value, "%%%02x"), "as in a URL"},
		{percent(value, "%%%02X"), "as in a URL"},
	}
	for _, text := range slices.Concat(base64Of(value), base64Of(base64.StdEncoding.EncodeToString([]byte(value)))) {
		list = append(list, form{text, "in Base64"})
	}
	for _, separator := range []string{",", ", ", " "} {
		list = append(list, form{decimals(value, separator), "as a list of its bytes"})
	}
	for _, separator := range []string{":", " ", "-"} {
		list = append(list, form{grouped(hexed, 2, separator), "in hexadecimal"},
			form{grouped(strings.ToUpper(hexed), 2, separator), "in hexadecimal"},
			form{grouped(value, 4, separator), "in groups"})
	}
	if turned := strings.Map(rotated, value); turned != value {
		list = append(list, form{turned, "with its letters rotated"})
	}
	for name, sum := range hashes(value) {
		list = append(list, form{hex.EncodeToString(sum), "as its " + name},
			form{strings.ToUpper(hex.EncodeToString(sum)), "as its " + name},
			form{base64.RawStdEncoding.EncodeToString(sum), "as its " + name},
			form{base64.RawURLEncoding.EncodeToString(sum), "as its " + name})
	}
	if len(value) >= 2*window {
		for _, spelling := range slices.Compact([]string{value, escaped}) {
			for i := 0; i+window <= len(spelling); i += window / 2 {
				list = append(list, form{spelling[i : i+window], "in part"})
			}
		}
	}
	return list
}

// decimals returns the bytes of a text as numbers, as languages write buffers in JSON.
func decimals(value, separator string) string {
	numbers := make([]string, len(value))
	for i := range len(value) {
		numbers[i] = strconv.Itoa(int(value[i]))
	}
	return strings.Join(numbers, separator)
}

// grouped returns a text with a separator after each so many bytes.
func grouped(value string, size int, separator string) string {
	var groups []string
	for group := range slices.Chunk([]byte(value), size) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, separator)
}

// rotated returns the letter that is 13 places from one, as ROT13 does.
func rotated(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z':
		return 'a' + (r-'a'+13)%26
	case r >= 'A' && r <= 'Z':
		return 'A' + (r-'A'+13)%26
	}
	return r
}

// percent returns a text with each byte escaped.
func percent(value, format string) string {
	var out strings.Builder
	for i := range len(value) {
		fmt.Fprintf(&out, format, value[i])
	}
	return out.String()
}

// base64Of returns how a value looks in Base64, wherever it stands in what is encoded: without the
// characters that depend on what is beside it.
func base64Of(value string) []string {
	var list []string
	for skip := range 3 {
		whole := value[skip:]
		whole = whole[:len(whole)/3*3]
		if len(whole) < 2*end {
			continue
		}
		list = append(list, base64.StdEncoding.EncodeToString([]byte(whole)))
		if text := base64.URLEncoding.EncodeToString([]byte(whole)); text != list[len(list)-1] {
			list = append(list, text)
		}
	}
	return list
}

// hashes returns the hashes of a value by their names.
func hashes(value string) map[string][]byte {
	m, one, two, five := md5.Sum([]byte(value)), sha1.Sum([]byte(value)), sha256.Sum256([]byte(value)),
		sha512.Sum512([]byte(value))
	return map[string][]byte{"MD5": m[:], "SHA-1": one[:], "SHA-256": two[:], "SHA-512": five[:]}
}

// ends returns the first and the last characters of a value, as masks leave them: "" for a short value,
// and where they may be a word that texts have by chance.
func ends(value string) (first, last string) {
	if len(value) < 2*window || strings.ContainsFunc(value, func(r rune) bool { return r > unicode.MaxASCII }) {
		return "", ""
	}
	first, last = value[:end], value[len(value)-end:]
	if !mixed(first) {
		first = ""
	}
	if !mixed(last) {
		last = ""
	}
	return first, last
}

// mixed reports whether a text has letters and digits, as words of a language do not.
func mixed(s string) bool {
	return strings.ContainsFunc(s, unicode.IsLetter) && strings.ContainsFunc(s, unicode.IsDigit)
}

// endShown returns where a text shows an end of a value as a word of its own, as masks do: abc123****,
// ...789xyz. Both are 0 where it does not.
func (g *guarded) endShown(text string) (from, to int) {
	for at := range occurrences(text, g.first) {
		end := at + len(g.first)
		for end < len(text) && end-at < len(g.value) && text[end] == g.value[end-at] {
			end++
		}
		if (at == 0 || parts(text[at-1])) && (end == len(text) || parts(text[end])) {
			return at, end
		}
	}
	for at := range occurrences(text, g.last) {
		start, end := at, at+len(g.last)
		for start > 0 && end-start < len(g.value) && text[start-1] == g.value[len(g.value)-1-(end-start)] {
			start--
		}
		if (start == 0 || parts(text[start-1])) && (end == len(text) || parts(text[end])) {
			return start, end
		}
	}
	return 0, 0
}

// parts reports whether a byte parts words, or masks one.
func parts(c byte) bool { return !isWord(rune(c)) && c < 0x80 || c == 'x' || c == 'X' || c >= 0x80 }

// occurrences yields where a part stands in a text; nothing for an empty part.
func occurrences(text, part string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for from := 0; part != ""; {
			at := strings.Index(text[from:], part)
			if at < 0 || !yield(from+at) {
				return
			}
			from += at + 1
		}
	}
}

// hideForms replaces all by which a text shows the guarded values, as Find finds it.
func (s *Set) hideForms(text string) string {
	for i := range s.guarded {
		g := &s.guarded[i]
		if g.shownIn(text) == "" {
			continue
		}
		hidden := make([]bool, len(text))
		mark := func(part string) {
			for at := range occurrences(text, part) {
				for j := range len(part) {
					hidden[at+j] = true
				}
			}
		}
		for _, f := range g.forms {
			mark(f.text)
		}
		for _, spelling := range []string{g.value, inJSON(g.value)} {
			for i := 0; len(g.value) >= 2*window && i+window <= len(spelling); i++ {
				mark(spelling[i : i+window])
			}
		}
		text = replaceHidden(text, hidden)
		for from, to := g.endShown(text); to > 0; from, to = g.endShown(text) {
			text = text[:from] + Placeholder + text[to:]
		}
	}
	return text
}

// replaceHidden replaces each run of bytes that are hidden.
func replaceHidden(text string, hidden []bool) string {
	var out strings.Builder
	for i := range len(text) {
		switch {
		case !hidden[i]:
			out.WriteByte(text[i])
		case i == 0 || !hidden[i-1]:
			out.WriteString(Placeholder)
		}
	}
	return out.String()
}
