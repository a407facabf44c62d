package mockserver

import (
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// exposedHeaders returns the response headers that pages may read in addition to those that
// browsers always expose (Fetch §3.3.3): the server's own and those that the document describes.
func exposedHeaders(doc *openapi.Document) string {
	names := []string{"Allow", "Location", "Preference-Applied", "Retry-After", "WWW-Authenticate", FaultHeader}
	for _, op := range doc.Operations {
		for _, r := range op.Responses {
			for _, h := range r.Headers {
				names = append(names, http.CanonicalHeaderKey(h.Name))
			}
		}
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

// setCORS lets pages of allowed origins read the response.
func (s *Server) setCORS(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Add("Vary", "Origin, Accept-Encoding")
	origin := r.Header.Get("Origin")
	if origin == "" {
		return
	}
	if !s.allowsOrigin(origin) {
		if !isControl(r) || isPreflight(r) { // the control says itself whom it refuses
			s.sayUnread(r, origin)
		}
		return
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Expose-Headers", s.api().exposed)
}

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" &&
		r.Header.Get("Access-Control-Request-Method") != ""
}

// preflight responds to a CORS preflight request. On a path that does not exist everything is
// allowed, so that the page sees the 404 that explains, not an error of the browser that hides it.
func (s *Server) preflight(r *http.Request, methods []string) *response {
	res := &response{status: http.StatusNoContent}
	res.set("Allow", strings.Join(methods, ", "))
	if !s.allowsOrigin(r.Header.Get("Origin")) {
		return res
	}
	if len(methods) == 0 {
		methods = []string{r.Header.Get("Access-Control-Request-Method")}
		res.header.Del("Allow")
	}
	res.set("Access-Control-Allow-Methods", strings.Join(methods, ", "))
	res.set("Access-Control-Max-Age", "600")
	res.header["Vary"] = []string{"Access-Control-Request-Method", "Access-Control-Request-Headers"}
	if asked := r.Header.Values("Access-Control-Request-Headers"); len(asked) > 0 {
		res.set("Access-Control-Allow-Headers", strings.Join(asked, ", "))
	}
	if r.Header.Get("Access-Control-Request-Private-Network") == "true" {
		res.set("Access-Control-Allow-Private-Network", "true")
	}
	return res
}

// allowsOrigin reports whether pages of an origin may read responses of the API: those on this
// machine, on any port, and Options.CORSOrigins.
func (s *Server) allowsOrigin(origin string) bool {
	return slices.Contains(s.options.CORSOrigins, anyOrigin) ||
		origin == nullOrigin && slices.Contains(s.options.CORSOrigins, nullOrigin) || s.trustsOrigin(origin)
}

// trustsOrigin is allowsOrigin without "*" and "null": to open the API to every page does not open the control
// API to it.
func (s *Server) trustsOrigin(origin string) bool {
	scheme, host, port, ok := splitOrigin(origin)
	if !ok {
		return false
	}
	return (scheme == "http" || scheme == "https") && isLoopback(host) ||
		slices.ContainsFunc(s.origins, func(p originPattern) bool { return p.matches(scheme, host, port) })
}

// isLoopback reports whether a host is this machine's loopback interface (RFC 6761 §6.3).
func isLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
