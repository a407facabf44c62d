package redact

import (
	"bytes"
	"maps"
	"net/http"
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

// guarded is a value that Find and Split know.
type guarded struct {
	value, variable string
	forms           []form // empty: Find does not look for it
	first, last     string // its ends, which give it away as words of their own; "": they do not
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
		g.first, g.last = ends(value)
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
	text, fields := string(body), fieldsOf(header)
	for i := range s.guarded {
		g := &s.guarded[i]
		if how := g.shownIn(text); how != "" {
			return g.variable, how
		}
		if g.shownIn(fields) == "" {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(header)) {
			if how := g.shownIn(strings.Join(header[name], "\n")); how != "" {
				return g.variable, how + " in the header " + strings.ToLower(name)
			}
		}
	}
	return "", ""
}

// fieldsOf returns the values of all headers, a line each.
func fieldsOf(header http.Header) string {
	var out strings.Builder
	for _, values := range header {
		for _, v := range values {
			out.WriteString(v + "\n")
		}
	}
	return out.String()
}

// shownIn returns how a text shows the value; "" where it does not.
func (g *guarded) shownIn(text string) string {
	for _, f := range g.forms {
		if strings.Contains(text, f.text) {
			return f.how
		}
	}
	if _, to := g.endShown(text); to > 0 {
		return "in part"
	}
	return ""
}
