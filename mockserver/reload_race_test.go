package mockserver

import (
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// documents returns the built-in document, and it with agents that must have an owner.
func documents(t *testing.T) (agent, owned *openapi.Document) {
	t.Helper()
	source := strings.Replace(string(openapi.Agent().Source()), "        - updatedAt\n      properties:\n",
		"        - updatedAt\n        - owner\n      properties:\n"+
			"        owner: {type: string, minLength: 1, readOnly: true}\n", 1)
	owned, err := openapi.Parse("agent.yaml", []byte(source))
	if err != nil || source == string(openapi.Agent().Source()) {
		t.Fatal("the document is not as this test knows it: ", err)
	}
	return openapi.Agent(), owned
}

// allOwned fails the test if a session has an agent that is not as the edited document wants it.
func allOwned(t *testing.T, s *Session, agents int) {
	t.Helper()
	state := string(s.State())
	if n, owned := strings.Count(state, `"_id"`), strings.Count(state, `"owner":`); n != owned || n != agents {
		t.Errorf("session %q has %d agents, %d of them owned; want %d", s.name, n, owned, agents)
	}
}

// during is a body in the middle of whose arrival something happens.
type during struct {
	io.Reader
	happens func()
}

func (d *during) Read(p []byte) (int, error) {
	if d.happens != nil {
		d.happens()
		d.happens = nil
	}
	return d.Reader.Read(p)
}

// TestFaultsAreMetOnce edits the document while a request is under way that meets a fault.
func TestFaultsAreMetOnce(t *testing.T) {
	t.Parallel()
	_, owned := documents(t)
	for _, f := range []Fault{{Body: "truncated", Times: 5}, {Omit: "/name", Times: 5}} {
		s, _ := sessionServer(t, Options{})
		if _, err := s.AddFault(f); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", "http://localhost/v1/api/agents", &during{strings.NewReader(newAgent), func() {
			if err := s.SetDocument(owned); err != nil {
				t.Error(err)
			}
		}})
		for name, value := range map[string]string{"X-Api-Key": "k", "X-Workspace-Id": "ws-demo",
			"Content-Type": "application/json"} {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		func() {
			defer func() { _ = recover() }() // http.ErrAbortHandler
			s.ServeHTTP(w, r)
		}()
		if met := s.Faults()[0]; met.Count != 1 || met.Left != 4 || w.Header().Get(FaultHeader) != "f1" {
			t.Errorf("%+v: counted %d, %d left; header %q", f, met.Count, met.Left, w.Header().Get(FaultHeader))
		}
		whole, _ := strconv.Atoi(w.Header().Get("Content-Length"))
		if half := w.Body.Len(); f.Body != "" && half != whole/2 || f.Omit != "" && half != whole ||
			f.Body == "" && !strings.Contains(w.Body.String(), `"owner":`) {
			t.Errorf("%+v: %d bytes of %d: %s", f, half, whole, w.Body)
		}
	}
}

// TestRequestsOfEndedSessions lets the document change between the moments in which a request finds its session,
// which ends, and the document.
func TestRequestsOfEndedSessions(t *testing.T) {
	t.Parallel()
	_, owned := documents(t)
	s, _ := sessionServer(t, Options{Agents: 2})
	session, err := s.InSession("w1")
	if err != nil || !s.EndSession("w1") || s.SetDocument(owned) != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "http://localhost/v1/api/agents", strings.NewReader(newAgent))
	r.Header.Set("X-Api-Key", "k")
	r.Header.Set("X-Workspace-Id", "ws-demo")
	r.Header.Set("Content-Type", "application/json")
	x := s.newExchange(session, r)
	if res := x.api.serve(x, httptest.NewRecorder(), 1<<20); res.status != 201 {
		t.Errorf("%d %s", res.status, res.body)
	}
	session.Reset()
	if _, err := session.Seed(SeedOptions{Count: 1}); err != nil {
		t.Error(err)
	}
}

