package sample

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// Header returns the value of a response header: the document's own, else what a header of that name
// has, else what its schema describes. It is never empty, and valid where one was found that is. The
// body is that of the response.
func (d *Documented) Header(h *openapi.Parameter, body []byte) string {
	valid := func(text string) bool {
		return text != "" && isHeaderText(text) && len(h.ValidateText(text, d.view)) == 0
	}
	name := strings.ToLower(h.Name)
	var candidates []string
	for _, shown := range append([]any{h.Example}, h.Schema.Examples...) {
		if text := Text(shown); name != "etag" || isEntityTag(text) {
			candidates = append(candidates, text)
		}
	}
	candidates = append(candidates, usualHeader(name, h.Schema, body)...)
	for _, text := range candidates {
		if valid(text) {
			return text
		}
	}
	for _, v := range d.Values(Place{h.Schema, h.Name, "/" + h.Name}, Shown) {
		if text := Text(v); valid(text) {
			return text
		}
	}
	return "1"
}

// isHeaderText reports whether a text can stand in a header: visible ASCII and blanks inside (RFC
// 9110 §5.5).
func isHeaderText(text string) bool {
	visible := func(c rune) bool { return c >= ' ' && c <= '~' }
	return strings.TrimSpace(text) == text && !strings.ContainsFunc(text, func(c rune) bool { return !visible(c) })
}

// isEntityTag reports whether a text is an entity-tag (RFC 9110 §8.8.3).
func isEntityTag(text string) bool {
	opaque := strings.TrimPrefix(text, "W/")
	return len(opaque) > 2 && opaque[0] == '"' && opaque[len(opaque)-1] == '"' &&
		!strings.Contains(opaque[1:len(opaque)-1], `"`)
}

// usualHeader returns what a header of a name, in lower case, usually has.
func usualHeader(name string, s *openapi.Schema, body []byte) []string {
	date := epoch.UTC().Format(http.TimeFormat)
	switch name {
	case "etag":
		sum := sha256.Sum256(body)
		return []string{fmt.Sprintf(`"%x"`, sum[:8]), fmt.Sprintf(`W/"%x"`, sum[:8]), fmt.Sprintf("%x", sum[:8])}
	case "last-modified", "date", "expires":
		return []string{date}
	case "retry-after":
		return []string{"1", date}
	case "location", "content-location":
		if strings.HasPrefix(s.Format, "uri") && s.Format != "uri-reference" || s.Format == "url" {
			return []string{"https://www." + hosts[0] + ".example/"}
		}
		return []string{"/", "https://www." + hosts[0] + ".example/"}
	case "link":
		return []string{`<https://www.` + hosts[0] + `.example/>; rel="self"`}
	case "content-language":
		return []string{"en"}
	case "cache-control":
		return []string{"no-store"}
	case "content-disposition":
		return []string{`attachment; filename="` + fileName + `"`}
	case "vary":
		return []string{"Accept"}
	case "www-authenticate", "proxy-authenticate":
		return []string{`Bearer realm="agentmock"`}
	case "set-cookie":
		return []string{"session=example; Path=/"}
	}
	if limits := strings.TrimPrefix(name, "x-"); strings.HasPrefix(limits, "ratelimit") ||
		strings.HasPrefix(limits, "rate-limit") {
		return []string{"100"}
	}
	return nil
}
