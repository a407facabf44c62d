package redact

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// cookieAttributes are what may follow a cookie that is set (RFC 6265 §4.1.1).
var cookieAttributes = []string{"path", "domain", "expires", "max-age", "samesite", "secure", "httponly"}

// Header returns a copy of a header without secrets. Those that carry credentials by their
// definition (RFC 9110 §11, RFC 6265) are always hidden; the scheme of a credential, such as
// Bearer, and the names of cookies stay.
func (s *Set) Header(h http.Header) http.Header {
	out := h.Clone()
	for name, values := range out {
		for i, v := range values {
			values[i] = s.field(http.CanonicalHeaderKey(name), v)
		}
	}
	return out
}

// field returns one value of a header without secrets.
func (s *Set) field(name, v string) string {
	switch {
	case v == "":
		return ""
	case name == "Authorization", name == "Proxy-Authorization":
		if scheme, _, found := strings.Cut(strings.TrimSpace(v), " "); found {
			return scheme + " " + Placeholder
		}
		return Placeholder
	case name == "Cookie", name == "Set-Cookie":
		return s.pairs(v, ";", func(i int, name string) bool {
			return i == 0 || !slices.Contains(cookieAttributes, strings.ToLower(strings.TrimSpace(name)))
		})
	case s.isSecret(Header, name):
		return Placeholder
	}
	return s.Text(v)
}

// Target returns a request target (path and query) without secrets: without the values of secret
// query parameters, and known values.
func (s *Set) Target(target string) string {
	path, query, found := strings.Cut(target, "?")
	if !found {
		return s.Text(path)
	}
	return s.Text(path) + "?" + s.pairs(query, "&", func(_ int, name string) bool {
		plain, _ := url.QueryUnescape(name)
		return s.isSecret(Query, name) || s.isSecret(Query, plain)
	})
}

// pairs returns pairs name=value without the values of those that are secret, by their position and
// name, and without the secrets in the others.
func (s *Set) pairs(list, separator string, secret func(i int, name string) bool) string {
	pairs := strings.Split(list, separator)
	for i, pair := range pairs {
		switch name, value, found := strings.Cut(pair, "="); {
		case value != "" && secret(i, name):
			pairs[i] = name + "=" + Placeholder
		case found: // the name means what it says in this place
			pairs[i] = s.hideValues(name + "=" + s.Text(value))
		default:
			pairs[i] = s.Text(pair)
		}
	}
	return strings.Join(pairs, separator)
}
