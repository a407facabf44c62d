package mockserver_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// pipes is a listener whose connections are pipes: their deadlines keep to the time of a synctest
// bubble, which passes at once where everything waits.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
	close    func()
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.accepted:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.close()
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// dial opens a connection, which ends with the test.
func (p *pipes) dial(t *testing.T) net.Conn {
	client, server := net.Pipe()
	t.Cleanup(func() { _ = client.Close() })
	p.accepted <- server
	return client
}

// speak sends text over a connection of its own and returns everything that comes back.
func (p *pipes) speak(t *testing.T, text string) string {
	t.Helper()
	conn := p.dial(t)
	go func() { _, _ = io.WriteString(conn, text) }()
	got, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

// inBubble runs a test of a server that listens on pipes. stop ends the server and returns the
// error of Serve.
func inBubble(t *testing.T, o mockserver.Options, test func(t *testing.T, p *pipes, stop func() error)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, err := mockserver.New(openapi.Agent(), o)
		if err != nil {
			t.Fatal(err)
		}
		p := &pipes{accepted: make(chan net.Conn, 10), closed: make(chan struct{})}
		p.close = sync.OnceFunc(func() { close(p.closed) })
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- s.Serve(ctx, p) }()
		stop := sync.OnceValue(func() error {
			cancel()
			return <-ended
		})
		t.Cleanup(func() { _ = stop() })
		test(t, p, stop)
	})
}

const head = "POST " + agents +
	" HTTP/1.1\r\nHost: localhost\r\nx-api-key: k\r\nx-workspace-id: w\r\nContent-Type: application/json\r\n"

const get = "GET " + agents + " HTTP/1.1\r\nHost: localhost\r\nx-api-key: k\r\nx-workspace-id: w\r\n\r\n"

// about reports whether a time is the wanted one; ending a connection takes net/http up to half a
// second.
func about(got, want time.Duration) bool { return got >= want && got <= want+time.Second }

func TestSlowRequestsAreEnded(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ text, want string }{
		"no byte":                  {"", ""},
		"a head that does not end": {head, ""},
		"a body that does not end": {head + "Content-Length: 100\r\n\r\n{\"name\":", "HTTP/1.1 408"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, mockserver.Options{}, func(t *testing.T, p *pipes, _ func() error) {
				began := time.Now()
				got := p.speak(t, tt.text)
				if took := time.Since(began); !about(took, mockserver.DefaultReadTimeout) {
					t.Errorf("ended after %s", took)
				}
				if !strings.HasPrefix(got, tt.want) || tt.want != "" && !strings.Contains(got, `"request_timeout"`) {
					t.Errorf("%q", got)
				}
			})
		})
	}
}

func TestIdleConnectionsAreEnded(t *testing.T) {
	t.Parallel()
	inBubble(t, mockserver.Options{IdleTimeout: time.Minute}, func(t *testing.T, p *pipes, _ func() error) {
		began := time.Now()
		got := p.speak(t, fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", head, len(minimalAgent), minimalAgent))
		if took := time.Since(began); !strings.HasPrefix(got, "HTTP/1.1 201") || !about(took, time.Minute) {
			t.Errorf("ended after %s: %q", took, got)
		}
	})
}

func TestBrokenRequests(t *testing.T) {
	t.Parallel()
	closing := "GET " + agents + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
	for name, tt := range map[string]struct{ text, want string }{
		"large headers": {closing + "x-api-key: " + strings.Repeat("k", 100_000) + "\r\n\r\n", "HTTP/1.1 431"},
		"no host":       {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
		"no HTTP":       {"hello\r\n\r\n", "HTTP/1.1 400"},
		"asterisk":      {"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "HTTP/1.1 "},
		"connect": {"CONNECT example.com:80 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
			"HTTP/1.1 404"},
		"absolute target": {"GET http://localhost/nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
			"HTTP/1.1 404"},
		"HTTP/1.0": {"GET " + agents + " HTTP/1.0\r\nx-api-key: k\r\nx-workspace-id: w\r\n\r\n", "HTTP/1.0 200"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, mockserver.Options{}, func(t *testing.T, p *pipes, _ func() error) {
				if got := p.speak(t, tt.text); !strings.HasPrefix(got, tt.want) {
					t.Errorf("%.300q, want %s", got, tt.want)
				}
			})
		})
	}
}

// underWay sends a request without its body and returns once the server waits for that.
func underWay(t *testing.T, p *pipes) (conn net.Conn, responses *bufio.Reader) {
	t.Helper()
	conn = p.dial(t)
	responses = bufio.NewReader(conn)
	_, _ = fmt.Fprintf(conn, "%sExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", head, len(minimalAgent))
	for range 2 { // the status line of 100 Continue, and the line that ends it
		if _, err := responses.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	return conn, responses
}

func TestServeDrains(t *testing.T) {
	t.Parallel()
	inBubble(t, mockserver.Options{}, func(t *testing.T, p *pipes, stop func() error) {
		conn, responses := underWay(t, p)
		stopped := make(chan error, 1)
		go func() { stopped <- stop() }()
		synctest.Wait()
		select {
		case <-p.closed:
		default:
			t.Error("the listener is still open")
		}
		go func() { _, _ = io.WriteString(conn, minimalAgent) }()
		res, err := http.ReadResponse(responses, nil)
		if err != nil || res.StatusCode != 201 {
			t.Errorf("the request under way got %v, %v", res, err)
		}
		_, _ = io.Copy(io.Discard, responses)
		if err := <-stopped; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
}

func TestServeCutsOffWhatDoesNotEnd(t *testing.T) {
	t.Parallel()
	inBubble(t, mockserver.Options{}, func(t *testing.T, p *pipes, stop func() error) {
		_, _ = underWay(t, p)
		began := time.Now()
		if err := stop(); err != nil {
			t.Errorf("Serve: %v", err)
		}
		if took := time.Since(began); !about(took, mockserver.DefaultDrainTimeout) {
			t.Errorf("stopped after %s", took)
		}
	})
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
