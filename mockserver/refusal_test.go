package mockserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
)

// operations lists those of the agent document; %s is an agent's path.
var operations = []struct{ method, path, body string }{
	{"POST", agents, minimalAgent},
	{"GET", agents, ""},
	{"GET", "%s", ""},
	{"PUT", "%s", `{"llmModel":"gpt-5"}`},
	{"DELETE", "%s", ""},
}

func pathOf(pattern, agent string) string { return strings.Replace(pattern, "%s", agent, 1) }

func TestEachHeaderOfEachOperation(t *testing.T) {
	t.Parallel()
	for _, op := range operations {
		t.Run(op.method+op.path, func(t *testing.T) {
			t.Parallel()
			c := start(t, mockserver.Options{})
			path := pathOf(op.path, c.created(minimalAgent))
			for _, h := range []struct {
				name   string
				status int
			}{{"x-api-key", 401}, {"x-workspace-id", 400}} {
				c.with(h.name).send(op.method, path, op.body).refuses(h.status, h.name, "missing")
				c.with(h.name, "").send(op.method, path, op.body).refuses(h.status, h.name, "empty")
				c.with(h.name, " ").send(op.method, path, op.body).refuses(h.status, h.name, "empty")
				c.with(h.name, "ws-1", "ws-2").send(op.method, path, op.body).refuses(h.status, h.name, "different")
			}
			twice := c.with("x-api-key", apiKey, apiKey).with("x-workspace-id", "ws-1", "ws-1")
			if r := twice.send(op.method, path, op.body); r.status >= 300 {
				t.Errorf("two equal values count as one: %d\n%s", r.status, r.body)
			}
		})
	}
}

func TestKnownKeysOnly(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{APIKeys: []string{apiKey, "another-key"}})
	path := c.created(minimalAgent)
	for _, op := range operations[:4] {
		r := c.with("x-api-key", "some-stranger").send(op.method, pathOf(op.path, path), op.body).refuses(401,
			"x-api-key")
		if strings.Contains(string(r.body), "some-stranger") {
			t.Errorf("the refusal repeats the key: %s", r.body)
		}
		if r := c.with("x-api-key", "another-key").send(op.method, pathOf(op.path, path), op.body); r.status >= 300 {
			t.Errorf("%s %s: %d", op.method, op.path, r.status)
		}
	}
}

func TestMalformedBodies(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	before := c.send("GET", path, "").body
	deep := strings.Repeat(`{"a":`, 65) + "1" + strings.Repeat("}", 65)
	tests := []struct{ name, body, words string }{
		{"cut off", `{"llmModel":"gpt-5"`, "end"},
		{"trailing comma", `{"llmModel":"gpt-5",}`, "comma"},
		{"more after it", `{"llmModel":"gpt-5"} {}`, "more text"},
		{"garbage after it", `{"llmModel":"gpt-5"}x`, "more text"},
		{"two values", `{"llmModel":"gpt-5"}{"llmModel":"gpt-5"}`, "more text"},
		{"duplicate names", `{"llmModel":"gpt-5","llmModel":"gpt-5"}`, "twice"},
		{"duplicate names, escaped", `{"llmModel":"gpt-5","llm\u004dodel":"gpt-5"}`, "twice"},
		{"duplicate names, deep", `{"llmModel":"gpt-5","variables":{"a":{"b":1,"b":2}}}`, "twice"},
		{"single quotes", `{'llmModel':'gpt-5'}`, "quote"},
		{"names without quotes", `{llmModel:"gpt-5"}`, "line 1"},
		{"a comment", `{"llmModel":"gpt-5"/* x */}`, "line 1"},
		{"not a number", `{"llmModel":"gpt-5","maxAttemptsForSmartCallback":NaN}`, "line 1"},
		{"a leading zero", `{"llmModel":"gpt-5","maxAttemptsForSmartCallback":05}`, "line 1"},
		{"a plus", `{"llmModel":"gpt-5","maxAttemptsForSmartCallback":+5}`, "line 1"},
		{"a control character", "{\"llmModel\":\"gpt-5\",\"name\":\"a\nb\"}", "line 1"},
		{"a byte order mark", "\ufeff" + `{"llmModel":"gpt-5"}`, "byte order"},
		{"not UTF-8", "{\"llmModel\":\"gpt-5\",\"name\":\"\xff\"}", "UTF-8"},
		{"half a surrogate pair", `{"llmModel":"gpt-5","name":"\ud800"}`, "surrogate"},
		{"too deep", `{"llmModel":"gpt-5","variables":` + deep + `}`, "64 levels"},
		{"a long number", `{"llmModel":"gpt-5","maxAttemptsForSmartCallback":` + strings.Repeat("9", 1001) +
			`}`, "1000"},
		{"a large exponent", `{"llmModel":"gpt-5","maxAttemptsForSmartCallback":1e10000000}`, "exponent"},
		{"a small exponent", `{"llmModel":"gpt-5","maxAttemptsForSmartCallback":1e-10000000}`, "exponent"},
		{"blank", "  \n", "empty"},
		{"form", "llmModel=gpt-5", "line 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, target := range []struct{ method, path string }{{"PUT", path}, {"POST", agents}} {
				r := c.send(target.method, target.path, tt.body).refuses(400, tt.words)
				if n := len(r.details()); n != 1 {
					t.Errorf("%d violations: %s", n, r.body)
				}
			}
		})
	}
	equalBytes(t, "refused updates changed the agent", c.send("GET", path, "").body, before)
}

