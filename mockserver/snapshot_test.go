package mockserver

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// TestStoreAgainstAModel compares the store with a plain list under many random changes. Old
// snapshots must stay as they were.
func TestStoreAgainstAModel(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	keys := []collectionKey{
		{path: "/a", place: []string{""}}, {path: "/a", place: []string{"\x00"}}, {path: "/a", place: []string{"x"}},
		{path: "/a", place: []string{"x\x00"}}, {path: "/a/b", place: []string{"x", "1"}},
		{path: "/a/b", place: []string{"x", "1\x00"}}, {path: "/a/b", place: []string{"", "x"}},
	}
	type key struct {
		list int
		id   string
	}
	s := newStore(bounds{})
	var model []key // in order of creation
	var kept []struct {
		snapshot *snapshot
		model    []key
	}
	for step := range 3000 {
		k := key{random.IntN(len(keys)), fmt.Sprintf("%d\x00%d", random.IntN(20), random.IntN(2))}
		at := slices.Index(model, k)
		err := s.update(func(tx *txn) error {
			r := tx.get(keys[k.list], k.id)
			if (r != nil) != (at >= 0) {
				t.Fatalf("step %d: found %v, the model says %d", step, r, at)
			}
			switch {
			case r == nil:
				r := newRecord(keys[k.list], k.id)
				tx.add(&r)
				model = append(slices.Clone(model), k)
			case random.IntN(3) == 0:
				tx.remove(r)
				model = slices.Delete(slices.Clone(model), at, at+1)
			case random.IntN(50) == 0:
				tx.removeBelow(collectionKey{path: keys[k.list].path, place: keys[k.list].place[:1]})
				model = slices.DeleteFunc(slices.Clone(model), func(o key) bool {
					return keys[o.list].path == keys[k.list].path &&
						keys[o.list].place[0] == keys[k.list].place[0]
				})
			default:
				changed := *r
				changed.encoded = []byte(`{}`)
				tx.replace(&changed)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if step%300 == 0 {
			kept = append(kept, struct {
				snapshot *snapshot
				model    []key
			}{s.snapshot(), model})
		}
	}
	kept = append(kept, struct {
		snapshot *snapshot
		model    []key
	}{s.snapshot(), model})
	for _, k := range kept {
		counts := map[string]int{}
		for i, p := range keys {
			var got, want []string
			for _, r := range k.snapshot.list(p).records() {
				got = append(got, r.id)
			}
			for _, o := range k.model {
				if o.list == i {
					want = append(want, o.id)
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("list %d: %q, the model has %q", i, got, want)
			}
			counts[p.path] += len(want)
			for _, id := range want {
				if r := k.snapshot.get(p, id); r == nil || r.id != id ||
					!slices.ContainsFunc(k.snapshot.withID(p.path, id), func(o *record) bool { return o == r }) {
					t.Fatalf("list %d: %q is not found", i, id)
				}
			}
		}
		for collection, n := range counts {
			if k.snapshot.counts[collection] != n {
				t.Errorf("%s: %d counted, the model has %d", collection, k.snapshot.counts[collection], n)
			}
		}
	}
}

func TestFailedUpdatesChangeNothing(t *testing.T) {
	t.Parallel()
	s := newStore(bounds{})
	before := s.latest()
	err := s.update(func(tx *txn) error {
		r := newRecord(collectionKey{path: "/a"}, "1")
		tx.add(&r)
		return fmt.Errorf("no")
	})
	if err == nil || s.latest() != before || s.snapshot().get(collectionKey{path: "/a"}, "1") != nil {
		t.Error("a failed update changed the snapshot")
	}
}

// A snapshot that is taken while others write stays as it was, and has all of each write or nothing of it.
func TestSnapshotsWhileOthersWrite(t *testing.T) {
	t.Parallel()
	key := collectionKey{path: "/a", place: []string{"x"}}
	s := holding(t, key, "1", "2")
	var writers, readers sync.WaitGroup
	var done atomic.Bool
	for range 2 {
		readers.Go(func() {
			for !done.Load() {
				taken := s.snapshot()
				before := listed(taken)
				runtime.Gosched()
				if after := listed(taken); before != after {
					t.Errorf("a snapshot of %q has become %q", before, after)
				}
			}
		})
	}
	for _, id := range []string{"1", "2"} {
		writers.Go(func() {
			for i := range 20_000 {
				_ = s.revise(func(tx *txn) error { rewritten(tx, key, id, fmt.Sprint(i)); return nil })
			}
		})
	}
	writers.Wait()
	done.Store(true)
	readers.Wait()
}
