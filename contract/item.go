package contract

import (
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// item is an item that the run created, or was lent, and what is known of it. Not for concurrent use.
type item struct {
	resource *openapi.Resource
	id       string
	lent     bool      // not created by the run: it must not be deleted
	shared   bool      // the fixtures of a group have it in common
	lost     bool      // a read found that it is not there
	creation *exchange // which created it
	foreign  bool      // not created by the run after all: it is left alone

	// tracks are the properties that clients write and responses show in the same form.
	tracks map[string]bool
	// known are the values that responses must show, by property: what was sent, else what was
	// shown.
	known map[string]any
	// fixed are the values that nothing changes: identity and time of creation.
	fixed map[string]any
	// latest is the last response that showed the item whole.
	latest any

	// What happened since the item was last seen.
	wrote    *jsonvalue.Object // the body of a write that was accepted
	refused  bool              // a request about it was refused
	others   bool              // another item was written
	unseen   bool              // any of these
	gone     bool              // it was deleted
	goneSeen bool              // and a request has shown it
}

func (it *item) String() string { return it.resource.Name + " " + it.id }

func newItem(resource *openapi.Resource, id string) *item {
	it := &item{resource: resource, id: id, known: map[string]any{}, fixed: map[string]any{}, tracks: map[string]bool{}}
	for _, p := range resource.Schema.Properties {
		it.tracks[p.Name] = tracked(resource, p)
	}
	return it
}

// forget drops what is known: after something whose effect is open, the next response is taken as
// it is.
func (it *item) forget() {
	it.known, it.wrote = map[string]any{}, nil
	it.refused, it.others, it.unseen = false, false, false
}

// written notes a request that changed the item and whose response does not show it.
func (it *item) written(body *jsonvalue.Object) {
	it.wrote, it.unseen = body, true
	it.know(body)
	for name := range it.known { // times that updates move are known no longer
		if p := it.resource.Schema.Property(name); p != nil && p.Schema.Mock.Value == openapi.MockUpdated {
			delete(it.known, name)
		}
	}
}

// know takes over the tracked members of a body that was sent.
func (it *item) know(body *jsonvalue.Object) {
	for _, m := range body.Members {
		if it.tracks[m.Name] {
			it.known[m.Name] = m.Value
		}
	}
}

// tracked reports whether clients write a property and responses show it as it was written.
func tracked(resource *openapi.Resource, p *openapi.Property) bool {
	return !p.Schema.ReadOnly && !p.Schema.WriteOnly && p.Schema.Mock.Value == "" && writable(resource, p.Name)
}

func writable(resource *openapi.Resource, name string) bool {
	for _, op := range []*openapi.Operation{resource.Create, resource.Update, resource.Replace} {
		if p := bodySchema(op).Property(name); p != nil && !p.Schema.ReadOnly {
			return true
		}
	}
	return false
}
