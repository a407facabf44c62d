package mockserver

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"
)

// entry is an item as the model has it: two members that different calls change.
type entry struct{ id, name, number string }

// call is one operation of a client. Its answer is a text: see after.
type call struct {
	kind  string
	entry entry  // id of what is read, removed or changed; the new name or number
	state string // for set
}

const none = "none"

// after returns the state after a call, and what the call answers. States are texts, a line for each item
// in their order; so is the answer to a list, and a line answers for one item. The identity of an added
// item is in its answer, which was given.
func after(state string, c call, given string) (next, answer string) {
	lines := strings.Fields(state)
	at := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, c.entry.id+"/") })
	switch c.kind {
	case "list":
		return state, state
	case "set":
		return c.state, ""
	case "add":
		if strings.Contains(state, given+"/") {
			return state, "an identity that is free"
		}
		return strings.Join(append(lines, line(entry{given, c.entry.name, "0"})), " "), given
	}
	if at < 0 {
		return state, none
	}
	e := entryOf(lines[at])
	switch c.kind {
	case "remove":
		return strings.Join(slices.Delete(lines, at, at+1), " "), ""
	case "rename":
		e.name = c.entry.name
	case "renumber":
		e.number = c.entry.number
	}
	lines[at] = line(e)
	return strings.Join(lines, " "), lines[at]
}

func line(e entry) string { return e.id + "/" + e.name + "/" + e.number }

func entryOf(line string) entry {
	parts := strings.Split(line, "/")
	return entry{parts[0], parts[1], parts[2]}
}

func modelFrom(start string) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return start },
		Step: func(state, input, output any) (bool, any) {
			next, answer := after(state.(string), input.(call), output.(string))
			return answer == output.(string), next
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v: %s", input, output) },
	}
}

// startState is what the servers of histories start with, and ids are its items.
const startState = "a1/x/0 a2/x/0"

// history has clients perform random calls at once, and returns what was called and answered. The clock
// counts calls and answers. Whoever performs a call may yield to the others.
func history(seed uint64, perform func(call) string) []porcupine.Operation {
	const clients, calls = 5, 12
	var clock atomic.Int64
	var wait sync.WaitGroup
	all := make([][]porcupine.Operation, clients)
	for client := range clients {
		wait.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(client)))
			ids := []string{"a1", "a2"}
			for i := range calls {
				c := randomCall(random, ids, fmt.Sprintf("c%dn%d", client, i))
				began := clock.Add(1)
				answer := perform(c)
				all[client] = append(all[client], porcupine.Operation{ClientId: client, Input: c, Call: began,
					Output: answer, Return: clock.Add(1)})
				if c.kind == "add" {
					ids = append(ids, answer)
				}
			}
		})
	}
	wait.Wait()
	return slices.Concat(all...)
}

func randomCall(random *rand.Rand, ids []string, fresh string) call {
	e := entry{id: ids[random.IntN(len(ids))], name: fresh, number: fresh}
	switch n := random.IntN(20); {
	case n < 5:
		return call{kind: "read", entry: e}
	case n < 9:
		return call{kind: "rename", entry: e}
	case n < 13:
		return call{kind: "renumber", entry: e}
	case n < 14:
		return call{kind: "remove", entry: e}
	case n < 16:
		return call{kind: "add", entry: e}
	case n < 18:
		return call{kind: "list", entry: entry{number: fresh}}
	case n < 19:
		return call{kind: "set", state: "a2/" + fresh + "/0 a1/x/" + fresh}
	}
	return call{kind: "set", state: startState} // a reset
}

// stored is a store as the histories use it, or one with a defect.
type stored interface {
	snapshot() *snapshot
	latest() *snapshot
	update(func(*txn) error) error
	revise(func(*txn) error) error
	overwrite(func(*txn) error) error
	replace(*snapshot) *snapshot
}

var historyKey = collectionKey{path: "/a", place: []string{"x"}}

// performOn returns what performs calls on a store. It yields where others may come between.
func performOn(s stored) func(call) string {
	_ = s.update(func(tx *txn) error { fillFrom(tx, startState); return nil })
	return performFrom(s, s.snapshot())
}

// fillFrom adds the items of a state.
func fillFrom(tx *txn, state string) {
	for _, text := range strings.Fields(state) {
		e := entryOf(text)
		r := newRecord(historyKey, e.id)
		r.encoded = []byte(text)
		tx.add(&r)
	}
}

