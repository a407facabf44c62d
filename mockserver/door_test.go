package mockserver_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/agentmock/agentmock/mockserver"
)

// trickle opens a connection, sends a text and then another one twice a second. What comes back is dropped.
func (p *pipes) trickle(t *testing.T, first, then string) {
	conn := p.dial(t)
	ended := make(chan struct{})
	t.Cleanup(func() {
		_ = conn.Close()
		<-ended
	})
	go func() { _, _ = io.Copy(io.Discard, conn) }()
	go func() {
		defer close(ended)
		for _, err := io.WriteString(conn, first); err == nil && then != ""; {
			time.Sleep(time.Second / 2)
			_, err = io.WriteString(conn, then)
		}
	}()
}

// Six connections whose requests go on, but never end, take the two places in turn; the seventh gets one
// when their time is over.
func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	inBubble(t, mockserver.Options{MaxConnections: 2}, func(t *testing.T, p *pipes, _ func() error) {
		began := time.Now()
		for range 6 {
			p.trickle(t, head+"Content-Length: 1000\r\n\r\n", " ")
		}
		synctest.Wait()
		conn := p.dial(t)
		_, _ = io.WriteString(conn, get)
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || res.StatusCode != 200 {
			t.Fatalf("%v %v", res, err)
		}
		if took := time.Since(began); took < 3*mockserver.DefaultReadTimeout || took > 4*mockserver.DefaultReadTimeout {
			t.Errorf("served after %s", took)
		}
	})
}

// An idle connection gives its place to a new one at once; the log says once that there is no other.
func TestIdleConnectionsGiveWay(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	o := mockserver.Options{MaxConnections: 2, Log: slog.New(slog.NewTextHandler(&log, nil))}
	inBubble(t, o, func(t *testing.T, p *pipes, _ func() error) {
		began := time.Now()
		for i := range 7 {
			conn := p.dial(t)
			_, _ = io.WriteString(conn, get)
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil || res.StatusCode != 200 {
				t.Fatalf("connection %d: %v %v", i, res, err)
			}
			if _, err := io.ReadAll(res.Body); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			time.Sleep(time.Millisecond)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("served after %s", took)
		}
	})
	if n := strings.Count(log.String(), "--max-connections"); n != 1 {
		t.Errorf("said %d times that there are no more connections: %s", n, log.String())
	}
}

// Connections that never send anything count as idle after a while, too.
func TestSilentConnectionsGiveWay(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T, *pipes){
		"nothing":                 func(t *testing.T, p *pipes) { p.dial(t) },
		"one byte":                func(t *testing.T, p *pipes) { p.trickle(t, "G", "") },
		"a head byte by byte":     func(t *testing.T, p *pipes) { p.trickle(t, head, "x") },
		"a head and nothing more": func(t *testing.T, p *pipes) { p.trickle(t, head+"Content-Length: 9\r\n\r\n", "") },
		"half a body":             func(t *testing.T, p *pipes) { p.trickle(t, head+"Content-Length: 9\r\n\r\n{", "") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, mockserver.Options{MaxConnections: 2}, func(t *testing.T, p *pipes, _ func() error) {
				began := time.Now()
				for range 6 {
					open(t, p)
				}
				conn := p.dial(t)
				_, _ = io.WriteString(conn, get)
				res, err := http.ReadResponse(bufio.NewReader(conn), nil)
				if err != nil || res.StatusCode != 200 {
					t.Fatalf("%v %v", res, err)
				}
				if took := time.Since(began); took > mockserver.DefaultReadTimeout/2 {
					t.Errorf("served after %s", took)
				}
			})
		})
	}
}

// A connection for which the server works, or whose request goes on, keeps its place: a new one waits until
// one of them is idle.
func TestBusyConnectionsKeepTheirPlaces(t *testing.T) {
	t.Parallel()
	inBubble(t, mockserver.Options{MaxConnections: 3}, func(t *testing.T, p *pipes, _ func() error) {
		began := time.Now()
		expect := func(conn net.Conn, status int) {
			t.Helper()
			if res, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || res.StatusCode != status {
				t.Errorf("%v %v, want %d", res, err, status)
			}
		}
		slowReader, refused, slowSender := p.dial(t), p.dial(t), p.dial(t)
		_, _ = io.WriteString(slowReader, get)
		_, _ = io.WriteString(refused, head+"Content-Length: 2\r\n\r\n{}")
		const pieces = 12
		go func() {
			_, _ = fmt.Fprintf(slowSender, "%sContent-Length: %d\r\n\r\n%s", head, pieces+len(minimalAgent),
				minimalAgent)
			for range pieces {
				time.Sleep(time.Second * 9 / 10)
				_, _ = io.WriteString(slowSender, " ")
			}
		}()
		synctest.Wait()
		late := p.dial(t)
		go func() { _, _ = io.WriteString(late, get) }()
		expect(slowSender, 201)
		expect(late, 200)
		if took := time.Since(began); took < pieces*time.Second*9/10 {
			t.Errorf("a new connection was served after %s", took)
		}
		expect(slowReader, 200)
		expect(refused, 400)
	})
}
