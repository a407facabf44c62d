package backend

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// base is the path of the collection of agents.
const base = "/v1/api/agents"

// ServeHTTP validates a request in this order: path, method, credentials, workspace, media type,
// size, agent, body.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, item, ok := route(r.URL)
	if !ok {
		writeError(w, http.StatusNotFound, "NO_SUCH_ROUTE", "there is nothing at this address")
		return
	}
	allowed := []string{http.MethodGet, http.MethodPost}
	if item {
		allowed = []string{http.MethodGet, http.MethodPut, http.MethodDelete}
	}
	if !slices.Contains(allowed, r.Method) {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		writeError(w, http.StatusMethodNotAllowed, "WRONG_METHOD", "this address does not take "+r.Method)
		return
	}
	if !s.authorized(r) {
		writeError(w, http.StatusUnauthorized, "BAD_KEY", "x-api-key is missing or unknown")
		return
	}
	workspace := singleValue(r.Header.Values("X-Workspace-Id"))
	if workspace == "" {
		writeError(w, http.StatusBadRequest, "BAD_WORKSPACE", "x-workspace-id must be given, once")
		return
	}
	at := agentKey{workspace, id}
	switch {
	case r.Method == http.MethodPost:
		s.create(w, r, workspace)
	case r.Method == http.MethodPut:
		s.update(w, r, at)
	case r.Method == http.MethodDelete:
		s.remove(w, at)
	case item:
		s.read(w, at)
	default:
		s.list(w, workspace)
	}
}

// route returns the agent id in a path; ok is false if the API has no such path.
func route(u *url.URL) (id string, item, ok bool) {
	rest, found := strings.CutPrefix(u.EscapedPath(), base)
	if !found {
		return "", false, false
	}
	if rest == "" {
		return "", false, true
	}
	escaped, found := strings.CutPrefix(rest, "/")
	if !found || escaped == "" || strings.Contains(escaped, "/") {
		return "", false, false
	}
	id, err := url.PathUnescape(escaped)
	return id, true, err == nil
}

// singleValue returns the value of a header that is present once or repeated with the same value,
// or "".
func singleValue(values []string) string {
	values = slices.Compact(slices.Clone(values))
	if len(values) != 1 {
		return ""
	}
	return values[0]
}

func (s *server) authorized(r *http.Request) bool {
	key := singleValue(r.Header.Values("X-Api-Key"))
	return key != "" && (len(s.keys) == 0 || slices.Contains(s.keys, key))
}

// body returns a JSON request body. If it cannot, it writes the error response and returns false.
func body(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		writeError(w, http.StatusUnsupportedMediaType, "NOT_JSON", "Content-Type must be application/json")
		return nil, false
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		writeError(w, http.StatusRequestEntityTooLarge, "TOO_LARGE", "the body is larger than 4 MiB")
		return nil, false
	}
	if err != nil {
		writeError(w, http.StatusBadRequest, "BAD_BODY", "the body did not arrive whole")
		return nil, false
	}
	return raw, true
}
