package soak

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
)

// maxAgents is how many agents a client has at most, so that the state does not grow with time.
const maxAgents = 20

// client sends requests to a workspace of its own, one at a time.
type client struct {
	run       *run
	workspace string
	member    string // of the shared agents
	random    *rand.Rand
	agents    []agent // its model, in order of creation
	last      request // the last one to its workspace, which the journal must have
	requests  int
}

// step is a kind of request, and how often it is sent.
type step struct {
	weight int
	act    func(*client, context.Context) error
}

var steps = []step{
	{20, (*client).create},
	{40, (*client).update},
	{30, (*client).read},
	{8, (*client).list},
	{12, (*client).remove},
	{15, (*client).refused},
	{5, (*client).unknown},
	{15, (*client).updateShared},
	{2, (*client).export},
	{2, (*client).journal},
	{3, (*client).slowUpdate},
	{3, (*client).hangUp},
}

// work sends a number of requests, in a random order.
func (c *client) work(ctx context.Context, n int) error {
	total := 0
	for _, s := range steps {
		total += s.weight
	}
	for range n {
		at := c.random.IntN(total)
		for _, s := range steps {
			if at -= s.weight; at >= 0 {
				continue
			}
			if err := s.act(c, ctx); err != nil {
				return err
			}
			c.requests++
			break
		}
	}
	return nil
}

// send sends a request to the client's own workspace.
func (c *client) send(ctx context.Context, r request) ([]byte, error) {
	r.workspace = c.workspace
	c.last = r
	return c.run.send(ctx, r)
}

// any returns the place of a random agent; -1 where there is none.
func (c *client) any() int {
	if len(c.agents) == 0 {
		return -1
	}
	return c.random.IntN(len(c.agents))
}

func (c *client) path(i int) string { return agentsPath + "/" + url.PathEscape(c.agents[i].id()) }

func (c *client) create(ctx context.Context) error {
	if len(c.agents) >= maxAgents {
		return c.remove(ctx)
	}
	sent := c.body()
	for _, name := range []string{"name", "ttsModel"} {
		sent[name] = c.value(name)
	}
	answer, err := c.send(ctx, request{method: http.MethodPost, path: agentsPath, body: encode(sent),
		status: http.StatusCreated})
	if err != nil {
		return err
	}
	var created agent
	if err := decode(answer, &created); err != nil {
		return err
	}
	if slices.ContainsFunc(c.agents, func(a agent) bool { return a.id() == created.id() }) {
		return fmt.Errorf("a new agent has the identity %q of another one", created.id())
	}
	c.agents = append(slices.Clip(c.agents), created)
	return checkCreated(c.workspace, normal(sent).(map[string]any), created)
}

func (c *client) update(ctx context.Context) error { return c.updateSlowly(ctx, false) }

func (c *client) slowUpdate(ctx context.Context) error { return c.updateSlowly(ctx, true) }

func (c *client) updateSlowly(ctx context.Context, slow bool) error {
	i := c.any()
	if i < 0 {
		return c.create(ctx)
	}
	sent := c.body()
	answer, err := c.send(ctx, request{method: http.MethodPut, path: c.path(i), body: encode(sent),
		status: http.StatusOK, slow: slow})
	if err != nil {
		return err
	}
	var got agent
	if err := decode(answer, &got); err != nil {
		return err
	}
	before := c.agents[i]
	c.agents = slices.Clone(c.agents)
	c.agents[i] = got
	return checkUpdate(before, normal(sent).(map[string]any), got)
}

func (c *client) read(ctx context.Context) error {
	i := c.any()
	if i < 0 {
		return c.create(ctx)
	}
	answer, err := c.send(ctx, request{method: http.MethodGet, path: c.path(i), status: http.StatusOK})
	if err != nil {
		return err
	}
	var got agent
	if err := decode(answer, &got); err != nil {
		return err
	}
	return compare(c.agents[i], got)
}

func (c *client) list(ctx context.Context) error {
	answer, err := c.send(ctx, request{method: http.MethodGet, path: agentsPath, status: http.StatusOK})
	if err != nil {
		return err
	}
	var got []agent
	if err := decode(answer, &got); err != nil {
		return err
	}
	return compareLists(c.agents, got)
}

func (c *client) remove(ctx context.Context) error {
	i := c.any()
	if i < 0 {
		return c.create(ctx)
	}
	if _, err := c.send(ctx, request{method: http.MethodDelete, path: c.path(i)}); err != nil {
		return err
	}
	c.agents = slices.Delete(slices.Clone(c.agents), i, i+1)
	return nil
}

// refused sends what the API forbids. That it has changed nothing shows at the next read.
func (c *client) refused(ctx context.Context) error {
	i := c.any()
	if i < 0 {
		return c.create(ctx)
	}
	bad := badRequests[c.random.IntN(len(badRequests))]
	if bad.path == "" {
		bad.path = c.path(i)
	}
	_, err := c.send(ctx, bad)
	return err
}

// unknown reads, updates or deletes an agent of another workspace, or one that nobody has.
func (c *client) unknown(ctx context.Context) error {
	q := request{method: http.MethodGet, path: agentsPath + "/none", status: http.StatusNotFound}
	if c.random.IntN(2) == 0 {
		q.path = agentsPath + "/" + c.run.shared.agents[0].id()
	}
	switch c.random.IntN(3) {
	case 0:
		q.method = http.MethodDelete
	case 1:
		q.method, q.body = http.MethodPut, encode(c.body())
	}
	_, err := c.send(ctx, q)
	return err
}

// export reads the whole state while others write. The client's own part of it must be exact.
func (c *client) export(ctx context.Context) error {
	all, err := c.run.state(ctx)
	if err != nil {
		return err
	}
	if err := compareLists(c.agents, byWorkspace(all)[c.workspace]); err != nil {
		return fmt.Errorf("the state of workspace %s, read while others write: %w", c.workspace, err)
	}
	return nil
}

// maxJournal is how many requests the journal has by default.
const maxJournal = 1000

// journal reads the last requests of all. The client's own last one is among them, as its answer has
// come, and no secret is.
func (c *client) journal(ctx context.Context) error {
	if _, err := c.send(ctx, request{method: http.MethodGet, path: agentsPath, status: http.StatusOK}); err != nil {
		return err
	}
	query := "?limit=1"
	if c.random.IntN(4) > 0 {
		query += "&workspace=" + c.workspace
	} else {
		query = "" // all of them
	}
	body, err := c.run.call(ctx, http.MethodGet, "/__mock/requests"+query, nil, http.StatusOK)
	if err != nil {
		return err
	}
	var journal struct {
		Requests []struct {
			Method, Path, Workspace string
			Status                  int
		}
	}
	if err := decode(body, &journal); err != nil {
		return err
	}
	if bytes.Contains(body, []byte(secretMark)) {
		return fmt.Errorf("the journal shows a secret: %s", around(body, secretMark))
	}
	if len(journal.Requests) > maxJournal {
		return fmt.Errorf("%d requests in the journal; want at most %d", len(journal.Requests), maxJournal)
	}
	for _, entry := range slices.Backward(journal.Requests) {
		if entry.Workspace == c.workspace {
			if entry.Method != c.last.method || entry.Path != c.last.path || entry.Status != c.last.status {
				return fmt.Errorf("the last request of %s in the journal is %+v; want %s %s", c.workspace, entry,
					c.last.method, c.last.path)
			}
			return nil
		}
	}
	return fmt.Errorf("the journal has no request of %s, whose last one was answered", c.workspace)
}
