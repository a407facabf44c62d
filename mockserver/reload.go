package mockserver

import (
	"errors"
	"slices"

	"github.com/agentmock/agentmock/openapi"
)

// SetDocument has the server serve another document from the next request on, or the same one after it was
// edited. Requests under way are answered by the one that they came under. Every session keeps its items,
// as do the state at start and all snapshots: one that the document allows stays as it is, and what one lacks
// is made as for a response. Items of collections that the document does not have are not shown; they are
// there again when it has. The error tells what is wrong with the document's paths; nothing has changed
// then.
func (s *Server) SetDocument(doc *openapi.Document) error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	old := s.api()
	next, err := newAPI(doc, &s.options)
	if err != nil {
		return err
	}
	next.generation = old.generation + 1
	next.examine()
	s.sessions.mu.Lock() // no other begins meanwhile
	defer s.sessions.mu.Unlock()
	s.store.family.scope.Store(&next.scope)
	s.current.Store(next)
	lost := s.Session.adopt(old, next)
	for _, session := range s.sessions.byName {
		lost += session.adopt(old, next)
	}
	if lost > 0 {
		s.options.Log.Warn("some items do not say where they belong in the new document, and are not shown; "+
			"those of the old one are there again with it", "items", lost)
	}
	return nil
}

// SetStart makes a state, in the form of SetState, the one at start: what Reset returns to, and new sessions begin
// with. The shared session has it at once. The error is SetState's; nothing has changed then.
func (s *Server) SetStart(state any) error {
	if err := s.SetState(state); err != nil {
		return err
	}
	start := s.store.snapshot()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.start = start
	return nil
}

// adopt makes the items of the session, and of what it may return to, those of another document. It returns the
// number of those that have no place there.
func (s *Session) adopt(old, next *api) (lost int) {
	m := &migration{Session: s, old: old, next: next}
	s.mu.Lock()
	s.start = m.instead(s.start)
	for name, snapshot := range s.snapshots {
		s.snapshots[name] = m.instead(snapshot)
	}
	s.mu.Unlock()
	m.lost = 0 // they are counted in the current state
	s.store.migrate(next, m.items)
	return m.lost
}

// migration makes the items of one document those of another one.
type migration struct {
	*Session
	old, next *api
	lost      int
}

// instead returns what is kept in place of a snapshot that is.
func (m *migration) instead(of *snapshot) *snapshot {
	next := m.snapshot(of)
	m.store.family.hold(next)
	m.store.family.release(of)
	return next
}

// snapshot returns a snapshot that was taken with the items as the next document has them.
func (m *migration) snapshot(of *snapshot) *snapshot {
	t := &txn{snapshot: *of, store: m.store, base: of, whole: true}
	if of.store != m.store.number {
		t.own, t.origin, t.isFirst = 0, of, false
	}
	m.items(t)
	return m.store.keep(&t.snapshot)
}

// items changes the items of a transaction that the next document does not allow, or that have another place
// in it.
func (m *migration) items(t *txn) {
	for _, c := range m.next.collections {
		before := m.old.collectionAt(c.CollectionPath)
		moved := before != nil && (before.Identity != c.Identity || !slices.Equal(before.locators, c.locators))
		b := m.newImporter(m.next, t, c)
		b.trusted = true // what it must not be is mended below
		for _, r := range t.all(c.CollectionPath) {
			switch {
			case moved:
				m.move(b, r, before)
			case !c.accepts(r.encoded) || before != nil && !c.course.equal(&before.course):
				as := *r
				as.identity = newRecord(r.key, r.id).identity
				m.put(b, r, as)
			}
		}
	}
	if m.old.scope != m.next.scope {
		m.countWorkspaces(t)
	}
}

// countWorkspaces counts them anew where they are the values of another header.
func (m *migration) countWorkspaces(t *txn) {
	t.workspaces = newTree(workspace.less)
	t.lists.Scan(func(l *list) bool {
		if m.next.collectionAt(l.key.path) != nil {
			t.countWorkspace(l, 1)
		}
		return true
	})
}

// move changes an item that is found by other properties in the next document.
func (m *migration) move(b *builder, r *record, before *collection) {
	object := r.object()
	for i, name := range before.locators {
		if _, has := object.Get(name); !has && r.key.place[i] != "" {
			object.Set(name, r.key.place[i])
		}
	}
	moved, violations := b.record(object, "")
	if violations != nil || b.txn.get(moved.key, moved.id) != nil {
		m.lost++
		return
	}
	m.put(b, r, *moved)
}

// put stores an item anew, as the next document allows it.
func (m *migration) put(b *builder, r *record, as record) {
	object := as.object()
	next := b.encode(as, object)
	if r.turn != nil {
		next.turn = b.collection.course.turn(object, r.turn.written)
	}
	next.sequence = r.sequence
	b.txn.remove(r)
	b.txn.insert(next)
}

// errOutdated is the error of a transaction for a document that is not served any more.
var errOutdated = errors.New("the document has been replaced")

// migrate changes the current state, and what it may hold, for another document. Transactions under way begin
// again, and find out that they are for the old one.
func (s *store) migrate(to *api, change func(*txn)) {
	s.committing.Lock()
	defer s.committing.Unlock()
	t := s.begin()
	t.whole = true
	change(t)
	t.epoch++
	s.generation.Store(to.generation)
	s.commit(t)
}

// keep makes a snapshot that nobody else has yet one that was taken now.
func (s *store) keep(made *snapshot) *snapshot {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.taken++
	made.isTaken, made.taken, made.store = true, s.taken, s.number
	return made
}

// again takes an exchange through its steps once more, by the document that is served now.
func (x *exchange) again() *response {
	x.api, x.searched, x.hidden = x.server.api(), false, nil
	return x.api.respond(x)
}
