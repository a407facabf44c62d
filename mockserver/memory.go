package mockserver

import (
	"runtime/debug"
	"sync/atomic"
)

// worthReturning is the number of bytes of state, or of what a state was read from, that are returned to
// the system once they are garbage. Less is kept for what comes next.
const worthReturning = 16 << 20

// memory returns memory to the system after much of it has become garbage. Go does that by itself in
// minutes, and by a tenth less. The zero value is ready; it is safe for concurrent use.
type memory struct {
	owed    atomic.Int64 // bytes that are garbage when the request is over that has dropped them
	waiting atomic.Int32 // returns that have been asked for and are not done; one is done for all
}

// drop counts bytes that are not needed any more.
func (m *memory) drop(bytes int) { m.owed.Add(int64(max(0, bytes))) }

// settle has the memory returned that was dropped, in the background, if that is much. The caller keeps
// no reference to it.
func (m *memory) settle() {
	if m.owed.Load() < worthReturning || m.owed.Swap(0) == 0 || m.waiting.Add(1) > 1 {
		return
	}
	go func() {
		for done := false; !done; {
			n := m.waiting.Load()
			debug.FreeOSMemory()
			done = m.waiting.CompareAndSwap(n, 0)
		}
	}()
}
