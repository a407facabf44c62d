package mockserver

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// TestSessionsNamedByKeys names a session as the key of its requests: the journal must not show it there either.
func TestSessionsNamedByKeys(t *testing.T) {
	t.Parallel()
	const key = "sk-48151623421123581321"
	s, _ := sessionServer(t, Options{})
	get := func(path string) string {
		r := httptest.NewRequest("GET", "http://localhost"+path, nil)
		r.Header.Set("X-Api-Key", key)
		r.Header.Set("X-Workspace-Id", "ws-demo")
		r.Header.Set(SessionHeader, key)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Body.String()
	}
	get("/v1/api/agents")
	get("/__mock/sessions/" + key + "/v1/api/agents")
	for _, path := range []string{"/__mock/requests", "/__mock/requests?view=summary", "/__mock/requests/1",
		"/__mock/requests/2"} {
		if shown := get(path); !strings.Contains(shown, "/v1/api/agents") || strings.Contains(shown, key) {
			t.Errorf("%s: %s", path, shown)
		}
	}
}
