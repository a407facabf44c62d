package mockserver

import (
	"cmp"
	"math"
	"sync"
	"sync/atomic"

	"github.com/agentmock/agentmock/openapi"
)

// store holds the current state. Looking at one item takes no lock. Changes are worked out in
// transactions, and committed one after the other.
type store struct {
	bounds
	family     *family
	number     uint32 // of the store in its family, from 0
	committing sync.Mutex
	importing  sync.Mutex // is held while a whole state, or a large part of one, is built
	// writing is held while the current snapshot becomes another one, or is taken: see cell.
	writing sync.Mutex
	taken   uint64 // number of snapshots taken so far
	current atomic.Pointer[snapshot]
	// drawn is the number of pseudo-random values made so far; see builder.bytes. It is no part of the
	// snapshot, so that two transactions that draw do not wait for each other.
	drawn      atomic.Uint64
	generation atomic.Uint32 // of the api whose document the items are of; see anyGeneration
	left       bool          // the family; see leave
}

// family is what stores have in common whose states have begun as snapshots of one of them.
type family struct {
	copying sync.Mutex    // is held while a tree is copied; see own
	stores  atomic.Uint32 // that there have been
	bytes   atomic.Int64  // that the records count for which the stores have made; see record.bytes
	holding sync.Mutex
	held    map[*snapshot]int      // how often each is kept, or is the origin of one that is, or of a state
	scope   atomic.Pointer[string] // the header whose values are workspaces; "" where the document has none
}

func newStore(b bounds) *store {
	s := &store{bounds: b, family: &family{held: map[*snapshot]int{}}}
	s.family.scope.Store(&b.scope)
	empty := newSnapshot()
	s.current.Store(&empty)
	return s
}

// anyGeneration is that of a store that nobody brings up to date any more: its session has ended.
const anyGeneration = math.MaxUint32

// isOf reports whether the items may be changed as a generation has them.
func (s *store) isOf(generation uint32) bool {
	now := s.generation.Load()
	return now == generation || now == anyGeneration
}

// fork returns a store whose state begins as a snapshot that was taken of this one. Neither sees what the
// other one does then. It takes the same time for any number of items.
func (s *store) fork(from *snapshot) *store {
	f := &store{bounds: s.bounds, family: s.family, number: s.family.stores.Add(1), taken: from.taken}
	next := *from
	next.isTaken, next.since, next.own, next.isFirst = false, math.MaxUint64, 0, false
	next.origin = from
	s.family.hold(from)
	f.generation.Store(s.generation.Load())
	f.drawn.Store(next.drawn)
	f.current.Store(&next)
	return f
}

// isFork reports whether the store shares items with another one, which knows their latest cells.
func (s *store) isFork() bool { return s.number > 0 }

// leave ends the store's part in what its family may hold.
func (s *store) leave() {
	s.writing.Lock()
	defer s.writing.Unlock()
	if !s.left {
		s.left = true
		s.generation.Store(anyGeneration)
		s.family.bytes.Add(-s.current.Load().own)
		s.family.release(s.current.Load().origin)
	}
}

// hold counts what a snapshot has of its store's own, once however often it is held. nil is none.
func (f *family) hold(s *snapshot) {
	if s == nil {
		return
	}
	f.holding.Lock()
	first := f.held[s] == 0
	f.held[s]++
	if first && !s.isFirst {
		f.bytes.Add(s.own)
	}
	f.holding.Unlock()
	if first {
		f.hold(s.origin)
	}
}

// release ends what hold has begun.
func (f *family) release(s *snapshot) {
	if s == nil {
		return
	}
	f.holding.Lock()
	f.held[s]--
	last := f.held[s] == 0
	if last {
		delete(f.held, s)
		if !s.isFirst {
			f.bytes.Add(-s.own)
		}
	}
	f.holding.Unlock()
	if last {
		f.release(s.origin)
	}
}

// retain holds a snapshot that was taken in place of another one, nil for none, unless all states together would
// be more than they may: then the error is a *StateError.
func (s *store) retain(next, before *snapshot) error {
	s.family.hold(next)
	if s.bounds.bytes > 0 && s.family.bytes.Load() > s.bounds.bytes {
		s.family.release(next)
		return stateError([]openapi.Violation{*s.tooLarge()})
	}
	s.family.release(before)
	return nil
}

// become makes a snapshot the current state. The lock is held.
func (s *store) become(next *snapshot) {
	if !s.left {
		before := s.current.Load()
		s.family.bytes.Add(next.own - before.own)
		if next.origin != before.origin {
			s.family.hold(next.origin)
			s.family.release(before.origin)
		}
	}
	s.current.Store(next)
}

