package mockserver_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// crowded returns a server with n agents in one workspace.
func crowded(b testing.TB, n int) *mockserver.Server {
	b.Helper()
	var text bytes.Buffer
	text.WriteString(`{"agents":[`)
	for i := range n {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text,
			`{"_id":"%024x","workspaceId":"ws-1","name":"Agent %d","llmModel":"gpt-5","ttsModel":{"provider":"rime","voiceId":"mistv2_Brook"},"smartCallback":false,`+
				`"settings":{"speed":0.9},"variables":{},"status":"ready","createdAt":"2025-01-19T02:57:27.923Z","updatedAt":"2025-01-19T02:57:27.923Z"}`, i, i)
	}
	text.WriteString(`]}`)
	s, err := mockserver.New(openapi.Agent(), mockserver.Options{State: text.Bytes()})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// sender sends the requests of a benchmark, and allocates next to nothing for it: what a benchmark
// counts is the server's.
type sender struct {
	request http.Request
	url     url.URL
	body    sentBody
	header  http.Header
	status  int
	answer  []byte // the last one
}

// sentBody is the body of a request.
type sentBody struct{ strings.Reader }

func (*sentBody) Close() error { return nil }

func newSender() *sender {
	c := &sender{header: http.Header{}}
	c.request = http.Request{Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Host: "localhost", URL: &c.url,
		Header: http.Header{"X-Api-Key": {apiKey}, "X-Workspace-Id": {"ws-1"}, "Content-Type": {"application/json"}}}
	return c
}

func (c *sender) Header() http.Header            { return c.header }
func (c *sender) WriteHeader(status int)         { c.status = status }
func (c *sender) Write(text []byte) (int, error) { c.answer = text; return len(text), nil }

func (c *sender) send(b testing.TB, s *mockserver.Server, method, path, sent string, want int) {
	clear(c.header)
	c.url.Path, c.request.RequestURI, c.request.Method = path, path, method
	c.request.Body, c.request.ContentLength = http.NoBody, int64(len(sent))
	if sent != "" {
		c.body.Reset(sent)
		c.request.Body = &c.body
	}
	if s.ServeHTTP(c, &c.request); c.status != want {
		b.Helper()
		b.Fatalf("%s %s is answered by %d; want %d", method, path, c.status, want)
	}
}

const pageUpdate = `{"name":"Updated Customer Support Agent","llmModel":"gpt-4.1-mini","ttsModel":{"provider":"11labs_byo","voiceId":"21m00Tcm4TlvDq8ikWAM",` +
	`"name":"Premium Voice","language":"en","elevenLabsApiKey":"your-new-elevenlabs-api-key"},"smartCallback":true,"maxAttemptsForSmartCallback":5,` +
	`"gapBetweenEachAttemptForSmartCallback":[{"days":1,"hours":0},{"days":1,"hours":12},{"days":2,"hours":0},{"days":3,"hours":0},{"days":7,"hours":0}],` +
	`"settings":{"speed":0.9,"volume":0.8,"temperature":0.6}}`

// BenchmarkUpdate must take as long with a hundred thousand agents as with ten.
func BenchmarkUpdate(b *testing.B) {
	for _, n := range []int{10, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, c := crowded(b, n), newSender()
			paths := make([]string, 1000)
			for i := range paths {
				paths[i] = fmt.Sprintf("%s/%024x", agents, i*7919%n)
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				c.send(b, s, "PUT", paths[i%len(paths)], pageUpdate, 200)
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	s, c := crowded(b, 1000), newSender()
	b.ReportAllocs()
	for b.Loop() {
		c.send(b, s, "GET", agents+"/000000000000000000000007", "", 200)
	}
}

func BenchmarkCreate(b *testing.B) {
	s, c := crowded(b, 10), newSender()
	b.ReportAllocs()
	for b.Loop() {
		c.send(b, s, "POST", agents, minimalAgent, 201)
	}
}

func BenchmarkListThousand(b *testing.B) {
	s, c := crowded(b, 1000), newSender()
	b.ReportAllocs()
	for b.Loop() {
		c.send(b, s, "GET", agents, "", 200)
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		if _, err := mockserver.New(openapi.Agent(), mockserver.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkShown shows items inside others, or in short: what the document wants, and no item is stored
// as.
func BenchmarkShown(b *testing.B) {
	for _, tt := range []struct{ name, document, path, body string }{
		{"wrapped", "shapes/wrapped-in-data.yaml", "/gauges",
			`{"data":{"type":"gauge","attributes":{"harbor":"Husum","meters":2.5}}}`},
		{"short", "shapes/summaries-and-receipts.yaml", "/beds", `{"crop":"beans","notes":"none"}`},
	} {
		doc := loaded(b, tt.document)
		s, err := mockserver.New(doc, mockserver.Options{})
		if err != nil {
			b.Fatal(err)
		}
		c := newSender()
		for range 100 {
			c.send(b, s, "POST", tt.path, tt.body, 201)
		}
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.send(b, s, "GET", tt.path, "", 200)
			}
		})
	}
}

// BenchmarkManyMembers grows in proportion to the members of an item.
func BenchmarkManyMembers(b *testing.B) {
	const item = `{"application/json": {schema: {type: object, properties: {id: {type: string},
		in: {type: object, additionalProperties: true, properties: {at: {type: string, readOnly: true}}}},
		additionalProperties: true}}}`
	const responses = `responses: {"200": {description: One., content: ` + item + `}}`
	doc, err := openapi.Parse("many.yaml", []byte(`{openapi: 3.1.0, info: {title: Many, version: "1"}, paths: {
		/things: {post: {operationId: add, requestBody: {content: `+item+`}, `+responses+`}},
		"/things/{id}": {parameters: [{name: id, in: path, required: true, schema: {type: string}}],
			get: {operationId: read, `+responses+`},
			patch: {operationId: change, requestBody: {content: `+item+`}, `+responses+`}}}}`))
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, err := mockserver.New(doc, mockserver.Options{})
			if err != nil {
				b.Fatal(err)
			}
			var text strings.Builder
			text.WriteString(`"m":0`)
			for i := range n / 2 {
				fmt.Fprintf(&text, `,"m%d":%[1]d`, i)
			}
			c, many := newSender(), text.String()
			c.send(b, s, "POST", "/things", `{"id":"a","in":{`+many+`},`+many+`}`, 200)
			for b.Loop() {
				c.send(b, s, "PATCH", "/things/a", `{"in":{`+many+`},`+many+`}`, 200)
			}
		})
	}
}

// BenchmarkRefused measures updates with one violation.
func BenchmarkRefused(b *testing.B) {
	for _, tt := range []struct{ name, old, new string }{
		{"enum", `"gpt-4.1-mini"`, `"gpt-0"`},
		{"type", `"smartCallback":true`, `"smartCallback":"yes"`},
		{"nested", `"days":7`, `"days":"7"`},
	} {
		b.Run(tt.name, func(b *testing.B) {
			s, c := crowded(b, 10), newSender()
			sent := strings.Replace(pageUpdate, tt.old, tt.new, 1)
			b.ReportAllocs()
			for b.Loop() {
				c.send(b, s, "PUT", agents+"/000000000000000000000007", sent, 400)
			}
		})
	}
}
