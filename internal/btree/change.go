package btree

import "slices"

// With returns the map with a value for a key, in place of the one that it had.
func (m Map[K, V]) With(owner *Owner, k K, v V) Map[K, V] {
	if m.root == nil {
		m.root = newLeaf[K, V](owner)
	}
	root, split := m.set(m.root, owner, k, v)
	if split != nil {
		above := newInner[K, V](owner)
		above.keys = append(above.keys, root.keys[0], split.keys[0])
		above.children = append(above.children, root, split)
		above.count()
		root = above
	}
	m.root = root
	return m
}

// set sets a value below a node. It returns the node as it is then, and the node to follow it where it
// had to be split.
func (m Map[K, V]) set(n *node[K, V], owner *Owner, k K, v V) (changed, split *node[K, V]) {
	n = n.own(owner)
	if n.isLeaf() {
		i, equal := m.search(n, k)
		if equal {
			n.values[i] = v
			return n, nil
		}
		into := n
		if len(n.keys) == width {
			split = n.split(owner, i)
			if i > len(n.keys) || len(n.keys) == width {
				into, i = split, i-len(n.keys)
			}
		}
		into.keys = slices.Insert(into.keys, i, k)
		into.values = slices.Insert(into.values, i, v)
		into.size++
		return n, split
	}
	at := m.below(n, k)
	before := n.children[at].size
	child, next := m.set(n.children[at], owner, k, v)
	n.children[at] = child
	n.size += child.size - before
	if next == nil {
		return n, nil
	}
	n.size += next.size
	into, i := n, at+1
	if len(n.keys) == width {
		n.size -= next.size // it may come elsewhere
		split = n.split(owner, i)
		if i > len(n.keys) || len(n.keys) == width {
			into, i = split, i-len(n.keys)
		}
		into.size += next.size
	}
	into.keys = slices.Insert(into.keys, i, next.keys[0])
	into.children = slices.Insert(into.children, i, next)
	return n, split
}

// split moves the second half of a full node to a new one, which it returns. Nothing is moved where the
// next entry comes last: entries that come in order fill their nodes.
func (n *node[K, V]) split(owner *Owner, i int) *node[K, V] {
	next := n.empty(owner)
	if i == width {
		return next
	}
	const half = width / 2
	next.take(n, half)
	n.cut(half)
	return next
}

// cut removes the entries, or children, from an index on.
func (n *node[K, V]) cut(i int) { n.remove(i, len(n.keys)) }

func (n *node[K, V]) remove(from, to int) {
	n.keys = slices.Delete(n.keys, from, to)
	if n.isLeaf() {
		n.values = slices.Delete(n.values, from, to)
	} else {
		n.children = slices.Delete(n.children, from, to)
	}
	n.count()
}

// Without returns the map without a key.
func (m Map[K, V]) Without(owner *Owner, k K) Map[K, V] {
	if _, ok := m.Get(k); !ok {
		return m
	}
	m.root = m.unset(m.root, owner, k)
	if m.root.size == 0 {
		m.root = nil
	}
	for m.root != nil && len(m.root.children) == 1 {
		m.root = m.root.children[0]
	}
	return m
}

// unset removes a key that is below a node, and returns the node as it is then.
func (m Map[K, V]) unset(n *node[K, V], owner *Owner, k K) *node[K, V] {
	n = n.own(owner)
	if n.isLeaf() {
		i, _ := m.search(n, k)
		n.remove(i, i+1)
		return n
	}
	at := m.below(n, k)
	n.children[at] = m.unset(n.children[at], owner, k)
	n.size--
	switch child := n.children[at]; {
	case child.size == 0:
		n.remove(at, at+1)
	case len(child.keys) < width/4:
		n.join(owner, at)
	}
	return n
}

// join makes one node of a child with few entries and its neighbour, where one has room for both.
func (n *node[K, V]) join(owner *Owner, at int) {
	for _, i := range []int{at, at - 1} { // the first of two
		if i < 0 || i+1 >= len(n.children) {
			continue
		}
		first, second := n.children[i], n.children[i+1]
		if len(first.keys)+len(second.keys) > width {
			continue
		}
		first = first.own(owner)
		bound := len(first.keys)
		first.take(second, 0)
		if !first.isLeaf() {
			first.keys[bound] = n.keys[i+1] // the first key of an inner node says nothing
		}
		n.children[i] = first
		n.remove(i+1, i+2)
		return
	}
}
