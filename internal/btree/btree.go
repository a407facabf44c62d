// Package btree has an ordered map of which every version can be kept.
//
// A change makes a new map that shares nearly everything with the old one: it copies the nodes on one
// path, four of them among a million entries. So a version costs a pointer to keep, and whoever reads
// one needs no lock.
//
//	owner := new(btree.Owner)
//	m := btree.New[int, string](cmp.Compare[int])
//	next := m.With(owner, 1, "one") // m is still empty
//
// It has no key that refers to its value, so a replaced value is garbage at once.
package btree

// width is the most entries, or children, of a node. Wider ones make a change copy more, narrower ones
// make the tree deeper: 16 and 64 were slower among a million entries.
const width = 32

// Map is an immutable ordered map; With and Without return changed ones. It is safe for concurrent use.
type Map[K, V any] struct {
	root    *node[K, V] // nil where there are no entries
	compare func(a, b K) int
}

// New returns a map without entries, whose keys are in the order of a comparison.
func New[K, V any](compare func(a, b K) int) Map[K, V] { return Map[K, V]{compare: compare} }

// Owner marks the nodes that a series of changes has made. They are changed in place by later changes
// of the same owner; that saves copies where versions between these changes are not kept. They must not
// be: an owner is for one goroutine and is dropped with the last change. A nil owner owns nothing.
type Owner struct{ _ byte }

// node is a leaf, with a value for each key, or an inner node, with a child for each: key i is not
// greater than any in child i and greater than all in the one before. The first key of an inner node
// says nothing.
type node[K, V any] struct {
	owner    *Owner
	size     int // number of entries in it and below it
	keys     []K
	values   []V
	children []*node[K, V]
}

// leaf and inner are nodes with the room for what they refer to, in one allocation.
type leaf[K, V any] struct {
	node[K, V]
	keyRoom   [width]K
	valueRoom [width]V
}

type inner[K, V any] struct {
	node[K, V]
	keyRoom   [width]K
	childRoom [width]*node[K, V]
}

func newLeaf[K, V any](owner *Owner) *node[K, V] {
	l := &leaf[K, V]{}
	l.owner, l.keys, l.values = owner, l.keyRoom[:0], l.valueRoom[:0]
	return &l.node
}

func newInner[K, V any](owner *Owner) *node[K, V] {
	n := &inner[K, V]{}
	n.owner, n.keys, n.children = owner, n.keyRoom[:0], n.childRoom[:0]
	return &n.node
}

func (n *node[K, V]) isLeaf() bool { return n.children == nil }

// empty returns a node of the same kind without entries.
func (n *node[K, V]) empty(owner *Owner) *node[K, V] {
	if n.isLeaf() {
		return newLeaf[K, V](owner)
	}
	return newInner[K, V](owner)
}

// own returns the node itself where the owner may change it, else a copy.
func (n *node[K, V]) own(owner *Owner) *node[K, V] {
	if owner != nil && n.owner == owner {
		return n
	}
	c := n.empty(owner)
	c.take(n, 0)
	return c
}

// take appends the entries, or children, of another node from an index on.
func (n *node[K, V]) take(from *node[K, V], i int) {
	n.keys = append(n.keys, from.keys[i:]...)
	if n.isLeaf() {
		n.values = append(n.values, from.values[i:]...)
	} else {
		n.children = append(n.children, from.children[i:]...)
	}
	n.count()
}

// count sets the size from what is directly below.
func (n *node[K, V]) count() {
	n.size = len(n.values)
	for _, c := range n.children {
		n.size += c.size
	}
}

// search returns the index of the first key that is not less than k.
func (m Map[K, V]) search(n *node[K, V], k K) (i int, equal bool) {
	low, high := 0, len(n.keys)
	for low < high {
		middle := int(uint(low+high) >> 1)
		switch order := m.compare(n.keys[middle], k); {
		case order == 0:
			return middle, true
		case order < 0:
			low = middle + 1
		default:
			high = middle
		}
	}
	return low, false
}

// below returns the index of the child of an inner node that has k, if any has.
func (m Map[K, V]) below(n *node[K, V], k K) int {
	i, equal := m.search(n, k)
	if equal {
		return i
	}
	return max(0, i-1)
}

// Len returns the number of entries.
func (m Map[K, V]) Len() int {
	if m.root == nil {
		return 0
	}
	return m.root.size
}

// Get returns the value of a key.
func (m Map[K, V]) Get(k K) (v V, ok bool) {
	n := m.root
	if n == nil {
		return v, false
	}
	for !n.isLeaf() {
		n = n.children[m.below(n, k)]
	}
	if i, equal := m.search(n, k); equal {
		return n.values[i], true
	}
	return v, false
}

// Rank returns the number of keys that are less than k.
func (m Map[K, V]) Rank(k K) int {
	n, rank := m.root, 0
	if n == nil {
		return 0
	}
	for !n.isLeaf() {
		at := m.below(n, k)
		for _, c := range n.children[:at] {
			rank += c.size
		}
		n = n.children[at]
	}
	i, _ := m.search(n, k)
	return rank + i
}

// At returns the entry with a number of lesser ones; i is from 0 to less than Len.
func (m Map[K, V]) At(i int) (K, V) {
	n := m.root
	for !n.isLeaf() {
		at := 0
		for i >= n.children[at].size {
			i -= n.children[at].size
			at++
		}
		n = n.children[at]
	}
	return n.keys[i], n.values[i]
}

// Ceiling returns the first entry whose key is not less than k; false where there is none.
func (m Map[K, V]) Ceiling(k K) (at K, v V, ok bool) {
	if m.root != nil {
		m.root.each(m, &k, func(key K, value V) bool {
			at, v, ok = key, value, true
			return false
		})
	}
	return at, v, ok
}

// From calls yield for the entries whose keys are not less than k, in order, until it returns false.
func (m Map[K, V]) From(k K, yield func(K, V) bool) {
	if m.root != nil {
		m.root.each(m, &k, yield)
	}
}

// All calls yield for all entries in order, until it returns false.
func (m Map[K, V]) All(yield func(K, V) bool) {
	if m.root != nil {
		m.root.each(m, nil, yield)
	}
}

// each walks the entries from a key on, all where it is nil. It reports whether yield wants more.
func (n *node[K, V]) each(m Map[K, V], from *K, yield func(K, V) bool) bool {
	i := 0
	if n.isLeaf() {
		if from != nil {
			i, _ = m.search(n, *from)
		}
		for ; i < len(n.keys); i++ {
			if !yield(n.keys[i], n.values[i]) {
				return false
			}
		}
		return true
	}
	if from != nil {
		i = m.below(n, *from)
	}
	for ; i < len(n.children); i++ {
		if !n.children[i].each(m, from, yield) {
			return false
		}
		from = nil
	}
	return true
}
