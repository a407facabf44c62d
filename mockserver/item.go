package mockserver

import (
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// builder makes the records of one collection within a transaction.
type builder struct {
	txn        *txn
	generate   *generator
	collection *collection
	sanitizer  *sanitizer
}

func (s *Server) newBuilder(t *txn, c *collection) *builder {
	g := s.newGenerator(t)
	return &builder{txn: t, generate: g, collection: c,
		sanitizer: &sanitizer{generate: g, secretNames: s.doc.SecretNames()}}
}

// create makes a new item from a request body; request is the body's schema. The record has no
// sequence yet. Its id is "" where no free identity was found.
func (b *builder) create(key collectionKey, body *jsonvalue.Object, request *openapi.Schema) *record {
	object := b.sanitize(body, request)
	setDefaults(object, request, b.collection.schema(), maxDepth)
	b.setLocators(object, key)
	return b.complete(record{key: key, id: b.identify(object, key)}, object)
}

// update merges a body into an item: members that it leaves out keep their values, whatever their
// defaults. A member that is an object or a list is replaced as a whole, but for read-only members
// inside of it.
func (b *builder) update(old *record, body *jsonvalue.Object, request *openapi.Schema) *record {
	before := old.object()
	object := &jsonvalue.Object{Members: slices.Clone(before.Members)}
	for _, m := range b.sanitize(body, request).Members {
		stored, _ := before.Get(m.Name)
		schema := b.collection.schema().Member(m.Name)
		value := keepReadOnly(stored, m.Value, schema)
		b.setGenerated(value, schema)
		object.Set(m.Name, value)
	}
	b.keepFixed(object, before)
	b.setUpdateTimes(object, before)
	return b.encode(*old, object)
}

// replace puts a body in place of an item: members that it leaves out are removed, unless they are
// read-only, and defaults apply as they do to a new item.
func (b *builder) replace(old *record, body *jsonvalue.Object, request *openapi.Schema) *record {
	object := b.sanitize(body, request)
	setDefaults(object, request, b.collection.schema(), maxDepth)
	before := old.object()
	object = keepReadOnly(before, object, b.collection.schema()).(*jsonvalue.Object)
	b.keepFixed(object, before)
	b.setUpdateTimes(object, before)
	b.setLocators(object, old.key)
	return b.complete(*old, object)
}

func (b *builder) sanitize(body *jsonvalue.Object, request *openapi.Schema) *jsonvalue.Object {
	return b.sanitizer.sanitize(body, request, b.collection.schema()).(*jsonvalue.Object)
}

// complete adds what the server provides to an item that was written as a whole.
func (b *builder) complete(r record, object *jsonvalue.Object) *record {
	b.setGenerated(object, b.collection.schema())
	setInitial(object, b.collection.schema())
	setRequired(object, b.collection.schema())
	return b.encode(r, object)
}

// encode stores an object in a record, in the form that responses show.
func (b *builder) encode(r record, object *jsonvalue.Object) *record {
	r.encoded = jsonvalue.Marshal(inSchemaOrder(prune(object, b.collection.schema()), b.collection.schema()))
	return &r
}

// keepFixed restores the identity and the locators: the path of a request decides them, never its
// body.
func (b *builder) keepFixed(object, before *jsonvalue.Object) {
	for _, name := range b.collection.fixed() {
		if value, ok := before.Get(name); ok {
			object.Set(name, value)
		}
	}
}

// setLocators writes the scope and the parents into the properties that the schema has for them.
func (b *builder) setLocators(object *jsonvalue.Object, key collectionKey) {
	for _, l := range b.collection.locators {
		if p := b.collection.schema().Property(l.property); p != nil {
			object.Set(l.property, pathValue(p.Schema, l.value(key)))
		}
	}
}

// identify returns the identity of a new item: the client's, where the property is writable and
// was sent, else a generated one that is free. It returns "" if none is free, which only a schema
// with a short list of identities can cause.
func (b *builder) identify(object *jsonvalue.Object, key collectionKey) string {
	name := b.collection.resource.Identity
	if name == "" {
		return b.generate.objectID()
	}
	if v, ok := object.Get(name); ok && identityText(v) != "" {
		b.txn.noteInteger(key.path, integerIdentity(v))
		return identityText(v)
	}
	var schema *openapi.Schema
	if p := b.collection.schema().Property(name); p != nil {
		schema = p.Schema
	}
	for range 1000 {
		v := b.generate.identity(key.path, schema)
		if id := identityText(v); b.txn.get(key, id) == nil {
			object.Set(name, v)
			return id
		}
	}
	return ""
}

// setUpdateTimes sets the properties that hold the time of the last change.
func (b *builder) setUpdateTimes(object, before *jsonvalue.Object) {
	if b.collection.schema() == nil {
		return
	}
	for _, p := range b.collection.schema().Properties {
		if generatedBy(p) == openapi.MockUpdated {
			previous, _ := before.Get(p.Name)
			object.Set(p.Name, b.generate.updateTime(p.Schema, previous))
		}
	}
}
