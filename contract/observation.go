package contract

import (
	"cmp"
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// responseKind is the kind of response that shows an item.
type responseKind int

const (
	createResponse responseKind = iota
	writeResponse
	readResponse
	listEntry // which may be a summary of the item
)

// observation is an item in a response, beside what was known of it before.
type observation struct {
	item      *item
	kind      responseKind
	shown     *jsonvalue.Object
	sent      *jsonvalue.Object // what the request wrote; nil for reads
	scope     *openapi.Scope
	workspace string // the run's
	op        *openapi.Operation
	schema    *openapi.Schema // of the item in this response; nil: the document has none for its status

	compared [eventNothing + 1]bool // there was something to compare after the event
	defaults bool                   // there were defaults to compare with
}

// event is what happened since the item was last seen, to which a difference between known and shown is
// put down.
type event int

const (
	eventSent      event = iota // the request itself sent the value
	eventWritten                // an earlier request did, and this is the first look since
	eventLeftOut                // a write left it out
	eventRefusal                // only refused requests came in between
	eventOtherItem              // another item was written in between
	eventNothing                // nothing was sent in between
)

// event returns what a difference in a property is put down to.
func (o *observation) event(name string) event {
	has := func(body *jsonvalue.Object) bool {
		_, ok := body.Get(name)
		return ok
	}
	switch it := o.item; {
	case o.sent != nil && has(o.sent):
		return eventSent
	case it.others: // whether it was stored shows where no other item comes in between
		return eventOtherItem
	case it.wrote != nil && has(it.wrote):
		return eventWritten
	case it.refused:
		return eventRefusal
	case it.wrote != nil || o.sent != nil:
		return eventLeftOut
	}
	return eventNothing
}

// expected returns the value that the response must show for a property, if any.
func (o *observation) expected(p *openapi.Property) (any, bool) {
	name := p.Name
	if p.Schema.Mock.Value == openapi.MockUpdated {
		if o.sent != nil || o.item.wrote != nil || o.kind == listEntry {
			return nil, false // it may, or must, have moved
		}
		return o.known(name)
	}
	if !o.item.tracks[name] {
		return nil, false
	}
	if o.sent != nil {
		if value, ok := o.sent.Get(name); ok {
			return o.returned(name, value)
		}
		if o.item.open[name] {
			return nil, false
		}
		if o.kind == createResponse || o.op.Action == openapi.Replace {
			return nil, false
		}
	}
	return o.known(name)
}

// returned returns what a value that was sent is in the response; false where the item, as a read
// shows it, has it in another form.
func (o *observation) returned(name string, value any) (any, bool) {
	sent := o.op.SentSchema().Member(name)
	if item := o.item.resource.Read.ShownSchema().Member(name); item != nil {
		if _, sameForm := openapi.Returned(value, sent, item); !sameForm {
			return nil, false
		}
	}
	return openapi.Returned(value, sent, o.shows().Member(name))
}

// known returns the value that is known of a property, in the form of the response.
func (o *observation) known(name string) (any, bool) {
	want, ok := o.item.known[name]
	if !ok {
		return nil, false
	}
	return openapi.Returned(want.value, want.schema, o.shows().Member(name))
}

// said returns what was sent for a property, or is known of it, in whatever form.
func (o *observation) said(name string) any {
	if value, ok := o.sent.Get(name); ok {
		return value
	}
	return o.item.known[name].value
}

// shows returns the schema of the item in the response, which it works out once.
func (o *observation) shows() *openapi.Schema {
	if o.schema == nil {
		o.schema = cmp.Or(o.op.ShownSchema(), o.item.resource.Schema)
	}
	return o.schema
}

// differing returns the differences between what is known and what is shown, of the properties
// that differ after one of the events.
func (o *observation) differing(events ...event) []difference {
	var list []difference
	for _, p := range propertiesOf(o.item.resource) {
		because := o.event(p.Name)
		if !slices.Contains(events, because) {
			continue
		}
		want, ok := o.expected(p)
		if !ok {
			continue
		}
		o.compared[because] = true
		got, present := o.shown.Get(p.Name)
		pointer := jsonvalue.Join("", p.Name)
		differences := compare(want, got, present, cmp.Or(o.shows().Member(p.Name), p.Schema), pointer)
		if appeared := present && empty(o.said(p.Name)) && !empty(got); len(differences) == 0 && appeared &&
			because != eventSent && because != eventWritten {
			differences = []difference{{pointer: pointer, want: want, got: got, schema: p.Schema}}
		}
		for _, d := range differences {
			if because == eventOtherItem && o.movedAway() &&
				(isStringList(d.schema) || p.Schema.Mock.Value == openapi.MockUpdated) {
				d.note = "another item was given a reference of this one, which may belong to one item only"
			}
			if d.absent && o.kind == listEntry {
				d.note = "an entry of a list may be a summary"
			}
			o.mark(&d, o.shown, d.pointer)
			list = append(list, d)
		}
	}
	return list
}

// movedAway reports whether all that the lists of the item have lost was given to other items.
func (o *observation) movedAway() bool {
	moved := false
	for _, p := range propertiesOf(o.item.resource) {
		known, _ := o.known(p.Name)
		want, isList := known.([]any)
		if !isList || !isStringList(p.Schema) {
			continue
		}
		shown, _ := o.shown.Get(p.Name)
		got, _ := shown.([]any)
		for _, value := range want {
			switch {
			case contains(got, value):
			case contains(o.item.moved, value):
				moved = true
			default:
				return false
			}
		}
	}
	return moved
}

// contains reports whether a list has a value.
func contains(list []any, value any) bool {
	return slices.ContainsFunc(list, func(have any) bool { return jsonvalue.Equal(have, value) })
}

// update takes over what was seen into what is known of the item.
func (o *observation) update() {
	it := o.item
	if o.sent != nil { // an answer may leave out what is empty
		it.know(o.op, o.sent)
	}
	for _, p := range propertiesOf(it.resource) {
		value, ok := o.shown.Get(p.Name)
		if !ok {
			continue
		}
		_, known := it.known[p.Name]
		switch {
		case o.kind == listEntry && known: // an item is known from itself
		case p.Schema.Mock.Value == openapi.MockUpdated && o.kind != listEntry, it.tracks[p.Name]:
			schema := cmp.Or(o.shows().Member(p.Name), p.Schema)
			it.known[p.Name] = knownValue{documented(nil, value, schema), schema}
		case p.Name == it.resource.Identity, p.Schema.Mock.Value == openapi.MockNow:
			if _, have := it.fixed[p.Name]; !have {
				it.fixed[p.Name] = value
			}
		}
	}
	if o.kind != listEntry {
		it.see(o.op, o.shown)
		it.refused, it.others, it.moved = false, false, nil
	}
	switch o.kind {
	case readResponse:
		it.wrote, it.unseen = nil, false
	case createResponse, writeResponse:
		// The answer to a write may only repeat what was sent: a later one shows what was stored.
		it.wrote, it.unseen = o.sent, true
	}
}
