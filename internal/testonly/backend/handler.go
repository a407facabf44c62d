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

// ServeHTTP judges a request from the outside in: path, method, credentials,
// workspace, media type, size, agent, body.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, item, ok := route(r.URL)
	if !ok {
		refuse(w, http.StatusNotFound, "NO_SUCH_ROUTE", "there is nothing at this address")
		return
	}
	allowed := []string{http.MethodGet, http.MethodPost}
	if item {
		allowed = []string{http.MethodGet, http.MethodPut, http.MethodDelete}
	}
	if !slices.Contains(allowed, r.Method) {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		refuse(w, http.StatusMethodNotAllowed, "WRONG_METHOD", "this address does not take "+r.Method)
		return
	}
	if !s.letIn(r) {
		refuse(w, http.StatusUnauthorized, "BAD_KEY", "x-api-key is missing or unknown")
		return
	}
	workspace := only(r.Header.Values("X-Workspace-Id"))
	if workspace == "" {
		refuse(w, http.StatusBadRequest, "BAD_WORKSPACE", "x-workspace-id must be given, once")
		return
	}
	at := place{workspace, id}
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

// route takes a path apart; ok is false where the API has nothing.
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

// only returns the one value of a header, given once or repeated alike, and ""
// for none or for several that differ.
func only(values []string) string {
	values = slices.Compact(slices.Clone(values))
	if len(values) != 1 {
		return ""
	}
	return values[0]
}

func (s *server) letIn(r *http.Request) bool {
	key := only(r.Header.Values("X-Api-Key"))
	return key != "" && (len(s.keys) == 0 || slices.Contains(s.keys, key))
}

// body reads a JSON request body; it answers and returns false where it can not.
func body(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, "NOT_JSON", "Content-Type must be application/json")
		return nil, false
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		refuse(w, http.StatusRequestEntityTooLarge, "TOO_LARGE", "the body is larger than 4 MiB")
		return nil, false
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "BAD_BODY", "the body did not arrive whole")
		return nil, false
	}
	return raw, true
}
