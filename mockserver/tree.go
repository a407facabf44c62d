package mockserver

import (
	"sort"

	"github.com/tidwall/btree"
)

// slotted is the cell of an item among all items of a state, by its slot.
type slotted struct {
	slot
	*cell
}

func (s slotted) less(other slotted) bool { return s.slot.less(other.slot) }

// hashed is an identity in the index of a state, by its hash, so that a search touches little memory;
// whether an item has an identity, the item says. Those of one hash are in order of creation, after nil.
type hashed struct {
	hash uint64
	*identity
}

func (h hashed) less(other hashed) bool {
	if h.hash != other.hash || other.identity == nil {
		return h.hash < other.hash
	}
	return h.identity == nil || h.sequence < other.sequence
}

// workspace is a value of the scope header, with the number of lists that it has items in.
type workspace struct {
	name  string
	lists int
}

func (w workspace) less(other workspace) bool { return w.name < other.name }

// degree is half the most children of a node. With half of it a change among 100,000 items copies one node
// more, which is four allocations; with twice as much it copies as many nodes as with this one, and twice
// the bytes.
const degree = 64

func newTree[T any](less func(a, b T) bool) *btree.BTreeG[T] {
	return btree.NewBTreeGOptions(less, btree.Options{Degree: degree, NoLocks: true})
}

// own returns a tree of a transaction for changes: from the first one on, that is a copy of the one in its
// base, with which it shares the nodes that do not change. Copying marks both trees, and changes nothing
// that readers look at: they need no lock, but two who copy the same tree do.
func own[T any](t *txn, tree **btree.BTreeG[T], base *btree.BTreeG[T]) *btree.BTreeG[T] {
	if *tree == base {
		t.store.family.copying.Lock()
		defer t.store.family.copying.Unlock()
		*tree = base.Copy()
	}
	return *tree
}

func (t *txn) ownItems() *btree.BTreeG[slotted] { return own(t, &t.items, t.base.items) }
func (t *txn) ownIndex() *btree.BTreeG[hashed]  { return own(t, &t.index, t.base.index) }
func (t *txn) ownLists() *btree.BTreeG[*list]   { return own(t, &t.lists, t.base.lists) }
func (t *txn) ownWorkspaces() *btree.BTreeG[workspace] {
	return own(t, &t.workspaces, t.base.workspaces)
}

// ceiling returns the first of a tree that is not less than another; false where there is none.
func ceiling[T any](tree *btree.BTreeG[T], than T) (found T, ok bool) {
	tree.Ascend(than, func(at T) bool {
		found, ok = at, true
		return false
	})
	return found, ok
}

// indexIn returns the number of those in a tree that are less than another: the index of the other, where
// the tree has it.
func indexIn[T any](tree *btree.BTreeG[T], than T) int {
	return sort.Search(tree.Len(), func(i int) bool {
		at, _ := tree.GetAt(i)
		return !tree.Less(at, than)
	})
}
