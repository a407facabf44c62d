package mockserver_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// TestSessionsNeverMeet has two hundred sessions create, update, list, delete and reset at once, each of which
// must see its own agents and no other's.
func TestSessionsNeverMeet(t *testing.T) {
	t.Parallel()
	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{Agents: 5})
	shared := string(m.State())
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			s, err := m.InSession(fmt.Sprintf("worker-%d", i))
			if err != nil {
				t.Error(err)
				return
			}
			before := string(s.State())
			if before != shared {
				t.Errorf("session %d begins as %s", i, before)
			}
			name := fmt.Sprintf("Agent of %d", i)
			for round := range 3 {
				id := createIn(t, m, s.Name(), name)
				res := sendIn(t, m, s.Name(), "PUT", "/v1/api/agents/"+id, `{"llmModel":"gpt-5","name":"`+name+` again"}`)
				list := sendIn(t, m, s.Name(), "GET", "/v1/api/agents", "")
				if n := strings.Count(list, `"_id"`); n != 6 || !strings.Contains(res, name+" again") ||
					!strings.Contains(list, name+" again") || strings.Count(list, "Agent of ") != 1 {
					t.Errorf("session %d, round %d: %d agents: %s", i, round, n, list)
				}
				if round == 1 {
					sendIn(t, m, s.Name(), "DELETE", "/v1/api/agents/"+id, "")
				} else {
					s.Reset()
				}
				if after := string(s.State()); after != before {
					t.Errorf("session %d, round %d ends as %s", i, round, after)
				}
			}
			if n := len(s.Requests(mockserver.Filter{}).Requests); n != 10 {
				t.Errorf("session %d: %d requests in the journal", i, n)
			}
		})
	}
	wg.Wait()
	if now := string(m.State()); now != shared || len(m.Requests(mockserver.Filter{}).Requests) > 0 {
		t.Errorf("the shared session has become %s", now)
	}
}

// createIn creates an agent in a session and returns its identity.
func createIn(t *testing.T, m *mockserver.TestServer, session, name string) string {
	t.Helper()
	body := sendIn(t, m, session, "POST", "/v1/api/agents", `{"name":"`+name+`","llmModel":"gpt-5","ttsModel":{}}`)
	_, id, _ := strings.Cut(body, `"_id":"`)
	id, _, _ = strings.Cut(id, `"`)
	return id
}

// sendIn sends a request in a session and returns the body of the response.
func sendIn(t *testing.T, m *mockserver.TestServer, session, method, path, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, m.URL+path, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return ""
	}
	r.Header.Set("X-Api-Key", "k")
	r.Header.Set("X-Workspace-Id", "ws-demo")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if session != "" {
		r.Header.Set(mockserver.SessionHeader, session)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
	}
	return string(text)
}

// TestSessionInThePath sends requests to the base URL of a session, for clients that cannot set headers.
func TestSessionInThePath(t *testing.T) {
	t.Parallel()
	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{Agents: 1})
	base := "/__mock/sessions/a%20b"
	if body := sendIn(t, m, "", "GET", base+"/v1/api/agents", ""); !strings.Contains(body, "no name of a session") {
		t.Error(body)
	}
	base = "/__mock/sessions/w1"
	created := sendIn(t, m, "", "POST", base+"/v1/api/agents", `{"name":"Mine","llmModel":"gpt-5","ttsModel":{}}`)
	if list := sendIn(t, m, "w1", "GET", "/v1/api/agents", ""); !strings.Contains(list, `"Mine"`) {
		t.Errorf("%s, but the list has %s", created, list)
	}
	if list := sendIn(t, m, "", "GET", "/v1/api/agents", ""); strings.Contains(list, `"Mine"`) {
		t.Errorf("seen in the shared session: %s", list)
	}
	if doc := sendIn(t, m, "", "GET", base+"/openapi.json", ""); !strings.Contains(doc, m.URL+base) {
		t.Errorf("the document's server is not %s", m.URL+base)
	}
	if body := sendIn(t, m, "w2", "GET", base+"/v1/api/agents", ""); !strings.Contains(body, "two sessions") {
		t.Error(body)
	}
	sendIn(t, m, "", "POST", base+"/__mock/reset", "")
	if list := sendIn(t, m, "w1", "GET", "/v1/api/agents", ""); strings.Contains(list, `"Mine"`) {
		t.Errorf("after a reset: %s", list)
	}
}

// TestSessionsAreBounded begins more sessions than there may be, and lets them idle.
func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{Agents: 1, MaxSessions: 2})
	for _, name := range []string{"a", "b"} {
		if _, err := m.InSession(name); err != nil {
			t.Fatal(err)
		}
	}
	if body := sendIn(t, m, "c", "GET", "/v1/api/agents", ""); !strings.Contains(body, "--max-sessions") {
		t.Error(body)
	}
	if !m.EndSession("a") || m.EndSession("a") {
		t.Error("a session ends once")
	}
	if _, err := m.InSession("c"); err != nil {
		t.Error(err)
	}
	idle := mockserver.RunT(t, openapi.Agent(), mockserver.Options{SessionIdle: time.Nanosecond})
	if _, err := idle.InSession("a"); err != nil {
		t.Fatal(err)
	}
	if list := idle.Sessions(); len(list) > 0 {
		t.Errorf("%d sessions idle on", len(list))
	}
}

// BenchmarkFork begins sessions over few and many agents: neither time nor memory grows with them.
func BenchmarkFork(b *testing.B) {
	for _, agents := range []int{10, 1000, 100_000} {
		b.Run(fmt.Sprintf("agents=%d", agents), func(b *testing.B) {
			s, err := mockserver.New(openapi.Agent(), mockserver.Options{Agents: agents, MaxSessions: 1 << 30})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n++
				if _, err := s.InSession(fmt.Sprint(n)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
