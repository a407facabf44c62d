package mockserver

import "encoding/binary"

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

// covers reports whether another key is the same but for the places in which this one is open.
func (k collectionKey) covers(other collectionKey) bool {
	for i, own := range k.place {
		if own != other.place[i] && !(k.open != nil && k.open[i]) {
			return false
		}
	}
	return k.path == other.path
}

// prefix returns the beginning of the keys of the list's items, and of all lists below it.
func (k collectionKey) prefix() []byte { return encodeTokens(append([]string{k.path}, k.place...)...) }

// item returns the key of an item, which sorts by its sequence.
func (k collectionKey) item(sequence uint64) []byte {
	return binary.BigEndian.AppendUint64(k.prefix(), sequence)
}

// index returns the key of an identity.
func (k collectionKey) index(id string) []byte {
	return encodeTokens(append([]string{k.path, id}, k.place...)...)
}

// encodeTokens terminates each token with two zero bytes and escapes zero bytes within it, so that
// no token is a prefix of another.
func encodeTokens(tokens ...string) []byte {
	size := 8 // room for a sequence
	for _, token := range tokens {
		size += len(token) + 2
	}
	key := make([]byte, 0, size)
	for _, token := range tokens {
		for i := range len(token) {
			key = append(key, token[i])
			if token[i] == 0 {
				key = append(key, 0xff)
			}
		}
		key = append(key, 0, 0)
	}
	return key
}
