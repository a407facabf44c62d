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
	"cmp"
	"encoding/json"
	"maps"
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

// Set is a set of secrets, known by name or by value. The zero value knows only the headers that
// carry credentials by their definition. It is immutable, and so safe for concurrent use.
type Set struct {
	names     []secretName
	described func(Place, string) bool // nil: only names count that are among them
	values    []string                 // of known secrets, in all spellings, the longest first
	guarded   []guarded
	headers   map[headerValue][]Part
}

// New returns a Set of the names of members, headers, query parameters and cookies whose values are
// secret, in any case, and of values that are secret wherever they stand. Empty ones are ignored.
func New(names, values []string) *Set {
	s := &Set{}
	for _, name := range names {
		if name != "" && !s.IsNamed(name) {
			s.names = append(s.names, newName(name))
		}
	}
	return s.With(values...)
}

// With returns a Set that also hides some values.
func (s *Set) With(values ...string) *Set {
	out := *s
	out.values = append(make([]string, 0, len(s.values)+len(values)), s.values...)
	for _, v := range values {
		if v != "" {
			out.values = appendSpellings(out.values, v)
		}
	}
	// A secret that begins like a shorter one must not keep its tail.
	slices.SortFunc(out.values, func(a, b string) int { return cmp.Or(len(b)-len(a), cmp.Compare(a, b)) })
	out.values = slices.Compact(out.values)
	return &out
}

// clone returns a copy that can be added to.
func (s *Set) clone() *Set {
	out := *s
	out.values, out.guarded, out.headers = slices.Clone(s.values), slices.Clone(s.guarded), maps.Clone(s.headers)
	return &out
}

// appendSpellings appends how a value looks in plain text, in JSON (escaped for browsers or not) and in
// a URL.
func appendSpellings(list []string, v string) []string {
	list = append(list, v)
	if !strings.ContainsFunc(v, isEscaped) {
		return list
	}
	list = append(list, inJSON(v), url.QueryEscape(v), url.PathEscape(v))
	if escaped, err := json.Marshal(v); err == nil {
		list = append(list, strings.Trim(string(escaped), `"`))
	}
	return list
}

// isEscaped reports whether a character may be written in another way in JSON or in a URL.
func isEscaped(c rune) bool {
	return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' ||
		c == '~')
}

// inJSON returns a text as jsonvalue writes it in a string.
func inJSON(v string) string { return strings.Trim(string(jsonvalue.Marshal(v)), `"`) }

// IsNamed reports whether a name is one of those that the Set was made with.
func (s *Set) IsNamed(name string) bool {
	return slices.ContainsFunc(s.names, func(n secretName) bool { return strings.EqualFold(n.text, name) })
}

// isSecret reports whether what stands under a name is hidden.
func (s *Set) isSecret(at Place, name string) bool { return s.IsNamed(name) || s.suspicious(at, name) }
