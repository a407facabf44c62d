package proxy_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"testing"
	"time"
)

// message is a request or an answer as it was on the wire, read by a parser that is not net/http's: it leaves the
// first line, and names and values of headers, as they are.
type message struct {
	line    string
	header  map[string][]string // by the name in lower case
	body    string              // without its chunks
	trailer map[string][]string
}

func (m message) String() string {
	return fmt.Sprintf("%s\nheader %v\nbody %q\ntrailer %v", m.line, m.header, m.body, m.trailer)
}

// readFields reads lines of names and values up to an empty one.
func readFields(r *bufio.Reader) (map[string][]string, error) {
	fields := map[string][]string{}
	for {
		line, err := r.ReadString('\n')
		if line = strings.TrimSuffix(line, "\r\n"); err != nil || line == "" {
			return fields, err
		}
		name, value, _ := strings.Cut(line, ":")
		name = strings.ToLower(name)
		fields[name] = append(fields[name], strings.TrimPrefix(value, " "))
	}
}

// readHead reads a message up to its body.
func readHead(r *bufio.Reader) (m message, err error) {
	if m.line, err = r.ReadString('\n'); err != nil {
		return m, err
	}
	m.line = strings.TrimSuffix(m.line, "\r\n")
	m.header, err = readFields(r)
	return m, err
}

// readBody reads the body of a message: by its chunks, its length or, of an answer, to the end of the connection.
func (m *message) readBody(r *bufio.Reader, toEnd bool) error {
	var body []byte
	var err error
	switch {
	case m.header["transfer-encoding"] != nil:
		if body, err = io.ReadAll(httputil.NewChunkedReader(r)); err == nil {
			m.trailer, err = readFields(r)
		}
	case m.header["content-length"] != nil:
		n, _ := strconv.Atoi(m.header["content-length"][0])
		body = make([]byte, n)
		_, err = io.ReadFull(r, body)
	case toEnd:
		body, err = io.ReadAll(r)
	}
	m.body = string(body)
	return err
}

// upstream is a server that answers each request with the same bytes, and keeps what it was sent.
type upstream struct {
	address string
	got     chan message
}

// serveRaw starts an upstream. Where the request expects it, 100 Continue comes first. An answer is sent in the
// pieces that it is given in, with a pause between them.
func serveRaw(t *testing.T, answer ...string) *upstream {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	u := &upstream{address: listener.Addr().String(), got: make(chan message, 10)}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go u.answer(conn, answer)
		}
	}()
	return u
}

func (u *upstream) answer(conn net.Conn, answer []string) {
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	m, err := readHead(r)
	if err != nil {
		return
	}
	if m.header["expect"] != nil {
		_, _ = io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\n")
	}
	_ = m.readBody(r, false)
	u.got <- m
	for _, piece := range answer {
		_, _ = io.WriteString(conn, piece)
		time.Sleep(time.Millisecond)
	}
}

// exchange sends a request as it is written, HOST in it replaced, and returns the answers: those before the last one
// have a status below 200.
func exchange(t *testing.T, address, request string) (answers []message) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	head, body, _ := strings.Cut(strings.ReplaceAll(request, "HOST", address), "\r\n\r\n")
	_, _ = io.WriteString(conn, head+"\r\n\r\n")
	r := bufio.NewReader(conn)
	if !strings.Contains(head, "Expect:") {
		_, _ = io.WriteString(conn, body)
	}
	for {
		m, err := readHead(r)
		if err != nil {
			t.Fatalf("%v after %v", err, answers)
		}
		status, _ := strconv.Atoi(strings.Fields(m.line)[1])
		if status == http.StatusContinue {
			_, _ = io.WriteString(conn, body)
		}
		if status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified &&
			!strings.HasPrefix(head, "HEAD") {
			if err := m.readBody(r, true); err != nil {
				t.Fatal(err)
			}
		}
		if answers = append(answers, m); status >= 200 {
			return answers
		}
	}
}

// crlf writes a message with the line ends of HTTP; the body, after an empty line, stays as it is.
func crlf(text string) string {
	head, body, _ := strings.Cut(text, "\n\n")
	return strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n" + body
}

func randomBytes(n int) string {
	var b bytes.Buffer
	for i := range n {
		b.WriteByte(byte(i*i + i>>3))
	}
	return b.String()
}

// next returns the next request that came.
func (u *upstream) next(t *testing.T) message {
	t.Helper()
	select {
	case m := <-u.got:
		return m
	case <-time.After(20 * time.Second):
		t.Fatal("no request came")
	}
	return message{}
}
