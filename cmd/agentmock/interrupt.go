package main

import (
	"context"

	"github.com/agentmock/agentmock/internal/source"
)

// interruptible returns what do returns or, once ctx is cancelled, its error: for what cannot be stopped
// itself, such as opening a pipe that nobody writes to. It is then left to the end of the process.
func interruptible[T any](ctx context.Context, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := do()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// readFile is source.ReadFile, but ends with ctx: a pipe that nobody writes to is waited for no longer.
func readFile(ctx context.Context, name string, most int64) ([]byte, error) {
	return interruptible(ctx, func() ([]byte, error) { return source.ReadFile(name, most) })
}
