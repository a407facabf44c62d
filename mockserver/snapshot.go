package mockserver

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"slices"
	"sync/atomic"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
	"github.com/tidwall/btree"
)

// identity tells the item of a record from all others. The records that follow each other share it. It
// does not change once an item is stored.
type identity struct {
	*list
	id       string
	sequence uint64 // order of creation
	first    cell
	latest   atomic.Pointer[cell] // in the current state, unless it is older than that; see snapshot.since
}

// cell is where a state has the record of an item. The states that follow each other share it, and an
// update changes what is in it, until somebody takes a snapshot that has it: from then on it stays as it
// is, and the next update gives its item another cell.
type cell struct {
	atomic.Pointer[record]
	age uint64 // number of snapshots that had been taken when it was made, or fewer
}

// record is one item as it was stored. Neither it nor anything it refers to changes then.
type record struct {
	*identity
	// encoded is the item as responses show it. A hundred thousand byte slices cost the garbage
	// collector next to nothing; as many decoded objects would not.
	encoded []byte
	// apart is an object of the members that the item's own schema has no place for and others have:
	// what a creation answers, say, and no read shows. "" where there are none.
	apart string
	// valid is true where the item is known to be as its collection accepts it.
	valid bool
	maker uint32 // number of the store that has made it
	// turn is when the item shows something else than encoded; nil: never.
	turn *turn
}

// newRecord returns a record of a new item, which is in no state yet.
func newRecord(key collectionKey, id string) record {
	return record{identity: &identity{list: &list{key: key}, id: id}}
}

// object decodes the item with all of its members. The caller owns the result.
func (r *record) object() *jsonvalue.Object {
	object := r.decoded(r.encoded)
	if r.apart != "" {
		for _, m := range r.decoded([]byte(r.apart)).Members {
			object.Set(m.Name, m.Value)
		}
	}
	return object
}

