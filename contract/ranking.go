package contract

import (
	"cmp"
	"container/heap"

	"github.com/agentmock/agentmock/fixtures"
)

// ranking takes fixtures in the order of what they can find: always the one that tries most, for what it
// costs, of what those before it have not. Of equals, it takes the first in the list.
type ranking struct {
	list  []*fixtures.Fixture
	tries [][]int // what each fixture tries, as indices into left
	left  []int   // what it is still worth to try that
	till  till
	taken []bool
	mates map[any][]int // the fixtures that share an item or a collection, and so get cheaper
	queue []candidate   // a heap
}

// candidate is a fixture with what it is worth and costs, or was and did.
type candidate struct{ index, worth, cost int }

// newRanking returns the ranking of fixtures of which none is skipped.
func newRanking(list []*fixtures.Fixture) *ranking {
	l := lister{known: map[tried]int{}}
	r := &ranking{list: list, taken: make([]bool, len(list)), mates: map[any][]int{}}
	for i, f := range list {
		r.tries = append(r.tries, l.fixture(f))
		r.mates[mate(f)] = append(r.mates[mate(f)], i)
	}
	r.left = l.worth
	for i := range list {
		r.queue = append(r.queue, r.candidate(i))
	}
	heap.Init(r)
	return r
}

// next takes a fixture, and returns its index and what it costs; it reports false where there is none left.
func (r *ranking) next() (index, cost int, ok bool) {
	for len(r.queue) > 0 {
		best := r.queue[0]
		now := r.candidate(best.index)
		switch {
		case r.taken[best.index]: // it was also there at another price
			heap.Pop(r)
		case now != best:
			r.queue[0] = now
			heap.Fix(r, 0)
		default:
			heap.Pop(r)
			r.take(best.index)
			return best.index, best.cost, true
		}
	}
	return 0, 0, false
}

// take makes what a fixture tries worth less, and those cheaper that need what it has paid for. What is
// in the queue may be worth less than it says there, but never more: next looks again at the best alone.
func (r *ranking) take(i int) {
	f := r.list[i]
	r.taken[i] = true
	for _, t := range r.tries[i] {
		r.left[t] /= 2
	}
	if r.till.take(f) <= r.till.price(f) {
		return
	}
	for _, other := range r.mates[mate(f)] {
		if !r.taken[other] {
			heap.Push(r, r.candidate(other))
		}
	}
}

// mate returns what the fixtures have in common of which the first makes the others cheaper.
func mate(f *fixtures.Fixture) any {
	if sharesItem(f) {
		return f.Twin
	}
	return placeMade(f)
}

// candidate returns a fixture with what it is worth and costs now.
func (r *ranking) candidate(i int) candidate {
	c := candidate{index: i, cost: r.till.price(r.list[i])}
	for _, t := range r.tries[i] {
		c.worth += r.left[t]
	}
	return c
}

// Len, Swap, Less, Push and Pop are those of heap.Interface; the best candidate comes first.
func (r *ranking) Len() int      { return len(r.queue) }
func (r *ranking) Swap(i, j int) { r.queue[i], r.queue[j] = r.queue[j], r.queue[i] }

func (r *ranking) Less(i, j int) bool {
	a, b := r.queue[i], r.queue[j]
	return cmp.Or(cmp.Compare(int64(b.worth)*int64(a.cost), int64(a.worth)*int64(b.cost)),
		cmp.Compare(a.index, b.index)) < 0
}

func (r *ranking) Push(c any) { r.queue = append(r.queue, c.(candidate)) }

func (r *ranking) Pop() any {
	last := len(r.queue) - 1
	c := r.queue[last]
	r.queue = r.queue[:last]
	return c
}
