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
	api        *api
	txn        *txn
	collection *collection
	now        time.Time         // in milliseconds
	around     *jsonvalue.Object // what a body has beside the item; nil: nothing
	// importing keeps unknown and read-only members, and secrets that are tokens already: for items
	// of a state, as opposed to request bodies.
	importing bool
	// patching keeps secrets that are tokens already: a patch has what it does not change, too.
	patching bool
	// workspace is the one that all items of a state must belong to; "": they may say so.
	workspace string
	// trusted items are known to be valid and are not validated.
	trusted bool
}

func (s *Session) newBuilder(a *api, t *txn, c *collection) *builder {
	return &builder{api: a, txn: t, collection: c, now: s.clock.Now().Truncate(time.Millisecond)}
}

// transfer returns the transfer of the body of a request.
func (b *builder) transfer(kind transferKind, request *openapi.Schema) *transfer {
	return b.api.transfers.get(kind, request, b.collection.Schema)
}

// create makes a new item from a request body; request is the body's schema. The id is the identity
// where the path of the request names it, else "". The record has no sequence yet. Its id is "" where
// no free identity was found.
func (b *builder) create(key collectionKey, id string, body written, request *openapi.Schema) *record {
	t := b.transfer(creating, request)
	object := withAll(b.receive(body, t, b.collection.facts), b.around)
	setDefaults(object, request, b.collection.Schema, maxDepth)
	if key.open != nil {
		key = b.locate(key, object)
	}
	b.setLocators(object, key)
	if id == "" {
		id = b.identify(object, key)
	} else if !b.collection.Singleton {
		object.Set(b.collection.Identity, pathValue(b.identitySchema(), id))
	}
	b.setPromised(object)
	return b.complete(newRecord(key, id), object)
}

// setPromised adds to a new item what one of the answers must have, where the item has a place for it:
// other answers then show the same.
func (b *builder) setPromised(object *jsonvalue.Object) {
	for _, v := range b.collection.views {
		for _, p := range v.schema.Properties {
			member := b.collection.Schema.Member(p.Name)
			if _, has := object.Get(p.Name); has || member == nil || p.Name == v.own || p.Name == v.item ||
				!p.RequiredIn(openapi.ResponseView) || member.Mock.Value != "" || p.Schema.Mock.Value != "" {
				continue
			}
			if value := v.made(p.Schema, p.Name); meets(member, value) {
				object.Set(p.Name, jsonvalue.Clone(value))
			}
		}
	}
}

// locate closes the open places of a key by the members of a body that are named like the parents.
func (b *builder) locate(key collectionKey, body *jsonvalue.Object) collectionKey {
	located := collectionKey{path: key.path, place: slices.Clone(key.place)}
	for i, open := range key.open {
		if parent, _ := body.Get(b.collection.locators[i]); open {
			located.place[i] = identityText(parent)
		}
	}
	return located
}

// identitySchema returns the schema of the property that holds the identity; nil where the document
// has none.
func (b *builder) identitySchema() *openapi.Schema {
	return b.collection.Schema.Member(b.collection.Identity)
}

// initial returns an item that is always there, before anything was written to it. It is not stored.
func (b *builder) initial(key collectionKey, id string) *record {
	object, ok := jsonvalue.Clone(b.collection.made(b.collection.Schema, "")).(*jsonvalue.Object)
	if b.collection.Schema == nil || !ok {
		object = &jsonvalue.Object{}
	}
	setDefaults(object, b.collection.Schema, b.collection.Schema, maxDepth)
	b.setLocators(object, key)
	if !b.collection.Singleton {
		object.Set(b.collection.Identity, pathValue(b.identitySchema(), id))
	}
	return b.encode(newRecord(key, id), object)
}

// update merges a body into an item: members that it leaves out keep their values, whatever their
// defaults. A member that is an object or a list is replaced as a whole, but for read-only members
// inside of it.
func (b *builder) update(old *record, body written, request *openapi.Schema) *record {
	c, t := b.collection, b.transfer(updating, request)
	sent := b.receive(body, t, nil)
	scratch := newScratch()
	defer scratch.release()
	object, unjudged := old.open(scratch), sent.Members[:0]
	all := membersOf(object)
	for _, m := range sent.Members {
		stored, has := all.get(m.Name)
		p := t.member(m.Name)
		keepReadOnly(stored, m.Value, p)
		eachMissing(m.Value, p.to, maxDepth, func(o *jsonvalue.Object, p *openapi.Property) { b.setGenerated(o, p) })
		if isFact := slices.Contains(c.facts, m.Name); isFact && has || !isFact && slices.Contains(c.times, m.Name) {
			continue
		}
		all.set(m.Name, m.Value)
		if _, asSent := m.Value.(*jsonvalue.Node); !(asSent && body.valid && p.fits != nil && p.fits()) {
			unjudged = append(unjudged, m)
		}
	}
	b.setTimes(object, object)
	if b.around != nil {
		return b.encode(*old, withAll(object, b.around))
	}
	return b.encodeChanged(*old, object, unjudged)
}

