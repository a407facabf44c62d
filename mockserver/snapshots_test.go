package mockserver_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

func TestSnapshotsAreKeptAndRestored(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{State: []byte(state(oneAgent))})
	c.created(minimalAgent)
	two := string(c.State())
	c.send("POST", "/__mock/snapshot", `{"name":"two"}`).want(204)
	c.created(minimalAgent)
	c.send("GET", "/__mock/snapshots", "").want(200).holds(map[string]string{
		"/snapshots": `[{"name":"start","items":{"agents":1}},{"name":"two","items":{"agents":2}}]`})
	c.send("POST", "/__mock/restore", `{"name":"two"}`).want(204)
	equalBytes(t, "restored", c.State(), []byte(two))
	c.send("POST", "/__mock/restore", `{"name":"start"}`).want(204)
	equalBytes(t, "at start", c.State(), []byte(state(oneAgent)))

	c.send("POST", "/__mock/restore", `{"name":"three"}`).refuses(404, `"three"; there are start, two`)
	c.send("POST", "/__mock/restore?session=w", `{"name":"three"}`).refuses(404, "start, two")
	c.send("POST", "/__mock/restore", `{"nmae":"two"}`).refuses(400, "name")
	c.send("POST", "/__mock/restore", `{"name":"two","workspace":"ws-1"}`).refuses(400, "workspace")
	c.send("POST", "/__mock/snapshot", `{"name":"a b"}`).refuses(400)
	c.send("POST", "/__mock/snapshot", `{}`).refuses(400)
	c.send("DELETE", "/__mock/snapshots/start", "").refuses(400, "start")
	c.send("DELETE", "/__mock/snapshots/three", "").refuses(404)

	// a session restores what the shared one has kept; what it keeps itself is its own
	c.send("POST", "/__mock/restore?session=w", `{"name":"two"}`).want(204)
	w, err := c.InSession("w")
	if err != nil {
		t.Fatal(err)
	}
	equalBytes(t, "restored in a session", w.State(), []byte(two))
	equalBytes(t, "in the shared one", c.State(), []byte(state(oneAgent)))
	c.with("X-Mock-Session", "w").created(minimalAgent)
	if err := w.Snapshot("three"); err != nil {
		t.Fatal(err)
	}
	if err := c.Restore("three"); !errors.Is(err, mockserver.ErrUnknownSnapshot) {
		t.Error(err)
	}
	w.Reset()
	equalBytes(t, "reset in a session", w.State(), []byte(state(oneAgent)))
	if err := w.Restore("three"); err != nil || strings.Count(string(w.State()), `"_id"`) != 3 {
		t.Errorf("%v: %s", err, w.State())
	}

	// what is called start is what a reset returns to, and sessions begin with
	c.send("POST", "/__mock/restore", `{"name":"two"}`).want(204)
	c.send("POST", "/__mock/snapshot", `{"name":"start"}`).want(204)
	c.created(minimalAgent)
	c.Reset()
	equalBytes(t, "the new start", c.State(), []byte(two))
	fresh, err := c.InSession("fresh")
	if err != nil {
		t.Fatal(err)
	}
	equalBytes(t, "a new session", fresh.State(), []byte(two))
	w.Reset()
	equalBytes(t, "a session from before", w.State(), []byte(state(oneAgent)))
	c.send("DELETE", "/__mock/snapshots/two", "").want(204)
	if got := c.Snapshots(); fmt.Sprint(got) != "[start]" {
		t.Error(got)
	}
}

