package apiclient

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// pacer spaces requests out evenly, and holds all of them back where the target asked for it.
type pacer struct {
	now   func() time.Time
	sleep func(context.Context, time.Duration) error

	mu      sync.Mutex
	limiter *rate.Limiter
	until   time.Time // no request goes before
}

// newPacer returns a pacer for so many requests per second; 0: as many as there are.
func newPacer(perSecond float64, now func() time.Time, sleep func(context.Context, time.Duration) error) *pacer {
	limit := rate.Inf
	if perSecond > 0 {
		limit = rate.Limit(perSecond)
	}
	return &pacer{now: now, sleep: sleep, limiter: rate.NewLimiter(limit, 1)}
}

// wait returns when a request may go, or with the error of a context that has ended.
func (p *pacer) wait(ctx context.Context) error {
	for {
		d := p.take()
		if d <= 0 {
			return ctx.Err()
		}
		if err := p.sleep(ctx, d); err != nil {
			return err
		}
	}
}

// take takes the next turn. Where it is not yet due, take returns how long it takes until then, and
// the caller has to ask again. No turn is reserved meanwhile: a context may end, and a pause may
// begin, before it is due.
func (p *pacer) take() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if d := p.until.Sub(now); d > 0 {
		return d
	}
	turn := p.limiter.ReserveN(now, 1)
	d := turn.DelayFrom(now)
	if d > 0 {
		turn.CancelAt(now)
	}
	return d
}

// hold holds all requests back for some time. A longer pause that has begun already stays.
func (p *pacer) hold(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.now().Add(d); until.After(p.until) {
		p.until = until
	}
}
