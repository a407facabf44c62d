package mockserver_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// answeredWithin bounds a hostile request generously: machines that run tests are slow, quadratic
// work is slower.
const answeredWithin = 10 * time.Second

func TestHostileBodies(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	tests := []struct {
		name, body string
		status     int
	}{
		{"deep arrays", strings.Repeat("[", 1_000_000), 400},
		{"deep objects", strings.Repeat(`{"a":`, 200_000), 400},
		{"a million digits", `{"llmModel":"gpt-5","maxAttemptsForSmartCallback":` +
			strings.Repeat("9", 1_000_000) + `}`, 400},
		{"an exponent of ten million", `{"llmModel":"gpt-5","maxAttemptsForSmartCallback":1e10000000}`, 400},
		{"a negative exponent", `{"llmModel":"gpt-5","settings":{"x":-1E-10000000}}`, 400},
		{"a megabyte of errors", `{"llmModel":"gpt-5","phoneNumberIds":[` +
			strings.Repeat("12345678,", 110_000) + `1]}`, 400},
		{"a megabyte of wrong objects", `{"llmModel":"gpt-5","gapBetweenEachAttemptForSmartCallback":[` +
			strings.Repeat(`{"days":""},`, 80_000) + `{}]}`, 400},
		{"a megabyte of names", `{"llmModel":"gpt-5","variables":{` + manyNames(100_000) + `}}`, 200},
		{"a megabyte of duplicate names", `{"llmModel":"gpt-5",` + strings.Repeat(`"a":1,`, 150_000) + `"b":1}`, 400},
		{"unknown names", `{"llmModel":"gpt-5",` + manyNames(100_000) + `}`, 200},
		{"escapes", `{"llmModel":"gpt-5","name":"` + strings.Repeat(`\u0041`, 150_000) + `"}`, 200},
		{"secret names without end", strings.Repeat(`"elevenLabsApiKey":`, 50_000), 400},
		{"too long", strings.Repeat(" ", mockserver.DefaultMaxBody+1), 413},
		{"exactly long enough", strings.Repeat(" ", mockserver.DefaultMaxBody-20) + `{"llmModel":"gpt-5"}`, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			began := time.Now()
			r := c.send("PUT", path, tt.body).want(tt.status)
			if took := time.Since(began); took > answeredWithin {
				t.Errorf("answered after %s", took)
			}
			if tt.status >= 400 && len(r.body) > 100_000 {
				t.Errorf("a refusal of %d bytes", len(r.body))
			}
		})
	}
}

// A body that does not say its length is bounded as it comes.
func TestBodyWithoutLength(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{MaxBody: 1000})
	for n, status := range map[int]int{900: 201, 2_000: 413, 2_000_000: 413} {
		body := strings.Replace(minimalAgent, "Renewals", strings.Repeat("x", n), 1)
		r, err := http.NewRequest("POST", c.URL+agents, io.MultiReader(strings.NewReader(body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = c.header.Clone()
		r.Header.Set("Content-Type", "application/json")
		c.exchange(r).want(status)
	}
}

func manyNames(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf(`"n%d":1`, i)
	}
	return strings.Join(names, ",")
}

func TestManyErrorsAreCounted(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	r := c.send("PUT", c.created(minimalAgent), `{"llmModel":"gpt-5","phoneNumberIds":[`+strings.Repeat("1,",
		499)+`1]}`).refuses(400, "(and 499 more)")
	if n := len(r.details()); n != openapi.MaxViolations+1 {
		t.Errorf("%d details", n)
	}
}

// speak sends bytes over a connection of its own and reads what comes back.
func speak(t *testing.T, url, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(answeredWithin)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("no answer within %s: %v; so far %q", answeredWithin, err, answer)
	}
	return string(answer)
}

