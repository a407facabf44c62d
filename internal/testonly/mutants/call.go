package mutants

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// operation is what a request asks for.
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

	// maxBody is more than any implementation takes, so that too large a body
	// is still too large when it is passed on.
	maxBody = 8 << 20
)

// classify tells the operation of a request and the agent it names.
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

// call is one request on its way to the wrapped handler. Its address,
// header and body may be changed before it is forwarded, as often as wanted.
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
	// A body that breaks off is passed on as far as it came: it is malformed
	// then, which is what it is.
	raw, _ := io.ReadAll(io.LimitReader(r.Body, maxBody))
	op, id := classify(r)
	return &call{op: op, id: id, url: r.URL, header: r.Header.Clone(), raw: raw, request: r, inner: inner}
}

// forward sends the call to the wrapped handler as it now is.
func (c *call) forward() *answer {
	return c.send(c.request.Method, c.url, c.raw)
}

// read asks for an agent with the call's own credentials.
func (c *call) read(id string) *answer {
	return c.send(http.MethodGet, agentURL(id), nil)
}

// list asks for all agents with the call's own credentials.
func (c *call) list() *answer {
	return c.send(http.MethodGet, &url.URL{Path: collection}, nil)
}

// put updates an agent with the call's own credentials.
func (c *call) put(id string, body map[string]any) *answer {
	return c.send(http.MethodPut, agentURL(id), encode(body))
}

// post creates an agent with the call's own credentials.
func (c *call) post(body map[string]any) *answer {
	return c.send(http.MethodPost, &url.URL{Path: collection}, encode(body))
}

// drop deletes an agent with the call's own credentials.
func (c *call) drop(id string) *answer {
	return c.send(http.MethodDelete, agentURL(id), nil)
}

func agentURL(id string) *url.URL {
	return &url.URL{Path: collection + "/" + id, RawPath: collection + "/" + url.PathEscape(id)}
}

func (c *call) send(method string, to *url.URL, body []byte) *answer {
	r := c.request.Clone(c.request.Context())
	r.Method, r.URL, r.RequestURI = method, to, to.RequestURI()
	r.Header = c.header.Clone()
	r.Header.Del("Content-Length")
	r.TransferEncoding = nil
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	rec := &recorder{header: http.Header{}}
	c.inner.ServeHTTP(rec, r)
	return rec.answer()
}

// plant makes middleware of a rule with state: begin is called once for each
// handler that is planted.
func plant(begin func() func(*call) *answer) func(http.Handler) http.Handler {
	return func(inner http.Handler) http.Handler {
		rule := begin()
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rule(newCall(inner, r)).write(w)
		})
	}
}

// always makes middleware of a rule without state.
func always(rule func(*call) *answer) func(http.Handler) http.Handler {
	return plant(func() func(*call) *answer { return rule })
}

// on applies a rule without state to one operation.
func on(op operation, rule func(*call) *answer) func(http.Handler) http.Handler {
	return always(func(c *call) *answer {
		if c.op != op {
			return c.forward()
		}
		return rule(c)
	})
}
