package contract

import (
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// item is something that the run made, or was lent, and what is known of it. Not for concurrent
// use.
type item struct {
	resource *openapi.Resource
	id       string
	lent     bool             // not made by the run: it must not be deleted
	common   bool             // the fixtures of a group share it
	lost     bool             // a read says that it is not there
	request  *openapi.Request // by which it was created, where that was not in the run's own workspace

	// tracks says which properties clients write and answers show in the same form.
	tracks map[string]bool
	// known are the values that answers must show, by property: what was sent, else what was shown.
	known map[string]any
	// fixed are those that nothing changes: identity and time of creation.
	fixed map[string]any
	// latest is the last answer that showed the item whole.
	latest any

	// What happened since the item was last seen.
	wrote    *jsonvalue.Object // the body of a write that was accepted
	refused  bool              // a request about it was refused
	others   bool              // another item was written
	unseen   bool              // any of these
	gone     bool              // it was deleted
	goneSeen bool              // and a request has shown it
}

func newItem(resource *openapi.Resource, id string) *item {
	it := &item{resource: resource, id: id, known: map[string]any{}, fixed: map[string]any{}, tracks: map[string]bool{}}
	for _, p := range resource.Schema.Properties {
		it.tracks[p.Name] = tracked(resource, p)
	}
	return it
}

// forget drops what is known: after something whose effect is open, the next answer is taken as it
// is.
func (it *item) forget() {
	it.known, it.wrote, it.refused, it.others = map[string]any{}, nil, false, false
	it.unseen = false
}

// written notes a request that changed the item, whose answer does not show it.
func (it *item) written(body *jsonvalue.Object) {
	if body == nil {
		body = &jsonvalue.Object{}
	}
	it.wrote, it.unseen = body, true
	for _, m := range body.Members {
		if it.tracks[m.Name] {
			it.known[m.Name] = m.Value
		}
	}
	for name := range it.known { // what the item's schema marks as moved by updates is known no longer
		if p := it.resource.Schema.Property(name); p != nil && p.Schema.Mock.Value == openapi.MockUpdated {
			delete(it.known, name)
		}
	}
}

// tracked says whether a property of answers is one that clients write, and that is shown as it was
// written.
func tracked(resource *openapi.Resource, p *openapi.Property) bool {
	return !p.Schema.ReadOnly && !p.Schema.WriteOnly && p.Schema.Mock.Value == "" && writable(resource, p.Name)
}

func writable(resource *openapi.Resource, name string) bool {
	for _, op := range []*openapi.Operation{resource.Create, resource.Update, resource.Replace} {
		if op == nil || op.Body == nil || op.Body.JSON() == nil {
			continue
		}
		if p := op.Body.JSON().Schema.Property(name); p != nil && !p.Schema.ReadOnly {
			return true
		}
	}
	return false
}

// responseKind is how an item comes to be seen.
type responseKind int

const (
	created responseKind = iota // in the answer to its creation
	wrote                       // in the answer to an update of it
	read                        // in the answer to a read
	listed                      // as an entry of a list, which may be a summary
)

// observation is an item in an answer, beside what was known of it before.
type observation struct {
	item  *item
	how   responseKind
	shown *jsonvalue.Object
	sent  *jsonvalue.Object // what the request wrote; nil for reads
	scope *openapi.Scope
	own   string // the run's workspace
	op    *openapi.Operation
}

// cause is what a mismatch must be put down to.
type cause int

const (
	bySending cause = iota // the request itself sent the value
	byWriting              // an earlier request did, and this is the first time that it is seen since
	byLeaving              // a write left it out
	byRefusal              // only refused requests came in between
	byOthers               // another item was written in between
	byNothing              // nothing did
)

// cause of a property's being other than known.
func (o *observation) cause(name string) cause {
	has := func(body *jsonvalue.Object) bool {
		_, ok := body.Get(name)
		return ok
	}
	switch it := o.item; {
	case o.sent != nil && has(o.sent):
		return bySending
	case it.others: // whether it was stored at all shows where no other item comes in between
		return byOthers
	case it.wrote != nil && has(it.wrote):
		return byWriting
	case it.refused:
		return byRefusal
	case it.wrote != nil || o.sent != nil:
		return byLeaving
	}
	return byNothing
}

// absorb takes over what was seen.
func (o *observation) update() {
	it := o.item
	if o.sent != nil { // an answer may leave out what is empty
		for _, m := range o.sent.Members {
			if it.tracks[m.Name] {
				it.known[m.Name] = m.Value
			}
		}
	}
	for _, p := range it.resource.Schema.Properties {
		value, ok := o.shown.Get(p.Name)
		if !ok {
			continue
		}
		switch {
		case p.Schema.Mock.Value == openapi.MockUpdated && o.how != listed, it.tracks[p.Name]:
			it.known[p.Name] = value
		case p.Name == it.resource.Identity, p.Schema.Mock.Value == openapi.MockNow:
			if _, have := it.fixed[p.Name]; !have {
				it.fixed[p.Name] = value
			}
		}
	}
	if o.how != listed {
		it.latest = o.shown
		it.refused, it.others = false, false
	}
	switch o.how {
	case read:
		it.wrote, it.unseen = nil, false
	case created, wrote:
		// The answer to a write may only repeat what was sent: only a later one shows what was
		// stored.
		it.wrote, it.unseen = o.sent, true
		if it.wrote == nil {
			it.wrote = &jsonvalue.Object{}
		}
	}
}
