package mockserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// ErrNoWorkspaces is the error of what is about one workspace where the document does not keep them apart: it
// has no scope.
var ErrNoWorkspaces = errors.New("the document does not keep workspaces apart (x-mock: {scope: …} at its root does)")

// ResetWorkspace returns the items of one workspace to what they were at start; all others stay as they are.
// The error is ErrNoWorkspaces, or a *StateError where all items together would be more than they may.
func (s *Session) ResetWorkspace(workspace string) error {
	return s.restoreWorkspace(func() (*snapshot, error) { return s.atStart(), nil }, workspace)
}

// RestoreWorkspace is Restore for the items of one workspace. The error is that of Restore or
// ResetWorkspace.
func (s *Session) RestoreWorkspace(name, workspace string) error {
	return s.restoreWorkspace(func() (*snapshot, error) { return s.snapshotNamed(name) }, workspace)
}

// WorkspaceState is State for the items of one workspace. The error is ErrNoWorkspaces.
func (s *Session) WorkspaceState(workspace string) (json.RawMessage, error) {
	a := s.server.api()
	place, err := a.placeOf(workspace)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	_ = a.writeState(&out, s.store.snapshot(), place, s.clock.milliseconds()) // a buffer takes everything
	return out.Bytes(), nil
}

// SetWorkspaceState is SetState for the items of one workspace; all others stay as they are. Items of the
// state that do not name a workspace belong to this one, and none may name another. The error is that of
// SetState, or ErrNoWorkspaces.
func (s *Session) SetWorkspaceState(workspace string, state any) error {
	if _, err := s.server.api().placeOf(workspace); err != nil {
		return err
	}
	return s.takeState(state, workspace)
}

// ClearWorkspaceRequests removes the entries of one workspace from the journal. The error is ErrNoWorkspaces.
func (s *Session) ClearWorkspaceRequests(workspace string) error {
	_, err := s.server.api().placeOf(workspace)
	if err == nil {
		s.journal.remove(func(k *kept) bool { return k.workspace == workspace })
	}
	return err
}

// placeOf returns the first place of the items of a workspace.
func (a *api) placeOf(workspace string) (place []string, err error) {
	switch {
	case a.scope == "":
		return nil, ErrNoWorkspaces
	case workspace == "":
		return nil, errors.New("the name of a workspace is not empty")
	}
	return []string{workspace}, nil
}

// restoreWorkspace makes the items of one workspace what they are in the snapshot that find finds.
func (s *Session) restoreWorkspace(find func() (*snapshot, error), workspace string) error {
	return s.upToDate(func(a *api) error {
		place, err := a.placeOf(workspace)
		if err != nil {
			return err
		}
		to, err := find()
		if err != nil {
			return err
		}
		return s.store.extend(func(t *txn) error {
			if !s.store.isOf(a.generation) || !s.store.isOf(to.generation) {
				return errOutdated
			}
			t.removeWorkspace(a, workspace)
			for _, c := range a.collections {
				t.restoreBelow(to, collectionKey{path: c.CollectionPath, place: place})
			}
			t.restoreSeeded(to, workspace)
			return nil
		})
	})
}

// restoreBelow stores the items again that a list, or one below it, has in a snapshot.
func (t *txn) restoreBelow(from *snapshot, key collectionKey) {
	for _, r := range from.below(key) {
		again := *r
		again.identity = newRecord(r.key, r.id).identity // which knows the place in this state
		again.sequence = r.sequence
		t.next = max(t.next, r.sequence+1)
		t.insert(&again)
	}
}

// restoreSeeded lets the generator of items go on in a workspace where it was in a snapshot.
func (t *txn) restoreSeeded(to *snapshot, workspace string) {
	t.ownMaps()
	isOf := func(settings string) bool {
		parts := strings.SplitN(settings, " ", 3) // see seedPlan.add
		return len(parts) == 3 && parts[2] == workspace
	}
	for settings := range t.seeded {
		if isOf(settings) {
			delete(t.seeded, settings)
		}
	}
	for settings, next := range to.seeded {
		if isOf(settings) {
			t.seeded[settings] = next
		}
	}
}

// removeWorkspace removes the items of one workspace.
func (t *txn) removeWorkspace(a *api, workspace string) {
	for _, c := range a.collections {
		t.removeBelow(collectionKey{path: c.CollectionPath, place: []string{workspace}})
	}
}

// foreign returns the violation of an item that names another workspace than the one of which the state is.
func (b *builder) foreign(key collectionKey, pointer string) []openapi.Violation {
	return stateViolations(pointer, "the item is of workspace "+quoted(key.place[0])+"; this call is about those of "+
		quoted(b.workspace)+" alone")
}

func quoted(name string) string { return `"` + truncate(name, 100) + `"` }
