package mockserver

import (
	"sync"
	"sync/atomic"
	"time"
)

// Session is a world of its own in a server: items, journal and clock. A change in one session is seen in no
// other. It is safe for concurrent use.
type Session struct {
	server  *Server
	name    string // "" for the one that all requests share which name none
	created time.Time
	used    atomic.Int64 // when a request last came, in nanoseconds since 1970
	store   *store
	journal *journal
	clock   *Clock
	faults  faults

	mu        sync.Mutex
	start     *snapshot            // what Reset returns to
	snapshots map[string]*snapshot // by their names
}

// Name returns the session's name; "" for the one that all requests share which name none.
func (s *Session) Name() string { return s.name }

// Clock returns the session's clock.
func (s *Session) Clock() *Clock { return s.clock }

// Reset returns to the state at start. The journal and the clock stay as they are.
func (s *Session) Reset() { s.restore(s.atStart()) }

// atStart returns the state that Reset returns to.
func (s *Session) atStart() *snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.start
}

func (s *Session) restore(to *snapshot) {
	before := s.store.replace(to)
	s.server.memory.drop(int(before.own - to.own))
	s.server.memory.settle()
}

// Requests returns the journal's entries that a filter selects.
func (s *Session) Requests(f Filter) Journal {
	selected, dropped := s.journal.read(f)
	out := Journal{Requests: make([]Entry, len(selected)), Dropped: dropped}
	for i, k := range selected {
		out.Requests[i] = k.api.entry(k)
	}
	return out
}

// ClearRequests empties the journal.
func (s *Session) ClearRequests() { s.journal.clear() }
