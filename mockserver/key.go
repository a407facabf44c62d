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

// at returns the value of a locator; "" where the key has none. One of an item that has no place in the document
// may have fewer than the collection.
func (k collectionKey) at(i int) string {
	if i >= len(k.place) {
		return ""
	}
	return k.place[i]
}

// compare orders the keys by path, then by place.
func (k collectionKey) compare(other collectionKey) int {
	return cmp.Or(cmp.Compare(k.path, other.path), slices.Compare(k.place, other.place))
}

// covers reports whether another key is the same but for the places in which this one is open.
func (k collectionKey) covers(other collectionKey) bool {
	for i, own := range k.place {
		if own != other.at(i) && !(k.open != nil && k.open[i]) {
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

// hashOf returns the hash of an identity in a list. Its upper half is that of the identity in any list of
// the collection.
func hashOf(seed maphash.Seed, key collectionKey, id string) uint64 {
	whole := maphash.String(seed, key.path) ^ maphash.String(seed, id)*3
	var place uint64
	for _, value := range key.place {
		place = place*31 + maphash.String(seed, value)
	}
	return whole<<32 | place>>32
}
