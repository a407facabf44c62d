package mockserver

import "encoding/binary"

// collectionKey identifies one list of items. Items of different keys never meet.
type collectionKey struct {
	path    string   // of the collection, as the document writes it
	scope   string   // value of the scope header; "" without one
	parents []string // values of the path parameters, outermost first
}

// prefix returns the beginning of the keys of the list's items, and of all lists below it.
func (k collectionKey) prefix() []byte {
	key := make([]byte, 0, len(k.path)+len(k.scope)+16+24*len(k.parents))
	return k.appendLocation(appendToken(key, k.path))
}

// item returns the key of an item, which sorts by its sequence.
func (k collectionKey) item(sequence uint64) []byte {
	return binary.BigEndian.AppendUint64(k.prefix(), sequence)
}

// index returns the key of an identity.
func (k collectionKey) index(id string) []byte {
	key := make([]byte, 0, len(k.path)+len(k.scope)+len(id)+16+24*len(k.parents))
	return k.appendLocation(appendToken(appendToken(key, k.path), id))
}

func (k collectionKey) appendLocation(key []byte) []byte {
	key = appendToken(key, k.scope)
	for _, parent := range k.parents {
		key = appendToken(key, parent)
	}
	return key
}

// appendToken terminates a token with two zero bytes and escapes zero bytes within it, so that no
// token is a prefix of another.
func appendToken(key []byte, token string) []byte {
	for i := 0; i < len(token); i++ {
		key = append(key, token[i])
		if token[i] == 0 {
			key = append(key, 0xff)
		}
	}
	return append(key, 0, 0)
}
