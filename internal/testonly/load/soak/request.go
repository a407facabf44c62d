package soak

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// agentsPath is the list of agents.
const agentsPath = "/v1/api/agents"

// request is a request to the API.
type request struct {
	method, path string
	workspace    string
	body         []byte
	status       int         // that it must be answered with; 0 is any 2xx
	slow         bool        // the body comes in pieces
	header       http.Header // instead of the usual ones
}

// send sends a request and returns the body of its answer, which must have the right status and no
// secret.
func (r *run) send(ctx context.Context, q request) ([]byte, error) {
	var body io.Reader = bytes.NewReader(q.body)
	if q.slow {
		body = &slowReader{left: q.body}
	}
	req, err := http.NewRequestWithContext(ctx, q.method, r.options.URL+q.path, body)
	if err != nil {
		return nil, err
	}
	req.ContentLength = int64(len(q.body))
	req.Header = http.Header{"X-Api-Key": {"k"}, "X-Workspace-Id": {q.workspace}}
	if len(q.body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, values := range q.header {
		req.Header[name] = values
	}
	answer, err := r.do(req, q.status)
	if err == nil && bytes.Contains(answer, []byte(secretMark)) && q.status < http.StatusBadRequest {
		return nil, fmt.Errorf("%s %s: the answer shows a secret: %s", q.method, q.path, around(answer, secretMark))
	}
	return answer, err
}

// call calls the control API.
func (r *run) call(ctx context.Context, method, path string, body []byte, status int) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, r.options.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if len(body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	return r.do(req, status)
}

func (r *run) do(req *http.Request, status int) ([]byte, error) {
	res, err := r.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", req.Method, req.URL.Path, err)
	}
	if right := res.StatusCode == status || status == 0 && res.StatusCode/100 == 2; !right {
		return nil, fmt.Errorf("%s %s was answered with %s; want %d: %s", req.Method, req.URL.Path, res.Status, status,
			excerpt(answer))
	}
	return answer, nil
}

// slowReader hands out its bytes in a few pieces, with a pause before each.
type slowReader struct{ left []byte }

func (s *slowReader) Read(p []byte) (int, error) {
	if len(s.left) == 0 {
		return 0, io.EOF
	}
	time.Sleep(2 * time.Millisecond)
	n := copy(p, s.left[:(len(s.left)+2)/3])
	s.left = s.left[n:]
	return n, nil
}

// hangUp sends a part of a request, or a whole one whose answer it does not wait for, and closes the
// connection. Neither changes anything. They are of a workspace that nobody else uses, as nobody knows
// when the mock sees them.
func (c *client) hangUp(ctx context.Context) error {
	target, err := url.Parse(c.run.options.URL)
	if err != nil {
		return err
	}
	conn, err := c.run.dialer.DialContext(ctx, "tcp", target.Host)
	if err != nil {
		return err
	}
	defer conn.Close()
	const head = "Host: %s\r\nX-Api-Key: k\r\nX-Workspace-Id: ws-soak-gone\r\n"
	switch c.random.IntN(3) {
	case 0: // within the head
		_, err = fmt.Fprintf(conn, "POST "+agentsPath+" HTTP/1.1\r\n"+head, target.Host)
	case 1: // within the body
		_, err = fmt.Fprintf(conn, "POST "+agentsPath+" HTTP/1.1\r\n"+head+
			"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"name\": \"Never", target.Host)
	default: // before the answer
		_, err = fmt.Fprintf(conn, "GET "+agentsPath+" HTTP/1.1\r\n"+head+"\r\n", target.Host)
	}
	return err
}

// around returns what stands around a text in a body.
func around(body []byte, text string) []byte {
	i := bytes.Index(body, []byte(text))
	return body[max(0, i-80):min(len(body), i+80)]
}
