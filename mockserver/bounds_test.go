package mockserver_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// TestFullState fills servers to each bound. One more is refused by whatever door it comes, with the
// flag; what is there stays, and can be changed and removed.
func TestFullState(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		options mockserver.Options
		more    string // workspace of the item that is too much
		flag    string
	}{
		{"items", mockserver.Options{MaxItems: 3}, "ws-1", "--max-items"},
		{"workspaces", mockserver.Options{MaxWorkspaces: 2}, "ws-3", "--max-workspaces"},
		{"bytes", mockserver.Options{MaxState: 3 * 700}, "ws-1", "--max-state"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := start(t, tt.options)
			paths := []string{c.created(minimalAgent), c.created(minimalAgent), c.in("ws-2").created(minimalAgent)}
			before := c.State()
			full := func(r *reply) {
				t.Helper()
				if got := r.refuses(507, tt.flag).details(); !slices.Equal(got, []string{"state-full state"}) {
					t.Errorf("details %q", got)
				}
			}
			full(c.in(tt.more).send("POST", agents, minimalAgent))
			full(c.send("PUT", "/__mock/state", beyond(before)))
			full(c.send("POST", "/__mock/seed", fmt.Sprintf(`{"count":5,"workspace":%q}`, tt.more)))
			equalBytes(t, "the state after refusals", c.State(), before)
			var state *mockserver.StateError
			err := c.SetState([]byte(beyond(before)))
			if !errors.As(err, &state) || !strings.Contains(err.Error(), tt.flag) {
				t.Errorf("SetState: %v", err)
			}

			tt.options.State = []byte(beyond(before))
			_, err = mockserver.New(openapi.Agent(), tt.options)
			if err == nil || !strings.Contains(err.Error(), tt.flag) {
				t.Errorf("a state at start: %v", err)
			}
			c.send("PUT", paths[0], `{"llmModel":"gpt-5"}`).want(200)
			c.send("PUT", "/__mock/state", string(before)).want(204)
			c.in("ws-2").send("DELETE", paths[2], "").want(204)
			c.in(tt.more).created(minimalAgent)
		})
	}
}

// beyond returns a state with more items, in more workspaces.
func beyond(state []byte) string {
	items := strings.TrimPrefix(strings.TrimSuffix(string(state), "]}"), `{"agents":[`)
	for i := range 3 {
		items += "," + strings.Replace(strings.Replace(oneAgent, "678c6a17", fmt.Sprintf("%08d", i), 1), "ws-1",
			fmt.Sprintf("ws-%d", i), 1)
	}
	return `{"agents":[` + items + `]}`
}

// An update that makes an item larger than there is room for is refused, and one that makes it smaller
// is not.
func TestFullStateRefusesGrowth(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{MaxState: 2000})
	path := c.created(minimalAgent)
	long := fmt.Sprintf(`{"llmModel":"gpt-5","name":%q}`, strings.Repeat("x", 200))
	c.send("PUT", path, long).want(200)
	c.send("PUT", path, strings.Replace(long, "xx", strings.Repeat("x", 2000), 1)).refuses(507, "--max-state")
	c.send("GET", path, "").want(200).holds(map[string]string{"/name": `"` + strings.Repeat("x", 200) + `"`})
	c.send("PUT", path, `{"llmModel":"gpt-5","name":"x"}`).want(200)
}

// More generated agents than the server may hold are an error, and looking into workspaces is none.
func TestBoundsAtStart(t *testing.T) {
	t.Parallel()
	_, err := mockserver.New(openapi.Agent(), mockserver.Options{Agents: 5, MaxItems: 4})
	if err == nil || !strings.Contains(err.Error(), "--max-items") {
		t.Errorf("too many agents: %v", err)
	}
	c := start(t, mockserver.Options{Agents: 4, MaxItems: 4, MaxWorkspaces: 1})
	for i := range 10 {
		c.in(fmt.Sprint("ws-", i)).send("GET", agents, "").want(200).holds(map[string]string{"": "[]"})
	}
}
