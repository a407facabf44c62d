package mockserver_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

func TestCORS(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{CORSOrigins: []string{"https://app.example.com"}})
	path := c.created(minimalAgent)
	for _, tt := range []struct {
		origin  string
		allowed bool
	}{
		{"http://localhost:3000", true}, {"https://localhost", true}, {"http://127.0.0.1:5173", true},
		{"http://[::1]:8080", true},
		{"http://app.localhost:3000", true}, {"https://app.example.com", true},
		{"https://evil.example", false}, {"null", false}, {"http://localhost.evil.example", false},
		{"file://localhost", false},
		{"https://app.example.com.evil.example", false}, {"http://app.example.com", false},
		{"http://127.0.0.1.evil.example", false},
	} {
		page := c.with("Origin", tt.origin)
		r := page.send("GET", path, "").want(200)
		want := ""
		if tt.allowed {
			want = tt.origin
		}
		if got := r.header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: Access-Control-Allow-Origin %q", tt.origin, got)
		}
		if !strings.Contains(strings.Join(r.header.Values("Vary"), ","), "Origin") {
			t.Errorf("%s: Vary %q", tt.origin, r.header.Values("Vary"))
		}
		refused := page.with("x-api-key").send("GET", path, "").refuses(401)
		if got := refused.header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: a refusal has Access-Control-Allow-Origin %q", tt.origin, got)
		}
		if exposed := r.header.Get("Access-Control-Expose-Headers"); tt.allowed != strings.Contains(exposed,
			"Location") || tt.allowed != strings.Contains(exposed, "Retry-After") {
			t.Errorf("%s: exposed %q", tt.origin, exposed)
		}
	}
	if got := c.send("GET", path, "").header.Values("Vary"); len(got) == 0 {
		t.Error("an answer without CORS headers must vary by Origin too, or a cache gives it to a page")
	}
}

// Names below a host, and ports, are matched as browsers write them, and nothing that only looks like them.
func TestOriginPatterns(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{CORSOrigins: []string{"http://*.test", "https://*.Shop.example:*",
		"http://app.internal:*", "https://*.dev.example:8443", "https://plain.example:443", "app://files"}})
	for origin, allowed := range map[string]bool{
		"http://a.test": true, "http://a.b-c.test": true, "http://test": false, "http://.test": false,
		"http://a..test": false, "http://a.test:3000": false, "https://a.test": false, "http://a.test.": false,
		"http://a.test.evil.example": false, "http://atest": false, "http://evil.example/.test": false,
		"http://evil.example#.test": false, "http://evil.example?.test": false, "http://evil.example@a.test": false,
		"http://evil.example\\.test": false, "http://evil.example:80.test": false, "http://a%2e.test": false,
		"http://evil_example.test": true, "http://é.test": false, "http://*.test": false, "HTTP://A.TEST": true,
		"https://a.shop.example": true, "https://a.shop.example:9": true, "https://shop.example": false,
		"https://a.shop.example:": false, "https://a.shop.example:*": false, "https://a.shop.example:9:9": false,
		"http://app.internal": true, "http://app.internal:5173": true, "http://x.app.internal": false,
		"https://a.dev.example:8443": true, "https://a.dev.example": false, "https://plain.example": true,
		"app://files": true, "null": false, "": false,
	} {
		got := c.with("Origin", origin).send("GET", agents, "").header.Get("Access-Control-Allow-Origin")
		if (got == origin && origin != "") != allowed || !allowed && got != "" {
			t.Errorf("%s: %q", origin, got)
		}
	}
}

func TestCheckOrigin(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"*", "null", "https://a.example", "https://a.example/", "http://[::1]:3000",
		"http://*.test", "http://*.test:*", "http://a:*"} {
		if err := mockserver.CheckOrigin(good); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"", "a.example", "https://", "http://*", "http://*:80", "http://*.", "http://*.*",
		"http://a.*", "http://*a.test", "*://a.test", "http://a/b", "http://u@a", "http://a:", "http://a:x",
		"http://*.10.0.0.1", "http://*.[::1]", "file://", "http://a:*:*", "http://a b"} {
		if err := mockserver.CheckOrigin(bad); err == nil || !strings.Contains(err.Error(), "is not an origin") {
			t.Errorf("%s: %v", bad, err)
		}
		if _, err := mockserver.New(openapi.Agent(), mockserver.Options{CORSOrigins: []string{bad}}); err == nil {
			t.Errorf("a server was made with the origin %q", bad)
		}
	}
}