// TestStatesFollowTheDocument edits the document while states are set and put back.
func TestStatesFollowTheDocument(t *testing.T) {
	t.Parallel()
	agent, owned := documents(t)
	for name, change := range map[string]func(s *Server, edit func()) error{
		"set": func(s *Server, edit func()) error {
			value, err := stateValue(s.State())
			if err != nil {
				return err
			}
			whole := partOfValue(value)
			members := whole.members
			whole.members = func(yield func(string, part) bool) {
				members(func(name string, member part) bool {
					more := yield(name, member)
					edit()
					return more
				})
			}
			if err := s.setState(whole, ""); err == nil {
				return errors.New("a state without owners is taken")
			}
			return nil
		},
		"restore": func(s *Server, edit func()) error {
			return s.restore(func() (*snapshot, error) { defer edit(); return s.atStart(), nil })
		},
		"restore a workspace": func(s *Server, edit func()) error {
			return s.restoreWorkspace(func() (*snapshot, error) { defer edit(); return s.atStart(), nil }, "ws-demo")
		},
	} {
		s, _ := sessionServer(t, Options{Agents: 3})
		edits := 0
		if err := change(s, func() {
			if edits++; edits == 1 && s.SetDocument(owned) != nil {
				t.Error("not set")
			}
		}); err != nil {
			t.Fatal(name, err)
		}
		if allOwned(t, s.Session, 3); t.Failed() {
			t.Fatal(name)
		}
		if err := s.SetDocument(agent); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSessionsMigrateDuringChanges edits the document while sessions change, keep and put back their items, begin
// and end: at last all items are as the last document has them, and nothing is left of what ended.
func TestSessionsMigrateDuringChanges(t *testing.T) {
	t.Parallel()
	agent, owned := documents(t)
	s, send := sessionServer(t, Options{Agents: 3})
	var wait sync.WaitGroup
	for i := range 4 {
		wait.Go(func() {
			session := []string{"", "w1", "w2"}[i%3]
			for n := range 40 {
				call := []string{"POST /v1/api/agents " + newAgent, `POST /__mock/snapshot {"name":"a"}`,
					"POST /__mock/reset ", `POST /__mock/seed {"count":1}`, "POST /__mock/reset?workspace=ws-demo ",
					`POST /__mock/restore {"name":"start"}`, "GET /v1/api/agents ", "DELETE /__mock/sessions/w2 "}[(n+i)%8]
				part := strings.SplitN(call, " ", 3)
				if got := send(part[0], part[1], session, part[2]); got >= 400 && got != 404 {
					t.Errorf("%s in %q: %d", call, session, got)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wait.Wait(); close(done) }()
	for n, changing := 0, true; changing || n%2 == 1; n++ {
		select {
		case <-done:
			changing = false
		default:
		}
		if err := s.SetDocument([]*openapi.Document{agent, owned}[n%2]); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.SetDocument(owned); err != nil {
		t.Fatal(err)
	}
	for _, session := range append(s.Sessions(), s.Session) {
		for _, name := range session.Snapshots() {
			if err := session.Restore(name); err != nil {
				t.Fatal(err)
			}
			allOwned(t, session, session.Counts()["agents"])
		}
		session.DropSnapshot("a")
	}
	s.EndSessions()
	s.Reset()
	if n := len(s.store.family.held); n != 1 || s.store.family.bytes.Load() != s.atStart().own {
		t.Errorf("%d snapshots are held, and %d bytes counted; the state has %d", n, s.store.family.bytes.Load(),
			s.atStart().own)
	}
}

// TestSessionsShareMigratedItems has sessions without items of their own share those of an edited document, and
// others make anew only what they have.
func TestSessionsShareMigratedItems(t *testing.T) {
	t.Parallel()
	agent, owned := documents(t)
	s, send := sessionServer(t, Options{Agents: 50})
	before := s.store.family.bytes.Load()
	for i := range 20 {
		send("GET", "/v1/api/agents", fmt.Sprint("w", i), "")
	}
	send("POST", "/v1/api/agents", "own", newAgent)
	own, _ := s.InSession("own")
	for _, doc := range []*openapi.Document{owned, agent, owned} {
		if err := s.SetDocument(doc); err != nil {
			t.Fatal(err)
		}
		if n := own.Counts()["agents"]; n != 51 {
			t.Errorf("%d agents", n)
		}
		for _, session := range s.Sessions() {
			if session != own && session.store.latest().items != s.atStart().items || session.start != s.start {
				t.Errorf("%s has items of its own", session.name)
			}
		}
	}
	for i := range 20 {
		session, _ := s.InSession(fmt.Sprint("w", i))
		allOwned(t, session, 50)
	}
	allOwned(t, own, 51)
	s.EndSessions()
	if n, now := len(s.store.family.held), s.store.family.bytes.Load(); n != 1 || now < before || now > before*2 {
		t.Errorf("%d snapshots are held, %d bytes counted, %d before", n, now, before)
	}
}

// TestSetStartHoldsOneState sets the state at start again and again.
func TestSetStartHoldsOneState(t *testing.T) {
	t.Parallel()
	s, send := sessionServer(t, Options{Agents: 5})
	state := s.State()
	before := s.store.family.bytes.Load()
	for i := range 5 {
		send("GET", "/v1/api/agents", fmt.Sprint("w", i), "")
		if err := s.SetStart(state); err != nil {
			t.Fatal(err)
		}
	}
	s.EndSessions()
	if send("POST", "/__mock/snapshot", "", `{"name":"start"}`) != 204 {
		t.Error("not kept")
	}
	if err := s.SetStart(state); err != nil {
		t.Fatal(err)
	}
	if n, now := len(s.store.family.held), s.store.family.bytes.Load(); n != 1 || now != before {
		t.Errorf("%d snapshots are held, %d bytes counted; before %d", n, now, before)
	}
}

// TestJournalForgetsDocuments edits the document often: the journal must not keep every one in memory.
func TestJournalForgetsDocuments(t *testing.T) {
	t.Parallel()
	agent, _ := documents(t)
	s, send := sessionServer(t, Options{})
	for range 3 * journaledDocuments {
		for _, session := range []string{"", "w1"} {
			send("GET", "/v1/api/agents", session, "")
		}
		if err := s.SetDocument(agent); err != nil {
			t.Fatal(err)
		}
	}
	w1, _ := s.InSession("w1")
	for _, session := range []*Session{s.Session, w1} {
		got := session.Requests(Filter{})
		if n := len(got.Requests); n != journaledDocuments-1 || got.Dropped != uint64(3*journaledDocuments-n) ||
			got.Last != 3*journaledDocuments {
			t.Errorf("session %q: %d entries, %d dropped, the last is %d", session.name, n, got.Dropped, got.Last)
		}
	}
	if w1.journal.bytes != s.sessions.bytes.Load() {
		t.Errorf("%d bytes are counted of %d", s.sessions.bytes.Load(), w1.journal.bytes)
	}
}

// TestItemsWithoutPlace edits, shows and migrates an item that has no place in the document any more: another one
// has its identity there.
func TestItemsWithoutPlace(t *testing.T) {
	t.Parallel()
	agent, _ := documents(t)
	unscoped, err := openapi.Parse("agent.yaml",
		[]byte(strings.Replace(string(agent.Source()), "  scope:\n", "  scopes:\n", 1)))
	if err != nil || unscoped.Scope != nil {
		t.Fatal(err)
	}
	s, send := sessionServer(t, Options{})
	seed := func(workspace string) {
		if _, err := s.Seed(SeedOptions{Count: 1, Workspace: workspace}); err != nil {
			t.Fatal(err)
		}
	}
	set := func(doc *openapi.Document) []*record {
		if err := s.SetDocument(doc); err != nil {
			t.Fatal(err)
		}
		return s.store.latest().all("/v1/api/agents")
	}
	seed("b")
	b := s.store.latest().all("/v1/api/agents")[0].id
	seed("a")
	a := s.store.latest().all("/v1/api/agents")[0].id
	if _, err := s.Edit(ItemRef{Collection: "agents", ID: a}, []byte(`{"_id":"`+b+`"}`)); err != nil {
		t.Fatal(err)
	}
	set(unscoped)
	if send("DELETE", "/v1/api/agents/"+b, "", "") >= 300 {
		t.Fatal("not deleted")
	}
	seed("b") // which has another identity than that of b, and no place has that now
	other := s.store.latest().all("/v1/api/agents")[0].id
	if _, err := s.Edit(ItemRef{Collection: "agents", ID: other},
		[]byte(`{"_id":"`+b+`","workspaceId":"b"}`)); err != nil {
		t.Fatal(err)
	}
	list := set(agent)
	if len(list) != 2 || len(list[0].key.place) > 0 {
		t.Fatalf("%d agents; the first is at %q", len(list), list[0].key.place)
	}
	if status := send("PATCH", "/__mock/state/agents/"+b, "", `{"name":"N"}`); status >= 500 {
		t.Error(status)
	}
	if n := len(set(unscoped)) + len(set(agent)) + strings.Count(string(s.State()), `"_id"`); n != 6 {
		t.Error(n)
	}
}
