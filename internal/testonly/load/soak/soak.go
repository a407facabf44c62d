// Package soak drives a mock of the agent API with mixed load for as long as it is told, and compares
// what it answers to a model.
//
//	report, err := soak.Run(ctx, soak.Options{URL: url, Next: func(phase int) bool { return phase < 4 }})
//
// Each client has a workspace of its own, so that it can predict every answer while all others write.
// One workspace is shared: there each client writes a member of its own, so that an update which loses
// another one shows. Between two phases all clients are quiet, and the whole state is compared to the
// models of all; then it is kept, replaced by the one that was kept, or reset. Some clients are slow
// and some hang up.
//
// It knows HTTP, the API and the control API of the mock, and nothing else. It measures nothing.
package soak

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
)

// Options say what to drive, and for how long.
type Options struct {
	URL  string // of the mock, without a slash at the end
	Seed uint64 // of the requests: the same seed sends the same ones
	// Steps is how many requests each client sends in a phase; 0 is DefaultSteps.
	Steps int
	// Next reports whether there is another phase, the first of which is 0. All clients are quiet
	// while it runs.
	Next func(phase int) bool
}

// DefaultSteps makes phases of about a second or two.
const DefaultSteps = 150

// Report counts what a run has done.
type Report struct {
	Phases   int
	Requests int
	Resets   int
	Restored int // states that were put back
}

// run is a run of all clients.
type run struct {
	options Options
	http    *http.Client
	dialer  net.Dialer
	clients []*client
	shared  *shared
	start   map[string][]agent // the state at start, by workspace
	kept    *kept
	report  Report
}

// kept is a state as the mock returned it, and the models that agreed with it.
type kept struct {
	state  []byte
	models [][]agent // of the clients
	shared [][]agent // for each shared agent
}

// Run drives the mock until there is no next phase, and returns the first difference between what it
// answers and what it should. When it returns, all connections are closed.
func Run(ctx context.Context, o Options) (Report, error) {
	if o.Steps == 0 {
		o.Steps = DefaultSteps
	}
	transport := &http.Transport{MaxIdleConnsPerHost: len(sharedMembers)}
	defer transport.CloseIdleConnections()
	r := &run{options: o, http: &http.Client{Transport: transport}}
	for i, member := range sharedMembers {
		r.clients = append(r.clients, &client{run: r, member: member, workspace: fmt.Sprintf("ws-soak-%d", i)})
	}
	state, err := r.state(ctx)
	if err != nil {
		return r.report, err
	}
	r.start = byWorkspace(state)
	for o.Next(r.report.Phases) {
		if err := r.phase(ctx, r.report.Phases); err != nil {
			return r.report, fmt.Errorf("phase %d: %w", r.report.Phases, err)
		}
		r.report.Phases++
	}
	return r.report, nil
}

// phase lets all clients work at once, and compares the state when they are done.
func (r *run) phase(ctx context.Context, number int) error {
	if r.shared == nil {
		if err := r.share(ctx); err != nil {
			return err
		}
	}
	errs := make([]error, len(r.clients))
	var group sync.WaitGroup
	for i, c := range r.clients {
		c.random = rand.New(rand.NewPCG(r.options.Seed, uint64(number*len(r.clients)+i)))
		group.Go(func() { errs[i] = c.work(ctx, r.options.Steps) })
	}
	group.Wait()
	for _, c := range r.clients {
		r.report.Requests += c.requests
		c.requests = 0
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	state, err := r.compareState(ctx)
	if err != nil {
		return err
	}
	return r.turn(ctx, number, state)
}

// turn does what no client may do while others work: it keeps the state after one phase, puts it back
// after the next one, and resets the mock after a third.
func (r *run) turn(ctx context.Context, number int, state []byte) error {
	switch number % 3 {
	case 0:
		r.kept = &kept{state: state}
		for _, c := range r.clients {
			r.kept.models = append(r.kept.models, slices.Clone(c.agents))
		}
		r.kept.shared = r.shared.copies()
		return nil
	case 1:
		if _, err := r.call(ctx, http.MethodPut, "/__mock/state", r.kept.state, http.StatusNoContent); err != nil {
			return err
		}
		for i, c := range r.clients {
			c.agents = r.kept.models[i]
		}
		r.shared.restore(r.kept.shared)
		r.report.Restored++
	default:
		if _, err := r.call(ctx, http.MethodPost, "/__mock/reset", nil, http.StatusNoContent); err != nil {
			return err
		}
		for _, c := range r.clients {
			c.agents = nil
		}
		r.shared = nil
		r.report.Resets++
	}
	_, err := r.compareState(ctx)
	return err
}

// compareState compares the whole state to the models, and returns it.
func (r *run) compareState(ctx context.Context) ([]byte, error) {
	state, err := r.call(ctx, http.MethodGet, "/__mock/state", nil, http.StatusOK)
	if err != nil {
		return nil, err
	}
	agents, err := stateOf(state)
	if err != nil {
		return nil, err
	}
	want := maps.Clone(r.start)
	for _, c := range r.clients {
		if len(c.agents) > 0 {
			want[c.workspace] = c.agents
		}
	}
	got := byWorkspace(agents)
	if r.shared != nil {
		if err := r.shared.compare(got[sharedWorkspace]); err != nil {
			return nil, err
		}
		delete(got, sharedWorkspace)
	}
	for _, workspace := range slices.Sorted(maps.Keys(got)) {
		if err := compareLists(want[workspace], got[workspace]); err != nil {
			return nil, fmt.Errorf("the state of workspace %s: %w", workspace, err)
		}
		delete(want, workspace)
	}
	if len(want) > 0 {
		return nil, fmt.Errorf("the state has no agents of the workspaces %q", slices.Sorted(maps.Keys(want)))
	}
	return state, nil
}

// state returns all agents of all workspaces.
func (r *run) state(ctx context.Context) ([]agent, error) {
	state, err := r.call(ctx, http.MethodGet, "/__mock/state", nil, http.StatusOK)
	if err != nil {
		return nil, err
	}
	return stateOf(state)
}

func stateOf(body []byte) ([]agent, error) {
	var state struct{ Agents []agent }
	if err := decode(body, &state); err != nil {
		return nil, fmt.Errorf("the state is not of the form {\"agents\": […]}: %w: %s", err, excerpt(body))
	}
	return state.Agents, nil
}

// excerpt returns the start of a body, for messages.
func excerpt(body []byte) []byte {
	const enough = 600
	if len(body) <= enough {
		return bytes.TrimSpace(body)
	}
	return append(slices.Clone(body[:enough]), "…"...)
}
