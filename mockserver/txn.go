package mockserver

import (
	"bytes"
	"maps"
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// txn is a transaction: changes on top of a snapshot that nobody sees before they are committed. It is
// itself the snapshot with the changes so far.
type txn struct {
	snapshot
	store    *store
	base     *snapshot
	ownsMaps bool // its maps are no others' any more
	// What a commit on top of another snapshot than base takes; see store.revise.
	reads  []reading
	writes []writing
	// replaced is the record that takes the place of another one when the transaction is committed, and
	// cell the place; nil: none does.
	replaced *record
	cell     *cell
	whole    bool               // it depends on more of base than its readings say
	full     *openapi.Violation // the state would hold more than it may; nil: it would not
	// The pseudo-random values that it has drawn: their number, the first and the last one.
	draws, firstDraw, lastDraw uint64
	// The room of reads and writes, which need no more as a rule.
	readRoom  [1]reading
	writeRoom [1]writing
}

// reading is an item that a transaction has looked for.
type reading struct {
	key   collectionKey
	id    string
	found *record
}

// writing is one change of a transaction.
type writing struct {
	change func(*txn, *record) bool
	record *record
}

// begin returns a transaction on top of the current snapshot.
func (s *store) begin() *txn {
	base := s.current.Load()
	t := &txn{snapshot: *base, store: s, base: base}
	t.reads, t.writes = t.readRoom[:0], t.writeRoom[:0]
	return t
}

// rebase makes the same changes on top of another snapshot. It reports false where the transaction
// might have made others there.
func (t *txn) rebase(on *snapshot) bool {
	if t.whole || t.base.epoch != on.epoch {
		return false
	}
	for _, r := range t.reads {
		if on.find(r.key, r.id) != r.found {
			return false
		}
	}
	writes := t.writes
	t.full = nil
	t.snapshot, t.base, t.ownsMaps, t.writes = *on, on, false, nil
	for _, w := range writes {
		if !w.change(t, w.record) {
			return false
		}
	}
	if t.replaced != nil {
		t.replace(t.replaced)
	}
	return true
}

// find returns the item of an identity, or nil, as snapshot.find does.
func (t *txn) find(key collectionKey, id string) *record {
	r := t.snapshot.find(key, id)
	if !t.whole {
		t.reads = append(t.reads, reading{key, id, r})
	}
	return r
}

// get returns the item of an identity, or nil.
func (t *txn) get(key collectionKey, id string) *record { return t.find(key, id) }

// withID returns the items of a collection that have an identity, sorted by place.
func (t *txn) withID(path, id string) []*record {
	t.whole = true
	return t.snapshot.withID(path, id)
}

// add stores an item as the newest one. It reports false where the identity is taken.
func (t *txn) add(r *record) bool {
	r.sequence = t.next
	t.next++
	added := t.insert(r)
	t.note((*txn).add, r)
	return added
}

// insert stores an item at the position of its sequence. It reports false where the identity is
// taken.
func (t *txn) insert(r *record) bool {
	if t.snapshot.get(r.key, r.id) != nil {
		return false
	}
	r.list, r.id = t.listed(r.key), strings.Clone(r.id) // which may be a part of a whole request
	t.ownMaps()
	t.counts[r.key.path]++
	t.ownIndex().Set(t.hashed(r))
	r.maker = t.store.number
	r.first.age = t.taken
	r.first.Store(r)
	r.latest.Store(&r.first)
	t.ownItems().Set(slotted{r.slot(), &r.first})
	t.count(r, r.bytes(), r.bytes())
	return true
}

// replace stores another record of an item. It is the last that a transaction does.
func (t *txn) replace(r *record) {
	t.replaced, t.cell = r, t.cellOf(r.identity)
	r.maker = t.store.number
	old := t.cell.Load()
	t.count(r, r.bytes()-old.bytes(), r.bytes()-t.made(old))
}

// place stores the record that replaces another one: in its cell where nothing else has changed and no
// snapshot that was taken has the cell, else in another one.
func (t *txn) place() {
	if t.replaced == nil {
		return
	}
	if t.items == t.base.items && t.cell.age == t.store.taken {
		t.cell.Store(t.replaced)
		return
	}
	c := &cell{age: t.store.taken}
	c.Store(t.replaced)
	t.ownItems().Set(slotted{t.replaced.slot(), c})
	if !t.store.isFork() {
		t.replaced.latest.Store(c)
	}
}

// made returns what a record counts for if the store has made it, else 0.
func (t *txn) made(r *record) int64 {
	if r.maker != t.store.number {
		return 0
	}
	return r.bytes()
}

// count counts the bytes of a record that is stored, which are so many more than those that were there,
// and so many more than those of the store's own.
func (t *txn) count(r *record, more, own int64) {
	if cap(r.encoded)-len(r.encoded) > len(r.encoded)/8 {
		r.encoded = bytes.Clone(r.encoded)
	}
	t.bytes += more
	t.own += own
	if t.full == nil {
		t.full = t.store.exceeded(t)
	}
}

// overfull returns the *StateError of a transaction after which the state would hold more than it may;
// nil where it may.
func (t *txn) overfull() error {
	if t.full == nil {
		return nil
	}
	return stateError([]openapi.Violation{*t.full})
}

func (t *txn) remove(r *record) {
	t.drop(r)
	t.note((*txn).drop, r)
}

func (t *txn) drop(r *record) bool {
	t.ownMaps()
	t.counts[r.key.path]--
	t.bytes -= r.bytes()
	t.own -= t.made(r)
	t.ownIndex().Delete(t.hashed(r))
	t.ownItems().Delete(slotted{slot: r.slot()})
	if at, ok := ceiling(t.items, slotted{slot: slot{list: r.number}}); !ok || at.slot.list != r.number {
		t.ownLists().Delete(r.list)
		t.countWorkspace(r.list, -1)
	}
	return true
}

// removeBelow removes the items of a list and of all lists below it.
func (t *txn) removeBelow(key collectionKey) {
	t.whole = true
	for _, r := range t.below(key) {
		t.remove(r)
	}
}

// clear removes all items, as if the server had just been made. Pseudo-random values go on: a token
// must not stand for two secrets.
func (t *txn) clear() {
	t.whole = true
	before := t.snapshot
	t.snapshot, t.ownsMaps = newSnapshot(), true
	t.epoch, t.taken, t.since = before.epoch+1, before.taken, before.taken
	t.generation = before.generation
	if t.store.isFork() {
		t.since = before.since
	}
}

// note keeps a change for a rebase.
func (t *txn) note(change func(*txn, *record) bool, r *record) {
	if !t.whole {
		t.writes = append(t.writes, writing{change, r})
	}
}

// listed returns the list of a key, which is in the state from now on.
func (t *txn) listed(key collectionKey) *list {
	l := t.listOf(key)
	if l == nil {
		t.numbered++
		l = &list{key: collectionKey{path: key.path}, number: t.numbered}
		for _, value := range key.place {
			l.key.place = append(l.key.place, strings.Clone(value))
		}
		t.ownLists().Set(l)
		t.countWorkspace(l, 1)
	}
	return l
}

// countWorkspace counts one more list of a workspace, or one less.
func (t *txn) countWorkspace(l *list, by int) {
	if *t.store.family.scope.Load() == "" || len(l.key.place) == 0 {
		return
	}
	name := l.key.place[0]
	w, _ := t.workspaces.Get(workspace{name: name})
	if n := w.lists + by; n > 0 {
		t.ownWorkspaces().Set(workspace{name, n})
	} else {
		t.ownWorkspaces().Delete(workspace{name: name})
	}
}

// hashed returns the entry of an item in the index.
func (t *txn) hashed(r *record) hashed { return hashed{hashOf(t.seed, r.key, r.id), r.identity} }

func (t *txn) ownMaps() {
	if !t.ownsMaps {
		t.integers, t.seeded, t.counts = maps.Clone(t.integers), maps.Clone(t.seeded), maps.Clone(t.counts)
		t.ownsMaps = true
	}
}

// highestInteger returns the highest integer identity of a collection.
func (t *txn) highestInteger(path string) int64 {
	t.whole = true
	return t.integers[path]
}

// noteInteger remembers the highest integer identity of a collection.
func (t *txn) noteInteger(path string, n int64) {
	if n > t.integers[path] {
		t.whole = true
		t.ownMaps()
		t.integers[path] = n
	}
}

// noteSeeded remembers the next index of the item generator with some settings, which it was started at.
func (t *txn) noteSeeded(settings string, start, next int) {
	change := func(t *txn, _ *record) bool {
		t.ownMaps()
		same := t.seeded[settings] == start
		t.seeded[settings] = next
		return same
	}
	change(t, nil)
	t.note(change, nil)
}

// draw returns the number of the next pseudo-random value, from 1.
func (t *txn) draw() uint64 {
	t.lastDraw = t.store.drawn.Add(1)
	if t.draws == 0 {
		t.firstDraw = t.lastDraw
	}
	t.draws++
	return t.lastDraw
}
