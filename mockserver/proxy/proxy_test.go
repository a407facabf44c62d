package proxy_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/mockserver/proxy"
	"github.com/agentmock/agentmock/openapi"
)

// start starts a proxy of an upstream on a free port, with the judge that stands beside it.
func start(t testing.TB, to string, o proxy.Options) (server *mockserver.Server, address string) {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	o.Upstream = u
	server, err = mockserver.New(openapi.Agent(), mockserver.Options{Backend: proxy.New(o), BackendName: to})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return server, listener.Addr().String()
}

// What an upstream is sent, and what a client is answered, is the same with the proxy between them.
func TestNothingIsChanged(t *testing.T) {
	t.Parallel()
	const ok = "HTTP/1.1 200 OK\nDate: Tue, 01 Dec 2026 10:00:00 GMT\nContent-Length: 2\n\nok"
	const get = "GET /v1/api/agents HTTP/1.1\nHost: HOST\n\n"
	const a = " /a HTTP/1.1\nHost: HOST\n"
	const fine = "HTTP/1.1 200 OK\n"
	for name, c := range map[string]struct{ request, answer string }{
		"bare":            {get, ok},
		"escaped slash":   {"GET /v1/api%2Fagents/a%2fb/%41 HTTP/1.1\nHost: HOST\n\n", ok},
		"doubled slashes": {"GET //v1///api//agents/ HTTP/1.1\nHost: HOST\n\n", ok},
		"dots":            {"GET /v1/../api/./agents/.. HTTP/1.1\nHost: HOST\n\n", ok},
		"odd path":        {"GET /a|b/\"c\"/<d>/ä/{e}/[f]/^`\\ HTTP/1.1\nHost: HOST\n\n", ok},
		"semicolons":      {"GET /a;p=1/b?c;d&e=1;2&f&=g&&h=%zz&i=+%20 HTTP/1.1\nHost: HOST\n\n", ok},
		"empty query":     {"GET /a? HTTP/1.1\nHost: HOST\n\n", ok},
		"two questions":   {"GET /a?b?c=/?d HTTP/1.1\nHost: HOST\n\n", ok},
		"asterisk":        {"OPTIONS * HTTP/1.1\nHost: HOST\n\n", ok},
		"headers": {"GET" + a + "X-A: 1\nx-a: 2\nX-B: \nX-A: 0\nAccept: */*;q=0.5, a/b\nCookie: a=b; c=\"d e\"\n" +
			"User-Agent: me (it's, me)\nX-C: é\u00a0\nAccept-Encoding: br;q=1.0, gzip\n\n", ok},
		"forwarded by others": {"GET" + a + "X-Forwarded-For: 1.2.3.4\nX-Forwarded-For: 5.6.7.8\n" +
			"X-Forwarded-Proto: https\nX-Forwarded-Host: a.example\nForwarded: for=1.2.3.4\nVia: 1.1 other\n\n", ok},
		"credentials": {"GET" + a + "Authorization: Bearer  x y\nX-Api-Key: k\nOrigin: http://a.example\n\n",
			ok},
		"body":             {"POST" + a + "Content-Type: a/b\nContent-Length: 100000\n\n" + randomBytes(100000), ok},
		"no body":          {"POST" + a + "Content-Length: 0\n\n", ok},
		"body of a get":    {"GET" + a + "Content-Length: 3\n\nabc", ok},
		"body of a delete": {"DELETE" + a + "Transfer-Encoding: chunked\n\n3\r\nabc\r\n0\r\n\r\n", ok},
		"chunks": {"PUT" + a + "Transfer-Encoding: chunked\n\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n",
			ok},
		"trailers": {"PUT" + a + "Transfer-Encoding: chunked\nTrailer: X-Sum\n\n" +
			"5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-Sum: 2\r\n\r\n", ok},
		"expects": {"PUT" + a + "Expect: 100-continue\nContent-Length: 5\n\nhello", ok},
		"method":  {"PURGE-it" + a + "\n", ok},

		"head":                  {"HEAD" + a + "\n", fine + "Date: x\nContent-Length: 12345\nContent-Type: a/b\n\n"},
		"neither date nor type": {get, fine + "Content-Length: 14\n\n<html><p>hello"},
		"no content":            {get, "HTTP/1.1 204 No Content\nX-A: b\n\n"},
		"not modified": {get,
			"HTTP/1.1 304 Not Modified\nETag: W/\"x\"\nCache-Control: a\nCache-Control: b\n\n"},
		"part": {"GET" + a + "Range: bytes=1-2\nIf-Range: \"e\"\n\n",
			"HTTP/1.1 206 Partial Content\nContent-Range: bytes 1-2/9\nAccept-Ranges: bytes\nContent-Length: 2\n\nbc"},
		"redirect": {get,
			"HTTP/1.1 307 Temporary Redirect\nLocation: http://127.0.0.1:1/%2F?a;b\nContent-Length: 0\n\n"},
		"cookies": {get,
			fine + "Set-Cookie: a=b; Path=/; Domain=x.example\nSet-Cookie: c=; Max-Age=0\nContent-Length: 0\n\n"},
		"gzip": {get, fine + "Content-Encoding: gzip\nContent-Length: 5000\n\n" + randomBytes(5000)},
		"br, chunked": {get,
			fine + "Content-Encoding: br\nTransfer-Encoding: chunked\n\n3\r\n\x8b\x01\x80\r\n0\r\n\r\n"},
		"trailers of an answer": {get,
			fine + "Transfer-Encoding: chunked\nTrailer: X-Sum\n\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n"},
		"unannounced trailers": {get, fine + "Transfer-Encoding: chunked\n\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n"},
		"until it closes":      {get, "HTTP/1.0 200 OK\nContent-Type: a/b\n\n" + randomBytes(70000)},
		"early hints": {get, "HTTP/1.1 103 Early Hints\nLink: </a.css>; rel=preload\nLink: </b.css>\n\n" +
			crlf(fine+"X-A: b\nContent-Length: 2\n\nok")},
		"error": {get,
			"HTTP/1.1 503 Busy\nRetry-After: 7\nX-Frame-Options:\nServer: odd/1 (x)\nContent-Length: 4\n\nbusy"},
		"odd status": {get, "HTTP/1.1 299 Odd\nContent-Length: 2\n\nok"},
		"odd headers": {get,
			fine + "X-A: é\nX-B: a, \"b, c\"\nWWW-Authenticate: a\nWWW-Authenticate: b\nContent-Length: 2\n\nok"},
		"large": {get, fine + "Content-Length: 9000000\n\n" + randomBytes(9000000)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := crlf(c.request)
			origin := serveRaw(t, crlf(c.answer))
			wanted := exchange(t, origin.address, request)
			sent := origin.next(t)
			server, address := start(t, "http://"+origin.address, proxy.Options{})
			got := exchange(t, address, request)
			passed := origin.next(t)
			compare(t, "the request", comparable(sent), comparable(passed))
			if len(got) != len(wanted) {
				t.Fatalf("%d answers, want %d: %v", len(got), len(wanted), got)
			}
			for i := range got {
				compare(t, "the answer", comparable(wanted[i]), comparable(got[i]))
			}
			if n := len(server.Requests(mockserver.Filter{}).Requests); n != 1 {
				t.Errorf("%d entries in the journal", n)
			}
		})
	}
}

// comparable returns a message without what is between two neighbours: how the body is framed, whether the connection
// stays, and the reason of a status, which nobody reads.
func comparable(m message) message {
	if version, rest, _ := strings.Cut(m.line, " "); strings.HasPrefix(version, "HTTP/") {
		m.line = rest[:3]
	}
	out := map[string][]string{}
	for name, values := range m.header {
		switch name {
		case "connection", "transfer-encoding", "trailer", "host":
			continue
		case "content-length":
			if values[0] == "0" {
				continue
			}
		}
		out[name] = values
	}
	m.header = out
	if len(m.trailer) == 0 {
		m.trailer = nil
	}
	return m
}

func compare(t *testing.T, what string, want, got message) {
	t.Helper()
	if !reflect.DeepEqual(want, got) {
		t.Errorf("%s was changed:\n%.2000s\nis\n%.2000s", what, fmt.Sprint(want), fmt.Sprint(got))
	}
}
