package main

import (
	"io"
	"os"
	"strconv"
	"testing"
)

// BenchmarkSeed measures what one more agent costs, written as a line, from the flag to the last byte.
func BenchmarkSeed(b *testing.B) {
	b.ReportAllocs()
	args := []string{"seed", "--format", "ndjson", "--count", strconv.Itoa(b.N)}
	if code := run(b.Context(), args, nil, io.Discard, os.Stderr); code != 0 {
		b.Fatalf("seed ended with %d", code)
	}
}