// performFrom is performOn for a store that has the items of startState, a snapshot of it.
func performFrom(s stored, start *snapshot) func(call) string {
	return func(c call) (answer string) {
		switch c.kind {
		case "list":
			taken := s.snapshot()
			runtime.Gosched()
			return listed(taken)
		case "read":
			if r := s.latest().find(historyKey, c.entry.id); r != nil {
				return string(r.encoded)
			}
			return none
		case "set":
			if c.state == startState {
				s.replace(start)
				return ""
			}
			_ = s.overwrite(func(tx *txn) error {
				runtime.Gosched()
				fillFrom(tx, c.state)
				return nil
			})
			return ""
		case "add":
			_ = s.update(func(tx *txn) error {
				answer = fmt.Sprint("b", tx.draw())
				fillFrom(tx, line(entry{answer, c.entry.name, "0"}))
				return nil
			})
			return answer
		}
		_ = s.revise(func(tx *txn) error {
			r := tx.find(historyKey, c.entry.id)
			runtime.Gosched()
			if answer = none; r == nil {
				return nil
			}
			if c.kind == "remove" {
				answer = ""
				tx.remove(r)
				return nil
			}
			_, answer = after(string(r.encoded), c, "")
			changed := *r
			changed.encoded = []byte(answer)
			tx.replace(&changed)
			return nil
		})
		return answer
	}
}

func listed(s *snapshot) string {
	var lines []string
	for _, r := range s.list(historyKey).records() {
		lines = append(lines, string(r.encoded))
	}
	return strings.Join(lines, " ")
}

// TestHistoriesOfTheStore has parallel calls on a store, and finds an order of them in which each answer
// is the right one (linearizability).
func TestHistoriesOfTheStore(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		operations := history(seed, performOn(newStore(bounds{})))
		if !porcupine.CheckOperations(modelFrom(startState), operations) {
			t.Fatalf("seed %d: no order explains the answers: %+v", seed, operations)
		}
	}
}

// unchecked commits a transaction whatever has happened since it began.
type unchecked struct{ *store }

func (s unchecked) revise(f func(*txn) error) error {
	t := s.begin()
	if err := f(t); err != nil {
		return err
	}
	s.committing.Lock()
	defer s.committing.Unlock()
	s.commit(t)
	return nil
}

// belated shows what was current a while ago.
type belated struct {
	*store
	last *atomic.Pointer[snapshot]
	n    *atomic.Int64
}

func (s belated) snapshot() *snapshot {
	if s.n.Add(1)%3 != 0 {
		s.last.CompareAndSwap(nil, s.store.snapshot())
		return s.last.Load()
	}
	s.last.Store(s.store.snapshot())
	return s.store.snapshot()
}

// halfway shows the items that a transaction has removed before those are there that it adds.
type halfway struct{ *store }

func (s halfway) replace(to *snapshot) *snapshot {
	_ = s.update(func(tx *txn) error { tx.clear(); return nil })
	runtime.Gosched()
	return s.store.replace(to)
}

// shared lets updates change what is in the snapshots that it hands out.
type shared struct{ *store }

func (s shared) snapshot() *snapshot { return s.latest() }

// redrawn gives pseudo-random values back that others have drawn after it.
type redrawn struct{ *store }

func (s redrawn) update(f func(*txn) error) error {
	err := s.store.update(f)
	s.drawn.Store(s.drawn.Load() / 2)
	return err
}

// TestDefectsOfAStoreAreSeen plants defects into the store. The histories show each.
func TestDefectsOfAStoreAreSeen(t *testing.T) {
	t.Parallel()
	for name, plant := range map[string]func(*store) stored{
		"commits without a check": func(s *store) stored { return unchecked{s} },
		"shows an old snapshot": func(s *store) stored {
			return belated{s, &atomic.Pointer[snapshot]{}, &atomic.Int64{}}
		},
		"shows half a reset":              func(s *store) stored { return halfway{s} },
		"changes snapshots":               func(s *store) stored { return shared{s} },
		"gives an identity a second time": func(s *store) stored { return redrawn{s} },
	} {
		seen := false
		for seed := uint64(0); !seen && seed < 2000; seed++ {
			operations := history(seed, performOn(plant(newStore(bounds{}))))
			seen = !porcupine.CheckOperations(modelFrom(startState), operations)
		}
		if !seen {
			t.Errorf("a store that %s passes", name)
		}
	}
}
