package mutants

import (
	"maps"
	"slices"
	"sync"
)

// memory remembers values by a key, for concurrent use. Its zero value is empty.
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

// first keeps the value that a key was given first, and returns it.
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

// keys returns the keys in the order in which they came.
func (m *memory[V]) keys() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.order)
}

// counter counts, for concurrent use.
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

// every reports true at each n-th call.
func (c *counter) every(n int) bool { return c.next()%n == 0 }

// overlay remembers, by agent, fields that answers shall show whatever the
// wrapped handler holds: it lets a defect keep what the handler would refuse.
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

// apply shows the remembered fields in an answer, and returns it.
func (o *overlay) apply(a *answer) *answer {
	return a.edit(func(agent map[string]any) {
		o.mu.Lock()
		defer o.mu.Unlock()
		maps.Copy(agent, o.agents[text(agent["_id"])])
	})
}

// world is what a defect can learn from the traffic that passes: the key that
// works, the workspace an agent lives in.
type world struct {
	key  memory[string] // under ""
	ws   memory[string] // under "", the first one that worked
	home memory[string] // by agent id
}

// learn takes in a request that was answered well, and returns the answer.
func (w *world) learn(c *call, a *answer) *answer {
	if !a.ok() {
		return a
	}
	if key := c.header.Get(keyHeader); key != "" {
		w.key.first("", key)
	}
	ws := c.header.Get(wsHeader)
	if ws != "" {
		w.ws.first("", ws)
	}
	for _, agent := range a.agents() {
		w.home.first(text(agent["_id"]), ws)
	}
	return a
}

// anyKey is a key that works, as far as is known.
func (w *world) anyKey() string {
	if key, ok := w.key.lookup(""); ok {
		return key
	}
	return "any"
}

// homeOf is the workspace of an agent, else the first that was seen.
func (w *world) homeOf(id string) string {
	if ws, ok := w.home.lookup(id); ok {
		return ws
	}
	if ws, ok := w.ws.lookup(""); ok {
		return ws
	}
	return "default"
}
