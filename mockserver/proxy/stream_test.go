package proxy_test

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
	"github.com/agentmock/agentmock/mockserver/proxy"
)

// An event arrives before the next one is there.
func TestStreamsAreNotHeldBack(t *testing.T) {
	t.Parallel()
	next := make(chan string)
	server, url := behind(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.(http.Flusher).Flush()
		for event := range next {
			_, _ = io.WriteString(w, "data: "+event+"\n\n")
			w.(http.Flusher).Flush()
		}
	}, proxy.Options{})
	res, err := http.Get(url + "/v1/api/agents") // returns with the head of the answer
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	r := bufio.NewReader(res.Body)
	for i := range 3 {
		next <- fmt.Sprint(i)
		line, err := r.ReadString('\n')
		if err != nil || line != fmt.Sprintf("data: %d\n", i) {
			t.Fatalf("%q %v", line, err)
		}
		_, _ = r.ReadString('\n')
	}
	close(next)
	_, _ = io.Copy(io.Discard, res.Body)
	if e := only(t, server); e.Status != 200 || !strings.Contains(string(e.Response.Body), "data: 2") {
		t.Errorf("%+v", e)
	}
}

// Where the client goes away, the upstream is told, and the journal says so.
func TestAClientThatLeavesCancels(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	server, url := behind(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		close(gone)
	}, proxy.Options{})
	res, err := http.Get(url + "/v1/api/agents")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	select {
	case <-gone:
	case <-time.After(20 * time.Second):
		t.Fatal("the upstream was not told")
	}
	e := server.AwaitRequests(t.Context(), mockserver.Filter{}).Requests[0]
	if e.Status != 200 || len(e.Unjudged) != 1 || !strings.Contains(e.Unjudged[0], "the client left") {
		t.Errorf("%+v", e)
	}
}

// So it is where it goes before there is an answer.
func TestAClientThatLeavesEarly(t *testing.T) {
	t.Parallel()
	came, gone := make(chan struct{}), make(chan struct{})
	server, url := behind(t, func(_ http.ResponseWriter, r *http.Request) {
		close(came)
		<-r.Context().Done()
		close(gone)
	}, proxy.Options{})
	ctx, leave := context.WithCancel(t.Context())
	go func() {
		<-came
		leave()
	}()
	req, err := http.NewRequestWithContext(ctx, "GET", url+"/v1/api/agents", nil)
	if err != nil {
		t.Fatal(err)
	}
	if res, err := http.DefaultTransport.RoundTrip(req); err == nil {
		t.Errorf("answered %s", res.Status)
		_ = res.Body.Close()
	}
	<-gone
	e := server.AwaitRequests(t.Context(), mockserver.Filter{}).Requests[0]
	if e.Status != 0 || len(e.Unjudged) != 1 || !strings.Contains(e.Unjudged[0], "the client left") {
		t.Errorf("%+v", e)
	}
}

// An answer that breaks off breaks off for the client, too.
func TestAnAnswerThatBreaksOff(t *testing.T) {
	t.Parallel()
	server, url := behind(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "[")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}, proxy.Options{})
	res, err := http.Get(url + "/v1/api/agents")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(res.Body); err == nil {
		t.Errorf("the body %q ended as if it were whole", got)
	}
	e := server.AwaitRequests(t.Context(), mockserver.Filter{}).Requests[0]
	if len(e.Unjudged) != 1 || !strings.Contains(e.Unjudged[0], "broke off") || len(e.ResponseViolations) > 0 {
		t.Errorf("%+v", e)
	}
}

// Protocols are switched: what follows goes both ways.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	server, url := behind(t, func(w http.ResponseWriter, r *http.Request) {
		conn, rest, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "+
			r.Header.Get("Upgrade")+"\r\nSec-WebSocket-Accept: x\r\n\r\n")
		line, _ := rest.ReadString('\n')
		_, _ = io.WriteString(conn, strings.ToUpper(line))
	}, proxy.Options{})
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	_, _ = io.WriteString(conn, crlf("GET /ws HTTP/1.1\nHost: localhost\nConnection: keep-alive, Upgrade\n"+
		"Upgrade: websocket\n\n"))
	r := bufio.NewReader(conn)
	m, err := readHead(r)
	if err != nil || !strings.HasPrefix(m.line, "HTTP/1.1 101") || m.header["upgrade"][0] != "websocket" ||
		m.header["sec-websocket-accept"][0] != "x" {
		t.Fatal(m, err)
	}
	_, _ = io.WriteString(conn, "hello\n")
	if line, _ := r.ReadString('\n'); line != "HELLO\n" {
		t.Errorf("%q", line)
	}
	if e := only(t, server); e.Status != 101 {
		t.Errorf("%+v", e)
	}
}
