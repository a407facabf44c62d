package mockserver

import (
	"fmt"
	"strings"
	"time"
)

// MaxDelay bounds how long a request may be delayed.
const MaxDelay = 10 * time.Minute

// Delay is how long requests are delayed: for Min, or anything from Min to Max where Max is more. The zero
// value is no delay. Its text has the form 800ms or 50ms..400ms.
type Delay struct {
	Min, Max time.Duration
}

// most returns the longest time.
func (d Delay) most() time.Duration { return max(d.Min, d.Max) }

// String returns the delay as UnmarshalText reads it.
func (d Delay) String() string {
	if d.Max <= d.Min {
		return shortly(d.Min)
	}
	return shortly(d.Min) + ".." + shortly(d.Max)
}

// MarshalText implements encoding.TextMarshaler.
func (d Delay) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Delay) UnmarshalText(text []byte) error {
	least, most, spread := strings.Cut(string(text), "..")
	var read Delay
	var err error
	if read.Min, err = time.ParseDuration(least); err == nil && spread {
		read.Max, err = time.ParseDuration(most)
	}
	switch {
	case err != nil:
		return fmt.Errorf("%q is not a time such as 800ms or 1.5s, nor a range of them such as 50ms..400ms",
			truncate(string(text), 100))
	case spread && read.Max < read.Min:
		return fmt.Errorf("%q ends before it begins; write %s..%s", text, read.Max, read.Min)
	}
	if read.check() != nil { // in the words that were sent
		return fmt.Errorf("%q is not between 0 and %s", truncate(string(text), 100), shortly(MaxDelay))
	}
	*d = read
	return nil
}

// check returns an error for a delay that cannot be, or takes too long.
func (d Delay) check() error {
	if d.Min < 0 || d.Max < 0 || d.most() > MaxDelay {
		return fmt.Errorf("%q is not between 0 and %s", d.String(), shortly(MaxDelay))
	}
	return nil
}

// shortly returns a time without the smaller units that are zero: 10m, not 10m0s.
func shortly(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// nth returns the n-th time of a spread, which the seed and n decide.
func (d Delay) nth(seed, n uint64) time.Duration {
	if d.Max <= d.Min {
		return d.Min
	}
	z := seed + (n+1)*0x9e3779b97f4a7c15 // SplitMix64
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return d.Min + time.Duration(z%uint64(d.Max-d.Min+1))
}
