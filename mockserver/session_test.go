package mockserver_test

import (
	"encoding/json"
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
			for round := range 4 {
				id := createIn(t, m, s.Name(), name)
				res := sendIn(t, m, s.Name(), "PUT", "/v1/api/agents/"+id, `{"llmModel":"gpt-5","name":"`+name+` again"}`)
				list := sendIn(t, m, s.Name(), "GET", "/v1/api/agents", "")
				if n := strings.Count(list, `"_id"`); n != 6 || !strings.Contains(res, name+" again") ||
					!strings.Contains(list, name+" again") || strings.Count(list, "Agent of ") != 1 {
					t.Errorf("session %d, round %d: %d agents: %s", i, round, n, list)
				}
				switch round {
				case 0:
					sendIn(t, m, "", "POST", "/__mock/reset?session="+s.Name(), "")
				case 1:
					sendIn(t, m, s.Name(), "DELETE", "/v1/api/agents/"+id, "")
				case 2:
					sendIn(t, m, s.Name(), "POST", "/__mock/reset?workspace=ws-demo", "")
				case 3:
					sendIn(t, m, "", "POST", "/__mock/sessions/"+s.Name()+"/__mock/restore", `{"name":"start"}`)
				}
				if after := string(s.State()); after != before {
					t.Errorf("session %d, round %d ends as %s", i, round, after)
				}
			}
			journal := sendIn(t, m, s.Name(), "GET", "/__mock/requests?view=summary", "")
			if n := strings.Count(journal, `"session":"`+s.Name()+`"`); n != 13 || strings.Count(journal, `"method"`) != n {
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

// TestNamesOfSessionsAreRefusedWhereTheyStand wants a message to lead to the place that has the wrong name.
func TestNamesOfSessionsAreRefusedWhereTheyStand(t *testing.T) {
	t.Parallel()
	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{Agents: 1})
	for _, test := range []struct{ header, path, want string }{
		{"a b", "/v1/api/agents", `header X-Mock-Session: "a b" is no name of a session`},
		{"..", "/v1/api/agents", `header X-Mock-Session: ".." is no name of a session`},
		{"", "/__mock/health?session=a%2Fb", `query session: "a/b" is no name of a session`},
		{"", "/__mock/sessions/a%20b/v1/api/agents", `path /__mock/sessions/a%20b: "a b" is no name of a session`},
		{"", "/__mock/sessions/%2e%2e/v1/api/agents", `path /__mock/sessions/%2e%2e: ".." is no name of a session`},
		{"", "/__mock/health?session=" + strings.Repeat("x", 101), `query session: "xxx`},
		{"a", "/__mock/health?session=b", `header X-Mock-Session: the request names two sessions, "a" here and "b"`},
		{"", "/__mock/sessions/a/__mock/health?session=b", `path /__mock/sessions/a: the request names two sessions, "a"`},
	} {
		body := sendIn(t, m, test.header, "GET", test.path, "")
		var refused struct{ Error struct{ Message string } }
		err := json.Unmarshal([]byte(body), &refused)
		if err != nil || !strings.HasPrefix(refused.Error.Message, test.want) {
			t.Errorf("%s: %s, not %s", test.path, body, test.want)
		}
	}
	if names := m.Sessions(); len(names) > 0 {
		t.Error(names)
	}
}

// TestPlacesBelowTheBase checks that what a session's base URL leads to stays below it.
func TestPlacesBelowTheBase(t *testing.T) {
	t.Parallel()
	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{Agents: 1})
	base := m.URL + "/__mock/sessions/w1"
	send := func(method, path, body string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = http.Header{"X-Api-Key": {"k"}, "X-Workspace-Id": {"ws-demo"}, "Content-Type": {"application/json"}}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res
	}
	res := send("POST", "/v1/api/agents", `{"name":"A","llmModel":"gpt-5","ttsModel":{}}`)
	if at := res.Header.Get("Location"); !strings.HasPrefix(at, "/__mock/sessions/w1/v1/api/agents/") {
		t.Errorf("Location: %q", at)
	}
	at := strings.TrimPrefix(res.Header.Get("Location"), "/__mock/sessions/w1")
	if res := send("GET", at, ""); res.StatusCode != 200 {
		t.Errorf("what Location names: %s", res.Status)
	}
	if doc := sendIn(t, m, "", "GET", "/__mock/sessions/w1/__mock/openapi.yaml", ""); !strings.Contains(doc, base) {
		t.Errorf("the document of the control does not name %s", base)
	}
	detail := sendIn(t, m, "", "GET", "/__mock/sessions/w1/__mock/requests/1", "")
	if !strings.Contains(detail, "x-mock-session: w1") || !strings.Contains(detail, m.URL+"/v1/api/agents") {
		t.Errorf("the command does not repeat the request in its session: %s", detail)
	}
	for _, bad := range []string{"/__mock/sessions", "/__mock/sessions/w2/v1/api/agents"} {
		if body := sendIn(t, m, "", "DELETE", "/__mock/sessions/w1"+bad, ""); !strings.Contains(body, "error") {
			t.Errorf("DELETE %s: %s", bad, body)
		}
	}
	if n := len(m.Sessions()); n != 1 {
		t.Errorf("%d sessions", n)
	}
	if body := sendIn(t, m, "w1", "DELETE", "/__mock/sessions", ""); !strings.Contains(body, "ends that one") {
		t.Error(body)
	}
	if body := sendIn(t, m, "", "DELETE", "/__mock/sessions/W1", ""); !strings.Contains(body, `\"w1\" is near to it`) {
		t.Error(body)
	}
	sendIn(t, m, "w1", "DELETE", "/__mock/sessions/w1", "")
	if n := len(m.Sessions()); n != 0 {
		t.Errorf("%d sessions after the end", n)
	}
}

// TestPagesMaySendTheSession asks, as a browser does, whether a page may send the header.
func TestPagesMaySendTheSession(t *testing.T) {
	t.Parallel()
	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{})
	for _, path := range []string{"/v1/api/agents", "/__mock/requests", "/__mock/sessions/w1/v1/api/agents"} {
		r, err := http.NewRequestWithContext(t.Context(), "OPTIONS", m.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = http.Header{"Origin": {"http://localhost:5173"}, "Access-Control-Request-Method": {"GET"},
			"Access-Control-Request-Headers": {"x-mock-session"}}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if allowed := res.Header.Get("Access-Control-Allow-Headers"); !strings.Contains(allowed, "x-mock-session") {
			t.Errorf("%s: %s, allowed %q", path, res.Status, allowed)
		}
	}
	if n := len(m.Sessions()); n != 0 {
		t.Errorf("a preflight has begun %d sessions", n)
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
