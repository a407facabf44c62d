package mockserver

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

func TestWantsGzip(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]bool{
		"gzip": true, "gzip, deflate, br, zstd": true, "GZIP;q=0.1": true, "*": true, "br;q=1.0, *;q=0.1": true,
		"gzip ; q=0.5": true, "x-gzip": true, "identity;q=0.5, gzip": true, "gzip, identity": true,
		"": false, "br": false, "identity": false, "gzip;q=0": false, "gzip;q=0.000, *": false, "*;q=0": false,
		"gzip;q=0.5, identity": false, "gzip;q=2": false, "gzip;q=NaN": false, "gzip;q=": false, "gzip;x=1": false,
		"gzipped": false, ",;,": false,
	} {
		if got := wantsGzip(http.Header{"Accept-Encoding": {sent}}); got != want {
			t.Errorf("%q: %t", sent, got)
		}
	}
	if !wantsGzip(http.Header{"Accept-Encoding": {"br", "gzip"}}) {
		t.Error("of two lines the second counts, too")
	}
}

// Long answers are compressed for those who ask; the journal has what was compressed.
func TestGzip(t *testing.T) {
	t.Parallel()
	s, err := New(openapi.Agent(), Options{Agents: 30, ControlToken: "CLEAR-token"})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, path, encoding string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "http://localhost"+path, nil)
		r.Header = http.Header{"X-Api-Key": {"k"}, "X-Workspace-Id": {"ws-demo"}, "Accept-Encoding": {encoding},
			"Authorization": {"Bearer CLEAR-token"}}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if !strings.Contains(strings.Join(w.Header().Values("Vary"), ", "), "Accept-Encoding") {
			t.Errorf("%s %s: Vary is %q", method, path, w.Header().Values("Vary"))
		}
		return w
	}
	for _, path := range []string{"/v1/api/agents", "/openapi.yaml", "/__mock/openapi.yaml"} {
		plain, short := ask("GET", path, "br"), ask("GET", path, "gzip")
		if plain.Header().Get("Content-Encoding") != "" || short.Header().Get("Content-Encoding") != "gzip" ||
			short.Header().Get("Content-Length") != strconv.Itoa(short.Body.Len()) ||
			2*short.Body.Len() > plain.Body.Len() {
			t.Errorf("%s: %v, %d bytes of %d", path, short.Header(), short.Body.Len(), plain.Body.Len())
		}
		head := ask("HEAD", path, "gzip")
		for _, name := range []string{"Content-Encoding", "Content-Length", "Content-Type"} {
			if head.Header().Get(name) != short.Header().Get(name) || head.Body.Len() > 0 {
				t.Errorf("HEAD %s: %s is %s", path, name, head.Header().Get(name))
			}
		}
		unpacked, err := gzip.NewReader(short.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(unpacked); err != nil || !bytes.Equal(got, plain.Body.Bytes()) {
			t.Errorf("%s: another body: %v", path, err)
		}
	}
	for _, row := range []struct{ method, path string }{{"GET", "/v1/api/agents/none"}, {"GET", "/__mock/state"},
		{"POST", "/__mock/reset"}, {"GET", "/favicon.ico"}} {
		if w := ask(row.method, row.path, "gzip"); w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%v is compressed: %d bytes", row, w.Body.Len())
		}
	}
	entries := s.Requests(Filter{Operation: "listAgents"}).Requests
	for _, e := range entries {
		if !bytes.Equal(e.Response.Body, entries[0].Response.Body) || e.Response.Header.Get("Content-Encoding") != "" {
			t.Errorf("the journal has another body, or its encoding: %v", e.Response.Header)
		}
	}
}
