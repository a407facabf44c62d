package proxy_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/mockserver/proxy"
	"github.com/agentmock/agentmock/openapi"
)

const secretKey = "sk-live-0123456789abcdef"

// behind starts a proxy of a handler.
func behind(t testing.TB, h http.HandlerFunc, o proxy.Options) (server *mockserver.Server, url string) {
	t.Helper()
	upstream := httptest.NewServer(h)
	t.Cleanup(upstream.Close)
	server, address := start(t, upstream.URL, o)
	return server, "http://" + address
}

// send sends a request with the headers that the document wants, and returns the answer with its body read.
func send(t testing.TB, method, url, body string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"X-Api-Key": {secretKey}, "X-Workspace-Id": {"ws-demo"}, "Accept-Encoding": {"identity"}}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

// only returns the one entry of the journal.
func only(t testing.TB, server *mockserver.Server) mockserver.Entry {
	t.Helper()
	list := server.Requests(mockserver.Filter{}).Requests
	if len(list) != 1 {
		t.Fatalf("%d entries in the journal, want 1: %+v", len(list), list)
	}
	return list[0]
}

// found returns the rules and places of violations.
func found(list []openapi.Violation) string {
	var out []string
	for _, v := range list {
		out = append(out, v.Rule+" "+v.Where())
	}
	return strings.Join(out, ", ")
}

// compareFound wants violations to begin with one, or none.
func compareFound(t *testing.T, where string, list []openapi.Violation, want string) {
	t.Helper()
	if got := found(list); !strings.HasPrefix(got, want) || (got == "") != (want == "") {
		t.Errorf("%s %q, want %q", where, got, want)
	}
}

func answering(status int, header map[string]string, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		for name, value := range header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

const refusal = `{"error":{"code":"validation_failed","message":"no"}}`

var plainJSON = map[string]string{"Content-Type": "application/json"}

// Both directions are judged, and each violation is where it belongs.
func TestBothDirectionsAreJudged(t *testing.T) {
	t.Parallel()
	const path = "/v1/api/agents"
	for name, c := range map[string]struct {
		method, path, body string
		header             []string
		answer             http.HandlerFunc
		request, response  string // what is wrong with them
		unjudged           string
	}{
		"good": {method: "GET", path: path, answer: answering(200, plainJSON, "[]")},
		"bad request": {method: "PUT", path: path + "/a1", body: `{"llmModel":"gpt-9"}`,
			answer: answering(400, plainJSON, refusal), request: "enum body /llmModel"},
		"bad answer": {method: "GET", path: path, answer: answering(200, plainJSON, `{"no":"list"}`),
			response: "type body"},
		"undocumented": {method: "GET", path: path, answer: answering(218, plainJSON, "[]"),
			response: "undocumented-status status"},
		"wrong type": {method: "GET", path: path, answer: answering(200, map[string]string{"Content-Type": "text/html"},
			"[]"), response: "media-type header Content-Type"},
		"unknown operation": {method: "GET", path: "/v1/api/agent", answer: answering(404, nil, ""),
			request: "unknown-operation path"},
		"preflight": {method: "OPTIONS", path: path, answer: answering(204, nil, ""),
			header: []string{"Origin", "http://a.example", "Access-Control-Request-Method", "GET"}},
		"no credential": {method: "GET", path: path, header: []string{"X-Api-Key", ""},
			answer: answering(401, plainJSON, refusal), request: "missing-credential header x-api-key"},
		"head": {method: "HEAD", path: path, answer: answering(200, plainJSON, "[]")},
		"too long": {method: "GET", path: path, answer: answering(200, plainJSON, `["`+strings.Repeat("x", 5<<20)+`"]`),
			unjudged: "the body of the answer: it is longer than 4194304 bytes"},
		"too long a request": {method: "PUT", path: path + "/a1", body: `{"name":"` + strings.Repeat("x", 5<<20) + `"}`,
			answer: answering(400, plainJSON, refusal), unjudged: "the body of the request: it is longer than 4194304"},
		"broken gzip": {method: "GET", path: path, answer: answering(200, map[string]string{
			"Content-Type": "application/json", "Content-Encoding": "gzip"}, "no gzip"),
			unjudged: "the body of the answer: its Content-Encoding \"gzip\" cannot be undone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, url := behind(t, c.answer, proxy.Options{})
			res, _ := send(t, c.method, url+c.path, c.body, c.header...)
			e := only(t, server)
			if e.Status != res.StatusCode || !strings.Contains(strings.Join(e.Unjudged, ";"), c.unjudged) ||
				c.unjudged == "" && e.Unjudged != nil {
				t.Errorf("status %d, unjudged %q", e.Status, e.Unjudged)
			}
			compareFound(t, "of the request", e.Violations, c.request)
			compareFound(t, "of the answer", e.ResponseViolations, c.response)
		})
	}
}