// withAll sets all members of another object, which may be nil.
func withAll(object, others *jsonvalue.Object) *jsonvalue.Object {
	if others != nil {
		for _, m := range others.Members {
			object.Set(m.Name, m.Value)
		}
	}
	return object
}

// patch changes an item into what a patch has made of it: its members that are other ones are written
// as in an update, and those that are gone are removed, unless clients cannot write them.
func (b *builder) patch(old *record, after *jsonvalue.Object) *record {
	before := old.object()
	changes, kept := &jsonvalue.Object{}, &jsonvalue.Object{}
	was, is := membersOf(before), membersOf(after)
	for _, m := range after.Members {
		if value, has := was.get(m.Name); !has || !jsonvalue.Equal(value, m.Value) {
			changes.Members = append(changes.Members, m)
		}
	}
	for _, m := range before.Members {
		if _, has := is.get(m.Name); has || isReadOnly(b.collection.Schema.Member(m.Name)) {
			kept.Members = append(kept.Members, m)
		}
	}
	changed := *old
	changed.encoded, changed.apart, changed.valid = jsonvalue.Marshal(kept), "", false
	b.patching = true
	r := b.update(&changed, written{object: changes}, nil)
	object := r.object()
	b.restore(object, before)
	return b.complete(*r, object)
}

// replace puts a body in place of an item: members that it leaves out are removed, unless they are
// read-only or the body's schema has no place for them, and defaults apply as they do to a new item.
func (b *builder) replace(old *record, body written, request *openapi.Schema) *record {
	t := b.transfer(creating, request)
	object := b.receive(body, t, nil)
	setDefaults(object, request, b.collection.Schema, maxDepth)
	scratch := newScratch()
	defer scratch.release()
	before := old.open(scratch)
	t.keepReadOnly(before, object)
	all := membersOf(object)
	for _, m := range before.Members {
		if _, has := all.get(m.Name); !has && !request.Covers(m.Name) {
			all.set(m.Name, m.Value)
		}
	}
	b.restore(object, before)
	b.setLocators(object, old.key)
	return b.complete(*old, withAll(object, b.around))
}

// complete adds what the server provides to an item that was written as a whole.
func (b *builder) complete(r record, object *jsonvalue.Object) *record {
	eachMissing(object, b.collection.Schema, maxDepth, b.setProvided)
	for _, v := range b.collection.views {
		for _, p := range v.schema.Properties {
			if _, has := object.Get(p.Name); !has && p.Name != v.own && p.RequiredIn(openapi.ResponseView) &&
				b.collection.keepsApart(p.Name) {
				b.setGenerated(object, p)
			}
		}
	}
	return b.encode(r, object)
}

// encode stores an object in a record, in the form that responses show.
func (b *builder) encode(r record, object *jsonvalue.Object) *record {
	c := b.collection
	r.turn = c.course.turn(object, b.now.UnixMilli())
	item, apart := c.divide(object)
	r.encoded, r.apart = marshal(c.order.sorted(item)), ""
	if r.valid = c.accepts(r.encoded); !r.valid {
		r.encoded = marshal(c.order.sorted(c.conform(decoded(item).(*jsonvalue.Object))))
	}
	if apart != nil {
		r.apart = string(marshal(apart))
	}
	return &r
}

