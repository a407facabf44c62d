package openapi

import (
	"cmp"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// validate reads and validates a body of a media type that this representation covers. It accepts
// every body that is not JSON.
func (m *MediaType) validate(name string, body []byte, view View) (any, []Violation) {
	if !isJSON(name) {
		return nil, nil
	}
	value, unreadable := ReadJSON(body)
	if unreadable != nil {
		unreadable.Document = m.Position
		return nil, []Violation{*unreadable}
	}
	return value, m.Schema.Validate(value, view)
}

// IsJSON reports whether the representation is JSON: application/json or a +json suffix, whatever
// its parameters.
func (m *MediaType) IsJSON() bool { return isJSON(m.essence()) }

func isJSON(name string) bool { return name == "application/json" || strings.HasSuffix(name, "+json") }

// matchMedia returns the representation for a Content-Type header, the most specific of several
// that cover it, and the media type without parameters. A violation comes with the representation
// where only the charset is wrong.
func matchMedia(content []*MediaType, h http.Header, at Position) (found *MediaType, name string, wrong *Violation) {
	v := &Violation{Rule: "media-type", In: "header", Name: "Content-Type", Expected: mediaNames(content), Document: at}
	values := distinct(h.Values("Content-Type"))
	switch {
	case len(values) == 0 || len(values) == 1 && strings.TrimSpace(values[0]) == "":
		if i := slices.IndexFunc(content, func(m *MediaType) bool { return m.covers("*/*") }); i >= 0 {
			return content[i], "application/octet-stream", nil // the default of RFC 9110 §8.3
		}
		v.Message = fmt.Sprintf("%s: missing; the body is to be %s", v.Where(), v.Expected)
		return nil, "", v
	case len(values) > 1:
		v.Message = fmt.Sprintf("%s: sent %d times with different values; send it once", v.Where(), len(values))
		return nil, "", v
	}
	v.Actual = clipped(values[0])
	name, parameters, err := mime.ParseMediaType(values[0])
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		v.Message = fmt.Sprintf("%s: %q is no media type; the body is to be %s", v.Where(), v.Actual, v.Expected)
		return nil, "", v
	}
	for _, m := range content {
		if m.covers(name) && (found == nil || m.closerThan(found)) {
			found = m
		}
	}
	if found == nil {
		v.Message = fmt.Sprintf("%s: %q is not offered; the body is to be %s", v.Where(), v.Actual, v.Expected)
		return nil, name, v
	}
	return found, name, wrongCharset(name, parameters["charset"], v)
}

// essence returns the media type without parameters, in lower case.
func (m *MediaType) essence() string {
	name, _, _ := strings.Cut(strings.ToLower(m.Type), ";")
	return strings.TrimSpace(name)
}

// covers reports whether a media type equals this one or matches its wildcards: text/*,
// application/*+json, */*.
func (m *MediaType) covers(name string) bool {
	prefix, suffix, wild := strings.Cut(strings.Replace(m.essence(), "*/*", "*", 1), "*")
	if !wild {
		return name == prefix
	}
	return len(name) >= len(prefix)+len(suffix) && strings.HasPrefix(name, prefix) && strings.HasSuffix(name, suffix)
}

func (m *MediaType) wildcards() int { return strings.Count(m.Type, "*") }

// closerThan reports whether this one of two types that cover a media type is the more specific:
// application/*+json before application/*.
func (m *MediaType) closerThan(other *MediaType) bool {
	return cmp.Or(cmp.Compare(m.wildcards(), other.wildcards()), cmp.Compare(len(other.essence()),
		len(m.essence()))) < 0
}

// wrongCharset returns the violation for JSON in another charset than UTF-8 (RFC 8259 §8.1), or
// nil.
func wrongCharset(name, charset string, v *Violation) *Violation {
	if charset == "" || !isJSON(name) || strings.EqualFold(charset, "utf-8") ||
		strings.EqualFold(charset, "utf8") || strings.EqualFold(charset, "us-ascii") {
		return nil
	}
	v.Message = fmt.Sprintf("%s: charset %q; JSON is UTF-8", v.Where(), clipped(charset))
	return v
}

// mediaNames lists media types for a sentence.
func mediaNames(content []*MediaType) string {
	names := make([]string, len(content))
	for i, m := range content {
		names[i] = m.Type
	}
	return strings.Join(names, " or ")
}
