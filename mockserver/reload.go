package mockserver

import (
	"errors"
	"maps"
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
	shared := &migration{Session: s.Session, old: old, next: next, made: map[*snapshot]*snapshot{}}
	lost := shared.adopt(shared)
	for _, session := range s.sessions.byName {
		m := &migration{Session: session, old: old, next: next}
		lost += m.adopt(shared)
	}
	for _, session := range append(slices.Collect(maps.Values(s.sessions.byName)), s.Session) {
		session.journal.forget(next.generation)
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
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.start
	s.start = s.store.snapshot()
	s.start.isFirst = true // it does not count, as the one that the server was made with
	s.store.family.hold(s.start)
	s.store.family.release(before)
	return nil
}

// migration makes the items of a session, and of what it may return to, those of another document.
type migration struct {
	*Session
	old, next *api
	lost      int // items that have no place there
	// made has the snapshots that take the place of others; nil: this is not the shared session's migration.
	made map[*snapshot]*snapshot
}

// adopt migrates all that the session has, and returns how many items are lost. What it shares with the shared
// session, it goes on sharing.
func (m *migration) adopt(shared *migration) (lost int) {
	m.mu.Lock() // till all is of one document
	defer m.mu.Unlock()
	m.start = m.instead(m.start, shared)
	for name, snapshot := range m.snapshots {
		m.snapshots[name] = m.instead(snapshot, shared)
	}
	m.lost = 0 // they are counted in the current state
	m.store.migrate(m, shared)
	return m.lost
}

// instead returns what is kept in place of a snapshot that is.
func (m *migration) instead(of *snapshot, shared *migration) *snapshot {
	next := m.snapshot(of, shared)
	m.store.family.hold(next)
	m.store.family.release(of)
	return next
}

// snapshot returns a snapshot that was taken with the items as the next document has them. One of the shared
// session is made once.
func (m *migration) snapshot(of *snapshot, shared *migration) *snapshot {
	if of.store == shared.store.number {
		m = shared
	}
	if next := m.made[of]; next != nil {
		return next
	}
	t := &txn{snapshot: *of, store: m.store, base: of, whole: true}
	t.generation = m.next.generation
	m.items(t, shared)
	next := m.store.keep(&t.snapshot)
	if m.made != nil {
		m.made[of] = next
	}
	return next
}

// items changes the items of a transaction that the next document does not allow, or that have another place
// in it. Where nothing is to be changed of what the state began as, only the session's own are looked at.
func (m *migration) items(t *txn, shared *migration) {
	ownOnly := t.origin != nil && m.snapshot(t.origin, shared).items == t.origin.items
	for _, c := range m.next.collections {
		before := m.old.collectionAt(c.CollectionPath)
		moved := before != nil && (before.Identity != c.Identity || !slices.Equal(before.locators, c.locators))
		b := m.newImporter(m.next, t, c)
		b.trusted = true // what it must not be is mended below
		for _, r := range t.all(c.CollectionPath) {
			switch {
			case ownOnly && r.maker != m.store.number:
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
		if _, has := object.Get(name); !has && r.key.at(i) != "" {
			object.Set(name, r.key.at(i))
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

// upToDate runs what depends on the document that is served, and once more where another one takes its place
// meanwhile: then try returns errOutdated.
func (s *Session) upToDate(try func(*api) error) error {
	for {
		err := try(s.server.api())
		if !errors.Is(err, errOutdated) {
			return err
		}
		s.server.awaitDocument()
	}
}

// change runs a change of the items by the document that is served.
func (s *Session) change(run func(func(*txn) error) error, f func(*api, *txn) error) error {
	return s.upToDate(func(a *api) error {
		return run(func(t *txn) error {
			if !s.store.isOf(a.generation) {
				return errOutdated
			}
			return f(a, t)
		})
	})
}

// awaitDocument returns when all sessions are of the document that is served. No lock may be held.
func (s *Server) awaitDocument() {
	s.reloading.Lock()
	defer s.reloading.Unlock()
}

// migrate changes the current state, and what it may hold, for another document. Transactions under way begin
// again, and find out that they are for the old one.
func (s *store) migrate(m, shared *migration) {
	s.committing.Lock()
	defer s.committing.Unlock()
	s.generation.Store(m.next.generation)
	if now := s.current.Load(); now.origin != nil && now.hasItemsOf(now.origin) {
		s.put(m.snapshot(now.origin, shared))
		return
	}
	t := s.begin()
	t.whole = true
	m.items(t, shared)
	t.epoch++
	t.generation = m.next.generation
	s.commit(t)
}

// hasItemsOf reports whether a state of a fork has the items that it began with and no others, nor has had any.
func (s *snapshot) hasItemsOf(origin *snapshot) bool {
	return s.items == origin.items && s.index == origin.index && s.lists == origin.lists
}

// keep makes a snapshot that nobody else has yet one that was taken now.
func (s *store) keep(made *snapshot) *snapshot {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.taken++
	made.isTaken, made.taken, made.store = true, s.taken, s.number
	return made
}

// again performs an exchange once more, by the document that is served now. It has met its faults already.
func (x *exchange) again() *response {
	x.server.awaitDocument()
	x.api, x.searched, x.hidden = x.server.api(), false, nil
	if refusal := x.api.route(x); refusal != nil {
		return refusal
	}
	return x.perform()
}
