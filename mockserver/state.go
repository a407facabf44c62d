package mockserver

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
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
func (s *Session) State() json.RawMessage {
	snapshot := s.store.snapshot()
	var out bytes.Buffer
	out.Grow(int(snapshot.bytes) - snapshot.items.Len()*(itemOverhead-1) + 1024) // with a comma for each item
	_ = s.server.api().writeState(&out, snapshot, nil, s.clock.milliseconds())   // a buffer takes everything
	return out.Bytes()
}

// writeState writes the items of a snapshot at a place and below it, at no place all, as State returns them at a
// time of the clock. The error is the writer's.
func (a *api) writeState(w io.Writer, snapshot *snapshot, place []string, now int64) error {
	out := bufio.NewWriterSize(w, 1<<16) // which keeps its first error
	separator := byte('{')
	for _, c := range a.collections {
		_ = out.WriteByte(separator)
		_, _ = out.Write(jsonvalue.Marshal(c.Name))
		_, _ = out.WriteString(":[")
		for i, r := range snapshot.below(collectionKey{path: c.CollectionPath, place: place}) {
			if i > 0 {
				_ = out.WriteByte(',')
			}
			if _, err := out.Write(c.export(c.settled(r, now, true))); err != nil {
				return err
			}
		}
		_ = out.WriteByte(']')
		separator = ','
	}
	if len(a.collections) == 0 {
		_ = out.WriteByte('{')
	}
	_ = out.WriteByte('}')
	return out.Flush()
}

// SetState replaces all items. The state has the form that State returns. It is JSON text
// (json.RawMessage, []byte) or any value that encoding/json marshals to that form: maps, structs,
// *jsonvalue.Object. Items must be valid as responses; identity, workspace and times are generated
// where they are missing, and secrets in clear become tokens. The error is a *StateError with all
// violations, unless the value cannot be marshalled; nothing has changed then.
func (s *Session) SetState(state any) error { return s.takeState(state, "") }

// takeState replaces the items of a workspace; all items for "".
func (s *Session) takeState(state any, workspace string) error {
	defer s.server.memory.settle()
	raw, err := stateText(state)
	if err != nil {
		return err
	}
	if text, isPlain := jsonvalue.Scan(raw, jsonvalue.Limits{Depth: stateDepth}); isPlain {
		return s.setState(partOfText(text.Root()), workspace)
	}
	value, err := stateValue(raw)
	if err != nil {
		return err
	}
	return s.setState(partOfValue(value), workspace)
}

func (s *Session) setState(state part, workspace string) error {
	if state.typ != "object" {
		return stateError(stateViolations("", fmt.Sprintf("the state is %s; it is an object: {%q: […]}",
			article(state.typ), s.server.api().collectionNames())))
	}
	before := s.store.latest()
	defer func() { s.server.memory.drop(int(before.own - s.store.latest().own)) }()
	run := s.store.overwrite
	if workspace != "" {
		run = s.store.extend
	}
	return s.change(run, func(a *api, t *txn) error {
		if workspace != "" {
			t.removeWorkspace(a, workspace)
		}
		var found findings
		for name, member := range state.members {
			if s.importCollection(a, t, name, member, workspace, &found); t.full != nil || found.isLong() {
				break
			}
		}
		return stateError(found.violations())
	})
}

// importCollection stores the items of one member of a state.
func (s *Session) importCollection(a *api, t *txn, name string, list part, workspace string, found *findings) {
	pointer := jsonvalue.Join("", name)
	c := a.collectionNamed(name)
	switch {
	case c == nil:
		unknown := stateViolations(pointer, fmt.Sprintf("the document has no collection %q; it has %s",
			truncate(name, 100), a.collectionNames()))
		unknown[0].Suggestion = nearest.To(name, strings.Split(a.collectionNames(), ", "))
		found.add(unknown)
		return
	case list.typ != "array":
		found.add(stateViolations(pointer, "a list of items is needed, not "+article(list.typ)))
		return
	}
	b := s.newImporter(a, t, c)
	b.workspace = workspace
	i := 0
	for item := range list.items {
		if found.add(b.add(item, fmt.Sprintf("%s/%d", pointer, i))); t.full != nil || found.isLong() {
			return
		}
		i++
	}
}

// part is a part of a state, of which only one item is decoded at a time.
type part struct {
	typ     string                  // its JSON type
	members iter.Seq2[string, part] // of an object
	items   iter.Seq[any]           // of an array
}

func partOfText(n jsonvalue.Node) part {
	return part{
		typ: n.Type(),
		members: func(yield func(string, part) bool) {
			n.Members()(func(name string, member jsonvalue.Node) bool { return yield(name, partOfText(member)) })
		},
		items: func(yield func(any) bool) {
			n.Items()(func(item jsonvalue.Node) bool { return yield(item.Value()) })
		},
	}
}

func partOfValue(v any) part {
	list, _ := v.([]any)
	return part{
		typ: jsonvalue.TypeOf(v),
		members: func(yield func(string, part) bool) {
			if o, ok := v.(*jsonvalue.Object); ok {
				for _, m := range o.Members {
					if !yield(m.Name, partOfValue(m.Value)) {
						return
					}
				}
			}
		},
		items: slices.Values(list),
	}
}

// findings are the violations of a state: as many as one validation returns, and the number of the
// others.
type findings struct {
	list []openapi.Violation
	more int
}

// maxCounted is the number of violations after which a state is not looked at any further.
const maxCounted = 10_000

func (f *findings) isLong() bool { return f.more >= maxCounted }

func (f *findings) add(list []openapi.Violation) {
	n := min(len(list), openapi.MaxViolations-len(f.list))
	f.list = append(f.list, list[:n]...)
	for _, v := range list[n:] {
		more, isCount := v.Actual.(int)
		if f.more++; v.Rule == openapi.AndMore && isCount {
			f.more += more - 1
		}
	}
}

// violations returns the first of the violations, and a remark on the others.
func (f *findings) violations() []openapi.Violation {
	if f.more == 0 {
		return f.list
	}
	rest := openapi.Violation{Rule: openapi.AndMore, In: "state", Actual: f.more}
	if rest.Message = fmt.Sprintf("and %d more", f.more); f.isLong() {
		rest.Message += ", after which no others were looked for"
	}
	return append(f.list, rest)
}

// stateDepth bounds the depth of a state. An item may be as deep as in a request; a state has it in
// a list in an object.
const stateDepth = jsonvalue.DefaultDepth + 2

// stateText returns a state, or the changes of an item, as JSON text.
func stateText(state any) ([]byte, error) {
	if raw, isText := jsonText(state); isText {
		return raw, nil
	}
	return json.Marshal(state)
}

// stateValue returns the JSON value of a text.
func stateValue(raw []byte) (any, error) {
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

// maxPointer is the length at which pointers in violations are cut.
const maxPointer = 400

// stateViolations returns the one violation of a state, or of the changes of an item, at a pointer.
func stateViolations(pointer, message string) []openapi.Violation {
	v := openapi.Violation{Rule: ruleState, In: "state", Pointer: truncate(pointer, maxPointer)}
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
