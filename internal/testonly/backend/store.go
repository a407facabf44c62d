package backend

import (
	"slices"
	"sync"
)

// agentKey identifies an agent: ids have no meaning outside their workspace.
type agentKey struct{ workspace, id string }

// store holds all agents and, for each workspace, the order of their creation.
type store struct {
	mu     sync.Mutex
	agents map[agentKey]*agent
	order  map[string][]string
}

func newStore() *store {
	return &store{agents: map[agentKey]*agent{}, order: map[string][]string{}}
}

func (s *store) add(a agent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.agents[agentKey{a.workspace, a.id}] = &a
	s.order[a.workspace] = append(s.order[a.workspace], a.id)
}

func (s *store) find(p agentKey) (agent, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.agents[p]
	if !ok {
		return agent{}, false
	}
	return *a, true
}

// list returns the agents of a workspace, oldest first.
func (s *store) list(workspace string) []agent {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []agent
	for _, id := range s.order[workspace] {
		found = append(found, *s.agents[agentKey{workspace, id}])
	}
	return found
}

// change applies f to an agent under the lock and returns the result.
func (s *store) change(p agentKey, f func(*agent)) (agent, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.agents[p]
	if !ok {
		return agent{}, false
	}
	f(a)
	return *a, true
}

func (s *store) remove(p agentKey) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.agents[p]; !ok {
		return false
	}
	delete(s.agents, p)
	s.order[p.workspace] = slices.DeleteFunc(s.order[p.workspace], func(id string) bool { return id == p.id })
	return true
}