// open returns the item with all of its members, as nodes of the scratch, to which the object belongs.
func (r *record) open(s *scratch) *jsonvalue.Object {
	if r.apart != "" {
		return r.object()
	}
	return s.leaves(s.scanWritten(r.encoded))
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

// snapshot is the whole state of a server at one moment. One that was taken (see store.snapshot) is
// immutable. A write makes a new one that shares nearly everything with the old one: keeping, resetting
// or forking a snapshot copies a pointer, and a write copies no more than one path of each tree that it
// changes. That of one item copies none until somebody takes a snapshot: see cell.
type snapshot struct {
	// The trees share nodes with those of other snapshots. Only a transaction changes any; see own.
	items *btree.BTreeG[slotted]
	index *btree.BTreeG[hashed]
	lists *btree.BTreeG[*list] // those that have items
	seed  maphash.Seed         // of the hashes; nothing that anyone sees depends on it
	// workspaces has the values of the scope header that have items.
	workspaces *btree.BTreeG[workspace]
	bytes      int64 // that all items count for; see record.bytes
	own        int64 // that those count for which the store has made, as opposed to those it began with

	// origin is the snapshot of another store as which the state began, for as long as it may have items of
	// it; nil for none. It is not counted among own; see family.hold.
	origin  *snapshot
	isFirst bool // it is the state at start, which does not count

	generation uint32 // of the api whose document the items are of

	isTaken bool   // nothing changes it any more
	store   uint32 // number of the store that it was taken of
	taken   uint64 // number of snapshots that had been taken when it was committed, or taken itself
	// since is the number of snapshots that had been taken when another state was last put in its place. In
	// a fork it is the greatest number: the latest cells of items are another store's.
	since    uint64
	epoch    uint64 // number of times that a state was put in place of another one
	next     uint64 // sequence of the next item
	numbered uint64 // number of the newest list
	drawn    uint64 // number of pseudo-random values made so far; see store.drawn
	// The maps are small; a transaction that changes one copies them.
	integers map[string]int64 // highest integer identity, by collection path
	seeded   map[string]int   // next index of the item generator, by its settings
	counts   map[string]int   // number of items, by collection path
}

func newSnapshot() snapshot {
	return snapshot{
		items: newTree(slotted.less), index: newTree(hashed.less), lists: newTree((*list).less),
		workspaces: newTree(workspace.less), seed: maphash.MakeSeed(),
		integers: map[string]int64{}, seeded: map[string]int{}, counts: map[string]int{},
	}
}

// get returns the item of an identity, or nil.
func (s *snapshot) get(key collectionKey, id string) *record {
	hash := hashOf(s.seed, key, id)
	var found *identity
	s.index.Ascend(hashed{hash: hash}, func(at hashed) bool {
		if at.hash == hash && at.id == id && at.key.compare(key) == 0 {
			found = at.identity
		}
		return at.hash == hash && found == nil
	})
	if found == nil {
		return nil
	}
	return s.recordOf(found)
}

func (s *snapshot) recordOf(i *identity) *record { return s.cellOf(i).Load() }

// cellOf returns the cell of an item of the snapshot. Only for one that was taken, or was put back since
// the item was changed, and in forks, it looks into the tree.
func (s *snapshot) cellOf(i *identity) *cell {
	if c := i.latest.Load(); !s.isTaken && c.age >= s.since {
		return c
	}
	found, _ := s.items.Get(slotted{slot: i.slot()})
	return found.cell
}

func (i *identity) slot() slot { return slot{i.number, i.sequence} }

// find returns the item of an identity, or nil. A key that is open in some places is that of any of
// them: the first item in order of the places is returned.
func (s *snapshot) find(key collectionKey, id string) *record {
	if key.open == nil {
		return s.get(key, id)
	}
	all := s.withID(key.path, id)
	if i := slices.IndexFunc(all, func(r *record) bool { return key.covers(r.key) }); i >= 0 {
		return all[i]
	}
	return nil
}

// list returns the items of one list in order of creation; those of several lists where the key is
// open in some places.
func (s *snapshot) list(key collectionKey) run {
	if key.open == nil {
		return s.runOf(s.listOf(key))
	}
	lists := slices.DeleteFunc(s.listsBelow(collectionKey{path: key.path}), func(l *list) bool {
		return !key.covers(l.key)
	})
	if len(lists) == 1 {
		return s.runOf(lists[0])
	}
	items := s.itemsOf(lists)
	slices.SortFunc(items, func(a, b *record) int { return cmp.Compare(a.sequence, b.sequence) })
	return runOf(items)
}

// runOf returns the items of a list in order of creation; none for nil.
func (s *snapshot) runOf(l *list) run {
	if l == nil {
		return run{}
	}
	first := indexIn(s.items, slotted{slot: slot{list: l.number}})
	return run{snapshot: s, list: l, first: first,
		n: indexIn(s.items, slotted{slot: slot{list: l.number + 1}}) - first}
}

func (s *snapshot) itemsOf(lists []*list) (items []*record) {
	for _, l := range lists {
		items = append(items, s.runOf(l).records()...)
	}
	return items
}

// listOf returns the list of a key; nil where it has no items.
func (s *snapshot) listOf(key collectionKey) *list {
	found, _ := s.lists.Get(&list{key: key})
	return found
}

// all returns the items of a collection in every place, sorted by place, then by order of creation.
func (s *snapshot) all(path string) []*record { return s.below(collectionKey{path: path}) }

// below returns the items of a list and of all lists below it, sorted by place, then by order of
// creation.
func (s *snapshot) below(key collectionKey) []*record { return s.itemsOf(s.listsBelow(key)) }

// listsBelow returns the list of a key and all lists below it, sorted by place.
func (s *snapshot) listsBelow(key collectionKey) (found []*list) {
	s.lists.Ascend(&list{key: key}, func(l *list) bool {
		if key.isAbove(l.key) {
			found = append(found, l)
			return true
		}
		return false
	})
	return found
}

// withID returns the items of a collection that have an identity, sorted by place.
func (s *snapshot) withID(path, id string) (found []*record) {
	from := hashOf(s.seed, collectionKey{path: path}, id)
	s.index.Ascend(hashed{hash: from}, func(at hashed) bool {
		if at.id == id && at.key.path == path {
			found = append(found, s.recordOf(at.identity))
		}
		return at.hash>>32 == from>>32
	})
	slices.SortFunc(found, func(a, b *record) int { return a.key.compare(b.key) })
	return found
}
