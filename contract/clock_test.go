package contract_test

import (
	"context"
	"sync"
	"time"
)

// clock is the time of all runs and backends of these tests, so that a wait of a second takes none.
var clock = &fakeClock{time: time.Date(2025, 1, 20, 10, 0, 0, 0, time.UTC)}

// fakeClock moves on by a millisecond with every look, and by what is slept.
type fakeClock struct {
	mu   sync.Mutex
	time time.Time
}

func (c *fakeClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.time = c.time.Add(time.Millisecond)
	return c.time
}

func (c *fakeClock) sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.time = c.time.Add(d)
	return ctx.Err()
}
