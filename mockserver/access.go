package mockserver

import (
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
	case !s.allowsHost(r.Host):
		v.Rule, v.Name, v.Actual = ruleForeignHost, "Host", truncate(r.Host, 200)
		v.Message = fmt.Sprintf("header Host: %q is not this server's name; "+
			"the control answers to localhost, and to names that the server was started with", v.Actual)
	case foreign:
		v.Rule, v.Name, v.Actual = ruleForeignOrigin, "Origin", truncate(origin, 200)
		v.Message = fmt.Sprintf("header Origin: a page of %s may not control this server; "+
			"pages on localhost may, and those of the origins that the server was started with", v.Actual)
	default:
		return nil
	}
	return refuse(http.StatusForbidden, v)
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

// allowsHost reports whether a Host header names this machine or one of Options.AllowHosts. The
// port only counts where AllowHosts has one.
func (s *Server) allowsHost(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.Trim(name, "[]")
	return isLoopback(name) || slices.ContainsFunc(s.options.AllowHosts, func(allowed string) bool {
		return allowed == "*" || strings.EqualFold(allowed, name) || strings.EqualFold(allowed, host)
	})
}

// address returns the base URL by which a request reached the server, the listener's where the Host
// is not trusted, and "/" without a listener.
func (s *Server) address(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	if s.allowsHost(r.Host) {
		return scheme + "://" + r.Host
	}
	if listening := s.listening.Load(); listening != nil {
		return scheme + "://" + *listening
	}
	return "/"
}
