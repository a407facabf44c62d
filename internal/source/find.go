package source

import (
	"strings"
	"sync"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// manyMembers is the number of members from which an object gets a table of their names.
const manyMembers = 24

// Finder finds values by pointer in a time that does not grow with the number of members of the
// objects on the way. The values must not change, but for members that are added. It is safe for
// concurrent use.
type Finder struct {
	lock   sync.RWMutex
	tables map[*jsonvalue.Object]map[string]int // of the members of large objects
}

// Lookup returns the value at a JSON pointer, and whether there is one.
func (f *Finder) Lookup(v any, pointer string) (any, bool) {
	return f.walk(v, pointer, func(int) {})
}

// walk follows a pointer as far as it leads, and reports the index of each member or item.
func (f *Finder) walk(v any, pointer string, visit func(i int)) (value any, ok bool) {
	for rest := pointer; rest != ""; {
		if rest[0] != '/' {
			return nil, false
		}
		var token string
		token, rest = firstToken(rest)
		switch parent := v.(type) {
		case *jsonvalue.Object:
			i := f.member(parent, token)
			if i < 0 {
				return nil, false
			}
			v = parent.Members[i].Value
			visit(i)
		case []any:
			i, isIndex := jsonvalue.Index(token)
			if !isIndex || i >= len(parent) {
				return nil, false
			}
			v = parent[i]
			visit(i)
		default:
			return nil, false
		}
	}
	return v, true
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

// member returns the index of the member with a name, or -1.
func (f *Finder) member(o *jsonvalue.Object, name string) int {
	if len(o.Members) >= manyMembers {
		if i, ok := f.table(o)[name]; ok {
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

func (f *Finder) table(o *jsonvalue.Object) map[string]int {
	f.lock.RLock()
	table := f.tables[o]
	f.lock.RUnlock()
	if len(table) == len(o.Members) {
		return table
	}
	table = make(map[string]int, len(o.Members))
	for i, m := range o.Members {
		table[m.Name] = i
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	if f.tables == nil {
		f.tables = map[*jsonvalue.Object]map[string]int{}
	}
	f.tables[o] = table
	return table
}