// Compressed bodies pass as they are, and are judged by what is in them.
func TestCompressedBodiesAreJudged(t *testing.T) {
	t.Parallel()
	const wrong = `{"no":"list"}`
	var zipped, brotlied bytes.Buffer
	gz := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(gz, wrong)
	_ = gz.Close()
	br := brotli.NewWriter(&brotlied)
	_, _ = io.WriteString(br, wrong)
	_ = br.Close()
	zs, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	for encoding, body := range map[string]string{"gzip": zipped.String(), "br": brotlied.String(),
		"zstd": string(zs.EncodeAll([]byte(wrong), nil)), "identity": wrong} {
		server, url := behind(t, answering(200, map[string]string{"Content-Type": "application/json",
			"Content-Encoding": encoding}, body), proxy.Options{})
		res, got := send(t, "GET", url+"/v1/api/agents", "", "Accept-Encoding", encoding)
		if got != body || res.Header.Get("Content-Encoding") != encoding {
			t.Errorf("%s: the body is another one: %q %v", encoding, got, res.Header)
		}
		e := only(t, server)
		if found(e.ResponseViolations) != "type body" || string(e.Response.Body) != wrong {
			t.Errorf("%s: %s, body %s, %v", encoding, found(e.ResponseViolations), e.Response.Body, e.Unjudged)
		}
	}
}

// A body that grows without bounds when it is decompressed is not judged.
func TestBombsAreNotJudged(t *testing.T) {
	t.Parallel()
	var zipped bytes.Buffer
	gz := gzip.NewWriter(&zipped)
	_, _ = gz.Write(make([]byte, 8<<20))
	_ = gz.Close()
	server, url := behind(t, answering(200, map[string]string{"Content-Type": "application/json",
		"Content-Encoding": "gzip"}, zipped.String()), proxy.Options{})
	send(t, "GET", url+"/v1/api/agents", "")
	if e := only(t, server); len(e.Unjudged) != 1 || !strings.Contains(e.Unjudged[0], "decompressed") {
		t.Errorf("%q", e.Unjudged)
	}
}

// An upstream that is not there, or not in time, is explained in the form in which a mock refuses.
func TestNoUpstream(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + listener.Addr().String()
	_ = listener.Close()
	silent, _ := net.Listen("tcp", "127.0.0.1:0")
	defer func() { _ = silent.Close() }()
	for to, status := range map[string]int{closed: 502, "http://" + silent.Addr().String(): 504} {
		server, address := start(t, to, proxy.Options{Timeout: 50 * time.Millisecond})
		res, body := send(t, "GET", "http://"+address+"/v1/api/agents", "")
		var refusal struct {
			Error struct{ Code, Message string }
		}
		if err := json.Unmarshal([]byte(body), &refusal); err != nil || res.StatusCode != status ||
			!strings.HasPrefix(refusal.Error.Message, "agentmock proxy: "+to) {
			t.Errorf("%d %s %v", res.StatusCode, body, err)
		}
		e := only(t, server)
		if e.Status != status || len(e.Unjudged) != 1 || !strings.Contains(e.Unjudged[0], "the proxy's own") ||
			e.ResponseViolations != nil {
			t.Errorf("%+v", e)
		}
	}
}

// Neither the journal nor what repeats a request shows a secret of either side.
func TestSecretsStayHidden(t *testing.T) {
	t.Parallel()
	const cookie, token, password = "cookie-0123456789", "token-0123456789", "eleven-0123456789"
	server, url := behind(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Set-Cookie", "sid="+cookie+"; Path=/")
		w.Header().Set("X-Echo", r.Header.Get("X-Api-Key"))
		_, _ = fmt.Fprintf(w, `{"accessToken":%q,"seen":%q,"again":"%s %s %s"}`, token, body, secretKey, token, cookie)
	}, proxy.Options{})
	send(t, "PUT", url+"/v1/api/agents/a1?token="+token,
		`{"llmModel":"`+token+`","ttsModel":{"elevenLabsApiKey":"`+password+`"}}`,
		"Authorization", "Bearer bearer-0123456789")
	e := only(t, server)
	_, control := send(t, "GET", fmt.Sprintf("%s/__mock/requests/%d", url, e.Sequence), "")
	shown, _ := json.Marshal(e)
	for _, text := range []string{string(shown), control} {
		for _, secret := range []string{secretKey, cookie, token, password, "bearer-0123456789"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s is shown: %s", secret, text)
			}
		}
	}
	if !strings.Contains(control, `"curl"`) || !strings.Contains(control, `"responseViolations"`) {
		t.Errorf("nothing to see: %s", control)
	}
}

