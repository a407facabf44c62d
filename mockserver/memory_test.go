package mockserver

import (
	"runtime"
	"sync"
	"testing"
)

// Little that is dropped is kept; much is returned, once for all that ask, and nothing goes on then.
func TestMemoryIsReturned(t *testing.T) {
	t.Parallel()
	var m memory
	m.drop(worthReturning - 1)
	m.drop(-5)
	if m.settle(); m.waiting.Load() != 0 || m.owed.Load() != worthReturning-1 {
		t.Errorf("%d bytes are owed, %d returns wait", m.owed.Load(), m.waiting.Load())
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() { m.drop(worthReturning); m.settle() })
	}
	for wait.Wait(); m.waiting.Load() > 0; {
		runtime.Gosched()
	}
	if m.owed.Load() >= worthReturning {
		t.Errorf("%d bytes are still owed", m.owed.Load())
	}
}
