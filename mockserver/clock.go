package mockserver

import (
	"sync"
	"sync/atomic"
	"time"
)

// Clock is the clock of a session. The zero value shows the system's time; people and tests stop and move it.
// It is safe for concurrent use.
type Clock struct {
	changing sync.Mutex                   // is held while the setting becomes another one
	setting  atomic.Pointer[clockSetting] // nil: the system's time
}

// clockSetting is what a clock shows. It does not change.
type clockSetting struct {
	at time.Time // what the clock shows while it stands still, and showed at from while it runs
	// from is a time of the system; zero while the clock stands still. It has no monotonic part: a clock that runs
	// follows the system's where that is set, or sleeps, as one that was never set does.
	from time.Time
}

func (s *clockSetting) now() time.Time {
	switch {
	case s == nil:
		return time.Now().UTC()
	case s.from.IsZero():
		return s.at
	}
	return s.at.Add(time.Now().Round(0).Sub(s.from))
}

func (s *clockSetting) running() bool { return s == nil || !s.from.IsZero() }

// settingAt returns the setting of a clock that shows a time now, and runs from there or stands still.
func settingAt(at time.Time, running bool) *clockSetting {
	s := &clockSetting{at: at.Round(0).UTC()}
	if running {
		s.from = time.Now().Round(0)
	}
	return s
}

// fork returns a clock that shows the same time from now on, and moves by itself.
func (c *Clock) fork() *Clock {
	f := &Clock{}
	f.setting.Store(c.setting.Load())
	return f
}

// Now returns the time on the clock, in UTC.
func (c *Clock) Now() time.Time { return c.setting.Load().now() }

// milliseconds returns the time on the clock, since 1970.
func (c *Clock) milliseconds() int64 { return c.Now().UnixMilli() }

// Running reports whether the clock moves by itself.
func (c *Clock) Running() bool { return c.setting.Load().running() }

// Set stops the clock at a time. The zero time makes it follow the system's clock again.
func (c *Clock) Set(t time.Time) {
	c.change(func(*clockSetting) *clockSetting {
		if t.IsZero() {
			return nil
		}
		return settingAt(t, false)
	})
}

// Hold stops the clock at the time that it shows.
func (c *Clock) Hold() {
	c.change(func(s *clockSetting) *clockSetting {
		if !s.running() {
			return s
		}
		return settingAt(s.now(), false)
	})
}

// Run lets a clock that stands still move on from the time that it shows. After Set, it runs from that time.
func (c *Clock) Run() {
	c.change(func(s *clockSetting) *clockSetting {
		if s.running() {
			return s
		}
		return settingAt(s.now(), true)
	})
}

// Advance moves the clock, whether it is stopped or running. A negative duration moves it back;
// items keep their times then, and updates still get later times than the updates before them.
func (c *Clock) Advance(d time.Duration) {
	c.change(func(s *clockSetting) *clockSetting { return settingAt(s.now().Add(d), s.running()) })
}

// change gives the clock another setting, which is made of the one that it has.
func (c *Clock) change(to func(*clockSetting) *clockSetting) {
	c.changing.Lock()
	defer c.changing.Unlock()
	c.setting.Store(to(c.setting.Load()))
}