func TestMediaTypes(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	const body = `{"llmModel":"gpt-5"}`
	for _, taken := range []string{"application/json", "application/json; charset=utf-8",
		"application/json;charset=UTF-8", "APPLICATION/JSON"} {
		c.with("Content-Type", taken).send("PUT", path, body).want(200)
	}
	for _, refused := range []string{
		"text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json", "application/xml",
		"multipart/form-data; boundary=x",
		"application/json; charset=latin1", "application/merge-patch+json", "application/*", "",
	} {
		c.with("Content-Type", refused).send("PUT", path, body).refuses(415, "Content-Type")
	}
	c.with("Content-Type").send("PUT", path, body).refuses(415, "Content-Type")
	c.with("Content-Type", "text/plain", "application/json").send("PUT", path, body).refuses(415, "Content-Type")
	c.with("Content-Encoding", "gzip").send("PUT", path, body).refuses(415, "Content-Encoding")
	c.with("Content-Encoding", "identity").send("PUT", path, body).want(200)
}

// The first check that fails decides the status; the details list the violations of all checks.
func TestOrderOfChecks(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{MaxBody: 200})
	path := c.created(minimalAgent)
	unknown := agents + "/678c6a17c3f1e80b52d49a07"
	large := `{"name":"` + strings.Repeat("x", 300) + `"}`
	bad := `{"name":1}`
	steps := []struct {
		name   string
		client *client
		method string
		path   string
		body   string
		status int
		rules  int
	}{
		{"route", c.with("x-api-key").with("x-workspace-id").with("Content-Type", "text/plain"), "PUT",
			"/v1/api/agent/1", large, 404, 1},
		{"method", c.with("x-api-key").with("x-workspace-id").with("Content-Type", "text/plain"), "PATCH",
			unknown, large, 405, 1},
		{"credentials", c.with("x-api-key").with("x-workspace-id").with("Content-Type", "text/plain"), "PUT",
			unknown, large, 401, 4},
		{"parameters", c.with("x-workspace-id").with("Content-Type", "text/plain"), "PUT", unknown, large, 400, 3},
		{"media type", c.with("Content-Type", "text/plain"), "PUT", unknown, large, 415, 3},
		{"size", c, "PUT", unknown, large, 413, 2},
		{"resource", c, "PUT", unknown, bad, 404, 3},
		{"body", c, "PUT", path, bad, 400, 2},
	}
	for _, s := range steps {
		if rules := s.client.send(s.method, s.path, s.body).refuses(s.status).details(); len(rules) != s.rules {
			t.Errorf("%s: violations %q, want %d", s.name, rules, s.rules)
		}
	}
}

func TestUnknownRoutesNameTheNearest(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	for _, tt := range []struct{ method, path, nearest string }{
		{"POST", "/v1/api/agent", "POST /v1/api/agents (createAgent)"},
		{"GET", "/v1/agents", "GET /v1/api/agents (listAgents)"},
		{"GET", "/api/v1/agents", "GET /v1/api/agents (listAgents)"},
		{"GET", agents + "/", "GET /v1/api/agents (listAgents)"},
		{"PUT", "/v1/api/agent/1", "PUT /v1/api/agents/{agentId} (updateAgent)"},
		{"PUT", path + "/", "PUT /v1/api/agents/{agentId} (updateAgent)"},
		{"GET", "//v1/api/agents", "GET /v1/api/agents (listAgents)"},
		{"GET", "/" + strings.Repeat("x", 5000), "GET /v1/api/agents"},
		{"BREW", "/pot", "/v1/api/agents"},
	} {
		r := c.send(tt.method, tt.path, "").refuses(404, tt.nearest)
		if len(r.text("/error/message")) > 600 {
			t.Errorf("a message of %d bytes", len(r.text("/error/message")))
		}
	}
}

