package mockserver

import (
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// builder makes the items of one collection out of what requests bring.
type builder struct {
	*maker
	*collection
}

// create makes a new item at a place. The record has no sequence yet.
func (b *builder) create(at place, body *jsonvalue.Object, request *openapi.Schema) *record {
	take := taker{maker: b.maker}
	object := take.take(body, request, b.schema()).(*jsonvalue.Object)
	fillDefaults(object, request, b.schema(), sampleDepth)
	return b.complete(at, object, nil)
}

// update merges a body into an item: what it leaves out keeps its value, whatever its default.
func (b *builder) update(old *record, body *jsonvalue.Object, request *openapi.Schema) *record {
	take := taker{maker: b.maker}
	sent := take.take(body, request, b.schema()).(*jsonvalue.Object)
	before := old.object()
	object := &jsonvalue.Object{Members: slices.Clone(before.Members)}
	for _, m := range sent.Members {
		stored, _ := object.Get(m.Name)
		schema := b.schema().Member(m.Name)
		value := mergeValue(stored, m.Value, schema)
		b.fillMade(value, schema, sampleDepth)
		object.Set(m.Name, value)
	}
	b.stay(object, before)
	b.touch(object, before)
	return b.finish(old, object)
}

// replace puts a body in the stead of an item: what it leaves out is gone, save what is not the
// client's to write. Defaults fill in, as they would for a new item.
func (b *builder) replace(old *record, body *jsonvalue.Object, request *openapi.Schema) *record {
	take := taker{maker: b.maker}
	object := take.take(body, request, b.schema()).(*jsonvalue.Object)
	fillDefaults(object, request, b.schema(), sampleDepth)
	before := old.object()
	object = keepReadOnly(before, object, b.schema()).(*jsonvalue.Object)
	b.stay(object, before)
	b.touch(object, before)
	return b.complete(old.place, object, old)
}

// complete adds what the server makes itself to an item that is new, or newly written as a whole.
func (b *builder) complete(at place, object *jsonvalue.Object, old *record) *record {
	b.locate(object, at)
	id := ""
	if old != nil {
		id = old.id
	} else {
		id = b.identify(object, at)
	}
	b.fillMade(object, b.schema(), sampleDepth)
	fillInitial(object, b.schema(), sampleDepth)
	fillRequired(object, b.schema(), sampleDepth)
	made := &record{place: at, id: id}
	if old != nil {
		made = old
	}
	return b.finish(made, object)
}

// finish makes the record that takes the place of another one, with an object that an answer may
// show.
func (b *builder) finish(old *record, object *jsonvalue.Object) *record {
	made := *old
	made.encoded = jsonvalue.Marshal(ordered(conform(object, b.schema()), b.schema()))
	return &made
}

// stay keeps an item where it is, and who it is: a path names it, no body does.
func (b *builder) stay(object, before *jsonvalue.Object) {
	for _, name := range b.located() {
		if value, ok := before.Get(name); ok {
			object.Set(name, value)
		}
	}
}

// locate writes the scope and the parents into the properties that hold them, where the schema has
// such.
func (b *builder) locate(object *jsonvalue.Object, at place) {
	for _, l := range b.locators {
		if p := b.schema().Property(l.property); p != nil {
			object.Set(l.property, pathValue(p.Schema, l.of(at)))
		}
	}
}

// identify finds or makes the identity: a client may name an item where the property is its to
// write.
func (b *builder) identify(object *jsonvalue.Object, at place) string {
	name := b.resource.Identity
	if name == "" {
		return b.objectID()
	}
	if v, ok := object.Get(name); ok && identityText(v) != "" {
		b.change.seenInteger(at.collection, integerIdentity(v))
		return identityText(v)
	}
	var schema *openapi.Schema
	if p := b.schema().Property(name); p != nil {
		schema = p.Schema
	}
	for range 1000 {
		v := b.identity(at.collection, schema)
		if id := identityText(v); b.change.get(at, id) == nil {
			object.Set(name, v)
			return id
		}
	}
	return "" // only an enum of identities gets here
}

// touch writes the times of a change.
func (b *builder) touch(object, old *jsonvalue.Object) {
	if b.schema() == nil {
		return
	}
	for _, p := range b.schema().Properties {
		if serverMade(p) == openapi.MockUpdated {
			previous, _ := old.Get(p.Name)
			object.Set(p.Name, b.later(p.Schema, previous))
		}
	}
}