func TestSnapshotsAreBounded(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{State: []byte(state(oneAgent)), MaxState: 2000})
	for i := range 5 {
		err := c.Snapshot(fmt.Sprint("s", i))
		if full, ok := errors.AsType[*mockserver.StateError](err); ok {
			if !strings.Contains(full.Error(), "--max-state") || i < 2 {
				t.Errorf("snapshot %d: %v", i, err)
			}
			break
		}
		if err != nil || i == 4 {
			t.Errorf("snapshot %d: %v", i, err)
		}
	}
	c.send("POST", "/__mock/snapshot", `{"name":"more"}`).refuses(507, "--max-state")
	c.DropSnapshot("s0")
	c.send("POST", "/__mock/snapshot", `{"name":"more"}`).want(204)

	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{})
	for i := range mockserver.MaxSnapshots {
		if err := m.Snapshot(fmt.Sprint("s", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Snapshot("more"); !errors.Is(err, mockserver.ErrSnapshot) || !strings.Contains(err.Error(), "s19") {
		t.Error(err)
	}
	if err := errors.Join(m.Snapshot("s3"), m.Snapshot("start")); err != nil {
		t.Error(err)
	}
	if err := m.Snapshot("a/b"); !errors.Is(err, mockserver.ErrSnapshot) {
		t.Error(err)
	}
}

// TestOneWorkspaceAlone resets, restores, reads and replaces one workspace: all others stay as they are.
func TestOneWorkspaceAlone(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{Agents: 3, Workspaces: []string{"ws-1", "ws 1", "ws"}})
	first := c.send("GET", "/__mock/state?workspace=ws%201", "").want(200).body
	change := func() {
		for _, w := range []string{"ws-1", "ws 1", "ws-new"} {
			c.in(w).created(minimalAgent)
			if _, err := c.Seed(mockserver.SeedOptions{Count: 2, Workspace: w}); err != nil {
				t.Fatal(err)
			}
		}
	}
	change()
	if err := c.Snapshot("changed"); err != nil {
		t.Fatal(err)
	}
	read := func(w string) string {
		raw, err := c.WorkspaceState(w)
		if err != nil {
			t.Error(err)
		}
		return string(raw)
	}
	before := map[string]string{}
	for _, w := range []string{"ws-1", "ws 1", "ws", "ws-new"} {
		before[w] = read(w)
	}
	kept := func(except string) {
		t.Helper()
		for w, want := range before {
			if w != except {
				equalBytes(t, w, []byte(read(w)), []byte(want))
			}
		}
	}
	c.send("POST", "/__mock/reset?workspace=ws%201", "").want(204)
	equalBytes(t, "after its reset", []byte(read("ws 1")), first)
	kept("ws 1")
	if _, err := c.Seed(mockserver.SeedOptions{Count: 2, Workspace: "ws 1"}); err != nil {
		t.Error(err)
	}
	c.send("POST", "/__mock/restore?workspace=ws%201", `{"name":"changed"}`).want(204)
	kept("")
	c.send("POST", "/__mock/reset?workspace=ws-new", "").want(204)
	equalBytes(t, "new since the start", []byte(read("ws-new")), []byte(`{"agents":[]}`))
	c.in("ws-new").created(minimalAgent)
	c.send("POST", "/__mock/restore?workspace=ws-new", `{"name":"changed"}`).want(204)
	kept("")

	unnamed := strings.Replace(oneAgent, `"workspaceId":"ws-1",`, "", 1)
	c.send("PUT", "/__mock/state?workspace=ws%201", state(unnamed)).want(204)
	if got := read("ws 1"); strings.Count(got, `"_id"`) != 1 || !strings.Contains(got, `"workspaceId":"ws 1"`) {
		t.Error(got)
	}
	c.send("PUT", "/__mock/state?workspace=ws%201", state(oneAgent)).refuses(400, "/agents/0/workspaceId", `"ws-1"`)
	kept("ws 1")
	for range 20 { // identities and places stay apart from those that came back
		c.in("ws 1").created(minimalAgent)
	}
	c.send("POST", "/__mock/reset?workspace=ws%201", "").want(204)
	equalBytes(t, "after a state of its own", []byte(read("ws 1")), first)
	for i := range 20 {
		c.in("ws 1").created(minimalAgent)
		if n := strings.Count(read("ws 1"), `"_id"`); n != 4+i {
			t.Fatalf("%d agents after %d", n, i)
		}
	}
	c.send("DELETE", "/__mock/requests?workspace=ws%201", "").want(204)
	for _, e := range c.Requests(mockserver.Filter{}).Requests {
		if e.Workspace == "ws 1" {
			t.Errorf("%+v", e)
		}
	}
	if len(c.Requests(mockserver.Filter{Workspace: "ws-1"}).Requests) == 0 {
		t.Error("nothing is left in the journal")
	}
}

// TestWorkspacesThatThereAreNot asks for one where the document keeps none apart.
func TestWorkspacesThatThereAreNot(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Load("../testdata/bookshop-3.0.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c := startWith(t, doc, mockserver.Options{})
	for _, call := range []string{"POST reset", "GET state", "PUT state", "POST restore", "DELETE requests"} {
		method, path, _ := strings.Cut(call, " ")
		body := map[string]string{"PUT state": "{}", "POST restore": `{"name":"start"}`}[call]
		c.send(method, "/__mock/"+path+"?workspace=w", body).refuses(400, "workspace", "scope")
	}
	c.send("POST", "/__mock/seed", `{"workspace":"w"}`).refuses(400, "body /workspace", "scope")
	if err := c.SetWorkspaceState("", "{}"); err == nil {
		t.Error("no workspace is named")
	}
}
