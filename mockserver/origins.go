package mockserver

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
)

// anyOrigin and nullOrigin open the API, and not the control: every page has the one, and the other is sent for
// files and for what any site shows in a frame of its own.
const (
	anyOrigin  = "*"
	nullOrigin = "null"
)

// originPattern is an origin of Options.CORSOrigins: a scheme, a host or the names below one, and a port.
type originPattern struct {
	scheme, host, port string // in lower case; the port is "" for the scheme's own, "*" for any
	below              bool   // the names below the host, which is itself none of them
}

// CheckOrigin returns why a text cannot be one of Options.CORSOrigins; nil where it can.
func CheckOrigin(text string) error {
	if text == anyOrigin || text == nullOrigin {
		return nil
	}
	_, err := parseOrigin(text)
	return err
}

// parseOrigin reads what CheckOrigin allows, but for * and null.
func parseOrigin(text string) (originPattern, error) {
	wrong := func(why string) (originPattern, error) {
		return originPattern{}, fmt.Errorf("%q is not an origin%s, such as https://app.example.com, "+
			"http://localhost:3000, http://*.test:* for any name and port, or null for files", text, why)
	}
	scheme, rest, ok := strings.Cut(strings.ToLower(strings.TrimSuffix(text, "/")), "://")
	if !ok || scheme == "" || rest == "" {
		return wrong("")
	}
	p := originPattern{scheme: scheme}
	rest, p.below = strings.CutPrefix(rest, "*.")
	if bare, anyPort := strings.CutSuffix(rest, ":*"); anyPort {
		rest, p.port = bare, "*"
	}
	u, err := url.Parse(scheme + "://" + rest)
	switch {
	case err != nil || u.Host != rest || u.User != nil || u.Hostname() == "" || strings.HasSuffix(rest, ":"):
		return wrong("")
	case strings.Contains(rest, "*"):
		return wrong(": * stands for the first names of a host, or for its port")
	case p.below && (net.ParseIP(u.Hostname()) != nil || !isNames(u.Hostname())):
		return wrong(": *. is followed by a name")
	}
	p.host = u.Hostname()
	if p.port == "" && u.Port() != defaultPorts[scheme] { // browsers leave that out (RFC 6454 §6.1)
		p.port = u.Port()
	}
	return p, nil
}

// parseOrigins reads the origins among texts that CheckOrigin allows.
func parseOrigins(texts []string) (list []originPattern, err error) {
	for _, text := range texts {
		if text == anyOrigin || text == nullOrigin {
			continue
		}
		p, err := parseOrigin(text)
		if err != nil {
			return nil, fmt.Errorf("origin %w", err)
		}
		list = append(list, p)
	}
	return list, nil
}

// defaultPorts are the ports that origins do not name.
var defaultPorts = map[string]string{"http": "80", "https": "443"}

// matches reports whether a page has the origin. It knows only the form in which browsers write origins: what
// is spelt otherwise may mean another host to somebody else.
func (p originPattern) matches(scheme, host, port string) bool {
	if scheme != p.scheme || p.port != "*" && port != p.port {
		return false
	}
	if !p.below {
		return host == p.host
	}
	names, ok := strings.CutSuffix(host, "."+p.host)
	return ok && isNames(names)
}

// isNames reports whether a text is names of hosts with dots between them.
func isNames(text string) bool {
	return !slices.ContainsFunc(strings.Split(text, "."), func(name string) bool {
		return name == "" || strings.ContainsFunc(name, func(c rune) bool {
			return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_'
		})
	})
}

// splitOrigin takes the value of a header Origin apart; false where it has another form.
func splitOrigin(origin string) (scheme, host, port string, ok bool) {
	origin = strings.ToLower(origin)
	u, err := url.Parse(origin)
	if err != nil || u.Scheme == "" || u.Host == "" || u.Scheme+"://"+u.Host != origin || origin[len(origin)-1] == ':' {
		return "", "", "", false
	}
	return u.Scheme, u.Hostname(), u.Port(), true
}
