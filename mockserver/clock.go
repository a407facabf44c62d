package mockserver

import (
	"sync"
	"time"
)

// Clock is the clock of a server. The zero value shows the system's time; tests stop and move it.
// It is safe for concurrent use.
type Clock struct {
	mu    sync.Mutex
	at    time.Time     // while stopped; zero while running
	ahead time.Duration // of the system's clock while running
}

// fork returns a clock that shows the same time from now on, and moves by itself.
func (c *Clock) fork() *Clock {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &Clock{at: c.at, ahead: c.ahead}
}

// Now returns the time on the clock, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.at.IsZero() {
		return c.at
	}
	return time.Now().Add(c.ahead).UTC()
}

// Set stops the clock at a time. The zero time makes it follow the system's clock again.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.ahead = t.UTC(), 0
}

// Advance moves the clock, whether it is stopped or running. A negative duration moves it back;
// items keep their times then, and updates still get later times than the updates before them.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.at.IsZero() {
		c.at = c.at.Add(d)
		return
	}
	c.ahead += d
}
