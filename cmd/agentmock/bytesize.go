package main

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// byteSize is a flag whose value is a number of bytes, written as 65536, 64KiB or 4MiB.
type byteSize int64

var byteUnits = []struct {
	suffix string
	bytes  int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1}, {"", 1}}

func (b *byteSize) Set(text string) error {
	for _, unit := range byteUnits {
		digits, ok := strings.CutSuffix(text, unit.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n <= 0 || n > math.MaxInt64/unit.bytes {
			break
		}
		*b = byteSize(n * unit.bytes)
		return nil
	}
	return errors.New("not a size in bytes, such as 65536, 64KiB or 4MiB")
}

// String returns the size in the largest unit that divides it.
func (b *byteSize) String() string {
	for _, unit := range byteUnits[:3] {
		if n := int64(*b); n != 0 && n%unit.bytes == 0 {
			return strconv.FormatInt(n/unit.bytes, 10) + unit.suffix
		}
	}
	return strconv.FormatInt(int64(*b), 10)
}

// Type implements pflag.Value.
func (*byteSize) Type() string { return "size" }
