package openapi

import (
	"bytes"
	"cmp"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// validate reads and validates a body of a media type that this representation covers: JSON, a form
// or a text. It accepts every body that is none of these. What a representation with a wildcard
// covers is JSON, too, where it is an object or a list: some frameworks write */* for JSON.
func (m *MediaType) validate(name string, body []byte, h http.Header, view View) (*BodyValue, []Violation) {
	var value any
	var found []Violation
	switch {
	case m.wildcards() > 0 && m.isBytes():
		return nil, nil
	case isJSON(name), m.wildcards() > 0 && looksLikeJSON(body):
		return m.validateJSON(name, body, view)
	case isForm(name) && view == RequestView:
		_, parameters, _ := mime.ParseMediaType(h.Get("Content-Type"))
		value, found = m.validateForm(name, parameters["boundary"], body, view)
	case strings.HasPrefix(name, "text/") && m.wildcards() == 0 && view == RequestView:
		value, found = m.validateText(string(body), view)
	}
	if value == nil {
		return nil, found
	}
	return &BodyValue{value: value, decoded: true}, found
}

// validateJSON reads and validates a body of JSON, or one that may be JSON by its looks.
func (m *MediaType) validateJSON(name string, body []byte, view View) (*BodyValue, []Violation) {
	if view == ResponseView && m.Schema.acceptsJSON(body, view) {
		return nil, nil // nobody asks for its value
	}
	read := &BodyValue{}
	if read.plain = read.text.Scan(body, jsonvalue.Limits{}); read.plain {
		if m.Schema.Accepts(read.text.Root(), view) {
			return read, nil
		}
		return read, m.Schema.judgeBody(read, view)
	}
	value, unreadable := ReadJSON(body)
	switch {
	case unreadable == nil:
		return &BodyValue{value: value, decoded: true}, m.Schema.Validate(value, view)
	case !isJSON(name):
		return nil, nil
	}
	unreadable.Document = m.Position
	return nil, []Violation{*unreadable}
}

// validateText validates a body that is a text, where the document has a schema for texts.
func (m *MediaType) validateText(text string, view View) (any, []Violation) {
	if m.Schema == nil || len(m.Schema.Types) == 0 || m.Schema.Format == "binary" || !utf8.ValidString(text) {
		return nil, nil
	}
	var value any = text
	for _, v := range decodeText(text, m.Schema) {
		if m.Schema.IsValid(v, view) {
			value = v
			break
		}
	}
	return value, m.Schema.Validate(value, view)
}

// looksLikeJSON reports whether a body begins as an object or a list does.
func looksLikeJSON(body []byte) bool {
	body = bytes.TrimLeft(body, " \t\r\n")
	return len(body) > 0 && (body[0] == '{' || body[0] == '[')
}

// MediaType returns the representation that a request's Content-Type names, the most specific of
// several that cover it. It is nil where the document has none, and for a nil body.
func (b *RequestBody) MediaType(h http.Header) *MediaType {
	if b == nil {
		return nil
	}
	media, _, _ := matchMedia(b.Content, h, b.Position)
	return media
}

// IsJSON reports whether the representation is JSON: application/json or a +json suffix, whatever
// its parameters.
func (m *MediaType) IsJSON() bool { return isJSON(m.essence()) }

func isJSON(name string) bool { return name == "application/json" || strings.HasSuffix(name, "+json") }

// matchMedia returns the representation for a Content-Type header, the most specific of several
// that cover it, and the media type without parameters. A violation comes with the representation
// where only the charset is wrong.
func matchMedia(content []*MediaType, h http.Header, at Position) (found *MediaType, name string, wrong *Violation) {
	values := distinct(h.Values("Content-Type"))
	if len(values) == 1 && isPlainMediaType(values[0]) {
		if m := first(content, func(m *MediaType) bool { return m.essence() == values[0] }); m != nil {
			return m, values[0], nil
		}
	}
	v := Violation{In: "header", Name: "Content-Type", Document: at}
	offered := mediaNames(content)
	refuse := func(format string, args ...any) *Violation {
		v = v.because("media-type", offered, format, args...)
		return &v
	}
	switch {
	case len(values) == 0 || len(values) == 1 && strings.TrimSpace(values[0]) == "":
		if wild := first(content, func(m *MediaType) bool { return m.covers("*/*") }); wild != nil {
			return wild, "application/octet-stream", nil // the default of RFC 9110 §8.3
		}
		return nil, "", refuse("missing; the body is to be %s", offered)
	case len(values) > 1:
		return nil, "", refuse("sent %d times with different values; send it once", len(values))
	}
	v.Actual = clipped(values[0])
	name, parameters, err := mime.ParseMediaType(values[0])
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return nil, "", refuse("%q is no media type; the body is to be %s", v.Actual, offered)
	}
	for _, m := range content {
		if m.covers(name) && (found == nil || m.closerThan(found)) {
			found = m
		}
	}
	if found == nil {
		return nil, name, refuse("%q is not offered; the body is to be %s", v.Actual, offered)
	}
	// JSON has no other charset (RFC 8259 §8.1)
	utf8 := []string{"", "utf-8", "utf8", "us-ascii"}
	if charset := parameters["charset"]; isJSON(name) && !slices.Contains(utf8, strings.ToLower(charset)) {
		wrong = refuse("charset %q; JSON is UTF-8", clipped(charset))
	}
	return found, name, wrong
}

// isPlainMediaType reports whether a header is a media type without parameters, in lower case.
func isPlainMediaType(text string) bool {
	slashes := 0
	for _, c := range []byte(text) {
		switch {
		case c == '/':
			slashes++
		case c != '-' && c != '+' && c != '.' && (c < '0' || c > '9') && (c < 'a' || c > 'z'):
			return false
		}
	}
	return slashes == 1 && text[0] != '/' && text[len(text)-1] != '/'
}

// essence returns the media type without parameters, in lower case.
func (m *MediaType) essence() string {
	name, _, _ := strings.Cut(strings.ToLower(m.Type), ";")
	return strings.TrimSpace(name)
}

// covers reports whether a media type is this one or matches its wildcards: application/*+json.
func (m *MediaType) covers(name string) bool {
	prefix, suffix, wild := strings.Cut(strings.Replace(m.essence(), "*/*", "*", 1), "*")
	if !wild {
		return name == prefix
	}
	return len(name) >= len(prefix)+len(suffix) && strings.HasPrefix(name, prefix) && strings.HasSuffix(name, suffix)
}

func (m *MediaType) wildcards() int { return strings.Count(m.Type, "*") }

// closerThan reports whether a type is the more specific: application/*+json before application/*.
func (m *MediaType) closerThan(other *MediaType) bool {
	return cmp.Or(cmp.Compare(m.wildcards(), other.wildcards()), cmp.Compare(len(other.essence()),
		len(m.essence()))) < 0
}

// mediaNames lists media types for a sentence.
func mediaNames(content []*MediaType) string {
	names := make([]string, len(content))
	for i, m := range content {
		names[i] = m.Type
	}
	return strings.Join(names, " or ")
}
