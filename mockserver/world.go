package mockserver

import (
	"encoding/binary"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"

	iradix "github.com/hashicorp/go-immutable-radix/v2"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// place is where an item lives: its collection, the value of the scope header ("" without one), and
// the values of the collection's path parameters, outermost first. Items of different places never
// meet.
type place struct {
	collection string // the collection's path
	scope      string
	parents    []string
}

// record is one stored item. It is never changed once it is stored, nor is anything that it refers
// to.
type record struct {
	place
	id       string
	sequence uint64 // in order of creation
	// the item as it is answered: a hundred thousand of them as bytes are nothing to the garbage
	// collector
	encoded []byte
}

// object is the item's value, the caller's own.
func (r *record) object() *jsonvalue.Object {
	value, err := jsonvalue.Parse(r.encoded, jsonvalue.Limits{Depth: storedDepth})
	if object, ok := value.(*jsonvalue.Object); err == nil && ok {
		return object
	}
	panic(fmt.Sprintf("item %q of %s is not what was written: %v", r.id, r.collection, err))
}

// storedDepth is more than any item has that was read with the default depth.
const storedDepth = 2 * jsonvalue.DefaultDepth

// world is all that a server remembers at one moment. It is immutable: a write makes a new one that
// shares nearly all with the old, so that a snapshot, a reset or a fork is a copy of a pointer, and
// a write costs the same however much there is.
type world struct {
	items *iradix.Tree[*record] // by collection, scope, parents, sequence: walking it is walking in order of creation
	index *iradix.Tree[uint64]  // sequence by collection, id, scope, parents
	next  uint64                // sequence of the next item
	drawn uint64                // how many values were made by chance; see maker
	// integers are the highest integer identities by collection, seeded how many items the
	// generator has made so far by its knobs. They are small, and copied when they change.
	integers map[string]int64
	seeded   map[string]int
	counts   map[string]int // of items, by collection
}

func newWorld() *world {
	return &world{items: iradix.New[*record](), index: iradix.New[uint64]()}
}

// store holds the current world. Reading takes no lock; writers queue.
type store struct {
	writing sync.Mutex
	current atomic.Pointer[world]
}

func newStore(w *world) *store {
	s := &store{}
	s.current.Store(w)
	return s
}

func (s *store) world() *world { return s.current.Load() }

// write hands a change to work on, and makes what it leaves the current world unless it fails.
func (s *store) write(f func(*change) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	c := s.current.Load().change()
	if err := f(c); err != nil {
		return err
	}
	s.current.Store(c.done())
	return nil
}

// replace makes another world the current one.
func (s *store) replace(w *world) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.current.Store(w)
}

// get finds an item, or nil.
func (w *world) get(p place, id string) *record {
	sequence, ok := w.index.Get(indexKey(p, id))
	if !ok {
		return nil
	}
	r, _ := w.items.Get(itemKey(p, sequence))
	return r
}

// each visits the items of a place in order of creation, until visit says no.
func (w *world) each(p place, visit func(*record) bool) {
	w.items.Root().WalkPrefix(placeKey(p), func(_ []byte, r *record) bool { return !visit(r) })
}

// all visits the items of a collection in all places, by scope and parents, then in order of
// creation.
func (w *world) all(collection string, visit func(*record)) {
	w.items.Root().WalkPrefix(appendToken(nil, collection), func(_ []byte, r *record) bool { visit(r); return false })
}

// named lists the items of a collection with an id, whatever their place.
func (w *world) named(collection, id string) []*record {
	var list []*record
	prefix := appendToken(appendToken(nil, collection), id)
	w.index.Root().WalkPrefix(prefix, func(key []byte, sequence uint64) bool {
		itemKey := appendToken(nil, collection)
		itemKey = append(itemKey, key[len(prefix):]...)
		if r, ok := w.items.Get(binary.BigEndian.AppendUint64(itemKey, sequence)); ok {
			list = append(list, r)
		}
		return false
	})
	return list
}

// change is a world in the making, for one writer.
type change struct {
	world // its trees are those before the change
	items *iradix.Txn[*record]
	index *iradix.Txn[uint64]
	// counting says that counts is a copy already.
	counting bool
}

func (w *world) change() *change {
	return &change{world: *w, items: w.items.Txn(), index: w.index.Txn()}
}

// count keeps the number of items, in a map that is this change's own.
func (c *change) count(collection string, more int) {
	if !c.counting {
		c.counting = true
		counts := make(map[string]int, len(c.counts)+1)
		maps.Copy(counts, c.counts)
		c.counts = counts
	}
	c.counts[collection] += more
}

func (c *change) done() *world {
	w := c.world
	w.items, w.index = c.items.Commit(), c.index.Commit()
	return &w
}

func (c *change) get(p place, id string) *record {
	sequence, ok := c.index.Get(indexKey(p, id))
	if !ok {
		return nil
	}
	r, _ := c.items.Get(itemKey(p, sequence))
	return r
}

// add stores an item as the newest one.
func (c *change) add(r *record) {
	r.sequence = c.next
	c.next++
	c.put(r)
}

// put stores an item in the turn that its sequence gives it.
func (c *change) put(r *record) {
	c.count(r.collection, 1)
	c.items.Insert(itemKey(r.place, r.sequence), r)
	c.index.Insert(indexKey(r.place, r.id), r.sequence)
}

// set stores an item in the stead of another one at the same place with the same id. The index
// stays as it is.
func (c *change) set(r *record) { c.items.Insert(itemKey(r.place, r.sequence), r) }

func (c *change) remove(r *record) {
	c.count(r.collection, -1)
	c.items.Delete(itemKey(r.place, r.sequence))
	c.index.Delete(indexKey(r.place, r.id))
}

// removeBelow removes the items of a collection in a place and in all places below it.
func (c *change) removeBelow(p place) {
	var list []*record
	c.items.Root().WalkPrefix(placeKey(p), func(_ []byte, r *record) bool { list = append(list, r); return false })
	for _, r := range list {
		c.remove(r)
	}
}

// seenInteger keeps the highest integer identity of a collection.
func (c *change) seenInteger(collection string, n int64) {
	if n <= c.integers[collection] {
		return
	}
	c.integers = maps.Clone(c.integers)
	if c.integers == nil {
		c.integers = map[string]int64{}
	}
	c.integers[collection] = n
}

// draw counts the values made by chance.
func (c *change) draw() uint64 {
	c.drawn++
	return c.drawn
}

func placeKey(p place) []byte {
	size := len(p.collection) + len(p.scope) + 16
	key := make([]byte, 0, size+24*len(p.parents))
	key = appendToken(key, p.collection)
	return appendLocation(key, p)
}

func itemKey(p place, sequence uint64) []byte {
	return binary.BigEndian.AppendUint64(placeKey(p), sequence)
}

func indexKey(p place, id string) []byte {
	key := make([]byte, 0, len(p.collection)+len(p.scope)+len(id)+16)
	key = appendToken(key, p.collection)
	key = appendToken(key, id)
	return appendLocation(key, p)
}

func appendLocation(key []byte, p place) []byte {
	key = appendToken(key, p.scope)
	for _, parent := range p.parents {
		key = appendToken(key, parent)
	}
	return key
}

// appendToken ends a token by two zero bytes and marks zero bytes within it, so that no token is
// the beginning of another one.
func appendToken(key []byte, token string) []byte {
	for i := 0; i < len(token); i++ {
		key = append(key, token[i])
		if token[i] == 0 {
			key = append(key, 0xff)
		}
	}
	return append(key, 0, 0)
}
