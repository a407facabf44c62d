package mockserver

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"
)

// forkedHistories has clients perform random calls on a base and on forks of it, all at once, while others begin
// forks. It returns the first world whose answers no order of its own calls explains; "" for none. Where a world
// sees what another one does, its own calls cannot explain that.
func forkedHistories(seed uint64, fork func(base *store, from *snapshot) stored) string {
	base := newStore(bounds{})
	perform := map[string]func(call) string{"base": performOn(base)}
	start := base.snapshot()
	for i := range 3 {
		f := fork(base, start)
		perform[fmt.Sprint("fork", i)] = performFrom(f, f.snapshot())
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	histories := map[string][]porcupine.Operation{}
	for name, p := range perform {
		wait.Go(func() {
			operations := history(seed+uint64(len(name)), p)
			mu.Lock()
			defer mu.Unlock()
			histories[name] = operations
		})
	}
	wait.Go(func() { // others begin and end meanwhile
		for range 20 {
			f := base.fork(start)
			if got := listed(f.snapshot()); got != startState {
				mu.Lock()
				histories["begun"] = []porcupine.Operation{{Input: call{kind: "list"}, Output: got, Return: 1}}
				mu.Unlock()
			}
			f.leave()
			runtime.Gosched()
		}
	})
	wait.Wait()
	for name, operations := range histories {
		if !porcupine.CheckOperations(modelFrom(startState), operations) {
			return fmt.Sprintf("%s: %+v", name, operations)
		}
	}
	return ""
}

// TestHistoriesOfForks has parallel calls on a store and its forks: in each, there is an order of its own calls
// in which each answer is the right one, as if the others were not there.
func TestHistoriesOfForks(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		sound := func(base *store, from *snapshot) stored { return base.fork(from) }
		if wrong := forkedHistories(seed, sound); wrong != "" {
			t.Fatalf("seed %d: no order explains the answers: %s", seed, wrong)
		}
	}
}

// TestDefectsOfForksAreSeen plants defects into forks. The histories show each.
func TestDefectsOfForksAreSeen(t *testing.T) {
	t.Parallel()
	for name, plant := range map[string]func(base *store, from *snapshot) stored{
		"looks at the latest cells of the base": func(base *store, from *snapshot) stored {
			f := base.fork(from)
			next := *f.current.Load()
			next.since = 0
			f.current.Store(&next)
			return f
		},
		"changes what is in the cells of the base": func(base *store, from *snapshot) stored {
			f := base.fork(from)
			f.taken = math.MaxUint64 // the next one is that of the cells
			return f
		},
	} {
		seen := false
		for seed := uint64(0); !seen && seed < 500; seed++ {
			seen = forkedHistories(seed, plant) != ""
		}
		if !seen {
			t.Errorf("a fork that %s passes", name)
		}
	}
}

// recount returns what the stores of a family count for: what each has made of its state, and what it has made
// of the snapshots that are kept.
func recount(stores map[*store]bool) (n int64) {
	own := func(s *snapshot, number uint32) (n int64) {
		s.items.Scan(func(at slotted) bool {
			if r := at.Load(); r.maker == number {
				n += r.bytes()
			}
			return true
		})
		return n
	}
	var f *family
	for s := range stores {
		f = s.family
		n += own(s.snapshot(), s.number)
	}
	for kept := range f.held {
		if !kept.isFirst {
			n += own(kept, kept.store)
		}
	}
	return n
}

// TestBytesOfAFamilyAreExact compares what a family of stores counts with a recount, after each of many random
// changes, resets, snapshots, restores, forks and ends.
func TestBytesOfAFamilyAreExact(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	base := newStore(bounds{})
	stores := map[*store]bool{base: true}
	type kept struct {
		*store
		*snapshot
	}
	var snapshots []kept
	pick := func() *store {
		n := random.IntN(len(stores))
		for s := range stores {
			if n == 0 {
				return s
			}
			n--
		}
		return base
	}
	key := func() collectionKey { return collectionKey{path: "/a", place: []string{fmt.Sprint(random.IntN(2))}} }
	write := func(tx *txn) {
		k, id := key(), fmt.Sprint(random.IntN(12))
		switch old := tx.find(k, id); {
		case old == nil:
			r := newRecord(k, id)
			r.encoded = make([]byte, random.IntN(50))
			tx.add(&r)
		case random.IntN(3) == 0:
			tx.remove(old)
		default:
			next := *old
			next.encoded = make([]byte, random.IntN(50), 100)
			tx.replace(&next)
		}
	}
	for step := range 4000 {
		s := pick()
		switch n := random.IntN(40); {
		case n < 18:
			_ = s.update(func(tx *txn) error { write(tx); return nil })
		case n < 28:
			_ = s.revise(func(tx *txn) error { write(tx); return nil })
		case n < 29:
			_ = s.update(func(tx *txn) error { write(tx); return errOutdated })
		case n < 30:
			_ = s.overwrite(func(tx *txn) error { write(tx); return nil })
		case n < 32:
			_ = s.update(func(tx *txn) error { tx.removeBelow(key()); return nil })
		case n < 34 && len(snapshots) < 10:
			taken := s.snapshot()
			if err := s.retain(taken, nil); err != nil {
				t.Fatal(err)
			}
			snapshots = append(snapshots, kept{s, taken})
		case n < 36 && len(snapshots) > 0: // of its own, or of the base
			if from := snapshots[random.IntN(len(snapshots))]; from.store == s || from.store == base {
				s.replace(from.snapshot)
			}
		case n < 38 && len(snapshots) > 0:
			i := random.IntN(len(snapshots))
			base.family.release(snapshots[i].snapshot)
			snapshots = append(snapshots[:i], snapshots[i+1:]...)
		case n < 39 && len(stores) < 6:
			stores[base.fork(base.snapshot())] = true
		case s != base:
			s.leave()
			_ = s.update(func(tx *txn) error { write(tx); return nil }) // a request that was under way
			delete(stores, s)
		}
		if got, want := base.family.bytes.Load(), recount(stores); got != want {
			t.Fatalf("step %d: %d bytes are counted, and there are %d", step, got, want)
		}
	}
	for _, k := range snapshots {
		base.family.release(k.snapshot)
	}
	for s := range stores {
		s.leave()
	}
	if n, held := base.family.bytes.Load(), len(base.family.held); n != 0 || held != 0 {
		t.Errorf("in the end %d bytes are counted, %d snapshots held", n, held)
	}
}

// TestBytesOfParallelForks changes forks in parallel: the count is exact afterwards.
func TestBytesOfParallelForks(t *testing.T) {
	t.Parallel()
	base := newStore(bounds{})
	performOn(base)
	stores := map[*store]bool{base: true}
	var wait sync.WaitGroup
	var seed atomic.Uint64
	for range 8 {
		f := base.fork(base.snapshot())
		stores[f] = true
		wait.Go(func() { history(seed.Add(1), performFrom(f, f.snapshot())) })
	}
	wait.Wait()
	if got, want := base.family.bytes.Load(), recount(stores); got != want {
		t.Errorf("%d bytes are counted, and there are %d", got, want)
	}
}
