package mockserver

import (
	"fmt"
	"hash/maphash"
	"strconv"
	"strings"
	"time"
)

// Rate is how many requests are answered in a time. The zero value is no bound. Its text has the form 60/m,
// where s, m and h are a second, a minute and an hour, or 5/10s.
type Rate struct {
	Requests int
	Per      time.Duration
}

// Bounds of a Rate.
const (
	maxRequests = 1_000_000
	maxWindow   = 24 * time.Hour
)

// units are the times that a Rate is written with.
var units = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}

// String returns the rate as UnmarshalText reads it.
func (r Rate) String() string {
	for unit, per := range units {
		if r.Per == per {
			return fmt.Sprintf("%d/%s", r.Requests, unit)
		}
	}
	return fmt.Sprintf("%d/%s", r.Requests, shortly(r.Per))
}

// MarshalText implements encoding.TextMarshaler.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *Rate) UnmarshalText(text []byte) error {
	number, unit, _ := strings.Cut(string(text), "/")
	n, err := strconv.Atoi(number)
	per, known := units[unit]
	if err == nil && !known {
		per, err = time.ParseDuration(unit)
	}
	read := Rate{n, per}
	if err != nil || read.check() != nil {
		return fmt.Errorf("%q is not a rate such as 60/m: a number of requests from 1 to %d, and s, m, h or a time of "+
			"at most %s", truncate(string(text), 100), maxRequests, shortly(maxWindow))
	}
	*r = read
	return nil
}

func (r Rate) check() error {
	if r.Requests < 1 || r.Requests > maxRequests || r.Per <= 0 || r.Per > maxWindow {
		return fmt.Errorf("%s is not a rate such as 60/m", r)
	}
	return nil
}

// limiter counts requests, those of each credential by themselves: the window of a credential begins with
// its first request and lasts as long as the rate says. It is not safe for concurrent use.
type limiter struct {
	rate    Rate
	seed    maphash.Seed
	windows map[uint64]window // by the hash of a credential: keys are not to stay in memory
	swept   time.Time         // when those that are over were last looked for
}

type window struct {
	began time.Time
	count int
}

// maxCredentials bounds how many windows there may be. Further credentials share one.
const maxCredentials = 10_000

func newLimiter(r Rate) *limiter {
	return &limiter{rate: r, seed: maphash.MakeSeed(), windows: map[uint64]window{}}
}

// allow reports whether a request is within the rate, which it counts for; else when the next one will be.
func (l *limiter) allow(credential string, now time.Time) (until time.Time, ok bool) {
	key := maphash.String(l.seed, credential)
	w, known := l.windows[key]
	if !known && len(l.windows) >= maxCredentials {
		if now.Sub(l.swept).Abs() >= l.rate.Per/8 { // it is slow
			l.forget(now)
		}
		if len(l.windows) >= maxCredentials {
			key = 0
			w = l.windows[key]
		}
	}
	if l.ended(w, now) {
		w = window{began: now}
	}
	until = w.began.Add(l.rate.Per)
	if w.count >= l.rate.Requests {
		return until, false
	}
	w.count++
	l.windows[key] = w
	return until, true
}

// ended reports whether a window is over, or lies ahead since the clock was set back.
func (l *limiter) ended(w window, now time.Time) bool {
	return w.count == 0 || !now.Before(w.began.Add(l.rate.Per)) || now.Before(w.began)
}

// forget drops the windows that are over.
func (l *limiter) forget(now time.Time) {
	l.swept = now
	for key, w := range l.windows {
		if l.ended(w, now) {
			delete(l.windows, key)
		}
	}
}
