package mockserver

import (
	"slices"
	"time"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// builder makes the records of one collection within a transaction: of request bodies, and of the
// whole items of a state (import.go).
type builder struct {
	server     *Server
	txn        *txn
	collection *collection
	now        time.Time // in milliseconds
	// importing keeps unknown and read-only members, and secrets that are tokens already: for items
	// of a state, as opposed to request bodies.
	importing bool
	// trusted items are known to be valid and are not validated.
	trusted bool
}

func (s *Server) newBuilder(t *txn, c *collection) *builder {
	return &builder{server: s, txn: t, collection: c, now: s.options.Clock.Now().Truncate(time.Millisecond)}
}

// create makes a new item from a request body; request is the body's schema. The record has no
// sequence yet. Its id is "" where no free identity was found.
func (b *builder) create(key collectionKey, body *jsonvalue.Object, request *openapi.Schema) *record {
	object := b.sanitizeItem(body, request)
	setDefaults(object, request, b.collection.Schema, maxDepth)
	b.setLocators(object, key)
	return b.complete(record{key: key, id: b.identify(object, key)}, object)
}

// update merges a body into an item: members that it leaves out keep their values, whatever their
// defaults. A member that is an object or a list is replaced as a whole, but for read-only members
// inside of it.
func (b *builder) update(old *record, body *jsonvalue.Object, request *openapi.Schema) *record {
	before := old.object()
	object := &jsonvalue.Object{Members: slices.Clone(before.Members)}
	for _, m := range b.sanitizeItem(body, request).Members {
		stored, _ := before.Get(m.Name)
		schema := b.collection.Schema.Member(m.Name)
		value := keepReadOnly(stored, m.Value, schema)
		eachMissing(value, schema, maxDepth, func(o *jsonvalue.Object, p *openapi.Property) { b.setGenerated(o, p) })
		object.Set(m.Name, value)
	}
	b.restore(object, before)
	return b.encode(*old, object)
}

// replace puts a body in place of an item: members that it leaves out are removed, unless they are
// read-only, and defaults apply as they do to a new item.
func (b *builder) replace(old *record, body *jsonvalue.Object, request *openapi.Schema) *record {
	object := b.sanitizeItem(body, request)
	setDefaults(object, request, b.collection.Schema, maxDepth)
	before := old.object()
	object = keepReadOnly(before, object, b.collection.Schema).(*jsonvalue.Object)
	b.restore(object, before)
	b.setLocators(object, old.key)
	return b.complete(*old, object)
}

// complete adds what the server provides to an item that was written as a whole.
func (b *builder) complete(r record, object *jsonvalue.Object) *record {
	eachMissing(object, b.collection.Schema, maxDepth, b.setProvided)
	return b.encode(r, object)
}

// encode stores an object in a record, in the form that responses show.
func (b *builder) encode(r record, object *jsonvalue.Object) *record {
	r.encoded = jsonvalue.Marshal(inSchemaOrder(prune(object, b.collection.Schema), b.collection.Schema))
	return &r
}

// restore gives a changed item its identity and locators back, which the path of a request decides
// and never its body, and sets the time of the change.
func (b *builder) restore(object, before *jsonvalue.Object) {
	for _, name := range append([]string{b.collection.Identity}, b.collection.locators...) {
		if value, ok := before.Get(name); ok {
			object.Set(name, value)
		}
	}
	if b.collection.Schema == nil {
		return
	}
	for _, p := range b.collection.Schema.Properties {
		if generatedBy(p) == openapi.MockUpdated {
			previous, _ := before.Get(p.Name)
			object.Set(p.Name, b.updateTime(p.Schema, previous))
		}
	}
}

// setLocators writes the scope and the parents into the properties that the schema has for them.
func (b *builder) setLocators(object *jsonvalue.Object, key collectionKey) {
	for i, name := range b.collection.locators {
		if p := b.collection.Schema.Property(name); p != nil {
			object.Set(name, pathValue(p.Schema, key.place[i]))
		}
	}
}

// identify returns the identity of a new item: the client's, where the property is writable and
// was sent, else a generated one that is free. It returns "" if none is free, which only a schema
// with a short list of identities can cause.
func (b *builder) identify(object *jsonvalue.Object, key collectionKey) string {
	name := b.collection.Identity
	if v, ok := object.Get(name); ok && identityText(v) != "" {
		b.txn.noteInteger(key.path, integerIdentity(v))
		return identityText(v)
	}
	schema := b.collection.Schema.Member(name)
	for range 1000 {
		v := b.identity(key.path, schema)
		if id := identityText(v); b.txn.get(key, id) == nil {
			object.Set(name, v)
			return id
		}
	}
	return ""
}
