package mockserver

import (
	"maps"

	iradix "github.com/hashicorp/go-immutable-radix/v2"
)

// txn is a transaction of one writer: changes on top of a snapshot that nobody sees before commit.
type txn struct {
	items, index *iradix.Txn[*record]
	rest         snapshot // everything but the trees, which are those of before
}

func (s *snapshot) begin() *txn {
	t := &txn{items: s.items.Txn(), index: s.index.Txn(), rest: *s}
	t.rest.integers, t.rest.seeded, t.rest.counts = maps.Clone(s.integers), maps.Clone(s.seeded), maps.Clone(s.counts)
	return t
}

func (t *txn) commit() *snapshot {
	s := t.rest
	s.items, s.index = t.items.Commit(), t.index.Commit()
	return &s
}

// get returns the item of an identity, or nil.
func (t *txn) get(key collectionKey, id string) *record {
	r, _ := t.index.Get(key.index(id))
	return r
}

// find returns the item of an identity, or nil, as snapshot.find does.
func (t *txn) find(key collectionKey, id string) *record {
	if key.open == nil {
		return t.get(key, id)
	}
	return firstCovered(key, t.withID(key.path, id))
}

// withID returns the items of a collection that have an identity, sorted by place.
func (t *txn) withID(path, id string) []*record { return below(t.index.Root(), encodeTokens(path, id)) }

// add stores an item as the newest one. It reports false where the identity is taken.
func (t *txn) add(r *record) bool {
	r.sequence = t.rest.next
	t.rest.next++
	return t.insert(r)
}

// insert stores an item at the position of its sequence. It reports false where the identity is
// taken.
func (t *txn) insert(r *record) bool {
	if t.get(r.key, r.id) != nil {
		return false
	}
	t.rest.counts[r.key.path]++
	t.replace(r)
	return true
}

// replace stores an item in place of the one with the same key, identity and sequence.
func (t *txn) replace(r *record) {
	t.items.Insert(r.key.item(r.sequence), r)
	t.index.Insert(r.key.index(r.id), r)
}

func (t *txn) remove(r *record) {
	t.rest.counts[r.key.path]--
	t.items.Delete(r.key.item(r.sequence))
	t.index.Delete(r.key.index(r.id))
}

// removeBelow removes the items of a list and of all lists below it.
func (t *txn) removeBelow(key collectionKey) {
	for _, r := range below(t.items.Root(), key.prefix()) {
		t.remove(r)
	}
}

// clear removes all items, as if the server had just been made. Pseudo-random values go on: a token
// must not stand for two secrets.
func (t *txn) clear() {
	drawn := t.rest.drawn
	*t = *newSnapshot().begin()
	t.rest.drawn = drawn
}

// noteInteger remembers the highest integer identity of a collection.
func (t *txn) noteInteger(path string, n int64) {
	t.rest.integers[path] = max(n, t.rest.integers[path])
}

// draw returns the number of the next pseudo-random value, from 1.
func (t *txn) draw() uint64 {
	t.rest.drawn++
	return t.rest.drawn
}
