package redact

import (
	"bytes"
	"encoding/base64"
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
type form struct{ text, how string }

// Guard returns a Set that also hides a value, finds it in messages, and replaces it by a shell
// variable in commands. Values of fewer than 8 bytes are not found, of fewer than 4 not replaced.
func (s *Set) Guard(value, variable string) *Set {
	if slices.ContainsFunc(s.guarded, func(g guarded) bool { return g.value == value }) {
		return s
	}
	out, g := s.With(value), guarded{value: value, variable: variable}
	if len(value) >= shortestFound {
		g.forms = forms(value)
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
			if bytes.Contains(body, []byte(f.text)) {
				return g.variable, f.how
			}
			for name, values := range header {
				if slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, f.text) }) {
					return g.variable, f.how + " in the header " + strings.ToLower(name)
				}
			}
		}
	}
	return "", ""
}

// forms returns the texts that give a value away: itself, what anybody can turn back into it, and
// long parts of it. Base64 is cut where its last characters depend on what follows.
func forms(value string) []form {
	backwards := []rune(value)
	slices.Reverse(backwards)
	whole, escaped := []byte(value[:len(value)/3*3]), inJSON(value)
	list := []form{
		{value, "in clear"},
		{escaped, "in clear"},
		{base64.StdEncoding.EncodeToString(whole), "in Base64"},
		{base64.URLEncoding.EncodeToString(whole), "in Base64"},
		{hex.EncodeToString([]byte(value)), "in hexadecimal"},
		{string(backwards), "backwards"},
		{strings.ToUpper(value), "in capitals"},
		{url.QueryEscape(value), "as in a URL"},
	}
	if len(value) < 2*window {
		return list
	}
	for _, spelling := range slices.Compact([]string{value, escaped}) {
		for i := 0; i+window <= len(spelling); i += window / 2 {
			list = append(list, form{spelling[i : i+window], "in part"})
		}
	}
	return list
}
