package mockserver

import (
	"testing"
	"time"
)

// TestClock compares a running clock with the system's from both sides of each reading, so that no
// delay of the machine matters.
func TestClock(t *testing.T) {
	t.Parallel()
	var c Clock
	ahead := func(want time.Duration) {
		t.Helper()
		before := time.Now()
		got := c.Now()
		if after := time.Now(); got.Before(before.Add(want)) || got.After(after.Add(want)) {
			t.Errorf("%s; the system's clock and %s would be between %s and %s", got, want, before, after)
		}
		if got.Location() != time.UTC {
			t.Errorf("%s is not in UTC", got)
		}
	}
	ahead(0)
	c.Advance(time.Hour)
	ahead(time.Hour)
	c.Advance(-90 * time.Minute)
	ahead(-30 * time.Minute)
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	c.Set(at)
	c.Advance(time.Second)
	if got := c.Now(); !got.Equal(at.Add(time.Second)) || got.Location() != time.UTC {
		t.Errorf("stopped at %s", got)
	}
	c.Set(time.Time{})
	ahead(0)
}
