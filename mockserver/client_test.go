package mockserver_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// client sends requests to a server and validates every response against the document, so that no
// test goes on with an invalid one.
type client struct {
	t       testing.TB
	doc     *openapi.Document
	control *openapi.Document
	*mockserver.TestServer
	header http.Header // sent with every request
}

const apiKey = "key-of-the-tests"

// start runs a server of the agent document. Its client has a key and the workspace ws-1.
func start(t testing.TB, o mockserver.Options) *client {
	t.Helper()
	return startWith(t, openapi.Agent(), o)
}

func startWith(t testing.TB, doc *openapi.Document, o mockserver.Options) *client {
	t.Helper()
	if o.Clock == nil {
		o.Clock = &mockserver.Clock{}
		o.Clock.Set(time.Date(2026, 3, 4, 5, 6, 7, 89_000_000, time.UTC))
	}
	c := &client{t: t, doc: doc, control: controlDocument(), TestServer: mockserver.RunT(t, doc, o)}
	c.header = http.Header{"X-Api-Key": {apiKey}, "X-Workspace-Id": {"ws-1"}}
	return c
}

var controlDocument = sync.OnceValue(func() *openapi.Document {
	doc, err := openapi.Load("control.yaml")
	if err != nil {
		panic(err)
	}
	return doc
})

// in returns the same client in another workspace.
func (c *client) in(workspace string) *client {
	other := *c
	other.header = c.header.Clone()
	other.header.Set("X-Workspace-Id", workspace)
	return &other
}

// with returns the same client with another header. Without values it removes the header.
func (c *client) with(name string, values ...string) *client {
	other := *c
	other.header = c.header.Clone()
	other.header[http.CanonicalHeaderKey(name)] = values
	return &other
}

// reply is a response that has been validated.
type reply struct {
	t       testing.TB
	request string
	status  int
	header  http.Header
	body    []byte
	value   any
}

// send sends a request. A body that is not empty is JSON, unless the client's headers say
// otherwise.
func (c *client) send(method, path, body string) *reply {
	c.t.Helper()
	r, err := http.NewRequest(method, c.URL+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if body == "" {
		r.Body = http.NoBody
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, values := range c.header {
		if r.Header[name] = values; len(values) == 0 {
			delete(r.Header, name)
		}
	}
	if host := c.header.Get("Host"); host != "" {
		r.Host = host
	}
	return c.exchange(r)
}

func (c *client) exchange(r *http.Request) *reply {
	c.t.Helper()
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		c.t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	out := &reply{t: c.t, request: r.Method + " " + r.URL.Path, status: res.StatusCode,
		header: res.Header, body: body}
	if strings.Contains(res.Header.Get("Content-Type"), "json") && r.Method != http.MethodHead {
		value, err := jsonvalue.Parse(body, jsonvalue.Limits{Depth: 100})
		if err != nil {
			c.t.Fatalf("%s: the response is not JSON: %v\n%s", out.request, err, body)
		}
		out.value = value
	}
	c.validate(r, out)
	return out
}

// validate fails the test on a response that the document does not describe. A response to an
// unknown path, and a refusal that a foreign document does not describe, must have the mock's own
// envelope.
func (c *client) validate(r *http.Request, out *reply) {
	c.t.Helper()
	if out.status >= 500 && out.status != http.StatusInsufficientStorage {
		c.t.Errorf("%s: %d\n%s", out.request, out.status, out.body)
	}
	if r.Method == http.MethodHead || r.Method == http.MethodOptions || out.status == 200 &&
		strings.HasPrefix(r.URL.Path, "/openapi.") || r.URL.Path == "/" {
		return
	}
	op := operationAt(r, c.doc, c.control)
	data := &openapi.ResponseData{Status: out.status, Header: out.header, Body: out.body}
	var violations []openapi.Violation
	if op == nil || op.Response(out.status) == nil || out.status >= 400 &&
		(op.Refusal(out.status) == nil || len(op.Refusal(out.status).Content) == 0) {
		envelope := c.control.Schema("Refusal")
		if envelope == nil || out.status < 400 {
			c.t.Fatalf("%s: %d is not documented\n%s", out.request, out.status, out.body)
		}
		violations = envelope.Validate(out.value, openapi.ResponseView)
	} else {
		violations = op.ValidateResponse(data)
	}
	for _, v := range violations {
		c.t.Errorf("%s: the response %d is invalid: %s\n%s", out.request, out.status, v, out.body)
	}
}

var variable = regexp.MustCompile(`\{[^{}]*\}`)

// operationAt finds the operation of a request independently of the server's router.
func operationAt(r *http.Request, docs ...*openapi.Document) *openapi.Operation {
	var best *openapi.Operation
	for _, doc := range docs {
		for _, op := range doc.Operations {
			parts := variable.Split(op.Path, -1)
			if op.Method != r.Method || !strings.HasPrefix(r.URL.EscapedPath(), parts[0]) {
				continue
			}
			for i := range parts {
				parts[i] = regexp.QuoteMeta(parts[i])
			}
			matches := regexp.MustCompile("^" + strings.Join(parts, "[^/]+") + "$").MatchString(r.URL.EscapedPath())
			if matches && (best == nil || len(parts) == 1) {
				best = op
			}
		}
	}
	return best
}

// want checks the status.
func (r *reply) want(status int) *reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("%s: %d, want %d\n%s", r.request, r.status, status, r.body)
	}
	return r
}