func TestSlowRequestsAreEnded(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{ReadTimeout: 100 * time.Millisecond})
	path := c.created(minimalAgent)
	head := "PUT " + path +
		" HTTP/1.1\r\nHost: localhost\r\nx-api-key: k\r\nx-workspace-id: ws-1\r\nContent-Type: application/json\r\n"
	if got := speak(t, c.URL, head); got != "" && !strings.HasPrefix(got, "HTTP/1.1 408") {
		t.Errorf("a head that does not end: %q", got)
	}
	got := speak(t, c.URL, head+"Content-Length: 100\r\n\r\n{\"llmModel\":")
	if !strings.HasPrefix(got, "HTTP/1.1 408") || !strings.Contains(got, `"request_timeout"`) {
		t.Errorf("a body that does not end: %q", got)
	}
	c.send("GET", path, "").want(200).holds(map[string]string{"/llmModel": `"gpt-4o-mini"`})
}

func TestBrokenRequests(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{ReadTimeout: time.Second})
	head := "GET " + agents + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
	for name, tt := range map[string]struct{ text, want string }{
		"large headers": {head + "x-api-key: " + strings.Repeat("k", 100_000) + "\r\n\r\n", "HTTP/1.1 431"},
		"no host":       {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
		"no HTTP":       {"hello\r\n\r\n", "HTTP/1.1 400"},
		"asterisk":      {"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "HTTP/1.1 "},
		"connect": {"CONNECT example.com:80 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
			"HTTP/1.1 404"},
		"absolute target": {"GET http://localhost/nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
			"HTTP/1.1 404"},
		"HTTP/1.0": {"GET " + agents + " HTTP/1.0\r\nx-api-key: k\r\nx-workspace-id: w\r\n\r\n", "HTTP/1.0 200"},
	} {
		if got := speak(t, c.URL, tt.text); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %.300q, want %s", name, got, tt.want)
		}
	}
}

// A body that its sender cuts off is refused and changes nothing.
func TestBodyCutOff(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	conn, err := net.Dial("tcp", strings.TrimPrefix(c.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn,
		"PUT "+path+" HTTP/1.1\r\nHost: localhost\r\nx-api-key: k\r\nx-workspace-id: ws-1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"llmModel\":\"gpt-5\"}")
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _ = answer.Body.Close(); answer.StatusCode != 400 {
		t.Errorf("status %d", answer.StatusCode)
	}
	c.send("GET", path, "").want(200).holds(map[string]string{"/llmModel": `"gpt-4o-mini"`})
}

func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{MaxConnections: 2, ReadTimeout: 200 * time.Millisecond,
		IdleTimeout: 50 * time.Millisecond})
	for range 6 { // connections that say nothing give their places up in time
		conn, err := net.Dial("tcp", strings.TrimPrefix(c.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
	}
	c.send("GET", agents, "").want(200)
}

func TestServeDrains(t *testing.T) {
	t.Parallel()
	s, err := mockserver.New(openapi.Agent(), mockserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()

	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	answers := bufio.NewReader(conn)
	_, _ = fmt.Fprintf(conn,
		"POST %s HTTP/1.1\r\nHost: localhost\r\nx-api-key: k\r\nx-workspace-id: w\r\nContent-Type: application/json\r\n"+
			"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", agents, len(minimalAgent))
	if _, err := answers.ReadString('\n'); err != nil { // 100 Continue: the request is under way
		t.Fatal(err)
	}
	_, _ = answers.ReadString('\n')
	stop()
	if _, err := io.WriteString(conn, minimalAgent); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _ = answer.Body.Close(); answer.StatusCode != 201 {
		t.Errorf("the request under way got %d", answer.StatusCode)
	}
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if _, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		t.Error("the listener is open still")
	}
}

func TestServeCutsOffWhatDoesNotEnd(t *testing.T) {
	t.Parallel()
	s, err := mockserver.New(openapi.Agent(), mockserver.Options{DrainTimeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn,
		"POST "+agents+" HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n")
	if _, err := bufio.NewReader(conn).ReadString('\n'); err != nil { // 100 Continue: the request is under way
		t.Fatal(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestServeOnAClosedListener(t *testing.T) {
	t.Parallel()
	s, err := mockserver.New(openapi.Agent(), mockserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	if err := s.Serve(context.Background(), listener); err == nil {
		t.Error("no error")
	}
}
