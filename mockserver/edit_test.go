package mockserver_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
)

// TestEditUnknownAndAmbiguousItems checks that "no such item" and "several such items" are two
// errors in Go and two statuses over HTTP, and that a workspace tells items apart.
func TestEditUnknownAndAmbiguousItems(t *testing.T) {
	t.Parallel()
	const id, edit = "678c6a17c3f1e80b52d49a07", "/__mock/state/agents/678c6a17c3f1e80b52d49a07"
	inTwo := state(oneAgent, strings.Replace(oneAgent, "ws-1", "ws-2", 1))
	c := start(t, mockserver.Options{State: []byte(inTwo)})
	for _, tt := range []struct {
		name   string
		item   mockserver.ItemRef
		path   string
		want   error
		status int
		rule   string
		words  []string
	}{
		{"no such id", mockserver.ItemRef{Collection: "agents", ID: "nope"}, "/__mock/state/agents/nope",
			mockserver.ErrUnknownItem, 404, "unknown-item", []string{`"nope"`, "agents"}},
		{"no such collection", mockserver.ItemRef{Collection: "calls", ID: id}, "/__mock/state/calls/" + id,
			mockserver.ErrUnknownItem, 404, "unknown-item", []string{`"calls"`, "agents"}},
		{"not in this workspace", mockserver.ItemRef{Collection: "agents", ID: id, Workspace: "ws-3"},
			edit + "?workspace=ws-3", mockserver.ErrUnknownItem, 404, "unknown-item", []string{id}},
		{"in two workspaces", mockserver.ItemRef{Collection: "agents", ID: id}, edit,
			mockserver.ErrAmbiguousItem, 409, "ambiguous-item",
			[]string{"2 of the agents", id, `name the workspace: "ws-1", "ws-2"`}},
	} {
		_, err := c.Edit(tt.item, map[string]any{"name": "B"})
		for _, sentinel := range []error{mockserver.ErrUnknownItem, mockserver.ErrAmbiguousItem} {
			if errors.Is(err, sentinel) != (sentinel == tt.want) {
				t.Errorf("%s: %v; errors.Is %q is %v", tt.name, err, sentinel, sentinel != tt.want)
			}
		}
		refused := c.send("PATCH", tt.path, `{"name":"B"}`).refuses(tt.status, tt.words...)
		if got := refused.details(); len(got) != 1 || !strings.HasPrefix(got[0], tt.rule+" ") {
			t.Errorf("%s: details %q", tt.name, got)
		}
	}
	equalBytes(t, "the state after refused edits", c.State(), []byte(inTwo))

	if _, err := c.Edit(mockserver.ItemRef{Collection: "agents", ID: id, Workspace: "ws-1"},
		map[string]any{"name": "One"}); err != nil {
		t.Error(err)
	}
	c.send("PATCH", edit+"?workspace=ws-2", `{"name":"Two"}`).want(200).
		holds(map[string]string{"/workspaceId": `"ws-2"`})
	c.send("PATCH", edit+"?workspace=ws-2", `{"workspaceId":"ws-1"}`).refuses(400, "/_id")
	c.in("ws-1").send("GET", agents, "").want(200).holds(map[string]string{"/0/name": `"One"`, "/1": ""})
	c.in("ws-2").send("GET", agents, "").want(200).holds(map[string]string{"/0/name": `"Two"`, "/1": ""})
}

// TestEditAmbiguousWithoutWorkspaces: a workspace cannot tell items of different parents apart, so
// the message must not ask for one.
func TestEditAmbiguousWithoutWorkspaces(t *testing.T) {
	t.Parallel()
	c := startWith(t, loaded(t, "bookshop-3.0.yaml"), mockserver.Options{State: []byte(`{
		"books":[{"id":1,"title":"a","price":1,"currency":"EUR"},{"id":2,"title":"b","price":1,"currency":"EUR"}],
		"reviews":[{"reviewId":"6f1ed002-ab5c-4d8e-9f0a-3c1b2d4e5f60","bookId":1,"stars":1},
			{"reviewId":"6f1ed002-ab5c-4d8e-9f0a-3c1b2d4e5f60","bookId":2,"stars":1}]}`)})
	refused := c.send("PATCH", "/__mock/state/reviews/6f1ed002-ab5c-4d8e-9f0a-3c1b2d4e5f60",
		`{"stars":2}`).refuses(409, "2 of the reviews", "state")
	if strings.Contains(refused.text("/error/message"), "workspace") {
		t.Errorf("the message asks for a workspace: %s", refused.body)
	}
}
