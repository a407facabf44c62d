package mockserver

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// BenchmarkStages measures each stage of an update alone; BenchmarkUpdate measures them together, and
// package openapi those within the validation.
func BenchmarkStages(b *testing.B) {
	const agent = `{"agents": [{"_id": "a1", "name": "A", "llmModel": "gpt-5", "ttsModel": {"provider": "rime"}}]}`
	s, err := New(openapi.Agent(), Options{State: []byte(agent)})
	if err != nil {
		b.Fatal(err)
	}
	op := s.api().doc.Operation("updateAgent")
	sent := []byte(`{"name":"Updated Customer Support Agent","llmModel":"gpt-4.1-mini","ttsModel":{"provider":"rime",
		"voiceId":"mistv2_Brook"},"smartCallback":true,"settings":{"speed":0.9,"volume":0.8},"variables":{"a":"b"}}`)
	r := httptest.NewRequest(op.Method, "/v1/api/agents/a1", http.NoBody)
	r.Header = http.Header{"X-Api-Key": {"k"}, "X-Workspace-Id": {"ws-demo"}, "Content-Type": {"application/json"}}
	r.ContentLength = int64(len(sent))
	reader := bytes.NewReader(sent)
	r.Body = io.NopCloser(reader)
	w := httptest.NewRecorder()

	begin := func() *exchange {
		reader.Reset(sent)
		x := s.newExchange(s.Session, r)
		x.received, x.body = s.clock.Now(), readBody(w, r, s.options.MaxBody)
		return x
	}
	// routed is an exchange as it is before its request is validated, which is where each stage starts.
	routed := begin()
	res := s.api().respond(routed)
	if res.status != http.StatusOK {
		b.Fatalf("%d %s", res.status, res.body)
	}
	k := routed.keep(res, w.Header(), 0)
	for _, stage := range []struct {
		name string
		run  func()
	}{
		{"body", func() { begin() }},
		{"route", func() { s.api().router.find(r.Method, r.URL) }},
		{"validate", func() { routed.validate() }},
		{"act", func() { routed.endpoint.act(routed) }},
		{"journal", func() { s.journal.add(routed.keep(res, w.Header(), 0)) }},
		{"send", func() {
			header := discarded{}
			res.setHeaders(http.Header(header))
			res.send(header, r)
		}},
		{"entry", func() { s.api().entry(k, Filter{}, "") }}, // when somebody reads the journal
	} {
		b.Run(stage.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				stage.run()
			}
		})
	}
}

// discarded is a response that nobody reads.
type discarded http.Header

func (d discarded) Header() http.Header          { return http.Header(d) }
func (discarded) Write(text []byte) (int, error) { return len(text), nil }
func (discarded) WriteHeader(int)                {}