// The log speaks once of each page whose browser hides something from it, of so many at most, and again
// after a while.
func TestHiddenAnswersAreLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s, err := mockserver.New(openapi.Agent(), mockserver.Options{Log: slog.New(slog.NewTextHandler(&log, nil)),
			CORSOrigins: []string{"*"}, ControlToken: "CLEAR-token"})
		if err != nil {
			t.Fatal(err)
		}
		ask := func(path string, fields ...string) {
			r := httptest.NewRequest("GET", "http://10.0.0.1:4010"+path, nil)
			for _, f := range fields {
				name, value, _ := strings.Cut(f, ": ")
				r.Header.Add(name, value)
			}
			s.ServeHTTP(httptest.NewRecorder(), r)
		}
		says := func(text string, times int) {
			t.Helper()
			if n := strings.Count(log.String(), text); n != times {
				t.Errorf("%q is there %d times, not %d:\n%s", text, n, times, log.String())
			}
			log.Reset()
		}
		for range 3 {
			ask("/__mock/CLEAR-token?CLEAR-token", "Origin: https://a$(id).example")
		}
		says("allow=\"--cors-origin ORIGIN\"", 1)
		ask("/__mock/state", "Origin: null")
		says("allow=\"--cors-origin ORIGIN\"", 1)
		ask("/__mock/state", "Sec-Fetch-Site: cross-site")
		says("from=\"another site\"", 1)
		ask("/__mock/state", "Origin: http://10.0.0.1:4010")
		says("of another origin", 0)
		time.Sleep(time.Minute)
		for i := range 200 {
			ask("/__mock/state", fmt.Sprintf("Origin: https://a%d.example", i))
		}
		says("of another origin", 50)
		time.Sleep(time.Minute)
		ask("/__mock/CLEAR-token", "Origin: https://a0.example\x1b[2J")
		says("CLEAR", 0)
		ask("/__mock/state", "Origin: https://a1.example")
		says("allow=\"--cors-origin https://a1.example\"", 1)
	})
}

// A page that asks for no answer, and one of the mock's own address, misses nothing.
func TestReadableAnswersAreNotLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	warnings := slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn})
	c := start(t, mockserver.Options{Log: slog.New(warnings)})
	c.with("Host", "10.0.0.1:4010").with("Origin", "http://10.0.0.1:4010").send("GET", agents, "").want(200)
	form := c.with("Origin", "https://a.example").with("Sec-Fetch-Mode", "navigate")
	form.send("POST", agents, minimalAgent).want(201)
	c.with("Origin", "http://localhost:1").send("GET", agents, "").want(200)
	if log.Len() > 0 {
		t.Error(log.String())
	}
	c.with("Origin", "https://a.example").with("Sec-Fetch-Mode", "cors").send("GET", agents, "").want(200)
	if !strings.Contains(log.String(), "allow=\"--cors-origin https://a.example\"") {
		t.Error(log.String())
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	ask := c.with("Origin", "http://localhost:3000").with("x-api-key").with("x-workspace-id").
		with("Access-Control-Request-Method", "PUT").with("Access-Control-Request-Headers",
		"content-type,x-api-key,x-workspace-id,x-trace")
	r := ask.send("OPTIONS", agents+"/678c6a17c3f1e80b52d49a07", "").want(204)
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin":          "http://localhost:3000",
		"Access-Control-Allow-Methods":         "GET, HEAD, PUT, DELETE, OPTIONS",
		"Access-Control-Allow-Headers":         "content-type,x-api-key,x-workspace-id,x-trace",
		"Access-Control-Allow-Private-Network": "",
	} {
		if got := r.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := ask.with("Access-Control-Request-Private-Network", "true").send("OPTIONS", agents,
		"").header.Get("Access-Control-Allow-Private-Network"); got != "true" {
		t.Errorf("private network: %q", got)
	}
	// The page must see the 404 that explains.
	if got := ask.send("OPTIONS", "/nowhere", "").want(204).header.Get("Access-Control-Allow-Methods"); got != "PUT" {
		t.Errorf("unknown path: %q", got)
	}
	if got := ask.with("Origin", "https://evil.example").send("OPTIONS", agents,
		"").want(204).header; got.Get("Access-Control-Allow-Origin")+got.Get("Access-Control-Allow-Methods") != "" {
		t.Errorf("a foreign page is told %v", got)
	}
	if got := ask.send("OPTIONS", "/__mock/state",
		"").want(204).header.Get("Access-Control-Allow-Methods"); !strings.Contains(got, "PUT") {
		t.Errorf("control: %q", got)
	}
	if n := len(c.Requests(mockserver.Filter{}).Requests); n != 0 {
		t.Errorf("%d preflights are in the journal", n)
	}
}

