package mockserver

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	iradix "github.com/hashicorp/go-immutable-radix/v2"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// record is one stored item. Neither it nor anything it refers to changes once it is stored.
type record struct {
	key      collectionKey
	id       string
	sequence uint64 // order of creation
	// encoded is the item as responses show it. A hundred thousand byte slices cost the garbage
	// collector next to nothing; as many decoded objects would not.
	encoded []byte
	// apart is an object of the members that the item's own schema has no place for and others have:
	// what a creation answers, say, and no read shows. nil where there are none.
	apart []byte
}

// object decodes the item with all of its members. The caller owns the result.
func (r *record) object() *jsonvalue.Object {
	object := r.decoded(r.encoded)
	if r.apart != nil {
		for _, m := range r.decoded(r.apart).Members {
			object.Set(m.Name, m.Value)
		}
	}
	return object
}

func (r *record) decoded(text []byte) *jsonvalue.Object {
	value, err := jsonvalue.Parse(text, jsonvalue.Limits{Depth: storedDepth})
	if object, ok := value.(*jsonvalue.Object); err == nil && ok {
		return object
	}
	panic(fmt.Sprintf("item %q of %s is not what was written: %v", r.id, r.key.path, err))
}

// storedDepth exceeds the depth of any item that was read with the default depth.
const storedDepth = 2 * jsonvalue.DefaultDepth

// snapshot is the whole state of a server at one moment. It is immutable. A write makes a new one
// that shares nearly everything with the old one: keeping, resetting or forking a snapshot copies a
// pointer, and the cost of a write does not grow with the number of items.
type snapshot struct {
	items *iradix.Tree[*record] // by collectionKey.item: in order of creation within each list
	index *iradix.Tree[*record] // by collectionKey.index
	next  uint64                // sequence of the next item
	drawn uint64                // number of pseudo-random values made so far; see builder.bytes
	// The maps are small; each transaction copies them.
	integers map[string]int64 // highest integer identity, by collection path
	seeded   map[string]int   // next index of the item generator, by its settings
	counts   map[string]int   // number of items, by collection path
}

func newSnapshot() *snapshot {
	return &snapshot{items: iradix.New[*record](), index: iradix.New[*record](),
		integers: map[string]int64{}, seeded: map[string]int{}, counts: map[string]int{}}
}

// get returns the item of an identity, or nil.
func (s *snapshot) get(key collectionKey, id string) *record {
	r, _ := s.index.Get(key.index(id))
	return r
}

// find returns the item of an identity, or nil. A key that is open in some places is that of any of
// them: the first item in order of the places is returned.
func (s *snapshot) find(key collectionKey, id string) *record {
	if key.open == nil {
		return s.get(key, id)
	}
	return firstCovered(key, s.withID(key.path, id))
}

func firstCovered(key collectionKey, list []*record) *record {
	if i := slices.IndexFunc(list, func(r *record) bool { return key.covers(r.key) }); i >= 0 {
		return list[i]
	}
	return nil
}

// list returns the items of one list in order of creation; those of several lists where the key is
// open in some places.
func (s *snapshot) list(key collectionKey) []*record {
	if key.open == nil {
		return below(s.items.Root(), key.prefix())
	}
	list := slices.DeleteFunc(s.all(key.path), func(r *record) bool { return !key.covers(r.key) })
	slices.SortFunc(list, func(a, b *record) int { return cmp.Compare(a.sequence, b.sequence) })
	return list
}

// all returns the items of a collection in every place, sorted by place, then by order of creation.
func (s *snapshot) all(path string) []*record { return below(s.items.Root(), encodeTokens(path)) }

// withID returns the items of a collection that have an identity, sorted by place.
func (s *snapshot) withID(path, id string) []*record {
	return below(s.index.Root(), encodeTokens(path, id))
}

// below returns the records whose keys begin with a prefix, in order of the keys.
func below(root *iradix.Node[*record], prefix []byte) []*record {
	var list []*record
	root.WalkPrefix(prefix, func(_ []byte, r *record) bool { list = append(list, r); return false })
	return list
}

// store holds the current snapshot. Reading takes no lock; writers queue.
type store struct {
	writing sync.Mutex
	current atomic.Pointer[snapshot]
}

func newStore() *store {
	s := &store{}
	s.current.Store(newSnapshot())
	return s
}

func (s *store) snapshot() *snapshot { return s.current.Load() }

// update runs f in a transaction and commits it unless f fails.
func (s *store) update(f func(*txn) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	t := s.current.Load().begin()
	if err := f(t); err != nil {
		return err
	}
	s.current.Store(t.commit())
	return nil
}

// replace makes another snapshot the current one.
func (s *store) replace(snapshot *snapshot) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.current.Store(snapshot)
}
