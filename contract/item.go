package contract

import (
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// item is an item that the run created, or was lent, and what is known of it. Not for concurrent use.
type item struct {
	resource *openapi.Resource
	id       string
	lent     bool             // not created by the run: it must not be deleted
	shared   bool             // the fixtures of a group have it in common
	lost     bool             // a read found that it is not there
	creation *exchange        // which created it
	place    *openapi.Request // reaches the collection that it is in; nil: the creation does
	above    []string         // the identities of those that it belongs to, outermost first
	foreign  bool             // not created by the run after all: it is left alone

	// tracks are the properties that clients write and responses show in the same form.
	tracks map[string]bool
	// known are the values that responses must show, by property: what was sent, else what was
	// shown.
	known map[string]knownValue
	// fixed are the values that nothing changes: identity and time of creation.
	fixed map[string]any
	// latest is the item as the last responses showed it; nil: none has.
	latest any
	// past is the item as it was shown before each write.
	past []any
	// meant is what accepted writes have sent, the latest value of each member, and earlier what the item
	// must have been by that before each write, whatever was shown. Neither is changed in place.
	meant   *jsonvalue.Object
	earlier []any
	// listed is the item as the last list showed it, unless it was written since; nil: none has.
	listed *jsonvalue.Object
	// partial: latest may lack what the item has, since only answers with less than it showed it.
	partial bool

	// What happened since the item was last seen.
	wrote    *jsonvalue.Object // the body of a write that was accepted
	refused  bool              // a request about it was refused
	others   bool              // another item was written
	moved    []any             // the references in lists that other items were given
	unseen   bool              // any of these
	gone     bool              // it was deleted
	goneSeen bool              // and a request has shown it
	open     map[string]bool   // what requests that are sent at the same time write
	// The operations that did so last: wrote it, were refused, and wrote another item.
	writer, refuser, neighbour *openapi.Operation
}

// like returns a request that reaches the collection that the item is in.
func (it *item) like() *openapi.Request {
	if it.place != nil {
		return it.place
	}
	return it.creation.sent.request
}

// knownValue is a value, and the schema that it was written or shown by.
type knownValue struct {
	value  any
	schema *openapi.Schema
}

func (it *item) String() string { return strings.TrimSpace(it.resource.Name + " " + it.id) }

func newItem(resource *openapi.Resource, id string) *item {
	it := &item{resource: resource, id: id, known: map[string]knownValue{}, fixed: map[string]any{},
		tracks: map[string]bool{}}
	for _, p := range propertiesOf(resource) {
		it.tracks[p.Name] = tracked(resource, p)
	}
	return it
}

// propertiesOf returns what answers show of the items of a resource; nothing where none shows any.
func propertiesOf(r *openapi.Resource) []*openapi.Property {
	if r.Schema == nil {
		return nil
	}
	return r.Schema.Properties
}

// forget drops what is known: after something whose effect is open, the next response is taken as
// it is.
func (it *item) forget() {
	it.known, it.wrote, it.meant = map[string]knownValue{}, nil, nil
	it.refused, it.others, it.unseen = false, false, false
}

// written notes a request that changed the item and whose response does not show it.
func (it *item) written(op *openapi.Operation, body *jsonvalue.Object) {
	it.wrote, it.unseen = body, true
	it.know(op, body)
	for name := range it.known { // times that updates move are known no longer
		if p := it.resource.Schema.Property(name); p != nil && p.Schema.Mock.Value == openapi.MockUpdated {
			delete(it.known, name)
		}
	}
}

// mean takes over what an accepted write has sent.
func (it *item) mean(op *openapi.Operation, body *jsonvalue.Object) {
	meant := &jsonvalue.Object{}
	if op.Action != openapi.Replace && it.meant != nil {
		meant.Members = slices.Clone(it.meant.Members)
	}
	for _, m := range body.Members {
		meant.Set(m.Name, m.Value)
	}
	it.meant = meant
}

// asMeant returns the item as it was shown last, with what was sent since; nil where it was not shown.
func (it *item) asMeant() any {
	latest, _ := it.latest.(*jsonvalue.Object)
	if latest == nil {
		return nil
	}
	out := &jsonvalue.Object{Members: slices.Clone(latest.Members)}
	if it.meant != nil {
		for _, m := range it.meant.Members {
			out.Set(m.Name, m.Value)
		}
	}
	return out
}

// know takes over the tracked members of a body that was sent. A replacement leaves nothing of what
// was known before.
func (it *item) know(op *openapi.Operation, body *jsonvalue.Object) {
	if op.Action == openapi.Replace {
		for name := range it.known {
			if it.tracks[name] {
				delete(it.known, name)
			}
		}
	}
	for _, m := range body.Members {
		if it.tracks[m.Name] {
			it.known[m.Name] = knownValue{m.Value, op.SentSchema().Member(m.Name)}
		}
	}
}

// see takes over what an answer shows of the item. What shows less than the whole adds to what was
// seen before, unless that was replaced.
func (it *item) see(op *openapi.Operation, shown *jsonvalue.Object) {
	before, _ := it.latest.(*jsonvalue.Object)
	switch whole := showsWhole(op); {
	case whole:
		it.latest, it.partial = shown, false
	case before == nil || op.Action == openapi.Replace:
		it.latest, it.partial = shown, true
	default:
		merged, _ := jsonvalue.Clone(before).(*jsonvalue.Object)
		for _, m := range shown.Members {
			merged.Set(m.Name, m.Value)
		}
		it.latest = merged
	}
}

// showsWhole reports whether the answers of an operation show all that those of a read do.
func showsWhole(op *openapi.Operation) bool {
	r := op.Resource
	return op == r.Read || op.ShownSchema().Same(r.Schema) ||
		r.Read == nil && op.ShownSchema() != nil && op.Action != openapi.List
}

// tracked reports whether clients write a property and responses show it as it was written.
func tracked(resource *openapi.Resource, p *openapi.Property) bool {
	return !p.Schema.ReadOnly && !p.Schema.WriteOnly && p.Schema.Mock.Value == "" && writable(resource, p.Name) &&
		!slices.Contains(resource.Parents, p.Name) // the path decides that
}

func writable(resource *openapi.Resource, name string) bool {
	for _, op := range []*openapi.Operation{resource.Create, resource.Update, resource.Replace} {
		if p := op.SentSchema().Member(name); p != nil && !p.ReadOnly {
			return true
		}
	}
	return false
}
