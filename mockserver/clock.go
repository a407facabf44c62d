package mockserver

import (
	"sync"
	"time"
)

// Clock is the time that a server lives in. The zero value runs with the system's clock; tests set
// it. It is safe for concurrent use.
type Clock struct {
	mu      sync.Mutex
	stopped bool
	at      time.Time     // while stopped
	ahead   time.Duration // of the system's clock, while running
}

// Now is the time on the clock, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped {
		return c.at
	}
	return time.Now().Add(c.ahead).UTC()
}

// Set stops the clock at a time; the zero time lets it run with the system's again.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped, c.at, c.ahead = !t.IsZero(), t.UTC(), 0
}

// Advance moves the clock, be it stopped or running. A negative duration turns it back; what was
// written keeps its time all the same, and later updates still get later ones.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped {
		c.at = c.at.Add(d)
		return
	}
	c.ahead += d
}
