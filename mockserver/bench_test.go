package mockserver_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// crowded returns a server with n agents in one workspace.
func crowded(b *testing.B, n int) *mockserver.Server {
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

func serve(b *testing.B, s *mockserver.Server, method, path, body string, want int) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header = http.Header{"X-Api-Key": {apiKey}, "X-Workspace-Id": {"ws-1"}, "Content-Type": {"application/json"}}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != want {
		b.Fatalf("%d %s", w.Code, w.Body)
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
			s := crowded(b, n)
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				serve(b, s, "PUT", fmt.Sprintf("%s/%024x", agents, i*7919%n), pageUpdate, 200)
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	s := crowded(b, 1000)
	b.ReportAllocs()
	for b.Loop() {
		serve(b, s, "GET", agents+"/000000000000000000000007", "", 200)
	}
}

func BenchmarkCreate(b *testing.B) {
	s := crowded(b, 10)
	b.ReportAllocs()
	for b.Loop() {
		serve(b, s, "POST", agents, minimalAgent, 201)
	}
}

func BenchmarkListThousand(b *testing.B) {
	s := crowded(b, 1000)
	b.ReportAllocs()
	for b.Loop() {
		serve(b, s, "GET", agents, "", 200)
	}
}

func BenchmarkReset(b *testing.B) {
	s := crowded(b, 10_000)
	for b.Loop() {
		s.Reset()
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		if _, err := mockserver.New(openapi.Agent(), mockserver.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
