package mockserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

var (
	// ErrUnknownItem is the error of Edit where no item has the identity.
	ErrUnknownItem = errors.New("no such item")
	// ErrAmbiguousItem is the error of Edit where several items have the identity.
	ErrAmbiguousItem = errors.New("not one item but several")
)

// ItemRef names one item of a server's state.
type ItemRef struct {
	Collection string // a resource's name, as in the state: "agents"
	ID         string
	// Workspace is the value of the scope header. "" is any; that is enough where no other
	// workspace has an item of this ID.
	Workspace string
}

// Edit merges changes into an item, read-only members included, and returns the item as it is then.
// Null removes a member, unless the schema allows null. The changes are JSON text (json.RawMessage,
// []byte) or any value that encoding/json marshals to an object. The error wraps ErrUnknownItem or
// ErrAmbiguousItem, or is a *StateError, unless the value cannot be marshalled; nothing has changed
// then.
func (s *Session) Edit(item ItemRef, changes any) (json.RawMessage, error) {
	raw, err := stateText(changes)
	if err != nil {
		return nil, err
	}
	value, err := stateValue(raw)
	if err != nil {
		return nil, err
	}
	return s.edit(item, value)
}

func (s *Session) edit(item ItemRef, changes any) (json.RawMessage, error) {
	object, ok := changes.(*jsonvalue.Object)
	if !ok {
		return nil, stateError(stateViolations("", "changes are an object, not "+article(jsonvalue.TypeOf(changes))))
	}
	var edited *record
	err := s.change(s.store.update, func(a *api, t *txn) error {
		c := a.collectionNamed(item.Collection)
		if c == nil {
			return fmt.Errorf("%w: the document has no collection %q; it has %s", ErrUnknownItem,
				truncate(item.Collection, 100), a.collectionNames())
		}
		old, err := a.find(t, c, item)
		if err != nil {
			return err
		}
		var violations []openapi.Violation
		edited, violations = s.newImporter(a, t, c).edit(old, object)
		return stateError(violations)
	})
	if err != nil {
		return nil, err
	}
	return edited.encoded, nil
}

// find returns the one item that a reference names.
func (a *api) find(t *txn, c *collection, item ItemRef) (*record, error) {
	var found []*record
	var workspaces []string
	for _, r := range t.withID(c.CollectionPath, item.ID) {
		workspace := ""
		if a.doc.Scope != nil {
			workspace = r.key.at(0)
		}
		if item.Workspace == "" || workspace == item.Workspace {
			found = append(found, r)
			workspaces = append(workspaces, fmt.Sprintf("%q", truncate(workspace, 100)))
		}
	}
	id := truncate(item.ID, 200)
	switch {
	case len(found) == 0:
		return nil, fmt.Errorf("%w: there is no %q among the %s", ErrUnknownItem, id, item.Collection)
	case len(found) == 1:
		return found[0], nil
	}
	remedy := "only a new state can change one of them"
	if workspaces = slices.Compact(workspaces); len(workspaces) > 1 { // the index sorts by workspace
		remedy = "name the workspace: " + strings.Join(workspaces, ", ")
	}
	return nil, fmt.Errorf("%w: %d of the %s have the identity %q; %s", ErrAmbiguousItem, len(found), item.Collection,
		id, remedy)
}
