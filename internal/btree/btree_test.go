package btree_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/agentmock/agentmock/internal/btree"
)

// version is a map, and a plain one of what it must have.
type version struct {
	tree  btree.Map[int, int]
	model map[int]int
}

// TestAgainstAModel compares maps with plain ones under many random changes, with and without owners.
// Old versions must stay as they were.
func TestAgainstAModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 1))
		span := []int{40, 700, 6_000}[seed%3]
		tree, model := btree.New[int, int](cmp.Compare[int]), map[int]int{}
		var kept []version
		for range 30 {
			var owner *btree.Owner
			if random.IntN(4) > 0 {
				owner = new(btree.Owner)
			}
			removing := random.IntN(10)
			first, step := random.IntN(span), random.IntN(3) // in order, or anywhere
			for i := range random.IntN(2 * span / 3) {
				k := (first + i*step) % span
				if step == 0 {
					k = random.IntN(span)
				}
				if random.IntN(10) < removing {
					tree = tree.Without(owner, k)
					delete(model, k)
				} else {
					tree = tree.With(owner, k, i)
					model[k] = i
				}
			}
			kept = append(kept, version{tree, maps.Clone(model)})
		}
		for i, v := range kept {
			check(t, fmt.Sprintf("seed %d, version %d", seed, i), v, span)
		}
	}
}

func check(t *testing.T, name string, v version, span int) {
	t.Helper()
	keys := slices.Sorted(maps.Keys(v.model))
	var got []int
	v.tree.All(func(k, value int) bool {
		if value != v.model[k] {
			t.Errorf("%s: %d has %d, want %d", name, k, value, v.model[k])
		}
		got = append(got, k)
		return true
	})
	if !slices.Equal(got, keys) || v.tree.Len() != len(keys) {
		t.Fatalf("%s: %d entries, in order %v; want %d", name, v.tree.Len(), slices.IsSorted(got), len(keys))
	}
	for k := -1; k <= span; k += max(1, span/100) {
		want, has := v.model[k]
		at, _ := slices.BinarySearch(keys, k)
		if value, ok := v.tree.Get(k); ok != has || value != want {
			t.Errorf("%s: Get(%d) = %d, %v", name, k, value, ok)
		}
		if rank := v.tree.Rank(k); rank != at {
			t.Errorf("%s: Rank(%d) = %d, want %d", name, k, rank, at)
		}
		if next, _, ok := v.tree.Ceiling(k); ok != (at < len(keys)) || ok && next != keys[at] {
			t.Errorf("%s: Ceiling(%d) = %d, %v", name, k, next, ok)
		}
		if at < len(keys) {
			if key, value := v.tree.At(at); key != keys[at] || value != v.model[key] {
				t.Errorf("%s: At(%d) = %d: %d", name, at, key, value)
			}
		}
		var some []int
		v.tree.From(k, func(k, _ int) bool { some = append(some, k); return len(some) < 40 })
		if want := keys[at:min(len(keys), at+40)]; !slices.Equal(some, want) {
			t.Errorf("%s: From(%d) = %v, want %v", name, k, some, want)
		}
	}
}

// Removing nearly everything leaves nearly nothing: a map has no nodes without entries.
func TestRemoving(t *testing.T) {
	t.Parallel()
	const n = 5000
	for _, step := range []int{1, 7, 31, 4999} {
		tree, owner := btree.New[int, string](cmp.Compare[int]), new(btree.Owner)
		for i := range n {
			tree = tree.With(owner, i, "")
		}
		for i := range n {
			tree = tree.Without(owner, (i+1)*step%n)
			if want := n - i - 1; tree.Len() != want {
				t.Fatalf("%d entries, want %d", tree.Len(), want)
			}
		}
		tree.All(func(k int, _ string) bool { t.Errorf("%d is left", k); return true })
	}
}

// A change of one entry among many copies one path, and looking costs no allocation.
func TestAllocations(t *testing.T) {
	tree, owner := btree.New[int, int](cmp.Compare[int]), new(btree.Owner)
	for i := range 200_000 {
		tree = tree.With(owner, i*7919%200_000, i)
	}
	if n := testing.AllocsPerRun(100, func() { tree.With(nil, 777, 1) }); n > 5 {
		t.Errorf("a change allocates %.0f times", n)
	}
	found := 0
	looking := testing.AllocsPerRun(100, func() {
		tree.Get(777)
		tree.Rank(777)
		tree.Ceiling(777)
		tree.From(777, func(int, int) bool { found++; return false })
	})
	if looking > 0 {
		t.Errorf("looking allocates %.0f times", looking)
	}
}

func BenchmarkWith(b *testing.B) {
	for _, n := range []int{10, 1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			tree, owner := btree.New[int, int](cmp.Compare[int]), new(btree.Owner)
			for i := range n {
				tree = tree.With(owner, i*7919%n, i)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				tree = tree.With(nil, i*7919%n, i)
			}
		})
	}
}

func Example() {
	before := btree.New[string, int](cmp.Compare[string])
	after := before.With(nil, "b", 2).With(nil, "a", 1)
	fmt.Println(before.Len())
	after.All(func(k string, v int) bool { fmt.Println(k, v); return true })
	// Output:
	// 0
	// a 1
	// b 2
}
