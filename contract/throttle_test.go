package contract

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"
)

// fakeTime is a clock that only sleeping moves.
type fakeTime struct {
	now   time.Time
	slept []time.Duration
}

func newFakeTime() *fakeTime { return &fakeTime{now: time.Date(2025, 1, 20, 10, 0, 0, 0, time.UTC)} }

func (f *fakeTime) sleep(ctx context.Context, d time.Duration) error {
	f.slept = append(f.slept, d)
	f.now = f.now.Add(d)
	return ctx.Err()
}

func (f *fakeTime) clock() time.Time { return f.now }

func TestThrottleSpacesRequestsOut(t *testing.T) {
	t.Parallel()
	fake := newFakeTime()
	throttle := newThrottle(Options{Rate: 1, sleep: fake.sleep, clock: fake.clock})
	start := fake.now
	for range 4 {
		if err := throttle.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if took := fake.now.Sub(start); took != 3*time.Second {
		t.Errorf("four requests at one per second take %s, want 3s", took)
	}
	throttle.pause(time.Minute)
	throttle.pause(time.Second) // shorter: no matter
	before := fake.now
	if err := throttle.wait(t.Context()); err != nil || fake.now.Sub(before) != time.Minute {
		t.Errorf("after a pause of a minute the next request comes after %s, %v", fake.now.Sub(before), err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := throttle.wait(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("the end of the context is not noticed: %v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := newFakeTime().now
	for name, c := range map[string]struct {
		header, body string
		attempt      int
		want         time.Duration
	}{
		"seconds":             {"60", "", 0, time.Minute},
		"zero":                {"0", "", 0, shortestPause},
		"a fraction":          {"2.5", "", 0, 2500 * time.Millisecond},
		"a date":              {"Mon, 20 Jan 2025 10:00:30 GMT", "", 0, 30 * time.Second},
		"a date gone by":      {"Mon, 20 Jan 2025 09:00:30 GMT", "", 0, shortestPause},
		"reset_at":            {"", `{"error":{"code":"rate_limit_exceeded","reset_at":"2025-01-20T10:00:10Z"}}`, 0, 10 * time.Second},
		"reset_at at the top": {"", `{"reset_at":"2025-01-20T11:00:05+01:00"}`, 0, 5 * time.Second},
		"reset_at gone by":    {"", `{"error":{"reset_at":"2024-01-22T15:30:00Z"}}`, 0, shortestPause},
		"nothing":             {"", "", 2, 3 * time.Second},
		"nonsense":            {"soon", `{"error":{"reset_at":5}}`, 0, time.Second},
		"a negative number":   {"-5", "", 0, time.Second},
		"a huge number":       {"1e300", "", 0, time.Second},
	} {
		a := &answer{header: http.Header{}, body: []byte(c.body)}
		if c.header != "" {
			a.header.Set("Retry-After", c.header)
		}
		if got := retryAfter(a, now, c.attempt); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("60", `{"error":{"reset_at":"2025-01-20T10:00:10Z"}}`)
	f.Add("Mon, 20 Jan 2025 10:00:30 GMT", "[")
	f.Fuzz(func(t *testing.T, header, body string) {
		a := &answer{header: http.Header{"Retry-After": {header}}, body: []byte(body)}
		if d := retryAfter(a, newFakeTime().now, 0); d < shortestPause {
			t.Errorf("a pause of %s", d)
		}
	})
}
