package mockserver

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds of what has passed and is not judged yet: the number of exchanges from which new requests wait, and
// the copies of all bodies, in bytes.
const (
	mostQueued = 1000
	maxPassing = 256 << 20
)

// passing is the queue of exchanges with the backend that are to be judged, one after the other, in the order in
// which they ended: that of the journal.
type passing struct {
	bytes atomic.Int64 // of the copies of bodies

	mu      sync.Mutex
	queue   []*transit
	working bool     // a goroutine judges
	last    *transit // the last one that was added; nil for none
	shorter *sync.Cond
}

// wait returns when the queue is short enough for one more.
func (q *passing) wait() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.queue) >= mostQueued {
		q.shorter.Wait()
	}
}

// add puts an exchange at the end of the queue.
func (q *passing) add(p *transit) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.queue, q.last = append(q.queue, p), p
	if !q.working {
		q.working = true
		go q.work()
	}
}

// work judges until there is nothing left to judge.
func (q *passing) work() {
	for {
		p := q.next()
		if p == nil {
			return
		}
		p.settle()
	}
}

func (q *passing) next() *transit {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.queue) == 0 {
		q.working, q.queue = false, nil
		return nil
	}
	p := q.queue[0]
	q.queue[0] = nil // the array keeps it until it grows
	q.queue = q.queue[1:]
	if len(q.queue) == mostQueued-1 {
		q.shorter.Broadcast()
	}
	return p
}

// settled returns when all that was added before is in the journal, or the context ends.
func (q *passing) settled(ctx context.Context) {
	q.mu.Lock()
	last := q.last
	q.mu.Unlock()
	if last == nil {
		return
	}
	select {
	case <-last.done:
		q.mu.Lock()
		defer q.mu.Unlock()
		if q.last == last {
			q.last = nil // and need not be kept
		}
	case <-ctx.Done():
	}
}

// patience is how long a reader of the journal waits for what is in the queue.
const patience = 5 * time.Second
