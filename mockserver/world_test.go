package mockserver

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// The store is compared with the simplest thing that could be right, under many random changes; old
// worlds must stay as they were.
func TestWorldAgainstAModel(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	places := []place{
		{collection: "/a", scope: ""}, {collection: "/a", scope: "\x00"}, {collection: "/a", scope: "x"},
		{collection: "/a", scope: "x\x00"},
		{collection: "/a/b", scope: "x", parents: []string{"1"}}, {collection: "/a/b", scope: "x",
			parents: []string{"1\x00"}}, {collection: "/a/b", scope: "", parents: []string{"x"}},
	}
	type key struct {
		place int
		id    string
	}
	s := newStore(newWorld())
	var model []key // in order of creation
	var kept []struct {
		world *world
		model []key
	}
	for step := range 3000 {
		k := key{random.IntN(len(places)), fmt.Sprintf("%d\x00%d", random.IntN(20), random.IntN(2))}
		at := slices.Index(model, k)
		err := s.write(func(c *change) error {
			r := c.get(places[k.place], k.id)
			if (r != nil) != (at >= 0) {
				t.Fatalf("step %d: found %v, the model says %d", step, r, at)
			}
			switch {
			case r == nil:
				c.add(&record{place: places[k.place], id: k.id})
				model = append(slices.Clone(model), k)
			case random.IntN(3) == 0:
				c.remove(r)
				model = slices.Delete(slices.Clone(model), at, at+1)
			case random.IntN(50) == 0:
				c.removeBelow(place{collection: places[k.place].collection, scope: places[k.place].scope})
				model = slices.DeleteFunc(slices.Clone(model), func(o key) bool {
					return places[o.place].collection == places[k.place].collection &&
						places[o.place].scope == places[k.place].scope
				})
			default:
				changed := *r
				changed.encoded = []byte(`{}`)
				c.set(&changed)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if step%300 == 0 {
			kept = append(kept, struct {
				world *world
				model []key
			}{s.world(), model})
		}
	}
	kept = append(kept, struct {
		world *world
		model []key
	}{s.world(), model})
	for _, k := range kept {
		counts := map[string]int{}
		for i, p := range places {
			var got, want []string
			k.world.each(p, func(r *record) bool { got = append(got, r.id); return true })
			for _, o := range k.model {
				if o.place == i {
					want = append(want, o.id)
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("place %d: %q, the model has %q", i, got, want)
			}
			counts[p.collection] += len(want)
			for _, id := range want {
				if r := k.world.get(p, id); r == nil || r.id != id ||
					!slices.ContainsFunc(k.world.named(p.collection, id), func(o *record) bool { return o == r }) {
					t.Fatalf("place %d: %q is not found", i, id)
				}
			}
		}
		for collection, n := range counts {
			if k.world.counts[collection] != n {
				t.Errorf("%s: %d counted, the model has %d", collection, k.world.counts[collection], n)
			}
		}
	}
}

func TestFailedWritesLeaveTheWorld(t *testing.T) {
	t.Parallel()
	s := newStore(newWorld())
	before := s.world()
	err := s.write(func(c *change) error {
		c.add(&record{place: place{collection: "/a"}, id: "1"})
		return fmt.Errorf("no")
	})
	if err == nil || s.world() != before || s.world().get(place{collection: "/a"}, "1") != nil {
		t.Error("a failed write changed the world")
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	var c Clock
	if d := time.Since(c.Now()); d < 0 || d > time.Minute {
		t.Errorf("a new clock is %s off", d)
	}
	c.Advance(time.Hour)
	if d := time.Until(c.Now()); d < 59*time.Minute || d > time.Hour {
		t.Errorf("an hour ahead: %s", d)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	c.Set(at)
	c.Advance(time.Second)
	if got := c.Now(); !got.Equal(at.Add(time.Second)) || got.Location() != time.UTC {
		t.Errorf("stopped at %s", got)
	}
	c.Set(time.Time{})
	if d := time.Since(c.Now()); d < 0 || d > time.Minute {
		t.Errorf("after it was let run: %s off", d)
	}
}

func TestTokensTellNothing(t *testing.T) {
	t.Parallel()
	c := newWorld().change()
	m := &maker{seed: 1, change: c}
	seen := map[string]bool{}
	for range 1000 {
		token := m.token()
		if !isToken(token) || seen[token] {
			t.Fatalf("token %q", token)
		}
		seen[token] = true
	}
	for _, clear := range []any{"sk-123", "enc_", "enc_short", "enc_with blanks in it, and long", nil, 5} {
		if isToken(clear) {
			t.Errorf("%v passes for a token", clear)
		}
	}
}
