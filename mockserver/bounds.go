package mockserver

import (
	"fmt"

	"github.com/agentmock/agentmock/openapi"
)

// itemOverhead is what an item takes besides its JSON and its identity: records and their share of the
// trees. It is counted, so that a state of tiny items is bounded, too.
const itemOverhead = 200

// bounds are the most that a state may hold; 0 is no bound.
type bounds struct {
	items, workspaces int
	bytes             int64
	scope             string // the header whose values are workspaces; "" where the document has none
}

func newBounds(doc *openapi.Document, o Options) bounds {
	b := bounds{items: o.MaxItems, workspaces: o.MaxWorkspaces, bytes: o.MaxState}
	if doc.Scope != nil {
		b.scope = doc.Scope.Header
	}
	return b
}

// exceeded returns the violation of a transaction after which a state holds more than it may, or all states
// of the family together do; nil for none.
func (s *store) exceeded(t *txn) *openapi.Violation {
	b := s.bounds
	switch all := s.family.bytes.Load() + t.own - t.base.own; {
	case b.items > 0 && t.items.Len() > b.items:
		return fullState(b.items, fmt.Sprintf("no more than %d items", b.items), "--max-items")
	case b.workspaces > 0 && t.workspaces.Len() > b.workspaces:
		return fullState(b.workspaces, fmt.Sprintf("items of no more than %d values of %s", b.workspaces,
			*s.family.scope.Load()),
			"--max-workspaces")
	case b.bytes > 0 && all > b.bytes:
		return s.tooLarge()
	}
	return nil
}

func (s *store) tooLarge() *openapi.Violation {
	return fullState(s.bounds.bytes, fmt.Sprintf("no more than %d bytes of items", s.bounds.bytes), "--max-state")
}

func fullState(most any, what, flag string) *openapi.Violation {
	return &openapi.Violation{Rule: ruleStateFull, In: "state", Expected: most, Message: fmt.Sprintf(
		"state: the server holds %s (%s); remove some, or start it with a higher bound", what, flag)}
}

// bytes returns what a record counts for.
func (r *record) bytes() int64 {
	return int64(len(r.encoded)+len(r.apart)+len(r.id)) + itemOverhead
}
