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

// ErrUnknownItem says that there is no item to edit.
var ErrUnknownItem = errors.New("no such item")

// StateError says why a state, or a change of it, is not taken. Nothing was changed then.
type StateError struct {
	Violations []openapi.Violation // In is "state", pointers are those of the state
}

func (e *StateError) Error() string {
	return "the state does not fit the document: " + e.Violations[0].String() + andMore(e.Violations[1:])
}

// State is all that the server remembers: {"agents": […]}, the items by the name of their
// collection, in order of creation within each workspace. Secrets are tokens. SetState, of this or
// another server, takes it back.
func (s *Server) State() json.RawMessage {
	w := s.store.world()
	out := []byte{'{'}
	for i, c := range s.collections {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(jsonvalue.Append(out, c.name), ':', '[')
		first := true
		w.all(c.resource.CollectionPath, func(r *record) {
			if !first {
				out = append(out, ',')
			}
			first = false
			out = append(out, c.export(r)...)
		})
		out = append(out, ']')
	}
	return append(out, '}')
}

// export is an item with all that tells where it lives.
func (c *collection) export(r *record) []byte {
	if !slices.ContainsFunc(c.locators, func(l locator) bool { return c.schema().Property(l.property) == nil }) {
		return r.encoded
	}
	object := r.object()
	for _, l := range c.locators {
		object.Set(l.property, pathValue(nil, l.of(r.place)))
	}
	return jsonvalue.Marshal(object)
}

// SetState replaces all that the server remembers. It takes what State gives: anything that
// marshals to that, json.RawMessage above all. Items must be as the document has them in answers;
// what only a server can know (identity, workspace, times) is made where it is missing. The error
// is a *StateError with everything that is wrong, and then nothing has changed.
func (s *Server) SetState(state any) error {
	value, err := stateValue(state)
	if err != nil {
		return err
	}
	object, ok := value.(*jsonvalue.Object)
	if !ok {
		return stateErrorAt("", fmt.Sprintf("the state is %s; it is an object: {%q: […]}",
			article(jsonvalue.TypeOf(value)), s.collectionNames()))
	}
	fresh := newWorld()
	fresh.drawn = s.store.world().drawn // tokens that were given out are not given again
	c := fresh.change()
	var violations []openapi.Violation
	for _, m := range object.Members {
		pointer := jsonvalue.Join("", m.Name)
		collection := s.collectionNamed(m.Name)
		items, isList := m.Value.([]any)
		switch {
		case collection == nil:
			unknown := stateViolation(pointer, fmt.Sprintf("the document has no collection %q; it has %s",
				clip(m.Name, 100), s.collectionNames()))
			unknown.Suggestion = nearest.To(m.Name, strings.Split(s.collectionNames(), ", "))
			violations = append(violations, unknown)
		case !isList:
			violations = append(violations,
				stateViolation(pointer, "a list of items is needed, not "+article(jsonvalue.TypeOf(m.Value))))
		default:
			g := &giver{builder: &builder{maker: s.maker(c), collection: collection}, server: s}
			for i, item := range items {
				violations = append(violations, g.give(item, fmt.Sprintf("%s/%d", pointer, i))...)
			}
		}
	}
	if len(violations) > 0 {
		return &StateError{Violations: capped(violations)}
	}
	s.store.replace(c.done())
	return nil
}

// capped lists at most as many violations as a schema does, and counts the rest.
func capped(list []openapi.Violation) []openapi.Violation {
	if len(list) <= openapi.MaxViolations {
		return list
	}
	more := len(list) - openapi.MaxViolations
	return append(list[:openapi.MaxViolations:openapi.MaxViolations], openapi.Violation{
		Rule: ruleAndMore, In: "state", Message: fmt.Sprintf("and %d more", more), Actual: more,
	})
}

// stateDepth lets an item be as deep in a state as in a request: it stands in a list in an object
// there.
const stateDepth = jsonvalue.DefaultDepth + 2

// stateValue reads what was given as a state, or as a change of one.
func stateValue(state any) (any, error) {
	var raw []byte
	switch state := state.(type) {
	case *jsonvalue.Object:
		return state, nil
	case json.RawMessage:
		raw = state
	case []byte:
		raw = state
	default:
		var err error
		if raw, err = json.Marshal(state); err != nil {
			return nil, err
		}
	}
	value, err := jsonvalue.Parse(raw, jsonvalue.Limits{Depth: stateDepth})
	var broken *jsonvalue.Error
	if errors.As(err, &broken) {
		return nil, stateErrorAt(broken.Pointer, broken.Error())
	}
	return value, err
}

func stateErrorAt(pointer, message string) error {
	return &StateError{Violations: []openapi.Violation{stateViolation(pointer, message)}}
}

func stateViolation(pointer, message string) openapi.Violation {
	v := openapi.Violation{Rule: ruleState, In: "state", Pointer: pointer}
	v.Message = v.Where() + ": " + message
	return v
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

func (s *Server) collectionNamed(name string) *collection {
	for _, c := range s.collections {
		if c.name == name {
			return c
		}
	}
	return nil
}

func (s *Server) collectionNames() string {
	names := make([]string, len(s.collections))
	for i, c := range s.collections {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}

// Edit merges members into an item, read-only ones too: status, active sessions, anything. Null
// takes a member away. Changes is anything that marshals to a JSON object. It answers the item as
// it is then. The error is ErrUnknownItem, or a *StateError, and then nothing has changed.
func (s *Server) Edit(collection, id string, changes any) (json.RawMessage, error) {
	return s.edit(collection, "", id, changes)
}

// edit is Edit in one workspace, or in all where it is empty.
func (s *Server) edit(name, workspace, id string, changes any) (json.RawMessage, error) {
	value, err := stateValue(changes)
	if err != nil {
		return nil, err
	}
	object, ok := value.(*jsonvalue.Object)
	if !ok {
		return nil, stateErrorAt("", "changes are an object, not "+article(jsonvalue.TypeOf(value)))
	}
	var made *record
	c := s.collectionNamed(name)
	err = s.store.write(func(w *change) error {
		old, err := s.lookUp(c, name, workspace, id)
		if err != nil {
			return err
		}
		g := &giver{builder: &builder{maker: s.maker(w), collection: c}, server: s}
		made, err = g.edit(old, object)
		return err
	})
	if err != nil {
		return nil, err
	}
	return made.encoded, nil
}

// lookUp finds the one item that an edit means.
func (s *Server) lookUp(c *collection, name, workspace, id string) (*record, error) {
	if c == nil {
		return nil, fmt.Errorf("%w: the document has no collection %q; it has %s", ErrUnknownItem, name,
			s.collectionNames())
	}
	var found []*record
	for _, r := range s.store.world().named(c.resource.CollectionPath, id) {
		if workspace == "" || r.scope == workspace {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("%w: there is no %q among the %s", ErrUnknownItem, id, name)
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("%w: %d of the %s have the identity %q; name the workspace", ErrUnknownItem,
		len(found), name, id)
}
