package redact

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Header returns a copy of a header without secrets. Those that carry credentials by their
// definition (RFC 9110 §11, RFC 6265) are always hidden; the scheme of a credential, such as
// Bearer, and the names of cookies stay.
func (s *Set) Header(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		hidden := make([]string, len(values))
		for i, v := range values {
			hidden[i] = s.headerValue(name, v)
		}
		out[name] = hidden
	}
	return out
}

func (s *Set) headerValue(name, v string) string {
	switch http.CanonicalHeaderKey(name) {
	case "Authorization", "Proxy-Authorization":
		return hideCredential(v)
	case "Cookie", "Set-Cookie":
		return hideCookies(v)
	}
	if v != "" && s.isSecret(name) {
		return Placeholder
	}
	return s.Text(v)
}

// hideCredential keeps the scheme before the credential.
func hideCredential(v string) string {
	scheme, rest, found := strings.Cut(v, " ")
	switch {
	case v == "":
		return ""
	case found && strings.TrimSpace(rest) != "":
		return scheme + " " + Placeholder
	}
	return Placeholder
}

// hideCookies keeps the names of cookies, and the attributes of one that is set.
func hideCookies(v string) string {
	attributes := []string{"path", "domain", "expires", "max-age", "samesite", "secure", "httponly"}
	parts := strings.Split(v, ";")
	for i, part := range parts {
		name, value, found := strings.Cut(part, "=")
		isAttribute := i > 0 && slices.Contains(attributes, strings.ToLower(strings.TrimSpace(name)))
		if found && value != "" && !isAttribute {
			parts[i] = name + "=" + Placeholder
		}
	}
	return strings.Join(parts, ";")
}

// Target returns a request target (path and query, or a whole URL) without secrets: without the
// values of secret query parameters, a password before the host, and known values.
func (s *Set) Target(target string) string {
	if s == nil {
		return target
	}
	path, query, found := strings.Cut(target, "?")
	if before, host, ok := strings.Cut(path, "@"); ok && strings.Contains(before, "://") {
		scheme, user, _ := strings.Cut(before, "://")
		if user, _, secret := strings.Cut(user, ":"); secret {
			path = scheme + "://" + user + ":" + Placeholder + "@" + host
		}
	}
	path = s.Text(path)
	if !found {
		return path
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, assigned := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(name)
		if err != nil {
			plain = name
		}
		if assigned && value != "" && s.isSecret(plain) {
			pairs[i] = name + "=" + Placeholder
		} else {
			pairs[i] = s.Text(pair)
		}
	}
	return path + "?" + strings.Join(pairs, "&")
}
