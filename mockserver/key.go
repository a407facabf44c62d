package mockserver

import (
	"cmp"
	"hash/maphash"
	"slices"
)

// collectionKey identifies one list of items. Items of different keys never meet.
type collectionKey struct {
	path string // of the collection, as the document writes it
	// place has the values of the collection's locators: that of the scope header, where the
	// document has a scope, then those of the parents' path parameters, outermost first.
	place []string
	// open marks the places of which a request says nothing, as that of a flat way to the items of a
	// nested collection: any value will do. nil: none is open.
	open []bool
}

// compare orders the keys by path, then by place.
func (k collectionKey) compare(other collectionKey) int {
	return cmp.Or(cmp.Compare(k.path, other.path), slices.Compare(k.place, other.place))
}

// covers reports whether another key is the same but for the places in which this one is open.
func (k collectionKey) covers(other collectionKey) bool {
	for i, own := range k.place {
		if own != other.place[i] && !(k.open != nil && k.open[i]) {
			return false
		}
	}
	return k.path == other.path
}

// isAbove reports whether a list is that of the key or below it: of an item of an item of it.
func (k collectionKey) isAbove(other collectionKey) bool {
	return k.path == other.path && len(k.place) <= len(other.place) &&
		slices.Equal(k.place, other.place[:len(k.place)])
}

// list is a list of items, shared by them.
type list struct {
	key    collectionKey
	number uint64 // of the list among those of a state; 0 for one that is not in a state
}

func (l *list) less(other *list) bool { return l.key.compare(other.key) < 0 }

// slot is the key of an item among all items of a state: in order of creation within each list.
type slot struct{ list, sequence uint64 }

func (s slot) less(other slot) bool {
	return s.list < other.list || s.list == other.list && s.sequence < other.sequence
}

// mark is the key of an identity in the index of a state. It has hashes and not what they are of, so
// that a search touches little memory; whether an item has an identity, the item says. The sequence
// keeps items apart whose hashes are the same.
type mark struct{ hash, place, sequence uint64 }

func (m mark) less(other mark) bool {
	switch {
	case m.hash != other.hash:
		return m.hash < other.hash
	case m.place != other.place:
		return m.place < other.place
	}
	return m.sequence < other.sequence
}

// markOf returns the least mark of an identity in a list.
func markOf(seed maphash.Seed, key collectionKey, id string) mark {
	m := mark{hash: maphash.String(seed, key.path) ^ maphash.String(seed, id)*3}
	for _, value := range key.place {
		m.place = m.place*31 + maphash.String(seed, value)
	}
	return m
}
