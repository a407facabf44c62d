package mockserver

import (
	"fmt"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/agentmock/agentmock/openapi"
)

// sessionServer returns a server, and what sends a request to it and returns the status.
func sessionServer(t testing.TB, o Options) (*Server, func(method, path, session, body string) int) {
	t.Helper()
	s, err := New(openapi.Agent(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s, func(method, path, session, body string) int {
		r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
		r.Header.Set("X-Api-Key", "k")
		r.Header.Set("X-Workspace-Id", "ws-demo")
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		if session != "" {
			r.Header.Set(SessionHeader, session)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Code
	}
}

const newAgent = `{"name":"A","llmModel":"gpt-5","ttsModel":{"provider":"rime","voiceId":"mistv2_Brook"}}`

// TestSessionsEndDuringRequests ends and resets sessions while others send requests in them: each gets an answer,
// and what the sessions had is given back at the end.
func TestSessionsEndDuringRequests(t *testing.T) {
	t.Parallel()
	s, send := sessionServer(t, Options{Agents: 3})
	before := s.store.family.bytes.Load()
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			session := fmt.Sprint("w", i%3)
			for n := range 60 {
				call, want := []string{"POST /v1/api/agents " + newAgent, "GET /v1/api/agents ", "POST /__mock/reset ",
					`POST /__mock/snapshot {"name":"a"}`, `POST /__mock/restore {"name":"start"}`,
					"GET /__mock/state ", "GET /__mock/requests?view=summary "}[(n+i)%7], 0
				part := strings.SplitN(call, " ", 3)
				if want = send(part[0], part[1], session, part[2]); want >= 400 {
					t.Errorf("%s in %s: %d", call, session, want)
				}
			}
		})
	}
	wait.Go(func() {
		for range 100 {
			for i := range 3 {
				send("DELETE", fmt.Sprint("/__mock/sessions/w", i), "", "")
			}
			runtime.Gosched()
		}
	})
	wait.Wait()
	if send("DELETE", "/__mock/sessions", "", "") != 204 || len(s.Sessions()) > 0 {
		t.Error("the sessions have not ended")
	}
	if after := s.store.family.bytes.Load(); after != before || len(s.store.family.held) != 1 ||
		s.sessions.bytes.Load() != 0 {
		t.Errorf("%d bytes of items (%d before), %d snapshots, %d bytes of journals are left", after, before,
			len(s.store.family.held), s.sessions.bytes.Load())
	}
}

// TestIdleSessionsGiveEverythingBack lets a session idle, and another one go on.
func TestIdleSessionsGiveEverythingBack(t *testing.T) {
	t.Parallel()
	s, send := sessionServer(t, Options{Agents: 3})
	before := s.store.family.bytes.Load()
	for _, session := range []string{"idle", "busy"} {
		send("POST", "/v1/api/agents", session, newAgent)
		send("POST", "/__mock/snapshot", session, `{"name":"one"}`)
	}
	one := (s.store.family.bytes.Load() - before) / 2
	journals := s.sessions.bytes.Load()
	idle, _ := s.InSession("idle")
	idle.used.Store(time.Now().Add(-2 * DefaultSessionIdle).UnixNano())
	if list := s.Sessions(); len(list) != 1 || list[0].Name() != "busy" {
		t.Errorf("%d sessions", len(list))
	}
	if got := s.store.family.bytes.Load() - before; one == 0 || got != one || s.sessions.bytes.Load() >= journals {
		t.Errorf("%d bytes are left, and one session had %d; journals %d of %d", got, one, s.sessions.bytes.Load(),
			journals)
	}
}

// TestJournalsOfAllSessionsAreBounded fills the journals of many sessions: those are emptied that have been idle
// the longest.
func TestJournalsOfAllSessionsAreBounded(t *testing.T) {
	t.Parallel()
	const each = 30_000
	s, send := sessionServer(t, Options{JournalBytes: each})
	for i := range 60 {
		for range 5 {
			send("GET", "/v1/api/agents?q="+strings.Repeat("x", 2500), fmt.Sprint("w", i), "")
			if n := s.sessions.bytes.Load(); n > journaled*each {
				t.Fatalf("session %d: the journals have %d bytes", i, n)
			}
		}
	}
	var total int64
	for _, session := range s.Sessions() {
		total += session.journal.bytes
	}
	if n := s.sessions.bytes.Load(); n != total || n < journaled*each/2 {
		t.Errorf("%d bytes are counted, and there are %d", n, total)
	}
	first, _ := s.InSession("w0")
	last, _ := s.InSession("w59")
	if got := first.Requests(Filter{}); len(got.Requests) > 0 || got.Dropped != 5 || got.Last != 5 {
		t.Errorf("of the first: %d entries, %d dropped", len(got.Requests), got.Dropped)
	}
	if got := last.Requests(Filter{}); len(got.Requests) != 5 {
		t.Errorf("of the last: %d entries, %d dropped", len(got.Requests), got.Dropped)
	}
}

// BenchmarkSessionMemory reports what a session takes after it has created, read, changed and deleted an agent.
func BenchmarkSessionMemory(b *testing.B) {
	for _, agents := range []int{10, 1000, 100_000} {
		b.Run(fmt.Sprintf("agents=%d", agents), func(b *testing.B) {
			s, send := sessionServer(b, Options{Agents: agents, MaxSessions: 1 << 30})
			heap := func() int64 {
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				return int64(m.HeapAlloc)
			}
			before, n := heap(), 0
			for b.Loop() {
				n++
				session := fmt.Sprint(n)
				send("POST", "/v1/api/agents", session, newAgent)
				send("GET", "/__mock/health", session, "")
			}
			b.ReportMetric(float64(heap()-before)/float64(n), "B/session")
			if len(s.Sessions()) != n {
				b.Error("sessions have ended")
			}
		})
	}
}

// BenchmarkSessionRequests compares requests of a session to those that name none.
func BenchmarkSessionRequests(b *testing.B) {
	for _, session := range []string{"", "w1"} {
		_, send := sessionServer(b, Options{Agents: 10_000,
			State: []byte(strings.ReplaceAll(stateOf("a1/x/0"), `"w"`, `"ws-demo"`))})
		for _, call := range []string{"GET ", `PUT {"llmModel":"gpt-5","name":"y"}`} {
			method, body, _ := strings.Cut(call, " ")
			b.Run(fmt.Sprintf("%s/session=%s", method, session), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if status := send(method, "/v1/api/agents/a1", session, body); status != 200 {
						b.Fatal(status)
					}
				}
			})
		}
	}
}
