package redact

import (
	"bytes"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// The lengths in bytes below which a guarded value is not searched for: it would be found by
// chance.
const (
	shortestFound    = 8 // by Find
	shortestReplaced = 4 // by Split
)

// window is the length in bytes of the parts of a long value that give it away.
const window = 16

// guarded is a value that Find and Split know.
type guarded struct {
	value, variable string
	forms           []form // nil: Find does not look for it
}

// form is a text that gives a value away.
type form struct {
	text, how string
	end       bool // it is so short that it counts only as a word, or the end of one that is masked
}

// in reports whether a text has the form.
func (f form) in(text []byte) bool {
	if !f.end {
		return bytes.Contains(text, []byte(f.text))
	}
	for from := 0; ; {
		i := bytes.Index(text[from:], []byte(f.text))
		if i < 0 {
			return false
		}
		from += i + len(f.text)
		if !wordAt(text, from-len(f.text)-1) && !wordAt(text, from) {
			return true
		}
	}
}

// wordAt reports whether an ASCII letter or digit stands at a place of a text.
func wordAt(text []byte, at int) bool {
	if at < 0 || at >= len(text) {
		return false
	}
	c := text[at]
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// withForms returns a Set that hides the forms of a guarded value.
func (s *Set) withForms(g guarded) *Set {
	out := s.clone()
	for _, f := range g.forms {
		out.values = append(out.values, f.text)
	}
	return out.With()
}

// Guard returns a Set that also hides a value, finds it in messages, and replaces it by a shell
// variable in commands. Values of fewer than 8 bytes are not found, of fewer than 4 not replaced.
func (s *Set) Guard(value, variable string) *Set {
	if slices.ContainsFunc(s.guarded, func(g guarded) bool { return g.value == value }) {
		return s
	}
	out, g := s.With(value), guarded{value: value, variable: variable}
	if len(value) >= shortestFound {
		g.forms = forms(value)
		out = out.withForms(g) // whatever gives the value away when it is found is hidden, too
	}
	if len(value) >= shortestReplaced {
		out.guarded = append(out.guarded, g)
	}
	return out
}

// Find returns the variable of the first guarded value that a message shows in its header or body,
// and how it does: in clear, in another encoding, or in part. Both are "" where it shows none.
func (s *Set) Find(header http.Header, body []byte) (variable, how string) {
	if bytes.IndexByte(body, '\\') >= 0 { // needless escapes may disguise a value
		if v, err := jsonvalue.Parse(body, jsonvalue.Limits{Lenient: true, Depth: 10_000}); err == nil {
			body = slices.Concat(body, []byte("\n"), jsonvalue.Marshal(v))
		}
	}
	for _, g := range s.guarded {
		for _, f := range g.forms {
			if f.in(body) {
				return g.variable, f.how
			}
			for name, values := range header {
				if slices.ContainsFunc(values, func(v string) bool { return f.in([]byte(v)) }) {
					return g.variable, f.how + " in the header " + strings.ToLower(name)
				}
			}
		}
	}
	return "", ""
}

// forms returns the texts that give a value away: itself, what anybody can turn back into it, and
// long parts of it, its hashes, and its ends.
func forms(value string) []form {
	backwards := []rune(value)
	slices.Reverse(backwards)
	escaped := inJSON(value)
	list := []form{
		{text: value, how: "in clear"},
		{text: escaped, how: "in clear"},
		{text: hex.EncodeToString([]byte(value)), how: "in hexadecimal"},
		{text: strings.ToUpper(hex.EncodeToString([]byte(value))), how: "in hexadecimal"},
		{text: string(backwards), how: "backwards"},
		{text: strings.ToUpper(value), how: "in capitals"},
		{text: url.QueryEscape(value), how: "as in a URL"},
		{text: percentEncoded("%%%02x", value), how: "as in a URL"},
		{text: percentEncoded("%%%02X", value), how: "as in a URL"},
	}
	list = slices.Concat(list, inBase64(value), hashes(value), ends(value))
	if len(value) < 2*window {
		return list
	}
	for _, spelling := range slices.Compact([]string{value, escaped}) {
		for i := 0; i+window <= len(spelling); i += window / 2 {
			list = append(list, form{text: spelling[i : i+window], how: "in part"})
		}
	}
	return list
}
