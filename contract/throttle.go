package contract

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/agentmock/agentmock/internal/jsonvalue"
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

// reserve takes the next free place; where it is in the future, it says how far, and the caller has to ask again.
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
	shortestPause = time.Second
	longestPause  = 2 * time.Minute
	patience      = 5 // answers of 429 to one request
)

// retryAfter reads how long a 429 wants us to wait: Retry-After in seconds or as a date (RFC 9110 §10.2.3), else reset_at at the
// top of the body or inside its error, else one second more each time.
func retryAfter(a *answer, now time.Time, attempt int) time.Duration {
	d := time.Duration(attempt+1) * shortestPause
	if text := strings.TrimSpace(a.header.Get("Retry-After")); text != "" {
		if seconds, err := strconv.ParseFloat(text, 64); err == nil && seconds >= 0 && seconds < 1e6 {
			d = time.Duration(seconds * float64(time.Second))
		} else if date, err := http.ParseTime(text); err == nil {
			d = date.Sub(now)
		}
	} else if at, ok := resetAt(a.body); ok {
		d = at.Sub(now)
	}
	return max(d, shortestPause)
}

func resetAt(body []byte) (time.Time, bool) {
	value, err := parseLenient(body)
	if err != nil {
		return time.Time{}, false
	}
	for _, pointer := range []string{"/error/reset_at", "/reset_at"} {
		if text, ok := jsonvalue.Lookup(value, pointer); ok {
			if s, ok := text.(string); ok {
				if at, err := time.Parse(time.RFC3339, s); err == nil {
					return at, true
				}
			}
		}
	}
	return time.Time{}, false
}
