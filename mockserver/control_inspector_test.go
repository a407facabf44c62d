package mockserver_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/mockserver/inspector"
	"github.com/agentmock/agentmock/openapi"
)

func TestInspectorIsServed(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	for path, mediaType := range map[string]string{
		"/__mock/": "text/html; charset=utf-8", "/__mock/?session=w1": "text/html; charset=utf-8",
		"/__mock/inspector/app.js":    "text/javascript; charset=utf-8",
		"/__mock/inspector/style.css": "text/css; charset=utf-8",
		"/__mock/inspector/icon.svg":  "image/svg+xml",
	} {
		r := c.send("GET", path, "").want(200)
		for name, want := range map[string]string{
			"Content-Type": mediaType, "X-Content-Type-Options": "nosniff",
			"Content-Security-Policy": inspector.Policy, "Referrer-Policy": "no-referrer",
			"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := r.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, not %q", path, name, got, want)
			}
		}
		head := c.send("HEAD", path, "").want(200)
		if got := head.header.Get("Content-Security-Policy"); got != inspector.Policy || len(head.body) > 0 {
			t.Errorf("HEAD %s: %q and %d bytes", path, got, len(head.body))
		}
	}
	for _, word := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
		"frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} {
		if !strings.Contains(inspector.Policy, word) {
			t.Errorf("the policy has no %q", word)
		}
	}
	for path, status := range map[string]int{"": 200, "inspector/app.js": 200, "inspector/": 404} {
		if res, err := http.Get(c.URL + "/__mock/sessions/w1/__mock/" + path); err != nil {
			t.Error(err)
		} else if res.Body.Close(); res.StatusCode != status {
			t.Errorf("%q in a session: %s", path, res.Status)
		}
	}
	if n := len(c.Sessions()); n != 0 {
		t.Errorf("looking at the page has begun %d sessions", n)
	}
	if got := c.send("GET", "/__mock", "").want(307).header.Get("Location"); got != "__mock/" {
		t.Errorf("/__mock leads to %q", got)
	}
	c.send("POST", "/__mock/", "").refuses(405)
	c.send("GET", "/__mock/?sesion=w1", "").refuses(400, "sesion")
	c.send("GET", "/__mock/inspector/..%2Finspector.go", "").refuses(404)
	c.send("GET", "/__mock/inspector/nothing.js", "").refuses(404, "app.js")
}

// TestInspectorNeedsNoToken wants the page for everybody who may see it, and the data for those with the token.
func TestInspectorNeedsNoToken(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{ControlToken: "CLEAR-token"})
	for _, path := range []string{"/__mock", "/__mock/", "/__mock/inspector/app.js"} {
		if r := c.send("GET", path, ""); r.status == 401 || strings.Contains(string(r.body), "CLEAR") {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
		c.with("Host", "evil.example").send("GET", path, "").refuses(403, "Host")
		c.with("Origin", "https://evil.example").send("GET", path, "").refuses(403, "Origin")
		c.with("Host", "10.0.0.1").with("Sec-Fetch-Site", "none").send("HEAD", path, "")
	}
	for _, path := range []string{"/__mock/collections", "/__mock/requests", "/__mock/inspector"} {
		c.send("GET", path, "").refuses(401)
	}
	c.send("POST", "/__mock/", "").refuses(401)
	c.send("POST", "/__mock/inspector/app.js", "").refuses(401)
}

// TestInspectorMayCall wants a browser's calls of the page to be answered, under every name that the server has.
func TestInspectorMayCall(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{ControlToken: "CLEAR-token", AllowHosts: []string{"mock.internal"}})
	for _, host := range []string{"localhost:4010", "127.0.0.1:4010", "[::1]:4010", "10.0.0.1:4010", "mock.internal"} {
		page := c.with("Host", host).with("Origin", "http://"+host).with("Sec-Fetch-Site", "same-origin").
			with("Authorization", "Bearer CLEAR-token")
		page.send("GET", "/__mock/state", "").want(200)
		page.send("POST", "/__mock/reset", "").want(204)
	}
}

func TestFrontPage(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	r := c.with("Accept", browser).send("GET", "/", "").want(200)
	if got := r.header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("Content-Type: %s", got)
	}
	if got := r.header.Get("Content-Security-Policy"); got != inspector.Policy {
		t.Errorf("Content-Security-Policy: %s", got)
	}
	if vary := strings.Join(r.header.Values("Vary"), ", "); vary != "Origin, Accept-Encoding, Accept" {
		t.Errorf("Vary: %s", vary)
	}
	for _, want := range []string{`href="__mock/"`, "/v1/api/agents/{agentId}", `href="openapi.yaml"`, c.URL} {
		if !strings.Contains(string(r.body), want) {
			t.Errorf("the front page has no %s: %s", want, r.body)
		}
	}
	for _, accept := range []string{"", "*/*", "application/json", "text/html;q=0"} {
		r := c.with("Accept", accept).send("GET", "/", "").want(200)
		r.holds(map[string]string{"/control/inspector": `"` + c.URL + `/__mock/"`})
		if got := strings.Join(r.header.Values("Vary"), ", "); !strings.Contains(got, "Accept") {
			t.Errorf("Accept %q: Vary: %s", accept, got)
		}
	}
	c.with("Accept", browser).send("GET", "/openapi.json", "").want(200).holds(map[string]string{"/openapi": `"3.1.0"`})
}

// TestFrontPageShowsText wants what a document says to be text on the page.
func TestFrontPageShowsText(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Parse("<b>.yaml", []byte(`{"openapi":"3.1.0",
		"info":{"title":"<script>alert(1)</script>","version":"\"'&"},
		"paths":{"/a<i>":{"get":{"operationId":"a","summary":"<img src=x onerror=alert(1)>",
		"responses":{"200":{"description":"d"}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	c := startWith(t, doc, mockserver.Options{})
	body := string(c.with("Accept", "text/html").send("GET", "/", "").want(200).body)
	for _, markup := range []string{"<script", "<img", "<i>", "<b>"} {
		if strings.Contains(body, markup) {
			t.Errorf("the page has %s: %s", markup, body)
		}
	}
	for _, text := range []string{"&lt;script&gt;", "&lt;img src=x", "/a&lt;i&gt;", "&lt;b&gt;.yaml"} {
		if !strings.Contains(body, text) {
			t.Errorf("the page has no %s", text)
		}
	}
}

func TestCollectionsAreListed(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	r := c.send("GET", "/__mock/collections", "").want(200)
	r.holds(map[string]string{"/collections/0/name": `"agents"`, "/collections/0/identity": `"_id"`,
		"/collections/0/path": `"/v1/api/agents"`, "/collections/1": ""})
	type field struct {
		Pointer          string
		Types            []string
		Suggested        []any
		ReadOnly, Secret bool
	}
	var got struct{ Collections []struct{ Fields []field } }
	if err := json.Unmarshal(r.body, &got); err != nil {
		t.Fatal(err)
	}
	fields := map[string]field{}
	for _, f := range got.Collections[0].Fields {
		fields[f.Pointer] = f
	}
	if !fields["/_id"].ReadOnly || fields["/name"].ReadOnly || !fields["/ttsModel/elevenLabsApiKey"].Secret {
		t.Errorf("marks: %+v", fields)
	}
	if model := fields["/llmModel"]; len(model.Suggested) == 0 || len(model.Types) != 1 {
		t.Errorf("the models: %+v", model)
	}
}
