// Package redact keeps secrets out of what is shown or written: journals, logs, reports, commands.
//
//	s := redact.New([]string{"x-api-key", "elevenLabsApiKey"}, nil).Guard("key-0815", "API_KEY")
//	s.Value(body)                          // {"ttsModel":{"elevenLabsApiKey":"[redacted]"}}
//	s.Text(rawBody)                        // the same where the body is no JSON at all
//	s.Header(header)                       // X-Api-Key: [redacted]
//	variable, how := s.Find(header, body)  // API_KEY, in Base64
//	s.Split("with key-0815")               // "with " and the shell variable API_KEY
//
// A secret is known by the name under which it stands, or by its value wherever it stands. In doubt
// the package hides too much: it is for what people read, not for data that is processed further.
// It does not find secrets that nobody named.
package redact

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Placeholder stands where a secret stood.
const Placeholder = "[redacted]"

// shortValue is the length in bytes below which a known value is hidden only where it stands as a
// word of its own: the key "test" must not tear holes into "latest".
const shortValue = 6

// Set is a set of secrets, known by name or by value. A nil Set knows only the headers that carry
// credentials by their definition. It is immutable, and so safe for concurrent use.
type Set struct {
	names   []*secretName
	values  []value
	guarded []guarded
	headers []headerSecret
}

// value is one spelling of a known secret.
type value struct {
	text string
	word bool // hidden only as a word of its own
}

// New returns a Set of the names of members, headers, query parameters and cookies whose values are
// secret, in any case, and of values that are secret wherever they stand. Empty ones are ignored.
func New(names, values []string) *Set {
	s := &Set{}
	for _, n := range names {
		if n != "" && !s.isSecret(n) {
			s.names = append(s.names, newName(n))
		}
	}
	return s.With(values...)
}

// With returns a Set that also hides some values.
func (s *Set) With(values ...string) *Set {
	out := s.clone()
	for _, v := range values {
		if v == "" {
			continue
		}
		for _, spelling := range spellings(v) {
			out.values = append(out.values, value{text: spelling, word: len(v) < shortValue})
		}
	}
	// Longest first: a secret that begins like a shorter one must not keep its tail.
	slices.SortStableFunc(out.values, func(a, b value) int { return len(b.text) - len(a.text) })
	out.values = slices.CompactFunc(out.values, func(a, b value) bool { return a.text == b.text })
	return out
}

// clone returns a copy whose lists can be appended to.
func (s *Set) clone() *Set {
	if s == nil {
		return &Set{}
	}
	return &Set{s.names, slices.Clone(s.values), slices.Clone(s.guarded), slices.Clone(s.headers)}
}

// spellings returns how a value looks in plain text, in JSON (escaped for browsers or not) and in a
// URL.
func spellings(v string) []string {
	list := []string{v, strings.Trim(string(jsonvalue.Marshal(v)), `"`)}
	if escaped, err := json.Marshal(v); err == nil {
		list = append(list, strings.Trim(string(escaped), `"`))
	}
	list = append(list, url.QueryEscape(v), url.PathEscape(v))
	slices.Sort(list)
	return slices.Compact(list)
}

// Value returns a copy of a JSON value without its secrets: without what stands under a secret name
// at any depth, and without known values inside of any string or name. Nulls and empty strings
// stay: they have nothing to hide.
func (s *Set) Value(v any) any {
	if s == nil {
		return v
	}
	switch v := v.(type) {
	case string:
		return s.Text(v)
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = s.Value(item)
		}
		return out
	case *jsonvalue.Object:
		if v == nil {
			return nil
		}
		out := &jsonvalue.Object{Members: make([]jsonvalue.Member, len(v.Members))}
		for i, m := range v.Members {
			out.Members[i] = jsonvalue.Member{Name: s.hideValues(m.Name), Value: s.member(m.Name, m.Value)}
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for n, item := range v {
			out[s.hideValues(n)] = s.member(n, item)
		}
		return out
	case json.Number:
		return s.number(v)
	}
	return v
}

// member hides what stands under a secret name.
func (s *Set) member(name string, v any) any {
	if v == nil || v == "" || !s.isSecret(name) {
		return s.Value(v)
	}
	return Placeholder
}

// number hides a number whose digits are a known secret.
func (s *Set) number(n json.Number) any {
	for _, known := range s.values {
		if string(n) == known.text {
			return Placeholder
		}
	}
	return n
}

// Secrets returns the texts and numbers under secret names at any depth of a JSON value, for With:
// a secret must not come back in a response either.
func (s *Set) Secrets(v any) []string {
	var list []string
	for _, found := range s.secrets(v) {
		list = append(list, found.text)
	}
	return list
}

// namedText is a text with the secret name that it stands under.
type namedText struct{ name, text string }

func (s *Set) secrets(v any) []namedText {
	var list []namedText
	var walk func(v any, under string)
	enter := func(name string, v any, under string) {
		if s.isSecret(name) {
			under = name
		}
		walk(v, under)
	}
	walk = func(v any, under string) {
		switch v := v.(type) {
		case string:
			if under != "" && v != "" {
				list = append(list, namedText{under, v})
			}
		case json.Number:
			walk(string(v), under)
		case []any:
			for _, item := range v {
				walk(item, under)
			}
		case *jsonvalue.Object:
			if v == nil {
				return
			}
			for _, m := range v.Members {
				enter(m.Name, m.Value, under)
			}
		case map[string]any:
			for name, item := range v {
				enter(name, item, under)
			}
		}
	}
	walk(v, "")
	return list
}

func (s *Set) isSecret(name string) bool {
	if s == nil {
		return false
	}
	return slices.ContainsFunc(s.names, func(n *secretName) bool { return strings.EqualFold(n.text, name) })
}
