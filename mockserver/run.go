package mockserver

import (
	"cmp"
	"slices"
)

// run is a sequence of records of one snapshot: a list, of which only those that are asked for are
// looked up, or records that were picked.
type run struct {
	snapshot *snapshot // nil where the records were picked
	list     *list
	first    int // rank of the first record among the items of the snapshot
	n        int
	reversed bool
	picked   []*record
}

func runOf(picked []*record) run { return run{n: len(picked), picked: picked} }

// at returns a record by its index, from 0.
func (l run) at(i int) *record {
	if l.snapshot == nil {
		return l.picked[i]
	}
	if l.reversed {
		i = l.n - 1 - i
	}
	at, _ := l.snapshot.items.GetAt(l.first + i)
	return at.Load()
}

// slice returns the records from an index to before another.
func (l run) slice(from, to int) run {
	switch {
	case l.snapshot == nil:
		return runOf(l.picked[from:to])
	case l.reversed:
		l.first += l.n - to
	default:
		l.first += from
	}
	l.n = to - from
	return l
}

// backwards returns the records in the opposite order.
func (l run) backwards() run {
	if l.snapshot == nil {
		l.picked = slices.Clone(l.picked)
		slices.Reverse(l.picked)
		return l
	}
	l.reversed = !l.reversed
	return l
}

// records returns all of the records.
func (l run) records() []*record {
	if l.snapshot == nil || l.n == 0 {
		return l.picked
	}
	all := make([]*record, 0, l.n)
	start, _ := l.snapshot.items.GetAt(l.first)
	l.snapshot.items.Ascend(start, func(at slotted) bool {
		all = append(all, at.Load())
		return len(all) < l.n
	})
	if l.reversed {
		slices.Reverse(all)
	}
	return all
}

// indexOf returns the index of the item that has an identity.
func (l run) indexOf(id string) (int, bool) {
	if l.snapshot == nil {
		i := slices.IndexFunc(l.picked, func(r *record) bool { return r.id == id })
		return i, i >= 0
	}
	if r := l.snapshot.get(l.list.key, id); l.n > 0 && r != nil {
		return l.indexOfSequence(r.sequence)
	}
	return 0, false
}

// indexOfSequence returns the index of the item that was created as such. Where it has gone, that is
// the index of the next one, if the records are in order of creation.
func (l run) indexOfSequence(sequence uint64) (i int, found bool) {
	if l.snapshot == nil {
		if i := slices.IndexFunc(l.picked, func(r *record) bool { return r.sequence == sequence }); i >= 0 {
			return i, true
		}
		return slices.BinarySearchFunc(l.picked, sequence, func(r *record, n uint64) int {
			return cmp.Compare(r.sequence, n)
		})
	}
	if l.n == 0 {
		return 0, false
	}
	at := slotted{slot: slot{l.list.number, sequence}}
	_, found = l.snapshot.items.Get(at)
	i = indexIn(l.snapshot.items, at) - l.first
	found = found && i >= 0 && i < l.n
	if found && l.reversed {
		return l.n - 1 - i, true
	}
	return min(max(0, i), l.n), found
}
