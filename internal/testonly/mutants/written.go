package mutants

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// writtenDefects store what only a backend writes, or get the times of an agent wrong.
func writtenDefects() []Defect {
	return []Defect{
		{ID: "update-writes-sessions", Summary: "stores activeSessions from the body of an update", UpdateOnly: true,
			Plant: writeReadOnly(update, "activeSessions")},
		{ID: "create-writes-sessions", Summary: "stores activeSessions from the body of a creation",
			Plant: writeReadOnly(create, "activeSessions")},
		{ID: "update-writes-status", Summary: "stores a status from the body of an update", UpdateOnly: true,
			Plant: writeReadOnly(update, "status")},
		{ID: "create-writes-status", Summary: "stores a status from the body of a creation",
			Plant: writeReadOnly(create, "status")},
		{ID: "create-writes-user", Summary: "stores a userId from the body of a creation",
			Plant: writeReadOnly(create, "userId")},
		{ID: "create-writes-workspace", Summary: "creates an agent in the workspace that the body names",
			Plant: on(create, func(c *call) *response {
				if ws := text(c.body()["workspaceId"]); ws != "" && c.header.Get(wsHeader) != "" {
					c.header.Set(wsHeader, ws)
				}
				return c.forward()
			})},
		{ID: "updated-before-created", Summary: "shows a createdAt that is an hour ahead, and so after updatedAt",
			UpdateOnly: true,
			Plant: editAgents(func(agent map[string]any) {
				agent["createdAt"] = later(agent["createdAt"], time.Hour)
			})},
		{ID: "first-update-leaves-updated-at", Summary: "does not move updatedAt at the first update of an agent",
			Plant: stateful(func() func(*call) *response {
				updates, firsts := &tally{}, &memory[any]{}
				return func(c *call) *response {
					resp := c.forward()
					if c.op == update && resp.ok() {
						updates.add(c.id)
					}
					return resp.edit(func(agent map[string]any) {
						id := text(agent["_id"])
						first := firsts.first(id, agent["updatedAt"])
						if updates.of(id) < 2 {
							agent["updatedAt"] = first
						}
					})
				}
			})},
		{ID: "settings-leave-updated-at", Summary: "moves updatedAt only if a field changes that is no object",
			UpdateOnly: true,
			Plant: stateful(func() func(*call) *response {
				times := &memory[any]{}
				return func(c *call) *response {
					before := c.read(c.id).agent()
					resp := c.forward()
					return resp.edit(func(agent map[string]any) {
						id := text(agent["_id"])
						if c.op == update && before != nil && !changesPlainField(before, agent) {
							times.put(id, times.first(id, before["updatedAt"]))
						} else if c.op == update {
							times.forget(id)
						}
						if at, ok := times.lookup(id); ok {
							agent["updatedAt"] = at
						}
					})
				}
			})},
		{ID: "parallel-updates-lost", Summary: "loses one of two updates of an agent that arrive at the same time",
			UpdateOnly: true,
			Plant:      loseParallelUpdates},
		{ID: "parallel-updates-fail", Summary: "returns 500 for the second of two updates of an agent at the same time",
			UpdateOnly: true,
			Plant: func(inner http.Handler) http.Handler {
				busy := &tally{}
				return on(update, func(c *call) *response {
					defer busy.remove(c.id)
					if busy.add(c.id) > 1 {
						return errorResponse(http.StatusInternalServerError, "deadlock detected")
					}
					time.Sleep(parallelWindow)
					return c.forward()
				})(inner)
			}},
	}
}

// changesPlainField reports whether a field differs that is neither an object nor a list.
func changesPlainField(before, after map[string]any) bool {
	return slices.ContainsFunc(writable, func(field string) bool {
		v := after[field]
		return !isObject(v) && !isList(v) && before[field] != v
	})
}

// parallelWindow is the time that a slow backend lets pass between reading and writing.
const parallelWindow = 10 * time.Millisecond

// loseParallelUpdates reads the agent, waits, and writes all of it, as a backend does that saves
// whole documents without a lock.
func loseParallelUpdates(inner http.Handler) http.Handler {
	return on(update, func(c *call) *response {
		before := c.read(c.id).agent()
		if before == nil || c.body() == nil {
			return c.forward()
		}
		time.Sleep(parallelWindow)
		return c.edit(func(body map[string]any) {
			for field, v := range writableOf(before) {
				if field != "llmModel" && field != "ttsModel" {
					fill(field, v)(body)
				}
			}
		}).forward()
	})(inner)
}

// tally counts by key. It is safe for concurrent use.
type tally struct {
	mu sync.Mutex
	n  map[string]int
}

func (t *tally) add(key string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == nil {
		t.n = map[string]int{}
	}
	t.n[key]++
	return t.n[key]
}

func (t *tally) remove(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n[key]--
}

func (t *tally) of(key string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n[key]
}