// encodeChanged is encode for an item in which some members, and the time of the change, are others, and
// need not be as responses show them. Where nothing else can be wrong, only these are looked at.
func (b *builder) encodeChanged(r record, object *jsonvalue.Object, unjudged []jsonvalue.Member) *record {
	c := b.collection
	rejects := func(m jsonvalue.Member) bool { return !c.acceptsMember(m) }
	rejectsTime := func(name string) bool {
		value, _ := object.Get(name)
		text, _ := value.(string)
		isUsual := len(text) == len(timeForm) // and so of a year that RFC 3339 can express
		return !(isUsual && c.timesFit()) && rejects(jsonvalue.Member{Name: name, Value: value})
	}
	if !r.valid || r.apart != "" || slices.ContainsFunc(unjudged, rejects) ||
		slices.ContainsFunc(c.times, rejectsTime) {
		return b.encode(r, object)
	}
	r.turn = c.course.turn(object, b.now.UnixMilli())
	r.encoded = marshal(c.order.sorted(object))
	return &r
}

// acceptsMember reports whether an item that is accepted is so with another value for a member of its own.
func (c *collection) acceptsMember(m jsonvalue.Member) bool {
	if _, declared := c.order[m.Name]; slices.Contains(c.facts, m.Name) || !declared && c.keepsApart(m.Name) {
		return false
	}
	if n, isNode := m.Value.(*jsonvalue.Node); isNode {
		return c.Schema.AcceptsMember(m.Name, *n, openapi.ResponseView)
	}
	scratch := newScratch()
	defer scratch.release()
	value, ok := scratch.scan(scratch.marshal(m.Value))
	return ok && c.Schema.AcceptsMember(m.Name, value, openapi.ResponseView)
}

// accepts reports whether an item is plainly as responses show it.
func (c *collection) accepts(encoded []byte) bool {
	if c.Schema == nil {
		return true
	}
	scratch := newScratch()
	defer scratch.release()
	item, ok := scratch.scan(encoded)
	if !ok || !c.Schema.Accepts(item, openapi.ResponseView) {
		return false
	}
	for _, name := range c.facts {
		value, has := item.Member(name)
		if s := c.Schema.Member(name); has && s != nil && !s.Accepts(value, openapi.ResponseView) {
			return false
		}
	}
	return true
}

// conform returns an item as responses show it. Identity and locators are facts, which stay.
func (c *collection) conform(item *jsonvalue.Object) *jsonvalue.Object {
	valid, ok := conform(item, c.Schema, c.made).(*jsonvalue.Object)
	if !ok {
		return item
	}
	for _, name := range c.facts {
		if value, has := item.Get(name); has {
			valid.Set(name, respelledFact(value, c.Schema.Member(name)))
		}
	}
	return valid
}

// restore gives a changed item its identity and locators back, which the path of a request decides
// and never its body, and sets the time of the change.
func (b *builder) restore(object, before *jsonvalue.Object) {
	for _, name := range b.collection.facts {
		if value, ok := before.Get(name); ok {
			object.Set(name, value)
		}
	}
	b.setTimes(object, before)
}

// setTimes sets the time of a change, which is later than that of the change before.
func (b *builder) setTimes(object, before *jsonvalue.Object) {
	for _, name := range b.collection.times {
		previous, _ := before.Get(name)
		object.Set(name, b.updateTime(b.collection.Schema.Property(name).Schema, decoded(previous)))
	}
}

// setLocators writes the scope and the parents into the properties that the schema has for them.
func (b *builder) setLocators(object *jsonvalue.Object, key collectionKey) {
	for i, name := range b.collection.locators {
		if p := b.collection.Schema.Property(name); p != nil && key.place[i] != "" {
			object.Set(name, pathValue(p.Schema, key.place[i]))
		}
	}
}

// identify returns the identity of a new item: the client's, where the property is writable and
// was sent, else a generated one that is free. Where the property can hold neither a text nor a number,
// only paths have the identity. It returns "" if none is free, which only a schema with a short list of
// identities can cause.
func (b *builder) identify(object *jsonvalue.Object, key collectionKey) string {
	name := b.collection.Identity
	if v, ok := object.Get(name); ok && identityText(v) != "" {
		b.txn.noteInteger(key.path, integerIdentity(v))
		return identityText(v)
	}
	for range 1000 {
		v := b.identity(key.path)
		id := identityText(v)
		if id == "" { // the property holds no text, but the bytes of a UUID, say
			id = b.uuid()
		}
		if b.isFree(key, id) {
			object.Set(name, v)
			return id
		}
	}
	return ""
}

// isFree reports whether no item of a list has an identity; of no list, where there is a way to the
// items that does not name it.
func (b *builder) isFree(key collectionKey, id string) bool {
	if b.collection.flat {
		return len(b.txn.withID(key.path, id)) == 0
	}
	return b.txn.get(key, id) == nil
}