// snapshot takes a snapshot of the state, which nothing changes any more.
func (s *store) snapshot() *snapshot {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.taken++
	taken := *s.current.Load()
	taken.isTaken, taken.taken, taken.store = true, s.taken, s.number
	return &taken
}

// latest returns the current state for a look at one item, or at what is no item. Its items may be
// replaced by others meanwhile: two of them need not be of one moment.
func (s *store) latest() *snapshot { return s.current.Load() }

// update runs f in a transaction and commits it unless f fails, or the state would hold more than it
// may: then the error is a *StateError. Nothing else is committed meanwhile.
func (s *store) update(f func(*txn) error) error {
	s.committing.Lock()
	defer s.committing.Unlock()
	return s.updateNow(f)
}

func (s *store) updateNow(f func(*txn) error) error {
	t := s.begin()
	t.whole = true
	return s.end(t, f(t))
}

// end commits a transaction unless it has failed, or the state would hold more than it may. The lock is
// held.
func (s *store) end(t *txn, err error) error {
	if err == nil {
		err = t.overfull()
	}
	if err != nil {
		s.abandon(t)
		return err
	}
	s.commit(t)
	return nil
}

// commit makes the state of a transaction, which has ended, the current one. The lock is held.
func (s *store) commit(t *txn) {
	s.writing.Lock()
	defer s.writing.Unlock()
	t.place()
	t.drawn, t.taken = s.drawn.Load(), s.taken
	*t = txn{snapshot: t.snapshot} // which is kept
	s.become(&t.snapshot)
}

// revise runs f in a transaction and commits it unless f fails. Other transactions may be committed
// while f runs: f runs again where it would find another item than it has found. It is for what takes
// long, and looks at few items.
func (s *store) revise(f func(*txn) error) error {
	t := s.begin()
	err := f(t)
	s.committing.Lock()
	defer s.committing.Unlock()
	current := s.current.Load()
	// What has failed was decided by t.base, which was the current state when f began.
	if err == nil && current != t.base && !t.rebase(current) {
		s.abandon(t)
		return s.updateNow(f)
	}
	return s.end(t, err)
}

// extend is revise for a transaction that makes very many items, of which one is enough at a time.
func (s *store) extend(f func(*txn) error) error {
	s.importing.Lock()
	defer s.importing.Unlock()
	return s.revise(f)
}

// overwrite runs f in a transaction on an empty state, and commits that in place of the current one unless
// f fails. Other transactions may be committed while f runs; they are overwritten. Where the state was
// put back meanwhile, and f has drawn numbers that will be drawn again, or was brought up to another document,
// f runs once more.
func (s *store) overwrite(f func(*txn) error) error {
	s.importing.Lock()
	defer s.importing.Unlock()
	anew := func(t *txn) error { t.clear(); return f(t) }
	t := s.begin()
	generation := s.generation.Load()
	err := cmp.Or(anew(t), t.overfull())
	s.committing.Lock()
	defer s.committing.Unlock()
	epoch := s.current.Load().epoch
	switch {
	case err != nil:
		s.abandon(t)
		return err
	case t.draws > 0 && epoch != t.base.epoch, !s.isOf(generation):
		return s.updateNow(anew)
	}
	t.epoch = epoch + 1
	s.commit(t)
	return nil
}

// abandon gives the pseudo-random values of a transaction back, if they are the newest: what was refused
// leaves no trace. The lock is held.
func (s *store) abandon(t *txn) {
	isRun := t.draws > 0 && t.lastDraw-t.firstDraw == t.draws-1
	if isRun && s.current.Load().epoch == t.base.epoch {
		s.drawn.CompareAndSwap(t.lastDraw, t.firstDraw-1)
	}
}

// replace makes a snapshot that was taken of this store, or of the one that it is a fork of, the current
// state, and returns the one that was; nil, and nothing has changed, where the snapshot is of another document.
func (s *store) replace(snapshot *snapshot) *snapshot {
	s.committing.Lock()
	defer s.committing.Unlock()
	if !s.isOf(snapshot.generation) {
		return nil
	}
	return s.put(snapshot)
}

// put is replace where it is known that the snapshot fits. The lock is held.
func (s *store) put(snapshot *snapshot) *snapshot {
	s.writing.Lock()
	defer s.writing.Unlock()
	next := *snapshot
	before := s.current.Load()
	s.taken = max(s.taken, next.taken) + 1 // the items may have later cells, which are not in the snapshot
	next.isTaken, next.taken, next.since = false, s.taken, s.taken
	if s.isFork() {
		next.since = math.MaxUint64
	}
	if next.isFirst = false; next.store != s.number {
		next.own, next.origin = 0, snapshot
	}
	next.epoch = before.epoch + 1
	s.drawn.Store(next.drawn)
	s.become(&next)
	return before
}
