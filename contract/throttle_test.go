package contract

import (
	"context"
	"errors"
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
