package mockserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/nearest"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// StateError is the error for a state, or a change of it, that the document does not allow, or that
// holds more than Options.MaxItems, MaxWorkspaces or MaxState. Nothing was changed then.
type StateError struct {
	// Violations has at least one element. In is "state", and pointers lead into the state or the
	// item.
	Violations []openapi.Violation
}

func (e *StateError) Error() string {
	if e.isFull() {
		return e.Violations[0].Message
	}
	return "the state does not fit the document: " + e.Violations[0].String() + andMore(e.Violations[1:])
}

// isFull reports whether the document allows the state, but it is more than the server may hold.
func (e *StateError) isFull() bool { return e.Violations[0].Rule == ruleStateFull }

// stateError returns the StateError of violations, nil for none.
func stateError(violations []openapi.Violation) error {
	if len(violations) == 0 {
		return nil
	}
	return &StateError{Violations: violations}
}

// State returns all items as JSON, {"agents": […]}: by the name of their collection, in order of
// creation within each workspace, secrets as tokens. SetState of this or another server takes it
// back.
func (s *Server) State() json.RawMessage {
	snapshot := s.store.snapshot()
	state := &jsonvalue.Object{}
	for _, c := range s.collections {
		state.Set(c.Name, json.RawMessage(encodeList(snapshot.all(c.CollectionPath), c.export)))
	}
	return jsonvalue.Marshal(state)
}

// SetState replaces all items. The state has the form that State returns. It is JSON text
// (json.RawMessage, []byte) or any value that encoding/json marshals to that form: maps, structs,
// *jsonvalue.Object. Items must be valid as responses; identity, workspace and times are generated
// where they are missing, and secrets in clear become tokens. The error is a *StateError with all
// violations, unless the value cannot be marshalled; nothing has changed then.
func (s *Server) SetState(state any) error {
	value, err := stateValue(state)
	if err != nil {
		return err
	}
	return s.setState(value)
}

func (s *Server) setState(value any) error {
	object, ok := value.(*jsonvalue.Object)
	if !ok {
		return stateError(stateViolations("", fmt.Sprintf("the state is %s; it is an object: {%q: […]}",
			article(jsonvalue.TypeOf(value)), s.collectionNames())))
	}
	return s.store.update(func(t *txn) error {
		t.clear()
		var violations []openapi.Violation
		for _, m := range object.Members {
			if t.full != nil {
				return t.overfull()
			}
			violations = append(violations, s.importCollection(t, m)...)
		}
		return stateError(capped(violations))
	})
}

// importCollection stores the items of one member of a state.
func (s *Server) importCollection(t *txn, m jsonvalue.Member) []openapi.Violation {
	pointer := jsonvalue.Join("", m.Name)
	c := s.collectionNamed(m.Name)
	if c == nil {
		list := stateViolations(pointer, fmt.Sprintf("the document has no collection %q; it has %s",
			truncate(m.Name, 100), s.collectionNames()))
		list[0].Suggestion = nearest.To(m.Name, strings.Split(s.collectionNames(), ", "))
		return list
	}
	items, ok := m.Value.([]any)
	if !ok {
		return stateViolations(pointer, "a list of items is needed, not "+article(jsonvalue.TypeOf(m.Value)))
	}
	b := s.newImporter(t, c)
	var violations []openapi.Violation
	for i, item := range items {
		if t.full != nil {
			break
		}
		violations = append(violations, b.add(item, fmt.Sprintf("%s/%d", pointer, i))...)
	}
	return violations
}

// capped returns at most as many violations as one validation does, and counts the others.
func capped(list []openapi.Violation) []openapi.Violation {
	if len(list) <= openapi.MaxViolations {
		return list
	}
	more := len(list) - openapi.MaxViolations
	return append(list[:openapi.MaxViolations:openapi.MaxViolations], openapi.Violation{
		Rule: ruleAndMore, In: "state", Message: fmt.Sprintf("and %d more", more), Actual: more,
	})
}

// stateDepth bounds the depth of a state. An item may be as deep as in a request; a state has it in
// a list in an object.
const stateDepth = jsonvalue.DefaultDepth + 2

// stateValue returns a state, or the changes of an item, as a JSON value of its own.
func stateValue(state any) (any, error) {
	raw, isText := jsonText(state)
	if !isText {
		var err error
		if raw, err = json.Marshal(state); err != nil {
			return nil, err
		}
	}
	value, err := jsonvalue.Parse(raw, jsonvalue.Limits{Depth: stateDepth})
	var broken *jsonvalue.Error
	if errors.As(err, &broken) {
		return nil, stateError(stateViolations(broken.Pointer, broken.Error()))
	}
	return value, err
}

// jsonText returns a value that is JSON text already.
func jsonText(v any) (raw []byte, ok bool) {
	switch v := v.(type) {
	case json.RawMessage:
		return v, true
	case []byte:
		return v, true
	}
	return nil, false
}

// stateViolations returns the one violation of a state, or of the changes of an item, at a pointer.
func stateViolations(pointer, message string) []openapi.Violation {
	v := openapi.Violation{Rule: ruleState, In: "state", Pointer: pointer}
	v.Message = v.Where() + ": " + message
	return []openapi.Violation{v}
}

func article(typ string) string {
	switch typ {
	case "null":
		return typ
	case "array", "object":
		return "an " + typ
	}
	return "a " + typ
}

// collectionNamed returns the collection that states call by a name, or nil.
func (s *Server) collectionNamed(name string) *collection {
	i := slices.IndexFunc(s.collections, func(c *collection) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return s.collections[i]
}

func (s *Server) collectionNames() string {
	names := make([]string, len(s.collections))
	for i, c := range s.collections {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}