// at returns the value at a JSON pointer, which must exist.
func (r *reply) at(pointer string) any {
	r.t.Helper()
	v, ok := jsonvalue.Lookup(r.value, pointer)
	if !ok {
		r.t.Fatalf("%s: nothing at %s\n%s", r.request, pointer, r.body)
	}
	return v
}

func (r *reply) text(pointer string) string {
	r.t.Helper()
	s, ok := r.at(pointer).(string)
	if !ok {
		r.t.Fatalf("%s: no text at %s\n%s", r.request, pointer, r.body)
	}
	return s
}

// holds checks values by JSON pointer, given as JSON; "" means that there is none.
func (r *reply) holds(want map[string]string) *reply {
	r.t.Helper()
	for pointer, text := range want {
		got, ok := jsonvalue.Lookup(r.value, pointer)
		if text == "" {
			if ok {
				r.t.Errorf("%s: %s at %s, want nothing", r.request, jsonvalue.Marshal(got), pointer)
			}
			continue
		}
		if shown := string(jsonvalue.Marshal(got)); !ok || shown != text {
			r.t.Errorf("%s: at %s\ngot  %s\nwant %s", r.request, pointer, shown, text)
		}
	}
	return r
}

// refuses checks the status of a refusal and words of its message.
func (r *reply) refuses(status int, words ...string) *reply {
	r.t.Helper()
	r.want(status)
	message := r.text("/error/message")
	for _, w := range words {
		if !strings.Contains(message, w) {
			r.t.Errorf("%s: the message does not say %q: %s", r.request, w, message)
		}
	}
	return r
}

// details returns the rules of a refusal, each with its place.
func (r *reply) details() []string {
	r.t.Helper()
	var list []string
	v, _ := jsonvalue.Lookup(r.value, "/error/details")
	items, _ := v.([]any)
	for _, item := range items {
		var violation openapi.Violation
		if err := json.Unmarshal(jsonvalue.Marshal(item), &violation); err != nil {
			r.t.Fatal(err)
		}
		list = append(list, violation.Rule+" "+violation.Where())
	}
	return list
}

// The agent document's paths.
const agents = "/v1/api/agents"

const minimalAgent = `{"name":"Renewals","llmModel":"gpt-4o-mini","ttsModel":{"provider":"openai","voiceId":"alloy"}}`

// created creates an agent and returns its path.
func (c *client) created(body string) string {
	c.t.Helper()
	return agents + "/" + c.send("POST", agents, body).want(201).text("/_id")
}

func equalBytes(t testing.TB, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s:\ngot  %s\nwant %s", what, got, want)
	}
}
