package mockserver

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Session is a world of its own in a server: items, journal, clock and faults. A change in one session is seen in no
// other. It is safe for concurrent use.
type Session struct {
	server  *Server
	name    string // "" for the shared one
	created time.Time
	used    atomic.Int64 // when a request last came, in nanoseconds since 1970
	store   *store
	journal *journal
	clock   *Clock
	faults  faults

	mu        sync.Mutex
	start     *snapshot            // what Reset returns to
	snapshots map[string]*snapshot // by their names, but for that at start
	ended     bool
}

// Name returns the session's name; "" for the shared session, that of all requests that name none.
func (s *Session) Name() string { return s.name }

// Created returns when the session has begun, by the system's clock.
func (s *Session) Created() time.Time { return s.created }

// LastUsed returns when a request last came to the session, by the system's clock. The shared one does not
// count.
func (s *Session) LastUsed() time.Time { return time.Unix(0, s.used.Load()) }

// Clock returns the session's clock.
func (s *Session) Clock() *Clock { return s.clock }

// Reset returns to the state at start. The journal and the clock stay as they are.
func (s *Session) Reset() {
	_ = s.restore(func() (*snapshot, error) { return s.atStart(), nil }) // which is always there
}

// atStart returns the state that Reset returns to.
func (s *Session) atStart() *snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.start
}

// Requests returns the journal's entries that a filter selects.
func (s *Session) Requests(f Filter) Journal {
	s.server.settle(context.Background())
	return s.shown(s.journal.read(f), f)
}

// AwaitRequests returns what Requests does once a filter selects an entry, at once if it does already. When
// the context ends, or the session does, it returns what there is: no entries.
func (s *Session) AwaitRequests(ctx context.Context, f Filter) Journal {
	s.server.settle(ctx)
	for {
		found := s.journal.read(f)
		if len(found.entries) > 0 || found.ended {
			return s.shown(found, f)
		}
		select {
		case <-found.news:
		case <-ctx.Done():
			return s.shown(found, f)
		}
	}
}

// Request returns the journal's entry of a sequence; false where it has none, or none any more.
func (s *Session) Request(sequence uint64) (Entry, bool) {
	s.server.settle(context.Background())
	k := s.journal.find(sequence)
	if k == nil {
		return Entry{}, false
	}
	return s.entry(k, Filter{}), true
}

func (s *Session) shown(found selection, f Filter) Journal {
	out := Journal{Requests: make([]Entry, len(found.entries)), Dropped: found.dropped, Last: found.last}
	for i, k := range found.entries {
		out.Requests[i] = s.entry(k, f)
	}
	return out
}

func (s *Session) entry(k *kept, f Filter) Entry {
	return k.api.entry(k, f, s.name)
}

// ClearRequests empties the journal.
func (s *Session) ClearRequests() {
	s.server.settle(context.Background())
	s.journal.clear()
}
