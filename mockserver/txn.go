package mockserver

import (
	"maps"

	iradix "github.com/hashicorp/go-immutable-radix/v2"
)

// txn is a transaction of one writer: changes on top of a snapshot that nobody sees before commit.
type txn struct {
	items *iradix.Txn[*record]
	index *iradix.Txn[uint64]
	rest  snapshot // everything but the trees, which are those of before
	// ownCounts is set once rest.counts is a copy of this transaction.
	ownCounts bool
}

func (s *snapshot) begin() *txn {
	return &txn{items: s.items.Txn(), index: s.index.Txn(), rest: *s}
}

func (t *txn) commit() *snapshot {
	s := t.rest
	s.items, s.index = t.items.Commit(), t.index.Commit()
	return &s
}

// get returns the item of an identity, or nil.
func (t *txn) get(key collectionKey, id string) *record {
	sequence, ok := t.index.Get(key.index(id))
	if !ok {
		return nil
	}
	r, _ := t.items.Get(key.item(sequence))
	return r
}

// add stores an item as the newest one.
func (t *txn) add(r *record) {
	r.sequence = t.rest.next
	t.rest.next++
	t.insert(r)
}

// insert stores an item at the position of its sequence.
func (t *txn) insert(r *record) {
	t.count(r.key.path, 1)
	t.items.Insert(r.key.item(r.sequence), r)
	t.index.Insert(r.key.index(r.id), r.sequence)
}

// replace stores an item in place of the one with the same key, identity and sequence.
func (t *txn) replace(r *record) { t.items.Insert(r.key.item(r.sequence), r) }

func (t *txn) remove(r *record) {
	t.count(r.key.path, -1)
	t.items.Delete(r.key.item(r.sequence))
	t.index.Delete(r.key.index(r.id))
}

// removeBelow removes the items of a list and of all lists below it.
func (t *txn) removeBelow(key collectionKey) {
	var list []*record
	t.items.Root().WalkPrefix(key.prefix(), func(_ []byte, r *record) bool { list = append(list, r); return false })
	for _, r := range list {
		t.remove(r)
	}
}

// count adds to the number of items of a collection.
func (t *txn) count(path string, n int) {
	if !t.ownCounts {
		t.ownCounts, t.rest.counts = true, copied(t.rest.counts)
	}
	t.rest.counts[path] += n
}

// noteInteger remembers the highest integer identity of a collection.
func (t *txn) noteInteger(path string, n int64) {
	if n > t.rest.integers[path] {
		t.rest.integers = copied(t.rest.integers)
		t.rest.integers[path] = n
	}
}

// setSeeded remembers where an item generator goes on.
func (t *txn) setSeeded(settings string, next int) {
	t.rest.seeded = copied(t.rest.seeded)
	t.rest.seeded[settings] = next
}

// draw returns the number of the next pseudo-random value, from 1.
func (t *txn) draw() uint64 {
	t.rest.drawn++
	return t.rest.drawn
}

// copied is maps.Clone that never returns nil.
func copied[V any](m map[string]V) map[string]V {
	out := make(map[string]V, len(m)+1)
	maps.Copy(out, m)
	return out
}
