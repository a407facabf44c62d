package mockserver

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// guard keeps strangers from the control: pages of other sites in a browser on this machine, and
// names that lead here by a trick of the DNS. It is nil for everyone else.
func (s *Server) guard(r *http.Request) *answer {
	if !s.allowsHost(r.Host) {
		return refuse(http.StatusForbidden, openapi.Violation{
			Rule: ruleForeignHost, In: "header", Name: "Host", Actual: clip(r.Host, 200),
			Message: fmt.Sprintf("header Host: %q is not this server's name; the control answers to localhost, and to names that the server was started with",
				clip(r.Host, 200)),
		})
	}
	if origin, foreign := s.foreignOrigin(r); foreign {
		return refuse(http.StatusForbidden, openapi.Violation{
			Rule: ruleForeignOrigin, In: "header", Name: "Origin", Actual: clip(origin, 200),
			Message: fmt.Sprintf("header Origin: a page of %s may not control this server; "+
				"pages on localhost may, and those of the origins that the server was started with", clip(origin, 200)),
		})
	}
	return nil
}

// foreignOrigin says whether a browser sends the request for a page that is not trusted. Following
// a link is no such thing.
func (s *Server) foreignOrigin(r *http.Request) (origin string, foreign bool) {
	origin = r.Header.Get("Origin")
	site := r.Header.Get("Sec-Fetch-Site")
	switch {
	case origin != "":
		return origin, !s.trustsOrigin(origin) && !sameOrigin(origin, r)
	case site == "cross-site":
		isLink := r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate"
		return "another site", !isLink
	}
	return "", false
}

// sameOrigin compares an origin with the host that was asked; the host is one of ours already.
func sameOrigin(origin string, r *http.Request) bool {
	_, host, _ := strings.Cut(origin, "://")
	return strings.EqualFold(host, r.Host)
}

// allowsHost knows a Host header's name: this machine's, or one of Options.AllowHosts, with any
// port unless it names one.
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

// address is the URL by which a request reached the server, or the listener's where the Host cannot
// be believed.
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
