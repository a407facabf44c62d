package contract

import (
	"context"
	"sync"
	"time"
)

type sleepFunc func(context.Context, time.Duration) error

// sleep waits, or ends with the context.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// throttle spaces requests out evenly and holds all of them back where the target asked for it.
type throttle struct {
	sleep sleepFunc
	now   func() time.Time
	gap   time.Duration // between two requests; 0: none

	mu    sync.Mutex
	next  time.Time // when the next request may go
	until time.Time // the target wants no request before
}

func newThrottle(o Options) *throttle {
	t := &throttle{sleep: o.sleep, now: o.clock}
	if o.Rate > 0 {
		t.gap = time.Duration(float64(time.Second) / o.Rate)
	}
	return t
}

// wait returns when a request may go.
func (t *throttle) wait(ctx context.Context) error {
	for {
		d := t.reserve()
		if d <= 0 {
			return ctx.Err()
		}
		if err := t.sleep(ctx, d); err != nil {
			return err
		}
	}
}

// reserve takes the next free place; where it is in the future, it says how far, and the caller has
// to ask again.
func (t *throttle) reserve() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if d := max(t.until.Sub(now), t.next.Sub(now)); d > 0 {
		return d
	}
	t.next = now.Add(t.gap)
	return 0
}

// pause holds all requests back for some time.
func (t *throttle) pause(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if until := t.now().Add(d); until.After(t.until) {
		t.until = until
	}
}

// The bounds of what a target may ask for.
const (
	longestPause = 2 * time.Minute
	patience     = 5 // answers of 429 to one request
)
