package mockserver

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
)

// holding returns a store with an item of each identity in the list of a key.
func holding(t *testing.T, key collectionKey, ids ...string) *store {
	t.Helper()
	s := newStore(bounds{})
	err := s.update(func(tx *txn) error {
		for _, id := range ids {
			r := newRecord(key, id)
			if !tx.add(&r) {
				return fmt.Errorf("%q is taken", id)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rewritten stores another text for an item.
func rewritten(tx *txn, key collectionKey, id, text string) {
	r := *tx.find(key, id)
	r.encoded = []byte(text)
	tx.replace(&r)
}

// TestReviseRunsAgain has a transaction that works while something else is committed: it runs again
// where that has to do with it, and only there.
func TestReviseRunsAgain(t *testing.T) {
	t.Parallel()
	key := collectionKey{path: "/a", place: []string{"x"}}
	tests := []struct {
		name      string
		meanwhile func(*store, *txn)
		again     bool
		want      string // the number that was drawn: the first one given back, unless everything is new
	}{
		{"nothing", func(*store, *txn) {}, false, "1"},
		{"another item changes", func(_ *store, tx *txn) { rewritten(tx, key, "2", "{}") }, false, "1"},
		{"another item comes", func(_ *store, tx *txn) {
			r := newRecord(collectionKey{path: "/a", place: []string{"y"}}, "1")
			tx.add(&r)
		}, false, "1"},
		{"another item goes", func(_ *store, tx *txn) { tx.remove(tx.find(key, "2")) }, false, "1"},
		{"the item changes", func(_ *store, tx *txn) { rewritten(tx, key, "1", "{}") }, true, "1"},
		{"the item goes and comes", func(_ *store, tx *txn) {
			tx.remove(tx.find(key, "1"))
			r := newRecord(key, "1")
			tx.add(&r)
		}, true, "1"},
		{"everything goes and comes", func(_ *store, tx *txn) {
			tx.clear()
			r := newRecord(key, "1")
			tx.add(&r)
		}, true, "2"},
	}
	for _, tt := range tests {
		s := holding(t, key, "1", "2")
		runs := 0
		err := s.revise(func(tx *txn) error {
			rewritten(tx, key, "1", fmt.Sprint(tx.draw()))
			if runs++; runs == 1 {
				return s.update(func(other *txn) error { tt.meanwhile(s, other); return nil })
			}
			return nil
		})
		if err != nil || runs != 1 && !tt.again || runs != 2 && tt.again {
			t.Errorf("%s: ran %d times, %v", tt.name, runs, err)
		}
		if r := s.snapshot().get(key, "1"); r == nil || string(r.encoded) != tt.want {
			t.Errorf("%s: %+v is stored, want %s", tt.name, r, tt.want)
		}
	}
}

// A reset while a transaction works makes it run again: the numbers that it drew are drawn once more.
func TestReviseAcrossAReset(t *testing.T) {
	t.Parallel()
	key := collectionKey{path: "/a"}
	s := holding(t, key, "1", "2")
	start, runs := s.snapshot(), 0
	err := s.revise(func(tx *txn) error {
		rewritten(tx, key, "1", fmt.Sprint(tx.draw()))
		if runs++; runs == 1 {
			s.replace(start)
			return s.update(func(other *txn) error {
				rewritten(other, key, "2", fmt.Sprint(other.draw()))
				return nil
			})
		}
		return nil
	})
	one, two := s.snapshot().get(key, "1").encoded, s.snapshot().get(key, "2").encoded
	if err != nil || runs != 2 || string(one) == string(two) {
		t.Errorf("ran %d times: %s and %s, %v", runs, one, two, err)
	}
}

// A new state is built while others write, and takes the place of what they wrote. After a reset
// meanwhile it is built once more, if it has drawn numbers.
func TestOverwrite(t *testing.T) {
	t.Parallel()
	key := collectionKey{path: "/a"}
	for _, reset := range []bool{false, true} {
		s := holding(t, key, "1", "2")
		start, runs := s.snapshot(), 0
		err := s.overwrite(func(tx *txn) error {
			r := newRecord(key, fmt.Sprint("drawn ", tx.draw()))
			tx.add(&r)
			if runs++; runs > 1 {
				return nil
			}
			if reset {
				s.replace(start)
			}
			return s.update(func(other *txn) error {
				rewritten(other, key, "2", fmt.Sprint(other.draw()))
				return nil
			})
		})
		list := s.snapshot().list(key).records()
		want, id := 1, "drawn 1"
		if reset {
			want, id = 2, "drawn 2" // the other write has drawn 1 after the reset
		}
		if err != nil || runs != want || len(list) != 1 || list[0].id != id {
			t.Errorf("reset %v: ran %d times: %d items, %q, %v", reset, runs, len(list), list[0].id, err)
		}
	}
	s := holding(t, key, "1")
	err := s.overwrite(func(*txn) error { return errors.New("no") })
	if err == nil || s.snapshot().get(key, "1") == nil {
		t.Errorf("a state that fails is there: %v", err)
	}
}

// What was refused gives its numbers back, unless others have drawn since.
func TestRefusedDraws(t *testing.T) {
	t.Parallel()
	s, no := newStore(bounds{}), errors.New("no")
	refused := func(tx *txn) error { tx.draw(); tx.draw(); return no }
	for _, run := range []func(func(*txn) error) error{s.update, s.revise} {
		if err := run(refused); !errors.Is(err, no) {
			t.Error(err)
		}
		if n := s.drawn.Load(); n != 0 {
			t.Errorf("%d numbers are drawn", n)
		}
	}
	_ = s.revise(func(tx *txn) error {
		tx.draw()
		_ = s.update(func(other *txn) error { other.draw(); return nil })
		return no
	})
	if n := s.drawn.Load(); n != 2 {
		t.Errorf("%d numbers are drawn; the second is used", n)
	}
}

// Parallel transactions lose nothing: every number that one adds is in the sum.
func TestReviseInParallel(t *testing.T) {
	t.Parallel()
	key := collectionKey{path: "/a"}
	s := holding(t, key, "0", "1", "2")
	var wait sync.WaitGroup
	const workers, rounds = 4, 300
	for worker := range workers {
		wait.Go(func() {
			for i := range rounds {
				_ = s.revise(func(tx *txn) error {
					id := fmt.Sprint((worker + i) % 3)
					n := len(tx.find(key, id).encoded)
					rewritten(tx, key, id, string(make([]byte, n+1)))
					return nil
				})
			}
		})
	}
	wait.Wait()
	sum := 0
	for _, r := range s.snapshot().list(key).records() {
		sum += len(r.encoded)
	}
	if sum != workers*rounds {
		t.Errorf("%d of %d changes are there", sum, workers*rounds)
	}
}

// A change of one item of very many allocates no more than one of few, after a snapshot no more than the
// path to it in one tree, and finding it nothing.
func TestAllocationsOfAChange(t *testing.T) {
	if testing.Short() {
		t.Skip("of one goroutine: no race can be here")
	}
	key := collectionKey{path: "/a", place: []string{"x"}}
	for n, path := range map[int]float64{10: 2, 50_000: 10} {
		s := newStore(bounds{})
		_ = s.update(func(tx *txn) error {
			for i := range n {
				r := newRecord(key, fmt.Sprint(i))
				tx.add(&r)
			}
			return nil
		})
		change := func(tx *txn) error {
			r := *tx.find(key, "7")
			tx.replace(&r)
			return nil
		}
		const most = 2 // the transaction and the record
		if got := testing.AllocsPerRun(100, func() { _ = s.revise(change) }); got > most {
			t.Errorf("a change among %d items allocates %.0f times, want %d", n, got, most)
		}
		got := testing.AllocsPerRun(100, func() { s.snapshot(); _ = s.revise(change) })
		if want := most + path + 3; got > want { // the snapshot, the tree and the cell
			t.Errorf("a change among %d items after a snapshot allocates %.0f times, want %.0f", n, got, want)
		}
		if got := testing.AllocsPerRun(100, func() { s.latest().find(key, "7") }); got > 0 {
			t.Errorf("finding one of %d items allocates %.0f times", n, got)
		}
	}
}

// An item of a hundred bytes or more takes no more memory than its JSON one and a half times, and 200 bytes.
func TestMemoryOfAnItem(t *testing.T) {
	if testing.Short() {
		t.Skip("of one goroutine: no race can be here")
	}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	const n = 20_000
	for _, size := range []int{100, 333, 1044, 5000} {
		before := heap()
		s := newStore(bounds{})
		_ = s.update(func(tx *txn) error {
			for i := range n {
				key := collectionKey{path: "/a", place: []string{fmt.Sprint(i % 10)}}
				r := newRecord(key, fmt.Sprintf("%024x", i*7919))
				r.encoded = make([]byte, size, 2*size)
				tx.add(&r)
			}
			return nil
		})
		each := int(heap()-before) / n
		if most := size*3/2 + 200; each > most {
			t.Errorf("an item of %d bytes takes %d, want %d at most", size, each, most)
		}
		runtime.KeepAlive(s)
	}
}
