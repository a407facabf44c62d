package mockserver

import (
	"sync"

	"github.com/agentmock/agentmock/openapi"
)

// transfer says what becomes of a value that one schema describes where it comes from and another
// where it goes to. It is worked out once, when it is first needed: what a value goes through
// unchanged is copied as text, and only the rest is decoded.
type transfer struct {
	table    *transfers
	kind     transferKind
	from, to *openapi.Schema // nil: anything
	named    map[string]*passage
	// others is the passage of members that no schema names; hidden that of those that are secrets all
	// the same, by their names, and nil where that cannot be.
	others, hidden *passage
	wanted         int // number of members that are wanted
	keeps          bool
	prefix         []*passage // of the first items of a list
	rest           *passage   // of the other ones
}

// transferKind is what a transfer is for.
type transferKind int

const (
	creating  transferKind = iota // an item is made of a body, or replaced by one
	updating                      // a body changes an item
	importing                     // an item comes from a state
	showing                       // a view shows an item; both schemas are the view's
)

// passage is the part of a transfer for one member, or for the items of a list.
type passage struct {
	from, to *openapi.Schema
	passes   bool // else it is left out
	declared bool // by the schema of where it goes to
	secret   bool // its value is replaced
	wanted   bool // it is added where it is missing
	inside   func() *transfer
	// fits reports whether an item that was accepted stays so with any value that a valid body has for the
	// member. nil: it may not.
	fits func() bool
}

// transfers are all transfers of a server. They are safe for concurrent use.
type transfers struct {
	secretNames map[string]bool // of members that are secrets where no schema describes them
	mu          sync.Mutex
	known       map[transferKey]*transfer
}

type transferKey struct {
	kind     transferKind
	from, to *openapi.Schema
}

func newTransfers(secretNames []string) *transfers {
	t := &transfers{secretNames: map[string]bool{}, known: map[transferKey]*transfer{}}
	for _, name := range secretNames {
		t.secretNames[name] = true
	}
	return t
}

func (ts *transfers) get(kind transferKind, from, to *openapi.Schema) *transfer {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	key := transferKey{kind, from, to}
	t := ts.known[key]
	if t == nil {
		t = ts.make(key)
		ts.known[key] = t
	}
	return t
}

func (ts *transfers) make(key transferKey) *transfer {
	t := &transfer{table: ts, kind: key.kind, from: key.from, to: key.to, named: map[string]*passage{}}
	longest := 0
	for _, s := range []*openapi.Schema{t.from, t.to} {
		for variant := range s.Variants() {
			for _, p := range variant.Named() {
				if t.named[p.Name] == nil {
					t.named[p.Name] = t.newPassage(p.Name)
				}
			}
			longest = max(longest, len(variant.PrefixItems))
		}
	}
	t.want()
	t.others = t.newPassage(t.unnamed())
	if t.others.from == nil && t.others.to == nil && t.kind != showing {
		hidden := *t.others
		hidden.secret, t.hidden = true, &hidden
	}
	for i := range longest {
		t.prefix = append(t.prefix, t.enter(t.from.Item(i), t.to.Item(i)))
	}
	t.rest = t.enter(t.from.Item(longest), t.to.Item(longest))
	return t
}

// unnamed returns a name that neither a schema nor a secret has.
func (t *transfer) unnamed() string {
	name := "?"
	for t.named[name] != nil || t.table.secretNames[name] {
		name += "?"
	}
	return name
}

// enter returns the passage of a value with two schemas.
func (t *transfer) enter(from, to *openapi.Schema) *passage {
	return &passage{from: from, to: to, passes: true, inside: sync.OnceValue(func() *transfer {
		return t.table.get(t.kind, from, to)
	})}
}

// passage returns the passage of a member as that of one with another schema where it goes to.
func (t *transfer) passage(name string, to *openapi.Schema) *passage {
	p := t.enter(t.from.Member(name), to)
	p.secret = t.isSecret(name, p)
	return p
}

func (t *transfer) isSecret(name string, p *passage) bool {
	unknown := p.from == nil && p.to == nil
	return isSecret(p.from) || isSecret(p.to) || unknown && t.table.secretNames[name]
}

func (t *transfer) newPassage(name string) *passage {
	p := t.enter(t.from.Member(name), t.to.Member(name))
	for variant := range t.to.Variants() {
		p.declared = p.declared || variant.Property(name) != nil
	}
	covered := t.from.Covers(name) && t.to.Covers(name)
	if t.to.Property(name) != nil {
		p.fits = sync.OnceValue(func() bool {
			return t.to.AcceptsMemberOf(t.from, openapi.RequestView, name, openapi.ResponseView)
		})
	}
	switch t.kind {
	case importing:
	case showing:
		p.passes = covered && !isWriteOnly(p.to)
		return p
	default:
		p.passes = covered && isWritable(p.from, p.to)
		t.keeps = t.keeps || isReadOnly(p.to)
	}
	p.secret = t.isSecret(name, p)
	return p
}

// want marks the members that setDefaults, setProvided, setGenerated or fill add to an object without
// them.
func (t *transfer) want() {
	if t.kind == creating && t.from != nil {
		for _, p := range t.from.Properties {
			t.named[p.Name].wanted = p.Schema.HasDefault && t.named[p.Name].passes
		}
	}
	if t.to != nil {
		for _, p := range t.to.Named() {
			provided := isProvided(p)
			switch t.kind {
			case importing:
				provided = false
			case updating:
				provided = isGenerated(p.Schema)
			case showing:
				provided = p.RequiredIn(openapi.ResponseView)
			}
			t.named[p.Name].wanted = t.named[p.Name].wanted || provided
		}
	}
	for _, p := range t.named {
		if p.wanted {
			t.wanted++
		}
	}
}

// member returns the passage of a member.
func (t *transfer) member(name string) *passage {
	switch p := t.named[name]; {
	case p != nil:
		return p
	case t.hidden != nil && t.table.secretNames[name]:
		return t.hidden
	}
	return t.others
}

// item returns the passage of item i of a list.
func (t *transfer) item(i int) *passage {
	if i < len(t.prefix) {
		return t.prefix[i]
	}
	return t.rest
}
