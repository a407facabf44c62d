package mutants

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// operation is the kind of a request.
type operation string

const (
	create operation = "create"
	list   operation = "list"
	read   operation = "read"
	update operation = "update"
	remove operation = "delete"
	other  operation = "other"
)

const (
	collection = "/v1/api/agents"
	keyHeader  = "X-Api-Key"
	wsHeader   = "X-Workspace-Id"

	// maxBody is more than any implementation accepts, so that a body that is too large stays too
	// large when it is forwarded.
	maxBody = 8 << 20
)

// classify returns the operation of a request and the id of the agent in its path.
func classify(r *http.Request) (op operation, id string) {
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), collection)
	if !ok {
		return other, ""
	}
	ops := map[string]operation{http.MethodPost: create, http.MethodGet: list}
	if rest != "" {
		escaped, ok := strings.CutPrefix(rest, "/")
		id, err := url.PathUnescape(escaped)
		if !ok || escaped == "" || strings.Contains(escaped, "/") || err != nil {
			return other, ""
		}
		ops = map[string]operation{http.MethodGet: read, http.MethodPut: update, http.MethodDelete: remove}
		if op, ok := ops[r.Method]; ok {
			return op, id
		}
		return other, ""
	}
	if op, ok := ops[r.Method]; ok {
		return op, ""
	}
	return other, ""
}

// call is one request on its way to the wrapped handler. Its URL, header and body may be changed
// before it is forwarded; it may be forwarded several times.
type call struct {
	op     operation
	id     string // of the agent, "" without one
	url    *url.URL
	header http.Header
	raw    []byte

	request *http.Request
	inner   http.Handler
}

func newCall(inner http.Handler, r *http.Request) *call {
	// A body that breaks off is forwarded as far as it came: it is malformed either way.
	raw, _ := io.ReadAll(io.LimitReader(r.Body, maxBody))
	op, id := classify(r)
	return &call{op: op, id: id, url: r.URL, header: r.Header.Clone(), raw: raw, request: r, inner: inner}
}

// forward sends the call to the wrapped handler in its present form.
func (c *call) forward() *response {
	return c.send(c.request.Method, c.url, c.raw)
}

// read reads an agent with the credentials of the call.
func (c *call) read(id string) *response {
	return c.send(http.MethodGet, agentURL(id), nil)
}

// list lists the agents with the credentials of the call.
func (c *call) list() *response {
	return c.send(http.MethodGet, &url.URL{Path: collection}, nil)
}

// put updates an agent with the credentials of the call.
func (c *call) put(id string, body map[string]any) *response {
	return c.send(http.MethodPut, agentURL(id), encode(body))
}

// post creates an agent with the credentials of the call.
func (c *call) post(body map[string]any) *response {
	return c.send(http.MethodPost, &url.URL{Path: collection}, encode(body))
}

// delete deletes an agent with the credentials of the call.
func (c *call) delete(id string) *response {
	return c.send(http.MethodDelete, agentURL(id), nil)
}

func agentURL(id string) *url.URL {
	return &url.URL{Path: collection + "/" + id, RawPath: collection + "/" + url.PathEscape(id)}
}

func (c *call) send(method string, to *url.URL, body []byte) *response {
	r := c.request.Clone(c.request.Context())
	r.Method, r.URL, r.RequestURI = method, to, to.RequestURI()
	r.Header = c.header.Clone()
	r.Header.Del("Accept-Encoding") // a defect is one of what the body says
	r.Header.Del("Content-Length")
	r.TransferEncoding = nil
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	rec := &recorder{header: http.Header{}}
	c.inner.ServeHTTP(rec, r)
	return rec.response()
}

// stateful returns middleware for a rule with state; begin is called once for each handler that is
// wrapped.
func stateful(begin func() func(*call) *response) func(http.Handler) http.Handler {
	return func(inner http.Handler) http.Handler {
		rule := begin()
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rule(newCall(inner, r)).write(w)
		})
	}
}

// stateless returns middleware for a rule without state.
func stateless(rule func(*call) *response) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response { return rule })
}

// on returns middleware that applies a rule without state to one operation.
func on(op operation, rule func(*call) *response) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		if c.op != op {
			return c.forward()
		}
		return rule(c)
	})
}
