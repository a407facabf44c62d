package apiclient

import (
	"context"
	"time"
)

// wait returns when a request may go, or with the error of a context that has ended.
func (c *Client) wait(ctx context.Context) error {
	for {
		d := c.take()
		if d <= 0 {
			return ctx.Err()
		}
		if err := c.options.Sleep(ctx, d); err != nil {
			return err
		}
	}
}

// take takes the next turn. Where it is not yet due, take returns how long it takes until then, and
// the caller has to ask again. No turn is reserved meanwhile: a context may end, and a pause may
// begin, before it is due.
func (c *Client) take() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.options.Now()
	if d := c.until.Sub(now); d > 0 {
		return d
	}
	turn := c.limiter.ReserveN(now, 1)
	d := turn.DelayFrom(now)
	if d > 0 {
		turn.CancelAt(now)
	}
	return d
}

// hold holds all requests back for some time. A longer pause that has begun already stays.
func (c *Client) hold(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if until := c.options.Now().Add(d); until.After(c.until) {
		c.until = until
	}
}
