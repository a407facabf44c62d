package mockserver

import (
	"cmp"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// refuseForeign protects the control API from pages of other sites in a browser on this machine,
// and from DNS rebinding (host names of others that resolve to this machine). It returns nil for
// all other requests.
func (s *Server) refuseForeign(r *http.Request) *response {
	v := openapi.Violation{In: "header"}
	origin, foreign := s.foreignOrigin(r)
	switch {
	case s.options.ControlToken != "" && !s.allowsHost(r.Host) && !isAddress(r.Host):
		return refuseHost(r.Host, "the control answers to localhost, to addresses")
	case s.options.ControlToken == "" && !s.allowsHost(r.Host):
		return refuseHost(r.Host, "the control answers to localhost")
	case foreign:
		v.Rule, v.Name, v.Actual = ruleForeignOrigin, "Origin", truncate(origin, 200)
		v.Message = fmt.Sprintf("header Origin: a page of %s may not control this server; pages on localhost may, "+
			"and those of the origins that the server was started with (%s)", v.Actual, controlOriginFlag(origin))
	default:
		return nil
	}
	return refuse(http.StatusForbidden, v)
}

// refuseForeignHost protects the API from DNS rebinding. It returns nil for a request whose Host is a
// name of this server or an address, and for one that did not come over a connection.
func (s *Server) refuseForeignHost(r *http.Request) *response {
	if known := s.calledBy.Load(); known != nil && *known == r.Host || r.Host == "" {
		return nil
	}
	_, connected := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if r.Method == http.MethodConnect { // of which the Host is where it wants to go; no operation has it
		return nil
	}
	if connected && !s.allowsHost(r.Host) && !isAddress(r.Host) {
		return refuseHost(r.Host, "the API answers to localhost, to addresses")
	}
	if connected {
		host := r.Host
		s.calledBy.Store(&host)
	}
	return nil
}

func refuseHost(host, accepted string) *response {
	host = truncate(host, 200)
	return refuse(http.StatusForbidden, openapi.Violation{
		Rule: ruleForeignHost, In: "header", Name: "Host", Actual: host,
		Message: fmt.Sprintf("header Host: %q is not this server's name; %s, and to names that the server was started "+
			"with (%s)", host, accepted, hostFlag(host)),
	})
}

// isAddress reports whether a Host header is an IP address, which nobody can let lead elsewhere.
func isAddress(host string) bool {
	return net.ParseIP(hostName(host)) != nil
}

// hostName returns a Host header without its port, and an IPv6 address without its brackets.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.Trim(host, "[]")
}

// refuseUntold returns nil for a call of the control API with the token of Options.ControlToken, and
// where there is none.
func (s *Server) refuseUntold(r *http.Request) *response {
	want := s.options.ControlToken
	if want == "" {
		return nil
	}
	sent := r.Header.Get("Authorization")
	scheme, token, _ := strings.Cut(sent, " ")
	if strings.EqualFold(scheme, "Bearer") &&
		subtle.ConstantTimeCompare([]byte(strings.TrimSpace(token)), []byte(want)) == 1 {
		return nil
	}
	v := openapi.Violation{Rule: ruleUnknownCredential, In: "header", Name: "Authorization",
		Message: "header Authorization: not the token of the control"}
	if sent == "" {
		v.Rule, v.Message = ruleMissingCredential, "header Authorization: missing"
	}
	v.Message += `; the control of this server needs "Authorization: Bearer …" with the token that was shown at its ` +
		"start (--control-token)"
	return refuse(http.StatusUnauthorized, v).set("WWW-Authenticate", "Bearer")
}

// foreignOrigin reports whether a browser sends the request for a page that is not trusted. A link
// that is followed does not count.
func (s *Server) foreignOrigin(r *http.Request) (origin string, foreign bool) {
	origin = r.Header.Get("Origin")
	site := r.Header.Get("Sec-Fetch-Site")
	switch {
	case origin != "":
		_, host, _ := strings.Cut(origin, "://")
		return origin, !s.trustsOrigin(origin) && !strings.EqualFold(host, r.Host) // which is known to be trusted
	case site == "cross-site":
		isLink := r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate"
		return "another site", !isLink
	}
	return "", false
}

// allowsHost reports whether a Host header names this machine or one of Options.AllowHosts. Ports do
// not count: none protects from a name that leads here.
func (s *Server) allowsHost(host string) bool {
	name := hostName(host)
	return isLoopback(name) || slices.ContainsFunc(s.options.AllowHosts, func(allowed string) bool {
		return allowed == "*" || strings.EqualFold(hostName(allowed), name)
	})
}

// address returns the base URL by which a request reached the server, "/" where that is not known.
func (s *Server) address(r *http.Request) string {
	return cmp.Or(s.origin(r)+basePath(r).path, "/")
}

// origin returns scheme and host by which a request reached the server, the listener's where the Host is
// not trusted, and "" without a listener, and with one at all addresses: what is relative to the request works.
func (s *Server) origin(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	if s.allowsHost(r.Host) || isAddress(r.Host) {
		return scheme + "://" + r.Host
	}
	if listening := s.listening.Load(); listening != nil && !namesNoHost(*listening) {
		return scheme + "://" + *listening
	}
	return ""
}