func TestAnyOrigin(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{CORSOrigins: []string{"*"}}).with("Origin", "https://anywhere.example")
	if got := c.send("GET", agents,
		"").want(200).header.Get("Access-Control-Allow-Origin"); got != "https://anywhere.example" {
		t.Errorf("%q", got)
	}
	c.send("GET", "/__mock/state", "").refuses(403) // the API is open, the control is not
}

func TestControlKeepsStrangersOut(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{AllowHosts: []string{"mock.internal", "mock.example:80"},
		CORSOrigins: []string{"https://app.example.com"}})
	for _, host := range []string{"evil.example", "evil.example:80", "localhost.evil.example", "10.0.0.1",
		"127.0.0.1.nip.io", "mock.internal.evil.example"} {
		for _, path := range []string{"/__mock/health", "/__mock/state", "/__mock/requests", "/__mock/nothing"} {
			c.with("Host", host).send("GET", path, "").refuses(403, "Host")
		}
		c.with("Host", host).send("POST", "/__mock/reset", "").refuses(403, "Host")
		if host == "10.0.0.1" { // nobody can let an address lead elsewhere
			c.with("Host", host).send("GET", agents, "").want(200)
		} else {
			c.with("Host", host).send("GET", agents, "").refuses(403, "Host", "--allow-host")
			c.with("Host", host).send("PUT", agents+"/1", "{}").refuses(403, "Host")
		}
	}
	c.with("Host", "mock.internal").send("GET", agents, "").want(200)
	for _, host := range []string{"localhost:4010", "LOCALHOST", "127.0.0.1", "[::1]:4010",
		"mock.internal:4010", "mock.internal", "app.localhost", "mock.example", "mock.example:4010"} {
		c.with("Host", host).send("GET", "/__mock/health", "").want(200)
	}
	for _, origin := range []string{"https://evil.example", "null", "http://localhost.evil.example"} {
		c.with("Origin", origin).send("POST", "/__mock/reset", "").refuses(403, "Origin")
		c.with("Origin", origin).send("GET", "/__mock/state", "").refuses(403, "Origin")
	}
	for _, origin := range []string{"http://localhost:3000", "https://app.example.com", c.URL} {
		c.with("Origin", origin).send("POST", "/__mock/reset", "").want(204)
	}
	page := c.with("Sec-Fetch-Site", "cross-site")
	page.send("GET", "/__mock/state", "").refuses(403)
	page.send("POST", "/__mock/reset", "").refuses(403)
	page.with("Sec-Fetch-Mode", "navigate").send("GET", "/__mock/health", "").want(200) // a link
	page.with("Sec-Fetch-Mode", "navigate").send("POST", "/__mock/reset", "").refuses(403)
	c.with("Sec-Fetch-Site", "same-origin").send("POST", "/__mock/reset", "").want(204)
	c.with("Sec-Fetch-Site", "none").send("POST", "/__mock/reset", "").want(204)
}

// Without a connection a Host says nothing: net/http/httptest makes one up.
func TestAnyHostWithoutConnection(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	r := httptest.NewRequest(http.MethodGet, agents, nil)
	r.Header = http.Header{"X-Api-Key": {apiKey}, "X-Workspace-Id": {"ws-1"}}
	w := httptest.NewRecorder()
	if c.ServeHTTP(w, r); w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestControlToken(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{ControlToken: "CLEAR-token"})
	for _, call := range []string{"GET /__mock/health", "GET /__mock/state", "POST /__mock/reset", "PUT /__mock/state",
		"GET /__mock/requests", "DELETE /__mock/requests", "GET /__mock/openapi.yaml", "GET /__mock/nothing"} {
		method, path, _ := strings.Cut(call, " ")
		if r := c.send(method, path, "").refuses(401, "Authorization", "--control-token"); r.header.Get(
			"WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: no challenge", call)
		}
		for _, wrong := range []string{"Bearer", "Bearer x", "Basic CLEAR-token", "CLEAR-token",
			"Bearer CLEAR-token2"} {
			if r := c.with("Authorization", wrong).send(method, path, ""); strings.Contains(string(r.body), "CLEAR") {
				t.Errorf("%s: %s", call, r.body)
			} else {
				r.refuses(401, "Authorization")
			}
		}
	}
	told := c.with("Authorization", "bearer CLEAR-token")
	told.send("GET", "/__mock/health", "").want(200)
	told.with("Host", "10.0.0.1").send("GET", "/__mock/health", "").want(200) // as from another machine
	told.with("Host", "evil.example").send("GET", "/__mock/health", "").refuses(403)
	c.send("GET", agents, "").want(200) // the API is as before
	c.send("GET", agents+"/CLEAR-token", "").refuses(404)
	if shown := fmt.Sprint(c.Requests(mockserver.Filter{})); strings.Contains(shown, "CLEAR") {
		t.Errorf("the journal shows the token: %s", shown)
	}
}
