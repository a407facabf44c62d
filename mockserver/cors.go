package mockserver

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// exposedHeaders are those of our answers that a page may read besides the ones that browsers
// always show (Fetch §3.3.3). Headers that the document describes come on top.
func (s *Server) exposedHeaders() string {
	names := []string{"Allow", "Location", "WWW-Authenticate"}
	for _, op := range s.doc.Operations {
		for _, r := range op.Responses {
			for _, h := range r.Headers {
				if name := http.CanonicalHeaderKey(h.Name); !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// cors lets pages of allowed origins read the answer.
func (s *Server) cors(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if origin == "" || !s.allowsOrigin(origin) {
		return
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Expose-Headers", s.exposed)
}

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" &&
		r.Header.Get("Access-Control-Request-Method") != ""
}

// preflight tells a browser what it may send. On a path that does not exist anything may be sent:
// the page shall see the 404 that explains, not an error of the browser that hides it.
func (s *Server) preflight(r *http.Request, methods []string) *answer {
	a := &answer{status: http.StatusNoContent}
	a.set("Allow", strings.Join(methods, ", "))
	if !s.allowsOrigin(r.Header.Get("Origin")) {
		return a
	}
	if len(methods) == 0 {
		methods = []string{r.Header.Get("Access-Control-Request-Method")}
		a.header.Del("Allow")
	}
	a.set("Access-Control-Allow-Methods", strings.Join(methods, ", "))
	a.set("Access-Control-Max-Age", "600")
	a.header["Vary"] = []string{"Access-Control-Request-Method", "Access-Control-Request-Headers"}
	if asked := r.Header.Values("Access-Control-Request-Headers"); len(asked) > 0 {
		a.set("Access-Control-Allow-Headers", strings.Join(asked, ", "))
	}
	if r.Header.Get("Access-Control-Request-Private-Network") == "true" {
		a.set("Access-Control-Allow-Private-Network", "true")
	}
	return a
}

// allowsOrigin takes pages on this machine, on any port, and those named by Options.
func (s *Server) allowsOrigin(origin string) bool {
	return slices.Contains(s.options.CORSOrigins, "*") || s.trustsOrigin(origin)
}

// trustsOrigin is allowsOrigin without the origin "*": who opens the API to every page has not
// opened the control to them.
func (s *Server) trustsOrigin(origin string) bool {
	if slices.ContainsFunc(s.options.CORSOrigins,
		func(o string) bool { return strings.EqualFold(strings.TrimSuffix(o, "/"), origin) }) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && isLoopback(u.Hostname())
}

// isLoopback knows the names and addresses of this machine (RFC 6761 §6.3).
func isLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
