package mockserver_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
)

func TestContent(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{Agents: 2, Workspaces: []string{"ws-b", "ws-a"}})
	gone := c.in("ws-c")
	path := gone.created(minimalAgent)
	if got := c.Workspaces(); !slices.Equal(got, []string{"ws-a", "ws-b", "ws-c"}) {
		t.Errorf("%q", got)
	}
	gone.send("DELETE", path, "")
	if got := c.Workspaces(); !slices.Equal(got, []string{"ws-a", "ws-b"}) {
		t.Errorf("%q", got)
	}
	if got := c.Counts(); !maps.Equal(got, map[string]int{"agents": 4}) {
		t.Errorf("%v", got)
	}
}
