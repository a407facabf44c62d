package mutants

import (
	"maps"
	"slices"
	"sync"
)

// memory stores values by key. It is safe for concurrent use, and its zero value is empty.
type memory[V any] struct {
	mu     sync.Mutex
	values map[string]V
	order  []string
}

func (m *memory[V]) put(key string, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.store(key, v)
}

func (m *memory[V]) store(key string, v V) {
	if m.values == nil {
		m.values = map[string]V{}
	}
	if _, ok := m.values[key]; !ok {
		m.order = append(m.order, key)
	}
	m.values[key] = v
}

// first stores a value unless the key has one, and returns the value of the key.
func (m *memory[V]) first(key string, v V) V {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.values[key]; !ok {
		m.store(key, v)
	}
	return m.values[key]
}

func (m *memory[V]) lookup(key string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.values[key]
	return v, ok
}

func (m *memory[V]) forget(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.values, key)
	m.order = slices.DeleteFunc(m.order, func(k string) bool { return k == key })
}

// keys returns the keys in the order in which they were first stored.
func (m *memory[V]) keys() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.order)
}

// counter counts calls and is safe for concurrent use.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) next() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.n
}

// every reports true for each n-th call.
func (c *counter) every(n int) bool { return c.next()%n == 0 }

// overlay holds, by agent, fields that responses show in place of those of the wrapped handler, so
// that a defect can keep values that the handler would refuse.
type overlay struct {
	mu     sync.Mutex
	agents map[string]map[string]any
}

func (o *overlay) set(id, field string, v any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.agents == nil {
		o.agents = map[string]map[string]any{}
	}
	fields := maps.Clone(o.agents[id])
	if fields == nil {
		fields = map[string]any{}
	}
	fields[field] = v
	o.agents[id] = fields
}

func (o *overlay) clear(id, field string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if fields, ok := o.agents[id]; ok {
		o.agents[id] = without(fields, field)
	}
}

func (o *overlay) has(id, field string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, ok := o.agents[id][field]
	return ok
}

// apply puts the fields into a response and returns it.
func (o *overlay) apply(resp *response) *response {
	return resp.edit(func(agent map[string]any) {
		o.mu.Lock()
		defer o.mu.Unlock()
		maps.Copy(agent, o.agents[text(agent["_id"])])
	})
}

// traffic is what a defect learns from the requests that pass: a valid key, and the workspace of
// each agent.
type traffic struct {
	key  memory[string] // under ""
	ws   memory[string] // under "", the first one that worked
	home memory[string] // by agent id
}

// learn records a request that has succeeded and returns its response.
func (w *traffic) learn(c *call, resp *response) *response {
	if !resp.ok() {
		return resp
	}
	if key := c.header.Get(keyHeader); key != "" {
		w.key.first("", key)
	}
	ws := c.header.Get(wsHeader)
	if ws != "" {
		w.ws.first("", ws)
	}
	for _, agent := range resp.agents() {
		w.home.first(text(agent["_id"]), ws)
	}
	return resp
}

// anyKey returns a key that has been accepted, or else a made-up one.
func (w *traffic) anyKey() string {
	if key, ok := w.key.lookup(""); ok {
		return key
	}
	return "any"
}

// homeOf returns the workspace of an agent, or else the first that was seen.
func (w *traffic) homeOf(id string) string {
	if ws, ok := w.home.lookup(id); ok {
		return ws
	}
	if ws, ok := w.ws.lookup(""); ok {
		return ws
	}
	return "default"
}