func TestWrongMethodsNameTheRightOnes(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	for _, tt := range []struct{ method, path, allow string }{
		{"PATCH", path, "GET, HEAD, PUT, DELETE, OPTIONS"},
		{"POST", path, "GET, HEAD, PUT, DELETE, OPTIONS"},
		{"DELETE", agents, "GET, HEAD, POST, OPTIONS"},
		{"PUT", agents, "GET, HEAD, POST, OPTIONS"},
		{"TRACE", agents, "GET, HEAD, POST, OPTIONS"},
		{"BREW", agents, "GET, HEAD, POST, OPTIONS"},
	} {
		r := c.send(tt.method, tt.path, "").refuses(405, tt.method, tt.allow)
		if got := r.header.Get("Allow"); got != tt.allow {
			t.Errorf("%s %s: Allow %q, want %q", tt.method, tt.path, got, tt.allow)
		}
	}
	r := c.send("OPTIONS", path, "").want(204)
	if got := r.header.Get("Allow"); got != "GET, HEAD, PUT, DELETE, OPTIONS" {
		t.Errorf("OPTIONS: Allow %q", got)
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	get, head := c.send("GET", path, ""), c.send("HEAD", path, "").want(200)
	if len(head.body) > 0 || head.header.Get("Content-Length") != fmt.Sprint(len(get.body)) {
		t.Errorf("%d bytes, Content-Length %q; GET has %d", len(head.body), head.header.Get("Content-Length"),
			len(get.body))
	}
	c.with("x-api-key").send("HEAD", path, "").want(401)
	c.send("HEAD", agents+"/nope", "").want(404)
}

func TestUnknownAgents(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	gone := c.created(minimalAgent)
	c.send("DELETE", gone, "").want(204)
	for _, id := range []string{"678c6a17c3f1e80b52d49a07", "nope", strings.TrimPrefix(gone, agents+"/"), "%2F",
		"%20", "..", "%00", "%F0%9F%98%80", strings.Repeat("a", 3000), "%zz"} {
		if id == "%zz" { // net/http cannot send it
			continue
		}
		for _, op := range operations[2:] {
			r := c.send(op.method, agents+"/"+id, op.body).refuses(404, "agentId", "ws-1")
			if code := r.text("/error/code"); code != "not_found" {
				t.Errorf("code %q", code)
			}
		}
	}
	stranger := c.in("ws-2")
	for _, op := range operations[2:] {
		other := stranger.send(op.method, path, op.body).refuses(404, "agentId", "ws-2")
		never := stranger.send(op.method, agents+"/000000000000000000000000", op.body).refuses(404)
		id := strings.TrimPrefix(path, agents+"/")
		equalBytes(t, "another workspace's agent shows", []byte(strings.ReplaceAll(string(other.body), id,
			"000000000000000000000000")), never.body)
	}
	c.send("GET", path, "").want(200)
}

func TestRefusalCodes(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{MaxBody: 100})
	for _, tt := range []struct {
		r    *reply
		code string
	}{
		{c.with("x-api-key").send("GET", agents, ""), "unauthorized"},
		{c.with("x-workspace-id").send("GET", agents, ""), "validation_failed"},
		{c.send("GET", "/nowhere", ""), "not_found"},
		{c.send("PUT", agents, ""), "method_not_allowed"},
		{c.with("Content-Type", "a/b").send("POST", agents, minimalAgent), "unsupported_media_type"},
		{c.send("POST", agents, strings.Repeat(" ", 101)), "content_too_large"},
		{c.with("Host", "evil.example").send("GET", "/__mock/state", ""), "forbidden"},
	} {
		if got := tt.r.text("/error/code"); got != tt.code {
			t.Errorf("%s: code %q, want %q", tt.r.request, got, tt.code)
		}
	}
	if got := c.with("x-api-key").send("GET", agents, "").header.Get("WWW-Authenticate"); got != "" {
		t.Errorf("a key in a header of its own has no scheme to ask for, but %q", got)
	}
}
