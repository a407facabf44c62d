package mockserver

import (
	"fmt"
	"slices"
	"testing"
)

// TestRunsAreAlike compares the two kinds of runs: one of a list with holes, between other lists, and
// one of the same records picked.
func TestRunsAreAlike(t *testing.T) {
	t.Parallel()
	key := collectionKey{path: "/a", place: []string{"x"}}
	s := newStore(bounds{})
	err := s.update(func(tx *txn) error {
		for i := range 300 {
			r := newRecord(collectionKey{path: "/a", place: []string{[]string{"w", "x", "y"}[i%3]}}, fmt.Sprint(i))
			tx.add(&r)
			if i%15 == 10 { // of x
				tx.remove(&r)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	whole := s.snapshot().list(key)
	if whole.n != 80 {
		t.Fatalf("%d records", whole.n)
	}
	for _, cut := range [][2]int{{0, 80}, {0, 0}, {80, 80}, {3, 77}, {40, 41}} {
		for _, reversed := range []bool{false, true} {
			l, want := whole.slice(cut[0], cut[1]), whole.records()[cut[0]:cut[1]]
			if reversed {
				l = whole.backwards().slice(cut[0], cut[1])
				want = slices.Clone(whole.records())
				slices.Reverse(want)
				want = want[cut[0]:cut[1]]
			}
			sameRun(t, fmt.Sprint(cut, reversed), l, want, reversed)
		}
	}
}

func sameRun(t *testing.T, name string, l run, want []*record, reversed bool) {
	t.Helper()
	picked := runOf(want)
	if got := l.records(); l.n != len(want) || !slices.Equal(got, want) {
		t.Errorf("%s: %d records, want %d", name, len(got), len(want))
		return
	}
	for i := range want {
		if l.at(i) != want[i] || picked.at(i) != want[i] {
			t.Errorf("%s: another record at %d", name, i)
		}
	}
	for id := range 300 {
		i, found := l.indexOf(fmt.Sprint(id))
		at, has := picked.indexOf(fmt.Sprint(id))
		if found != has || found && i != at {
			t.Errorf("%s: item %d is at %d, %v; want %d, %v", name, id, i, found, at, has)
		}
		i, found = l.indexOfSequence(uint64(id))
		at, has = picked.indexOfSequence(uint64(id))
		if found != has || (found || !reversed) && i != at {
			t.Errorf("%s: sequence %d is at %d, %v; want %d, %v", name, id, i, found, at, has)
		}
	}
}
