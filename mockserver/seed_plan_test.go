package mockserver

import (
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// While items are generated, others write: what they do is there afterwards, and nothing is generated
// again but where the state has been put back.
func TestSeedLetsOthersWrite(t *testing.T) {
	t.Parallel()
	const n = 10
	for _, reset := range []bool{false, true} {
		s, err := New(openapi.Agent(), Options{Agents: 1})
		if err != nil {
			t.Fatal(err)
		}
		plan, err := s.seedPlan(s.api(), SeedOptions{Count: n})
		if err != nil {
			t.Fatal(err)
		}
		runs := 0
		err = s.store.extend(func(tx *txn) error {
			if _, err := plan.add(tx); err != nil {
				return err
			}
			if runs++; runs > 1 {
				return nil
			}
			if reset {
				s.Reset()
			}
			return s.store.update(func(other *txn) error {
				r := newRecord(collectionKey{path: plan.collection.CollectionPath, place: []string{"w"}}, "another")
				other.add(&r)
				return nil
			})
		})
		want := 1
		if reset {
			want = 2
		}
		state := s.store.latest()
		if all := state.counts[plan.collection.CollectionPath]; err != nil || runs != want || all != 1+n+1 {
			t.Errorf("reset %v: generated %d times: %d items, %v", reset, runs, all, err)
		}
		if added, err := s.Seed(SeedOptions{Count: n}); added != n || err != nil { // goes on, with others
			t.Errorf("reset %v: the next ones: %d, %v", reset, added, err)
		}
	}
}
