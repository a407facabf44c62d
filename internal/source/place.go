package source

import (
	"strings"
	"sync"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// place is where a value starts, or its name where it is a member, and the places of its members or
// items, in their order.
type place struct {
	Position
	inside []place
}

// Position returns where the value at a JSON pointer starts; for a member, its name. Where the
// pointer leads nowhere, it is the position of the nearest value above.
func (f *File) Position(pointer string) Position {
	_, at, _ := f.find(pointer)
	return at
}

// Lookup returns the value at a JSON pointer, and whether there is one. Its time does not grow with
// the number of members of the objects on the way.
func (f *File) Lookup(pointer string) (any, bool) {
	value, _, ok := f.find(pointer)
	return value, ok
}

func (f *File) find(pointer string) (value any, at Position, ok bool) {
	value, here := f.Value, &f.root
	for rest := pointer; rest != ""; {
		var token string
		if rest[0] != '/' {
			return nil, here.Position, false
		}
		token, rest = firstToken(rest)
		i := -1
		switch v := value.(type) {
		case *jsonvalue.Object:
			if i = f.members.index(v, token); i >= 0 {
				value = v.Members[i].Value
			}
		case []any:
			if n, isIndex := jsonvalue.Index(token); isIndex && n < len(v) {
				i, value = n, v[n]
			}
		}
		if i < 0 {
			return nil, here.Position, false
		}
		if i < len(here.inside) { // what was added to a value has its place
			here = &here.inside[i]
		}
	}
	return value, here.Position, true
}

// firstToken splits a JSON pointer behind its first token, which it unescapes.
func firstToken(pointer string) (token, rest string) {
	token, rest = pointer[1:], ""
	if i := strings.IndexByte(token, '/'); i >= 0 {
		token, rest = token[:i], token[i:]
	}
	if strings.IndexByte(token, '~') >= 0 {
		token = jsonvalue.Tokens("/" + token)[0]
	}
	return token, rest
}

// manyMembers is the number of members from which an object gets a table of their names.
const manyMembers = 24

// memberIndex finds members of objects by their names. Members may be added, but not be removed or
// renamed.
type memberIndex struct {
	lock   sync.RWMutex
	tables map[*jsonvalue.Object]map[string]int
}

// index returns the index of the member with a name, or -1.
func (x *memberIndex) index(o *jsonvalue.Object, name string) int {
	if len(o.Members) >= manyMembers {
		if i, ok := x.table(o)[name]; ok {
			return i
		}
		return -1
	}
	for i := range o.Members {
		if o.Members[i].Name == name {
			return i
		}
	}
	return -1
}

func (x *memberIndex) table(o *jsonvalue.Object) map[string]int {
	x.lock.RLock()
	table := x.tables[o]
	x.lock.RUnlock()
	if len(table) == len(o.Members) {
		return table
	}
	table = make(map[string]int, len(o.Members))
	for i, m := range o.Members {
		table[m.Name] = i
	}
	x.lock.Lock()
	defer x.lock.Unlock()
	if x.tables == nil {
		x.tables = map[*jsonvalue.Object]map[string]int{}
	}
	x.tables[o] = table
	return table
}
