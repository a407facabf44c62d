package mockserver_test

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// What browsers ask for by themselves is no mistake of the app's; what only looks like it is.
func TestNoise(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := start(t, mockserver.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	for path, status := range map[string]int{
		"/favicon.ico": 204, "/apple-touch-icon.png": 204, "/apple-touch-icon-120x120-precomposed.png": 204,
		"/robots.txt": 404, "/.well-known/appspecific/com.chrome.devtools.json": 404, "/browserconfig.xml": 404,
		"/.well-known/traffic-advice": 404, "/assets/index-4f2a.js.map": 404, "/installHook.js.map": 404,
		"/__mock/sessions/a/favicon.ico": 204,
	} {
		for _, method := range []string{"GET", "HEAD"} {
			w := httptest.NewRecorder()
			c.ServeHTTP(w, httptest.NewRequest(method, path, nil))
			if w.Code != status || strings.Contains(w.Body.String(), "nearest") {
				t.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
			}
		}
	}
	if n := len(c.Requests(mockserver.Filter{}).Requests); n > 0 || log.Len() > 0 {
		t.Errorf("%d entries; log: %s", n, log.String())
	}
	for _, path := range []string{"/v1/favicon.ico", "/v1/api/robots.txt", "/agents.map", "/favicon.ico/x",
		"/.well-known/openid-configuration", "/apple.png"} {
		c.send("GET", path, "").refuses(404, "nearest")
	}
	c.send("POST", "/favicon.ico", "{}").refuses(404, "nearest")
	if n := len(c.Requests(mockserver.Filter{}).Requests); n != 7 {
		t.Errorf("%d entries", n)
	}
}

// A path of the document means what the document says.
func TestNoiseOfTheDocument(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Parse("robots.yaml", []byte(`openapi: 3.1.0
info: {title: Robots, version: "1"}
paths:
  /robots.txt:
    get: {operationId: robots, responses: {'200': {description: ok, content: {text/plain: {schema: {type: string,
      example: Disallow}}}}}}
  /{file}:
    get: {operationId: file, parameters: [{name: file, in: path, required: true, schema: {type: string}}],
      responses: {'200': {description: ok, content: {application/json: {schema: {const: a file}}}}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	c := startWith(t, doc, mockserver.Options{})
	if r := c.send("GET", "/robots.txt", "").want(200); string(r.body) != "Disallow" {
		t.Errorf("%s", r.body)
	}
	if r := c.send("GET", "/favicon.ico", "").want(200); string(r.body) != `"a file"` {
		t.Errorf("%s", r.body)
	}
	if n := len(c.Requests(mockserver.Filter{}).Requests); n != 2 {
		t.Errorf("%d entries", n)
	}
}
