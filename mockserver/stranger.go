package mockserver

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// strangers remembers of whom the log has spoken, so that a page that asks again and again does not fill it. It
// is bounded: whoever makes names up is not told of all.
type strangers struct {
	mu   sync.Mutex
	said map[string]time.Time
}

// The log speaks of one of strangersSaid in saidFor, and of it once.
const (
	saidFor       = time.Minute
	strangersSaid = 50
)

// isNews reports whether the log should speak of somebody, and assumes that it does.
func (s *strangers) isNews(name string) bool {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, there := s.said[name]; there && now.Sub(at) < saidFor {
		return false
	}
	for other, at := range s.said {
		if now.Sub(at) >= saidFor {
			delete(s.said, other)
		}
	}
	if len(s.said) >= strangersSaid {
		return false
	}
	if s.said == nil {
		s.said = map[string]time.Time{}
	}
	s.said[name] = now
	return true
}

// sayUnread logs that a browser keeps an answer from the page that asks for it, or does not even send the
// request, which the page is not told either; and the flag that would help.
func (s *Server) sayUnread(r *http.Request, origin string) {
	mode := r.Header.Get("Sec-Fetch-Mode")
	_, own, _ := strings.Cut(origin, "://")
	switch {
	case strings.EqualFold(own, r.Host): // the page came from here
		return
	case mode != "" && mode != "cors": // the page asks for no answer: it leads somewhere, or shows a picture
		return
	}
	message, method := "a browser keeps the answer from its page, which is of another origin", r.Method
	if isPreflight(r) {
		message = "a browser does not send the request of its page, which is of another origin"
		method = r.Header.Get("Access-Control-Request-Method")
	}
	s.sayStranger(r, method, message, origin, "--cors-origin "+originFlag(origin))
}

// sayForeign logs that a call of the control was refused because of who calls.
func (s *Server) sayForeign(r *http.Request, refusal *response) {
	v := refusal.violations[0]
	name, _ := v.Actual.(string)
	if v.Rule == ruleForeignHost {
		s.sayStranger(r, r.Method, "a call of the control under another name was refused", name,
			hostFlag(name))
		return
	}
	s.sayStranger(r, r.Method, "a call of the control was refused, since its page is of another origin", name,
		controlOriginFlag(r.Header.Get("Origin")))
}

func (s *Server) sayStranger(r *http.Request, method, message, from, flag string) {
	from = oneLine(from, 200)
	if !s.strangers.isNews(message + from) {
		return
	}
	path := oneLine(s.api().redactor.Text(r.URL.EscapedPath()), 200)
	s.options.Log.Warn(message, "from", from, "request", oneLine(method, 50)+" "+path, "allow", flag)
}

// originFlag returns the value of --cors-origin that allows an origin.
func originFlag(origin string) string {
	strange := func(c rune) bool { // to a shell, into which people copy it
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("-._:/", c)
	}
	if CheckOrigin(origin) != nil || strings.ContainsFunc(origin, strange) || len(origin) > 200 {
		return "ORIGIN"
	}
	return origin
}

// hostFlag returns the flag that allows a Host.
func hostFlag(host string) string {
	name := strings.ToLower(hostName(host))
	if !isNames(name) {
		name = "NAME"
	}
	return "--allow-host " + name
}

// controlOriginFlag returns the flag that lets pages of an origin call the control; "ORIGIN" stands in it where
// there is none for this one.
func controlOriginFlag(origin string) string {
	if origin == nullOrigin || origin == anyOrigin {
		origin = ""
	}
	return "--cors-origin " + originFlag(origin)
}

// namesNoHost reports whether the server listens at an address at which nobody calls it: at all of them.
func namesNoHost(address string) bool {
	ip := net.ParseIP(hostName(address))
	return ip != nil && ip.IsUnspecified()
}
