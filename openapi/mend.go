package openapi

import (
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// mender notes changes of a document, and makes them in a copy.
type mender struct {
	list   []change
	places map[string]bool
	// owned and lists have what was copied already and may be changed in place
	owned map[*jsonvalue.Object]bool
	lists map[*any]bool
}

// change is a value to put at a pointer, or one to remove. An item of a list becomes null, so that
// those behind it keep their places.
type change struct {
	pointer string
	value   any
	remove  bool
	from    *string       // where the value is taken from, as it is then
	wrap    func(any) any // makes the value of that; nil: as it is
}

// appended is the token of a pointer to behind the last item of a list, which is made where there is
// none.
const appended = "-"

func (m *mender) put(pointer string, value any) { m.note(change{pointer: pointer, value: value}) }
func (m *mender) remove(pointer string)         { m.note(change{pointer: pointer, remove: true}) }

// move puts at a pointer what is at another one, mended, and wrapped where wrap is not nil.
func (m *mender) move(pointer, from string, wrap func(any) any) {
	m.note(change{pointer: pointer, from: &from, wrap: wrap})
}

func (m *mender) note(c change) {
	if m.places == nil {
		m.places = map[string]bool{}
	}
	m.places[c.pointer] = true
	m.list = append(m.list, c)
}

// has reports whether something changes at a pointer.
func (m *mender) has(pointer string) bool { return m.places[pointer] }

// apply returns the document with the changes made. What they do not touch is shared.
func (m *mender) apply(v any) any {
	m.owned, m.lists = map[*jsonvalue.Object]bool{}, map[*any]bool{}
	for _, c := range m.list {
		if c.from != nil {
			c.value, _ = jsonvalue.Lookup(v, *c.from)
		}
		if c.wrap != nil {
			c.value = c.wrap(c.value)
		}
		v = m.change(v, jsonvalue.Tokens(c.pointer), c)
	}
	return v
}

func (m *mender) change(v any, tokens []string, c change) any {
	if len(tokens) == 0 {
		return c.value
	}
	switch v := v.(type) {
	case *jsonvalue.Object:
		inner, has := v.Get(tokens[0])
		if len(tokens) == 2 && tokens[1] == appended && !has {
			inner, has = []any{}, true
		}
		if !has && (len(tokens) > 1 || c.remove) { // something around it is gone already
			return v
		}
		if !m.owned[v] {
			v = &jsonvalue.Object{Members: slices.Clone(v.Members)}
			m.owned[v] = true
		}
		if len(tokens) == 1 && c.remove {
			v.Delete(tokens[0])
			return v
		}
		v.Set(tokens[0], m.change(inner, tokens[1:], c))
		return v
	case []any:
		if tokens[0] == appended {
			return append(slices.Clone(v), c.value)
		}
		i, ok := jsonvalue.Index(tokens[0])
		if !ok || i >= len(v) {
			return v
		}
		if !m.lists[&v[0]] {
			v = slices.Clone(v)
			m.lists[&v[0]] = true
		}
		v[i] = m.change(v[i], tokens[1:], c)
		return v
	}
	return v
}
