package redact

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"
)

// Part is a piece of a text: literal text, or the shell variable that stands for a secret.
type Part struct {
	Text     string // "" where Variable is set
	Variable string // without the dollar sign
}

// headerSecret is a value that is secret as the whole value of one header.
type headerSecret struct{ name, value, prefix, variable string }

// WithHeader returns a Set that replaces one value of a header in commands, however short it is and
// wherever else it may stand: by a prefix, such as "Bearer ", and a variable.
func (s *Set) WithHeader(name, value, prefix, variable string) *Set {
	out := s.clone()
	out.headers = append(out.headers, headerSecret{http.CanonicalHeaderKey(name), value, prefix, variable})
	return out
}

// WithHeaders returns a Set that replaces all values of some headers in commands, each by a
// variable that is named after its header, and numbered where a header has several values.
func (s *Set) WithHeaders(h http.Header) *Set {
	for name, values := range h {
		for i, value := range values {
			variable := Variable(name)
			if i > 0 {
				variable += fmt.Sprintf("_%d", i+1)
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
		if s != nil {
			for _, g := range s.guarded {
				if i := strings.Index(text, g.value); i >= 0 && (i < at || i == at && len(g.value) > len(found.value)) {
					at, found = i, g
				}
			}
		}
		if at > 0 {
			parts = append(parts, Part{Text: text[:at]})
		}
		if found.value == "" {
			break
		}
		parts = append(parts, Part{Variable: found.variable})
		text = text[at+len(found.value):]
	}
	return parts
}

// SplitHeader cuts a value of a header as WithHeader says, else as Split does.
func (s *Set) SplitHeader(name, value string) []Part {
	if s != nil {
		name = http.CanonicalHeaderKey(name)
		i := slices.IndexFunc(s.headers, func(h headerSecret) bool { return h.name == name && h.value == value })
		if i >= 0 && s.headers[i].prefix == "" {
			return []Part{{Variable: s.headers[i].variable}}
		}
		if i >= 0 {
			return []Part{{Text: s.headers[i].prefix}, {Variable: s.headers[i].variable}}
		}
	}
	return s.Split(value)
}

// Variable returns the shell variable for the value of a header or property: X_TRACE_ID for
// x-trace-id, ELEVEN_LABS_API_KEY for elevenLabsApiKey.
func Variable(name string) string {
	var out strings.Builder
	lower := false
	for _, r := range name {
		switch {
		case unicode.IsUpper(r) && lower:
			out.WriteByte('_')
			out.WriteRune(r)
		case r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			out.WriteRune(unicode.ToUpper(r))
		default:
			out.WriteByte('_')
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
	}
	if out.Len() == 0 || unicode.IsDigit(rune(out.String()[0])) {
		return "SECRET_" + out.String()
	}
	return out.String()
}
