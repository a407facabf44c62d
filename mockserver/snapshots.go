package mockserver

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// StartSnapshot is the name of the state that Session.Reset returns to. That of the shared session is also
// what others begin with.
const StartSnapshot = "start"

// MaxSnapshots is the most snapshots that a session keeps besides StartSnapshot.
const MaxSnapshots = 20

// Errors of snapshots.
var (
	// ErrUnknownSnapshot is the error of Restore where nobody has kept a state under the name.
	ErrUnknownSnapshot = errors.New("no such snapshot")
	// ErrSnapshot is the error for a name that cannot be, and for one snapshot too many.
	ErrSnapshot = errors.New("no snapshot can be kept")
)

// Snapshot keeps the state as it is now under a name, in place of what has the name: for Restore. It takes the
// same time for any number of items. Names have letters, digits and . _ ~ -, at most 100 of them. The error
// wraps ErrSnapshot, or is a *StateError where all states together would be more than they may.
func (s *Session) Snapshot(name string) error {
	if !isSessionName(name) {
		return fmt.Errorf("%w: %q is no name; letters, digits and . _ ~ - are, not dots alone, at most %d of them",
			ErrSnapshot, truncate(name, 200), maxSessionName)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended { // and nobody can ask for it
		return nil
	}
	taken := s.store.snapshot() // not before the lock: SetDocument would not see it
	before := s.snapshots[name]
	switch {
	case name == StartSnapshot:
		before = s.start
	case before == nil && len(s.snapshots) >= MaxSnapshots:
		return fmt.Errorf("%w: there are %d, and no more may be: %s", ErrSnapshot, len(s.snapshots),
			strings.Join(slices.Sorted(maps.Keys(s.snapshots)), ", "))
	}
	if err := s.store.retain(taken, before); err != nil {
		return err
	}
	if name == StartSnapshot {
		s.start = taken
		return nil
	}
	if s.snapshots == nil {
		s.snapshots = map[string]*snapshot{}
	}
	s.snapshots[name] = taken
	return nil
}

// Snapshots returns the names of the states that are kept, sorted: StartSnapshot always is.
func (s *Session) Snapshots() []string { return slices.Sorted(maps.Keys(s.kept())) }

// kept returns all states that are kept, by their names.
func (s *Session) kept() map[string]*snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]*snapshot{StartSnapshot: s.start}
	maps.Copy(all, s.snapshots)
	return all
}

// DropSnapshot lets go of the state of a name, and reports whether there was one. That at start stays.
func (s *Session) DropSnapshot(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.snapshots[name]
	s.store.family.release(before)
	delete(s.snapshots, name)
	return before != nil
}

// Restore returns to the state of a name: the session's own, else that of the shared session. Journal, clock
// and faults stay as they are. The error wraps ErrUnknownSnapshot.
func (s *Session) Restore(name string) error {
	return s.restore(func() (*snapshot, error) { return s.snapshotNamed(name) })
}

func (s *Session) snapshotNamed(name string) (*snapshot, error) {
	own, shared := s.kept(), s.server.Session.kept()
	if to := own[name]; to != nil {
		return to, nil
	}
	if to := shared[name]; to != nil {
		return to, nil
	}
	maps.Copy(shared, own)
	return nil, fmt.Errorf("%w: %q; there are %s", ErrUnknownSnapshot, truncate(name, 200),
		strings.Join(slices.Sorted(maps.Keys(shared)), ", "))
}

// restore returns to the state that find finds. The error is that of find.
func (s *Session) restore(find func() (*snapshot, error)) error {
	return s.upToDate(func(*api) error {
		to, err := find()
		if err != nil {
			return err
		}
		before := s.store.replace(to)
		if before == nil {
			return errOutdated
		}
		s.server.memory.drop(int(before.own - to.own))
		s.server.memory.settle()
		return nil
	})
}
