package soak

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// sharedWorkspace has the agents that all clients write.
const sharedWorkspace = "ws-soak-shared"

// sharedAgents is how many there are: few, so that clients meet.
const sharedAgents = 2

// sharedMembers are the members of an agent that can be written. Each client has one of them in the
// shared workspace to itself.
var sharedMembers = []string{"name", "ttsModel", "smartCallback", "maxAttemptsForSmartCallback",
	"gapBetweenEachAttemptForSmartCallback", "phoneNumberIds", "settings", "variables"}

// shared is the model of the shared agents: for each, one agent per client, which has that client's
// member alone. So no two clients touch the same part of the model.
type shared struct {
	agents  []agent // as they were created
	written [][]agent
}

// share creates the shared agents.
func (r *run) share(ctx context.Context) error {
	s := &shared{}
	for i := range sharedAgents {
		body := map[string]any{"name": fmt.Sprintf("Shared %d", i), "llmModel": "gpt-5", "ttsModel": map[string]any{}}
		answer, err := r.send(ctx, request{method: http.MethodPost, path: agentsPath, workspace: sharedWorkspace,
			body: encode(body), status: http.StatusCreated})
		if err != nil {
			return err
		}
		var created agent
		if err := decode(answer, &created); err != nil {
			return err
		}
		s.agents = append(s.agents, created)
		s.written = append(s.written, make([]agent, len(sharedMembers)))
	}
	r.shared = s
	return nil
}

// compare compares the shared agents to what all clients have written, and notes the time of the last
// update, which the model cannot predict.
func (s *shared) compare(got []agent) error {
	want := make([]agent, len(s.agents))
	for i, a := range s.agents {
		want[i] = maps.Clone(a)
		for _, member := range s.written[i] {
			maps.Copy(want[i], member)
		}
		if i < len(got) {
			want[i]["updatedAt"] = got[i]["updatedAt"]
		}
	}
	if err := compareLists(want, got); err != nil {
		return fmt.Errorf("the workspace that all clients share: %w", err)
	}
	return nil
}

func (s *shared) copies() [][]agent {
	copies := make([][]agent, len(s.written))
	for i := range s.written {
		copies[i] = slices.Clone(s.written[i])
	}
	return copies
}

func (s *shared) restore(copies [][]agent) { s.written = copies }

// updateShared changes the client's own member of a shared agent. All others must stay as they are,
// which the comparison after the phase tells.
func (c *client) updateShared(ctx context.Context) error {
	s := c.run.shared
	own := slices.Index(sharedMembers, c.member)
	i := c.random.IntN(len(s.agents))
	sent := map[string]any{"llmModel": "gpt-5", c.member: c.value(c.member)}
	answer, err := c.run.send(ctx, request{method: http.MethodPut, path: agentsPath + "/" + s.agents[i].id(),
		workspace: sharedWorkspace, body: encode(sent), status: http.StatusOK})
	if err != nil {
		return err
	}
	var got agent
	if err := decode(answer, &got); err != nil {
		return err
	}
	want := normal(sent[c.member])
	if voice, ok := want.(map[string]any); ok && c.member == "ttsModel" {
		want = answeredVoice(voice, got)
	}
	s.written[i][own] = agent{c.member: want}
	return compare(s.written[i][own], agent{c.member: got[c.member]})
}
