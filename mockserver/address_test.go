package mockserver

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// The document names a server that works from where it was asked, and never what a stranger says.
func TestServerOfTheDocument(t *testing.T) {
	t.Parallel()
	s, err := New(openapi.Agent(), Options{AllowHosts: []string{"mock"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ listening, host, path, want string }{
		{"127.0.0.1:4010", "localhost:4010", "", "http://localhost:4010"},
		{"127.0.0.1:4010", "evil.example", "", "http://127.0.0.1:4010"},
		{"[::]:4010", "192.0.2.1:80", "", "http://192.0.2.1:80"},
		{"[::]:4010", "mock:4010", "", "http://mock:4010"},
		{"[::]:4010", "evil.example", "", "/"},
		{"0.0.0.0:4010", "evil.example", "", "/"},
		{"0.0.0.0:4010", "evil.example", "/__mock/sessions/a", "/__mock/sessions/a"},
	} {
		s.listening.Store(&row.listening)
		r := httptest.NewRequest("GET", "http://localhost"+row.path+"/openapi.yaml", nil)
		r.Host = row.host
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if want := "servers:\n  - url: " + row.want + "\n"; !strings.Contains(w.Body.String(), want) {
			t.Errorf("%+v: no %q", row, want)
		}
	}
}
