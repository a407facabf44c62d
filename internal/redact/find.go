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
type form struct {
	text []byte
	how  string
}

// Guard returns a Set that also hides a value, finds it in messages, and replaces it by a shell
// variable in commands. Values of fewer than 8 bytes are not found, of fewer than 4 not replaced.
func (s *Set) Guard(value, variable string) *Set {
	if s != nil && slices.ContainsFunc(s.guarded, func(g guarded) bool { return g.value == value }) {
		return s
	}
	out := s.With(value)
	if len(value) < shortestReplaced {
		return out
	}
	g := guarded{value: value, variable: variable}
	if len(value) >= shortestFound {
		g.forms = forms(value)
	}
	out.guarded = append(out.guarded, g)
	return out
}

// Learn returns a Set that also guards the texts and numbers of a JSON value under secret names, as
// the variables that these names make. It leaves out a text that also stands under another name,
// where a response may lawfully repeat it, and one that is too short to be found.
func (s *Set) Learn(v any) *Set {
	for _, found := range s.secrets(v) {
		if len(found.text) >= shortestFound && !s.standsOpenly(v, found.text) {
			s = s.Guard(found.text, Variable(found.name))
		}
	}
	return s
}

// standsOpenly reports whether a JSON value has a text under a name that is not secret.
func (s *Set) standsOpenly(v any, text string) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, text)
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return s.standsOpenly(item, text) })
	case *jsonvalue.Object:
		return v != nil && slices.ContainsFunc(v.Members, func(m jsonvalue.Member) bool {
			return !s.isSecret(m.Name) && s.standsOpenly(m.Value, text)
		})
	case map[string]any:
		for name, item := range v {
			if !s.isSecret(name) && s.standsOpenly(item, text) {
				return true
			}
		}
	}
	return false
}

// Find returns the variable of the first guarded value that a message shows in its header or body,
// and how it does: in clear, in another encoding, or in part. Both are "" where it shows none.
func (s *Set) Find(header http.Header, body []byte) (variable, how string) {
	if s == nil {
		return "", ""
	}
	if bytes.IndexByte(body, '\\') >= 0 { // escapes may disguise a value
		body = slices.Concat(body, []byte("\n"), []byte(strings.Join(stringsOf(body), "\n")))
	}
	for _, g := range s.guarded {
		for _, f := range g.forms {
			if bytes.Contains(body, f.text) {
				return g.variable, f.how
			}
			for name, values := range header {
				if slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, string(f.text)) }) {
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
	whole := []byte(value[:len(value)/3*3])
	list := []form{
		{[]byte(value), "in clear"},
		{[]byte(base64.StdEncoding.EncodeToString(whole)), "in Base64"},
		{[]byte(base64.URLEncoding.EncodeToString(whole)), "in Base64"},
		{[]byte(hex.EncodeToString([]byte(value))), "in hexadecimal"},
		{[]byte(string(backwards)), "backwards"},
		{[]byte(strings.ToUpper(value)), "in capitals"},
		{[]byte(url.QueryEscape(value)), "as in a URL"},
	}
	if len(value) < 2*window {
		return list
	}
	for i := 0; i+window <= len(value); i += window / 2 {
		list = append(list, form{[]byte(value[i : i+window]), "in part"})
	}
	return list
}

// stringsOf returns all strings of a JSON text, names included; nil where it is no JSON.
func stringsOf(body []byte) []string {
	value, err := jsonvalue.Parse(body, jsonvalue.Limits{Lenient: true, Depth: 10_000})
	if err != nil {
		return nil
	}
	var out []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case []any:
			for _, item := range v {
				walk(item)
			}
		case *jsonvalue.Object:
			for _, m := range v.Members {
				out = append(out, m.Name)
				walk(m.Value)
			}
		}
	}
	walk(value)
	return out
}