// A proxy has what is about requests, and no items, sessions and faults; strangers do not control it.
func TestControl(t *testing.T) {
	t.Parallel()
	server, url := behind(t, answering(200, plainJSON, "[]"), proxy.Options{})
	for _, c := range []struct {
		method, path string
		status       int
		says         string
		header       []string
	}{
		{"GET", "/__mock/health", 200, `"upstream":"http://127.0.0.1:`, nil},
		{"GET", "/__mock/", 200, "<title>", nil},
		{"GET", "/__mock/operations", 200, "listAgents", nil},
		{"GET", "/__mock/requests", 200, `"requests":[]`, nil},
		{"POST", "/__mock/reset", 400, "no-mock", nil},
		{"GET", "/__mock/state", 400, "this is a proxy", nil},
		{"GET", "/__mock/faults", 400, "this is a proxy", nil},
		{"GET", "/__mock/requests?session=a", 400, "a proxy has no sessions", nil},
		{"GET", "/__mock/nothing", 404, "unknown-operation", nil},
		{"GET", "/__mock/requests", 403, "foreign-origin", []string{"Origin", "https://evil.example"}},
		{"GET", "/__mock/sessions/a/v1/api/agents", 404, "", nil},
	} {
		res, body := send(t, c.method, url+c.path, "", c.header...)
		if res.StatusCode != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s %s: %d %.300s", c.method, c.path, res.StatusCode, body)
		}
	}
	if n := len(server.Requests(mockserver.Filter{}).Requests); n != 0 {
		t.Errorf("%d calls of the control are in the journal", n)
	}
}

// Whatever a request names, it goes to the one upstream, or nowhere.
func TestItIsNoOpenProxy(t *testing.T) {
	t.Parallel()
	origin := serveRaw(t, crlf("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"))
	_, address := start(t, "http://"+origin.address, proxy.Options{})
	for request, status := range map[string]string{
		"GET http://evil.example/a HTTP/1.1\nHost: evil.example\n\n":         "403",
		"GET /a HTTP/1.1\nHost: evil.example\n\n":                            "403",
		"CONNECT evil.example:443 HTTP/1.1\nHost: evil.example:443\n\n":      "405",
		"GET http://192.0.2.1/a?b HTTP/1.1\nHost: 192.0.2.1\n\n":             "200",
		"GET @evil.example/a HTTP/1.1\nHost: HOST\n\n":                       "400",
		"GET /a HTTP/1.1\nHost: HOST\nX-Forwarded-Host: evil.example:80\n\n": "200",
	} {
		if got := exchange(t, address, crlf(request)); !strings.HasPrefix(got[0].line, "HTTP/1.1 "+status) {
			t.Errorf("%s: %v", request, got)
		}
		if status == "200" {
			if m := origin.next(t); m.header["host"][0] != origin.address || !strings.HasPrefix(m.line, "GET /a") {
				t.Errorf("%s: %v", request, m)
			}
		}
	}
}

// What is asked for is done: the path of the upstream, the client's Host, who the client is.
func TestOptions(t *testing.T) {
	t.Parallel()
	origin := serveRaw(t, crlf("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"))
	_, address := start(t, "http://"+origin.address+"/base%2F/x/", proxy.Options{PreserveHost: true, Forwarded: true})
	exchange(t, address, crlf("GET //a?b HTTP/1.1\nHost: localhost:1\nX-Forwarded-For: 192.0.2.1\n\n"))
	m := origin.next(t)
	if m.line != "GET /base%2F/x//a?b HTTP/1.1" || m.header["host"][0] != "localhost:1" ||
		m.header["x-forwarded-host"][0] != "localhost:1" || m.header["x-forwarded-for"][0] != "192.0.2.1, 127.0.0.1" {
		t.Error(m)
	}
}

// Many clients at once get what is theirs, and each exchange is in the journal once.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	server, url := behind(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, r.URL.Path+string(body))
	}, proxy.Options{})
	var clients sync.WaitGroup
	for c := range 8 {
		clients.Go(func() {
			for i := range 20 {
				body := fmt.Sprintf(`{"name":"%d of %d"}`, i, c)
				path := fmt.Sprintf("/v1/api/agents/a%d", c)
				if _, got := send(t, "PUT", url+path, body); got != path+body {
					t.Errorf("%q", got)
				}
				server.Requests(mockserver.Filter{Limit: 1})
			}
		})
	}
	clients.Wait()
	seen := map[uint64]bool{}
	for _, e := range server.Requests(mockserver.Filter{}).Requests {
		seen[e.Sequence] = true
	}
	if len(seen) != 160 {
		t.Errorf("%d entries", len(seen))
	}
}
