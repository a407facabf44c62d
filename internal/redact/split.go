package redact

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// Part is a piece of a text: literal text, or the shell variable that stands for a secret.
type Part struct {
	Text     string // "" where Variable is set
	Variable string // without the dollar sign
}

// headerValue is a value that is secret as the whole value of one header.
type headerValue struct{ name, value string }

// WithHeader returns a Set that replaces one value of a header in commands, however short it is and
// wherever else it may stand: by a prefix, such as "Bearer ", and a variable.
func (s *Set) WithHeader(name, value, prefix, variable string) *Set {
	out := s.clone()
	if out.headers == nil {
		out.headers = map[headerValue][]Part{}
	}
	out.headers[headerValue{http.CanonicalHeaderKey(name), value}] = []Part{{Text: prefix}, {Variable: variable}}
	return out
}

// WithHeaders returns a Set that replaces all values of some headers in commands, each by a
// variable that is named after its header, and numbered where a header has several values.
func (s *Set) WithHeaders(h http.Header) *Set {
	for name, values := range h {
		variable := Variable(name)
		for i, value := range values {
			if i > 0 {
				variable = fmt.Sprintf("%s_%d", Variable(name), i+1)
			}
			s = s.WithHeader(name, value, "", variable)
		}
	}
	return s
}

// Split cuts a text at the guarded values in it: at the first one, of two at one place at the
// longer one, and so on. The text "" has no parts.
func (s *Set) Split(text string) []Part {
	var parts []Part
	for text != "" {
		at, found := len(text), guarded{}
		for _, g := range s.guarded {
			if i := strings.Index(text, g.value); i >= 0 && (i < at || i == at && len(g.value) > len(found.value)) {
				at, found = i, g
			}
		}
		if at > 0 {
			parts = append(parts, Part{Text: text[:at]})
		}
		if found.value != "" {
			parts = append(parts, Part{Variable: found.variable})
		}
		text = text[at+len(found.value):]
	}
	return parts
}

// SplitHeader cuts a value of a header as WithHeader says, else as Split does.
func (s *Set) SplitHeader(name, value string) []Part {
	if parts, ok := s.headers[headerValue{http.CanonicalHeaderKey(name), value}]; ok {
		return parts
	}
	return s.Split(value)
}

var (
	wordStart  = regexp.MustCompile(`([\p{Ll}\d])(\p{Lu})`)
	notInShell = regexp.MustCompile(`[^A-Z0-9_]`)
)

// Variable returns the shell variable for the value of a header or property: X_TRACE_ID for
// x-trace-id, ELEVEN_LABS_API_KEY for elevenLabsApiKey.
func Variable(name string) string {
	name = strings.ToUpper(wordStart.ReplaceAllString(name, "${1}_${2}"))
	name = notInShell.ReplaceAllString(name, "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		return "SECRET_" + name
	}
	return name
}
