package mockserver

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// newImporter returns a builder for whole items, as states have them.
func (s *Session) newImporter(a *api, t *txn, c *collection) *builder {
	b := s.newBuilder(a, t, c)
	b.importing = true
	return b
}

// add stores one item; the violations say why it does not fit. The pointer is the item's in the
// state.
func (b *builder) add(value any, pointer string) []openapi.Violation {
	r, violations := b.record(value, pointer)
	if len(violations) == 0 && !b.txn.add(r) {
		return b.duplicate(r, pointer)
	}
	return violations
}

func (b *builder) duplicate(r *record, pointer string) []openapi.Violation {
	return stateViolations(jsonvalue.Join(pointer, b.collection.Identity),
		fmt.Sprintf("there is another item with the identity %q", truncate(r.id, 100)))
}

// edit stores an item with changed members in place of the old one. The changes may move it.
func (b *builder) edit(old *record, changes *jsonvalue.Object) (*record, []openapi.Violation) {
	object := b.collection.settled(old, b.now.UnixMilli(), true).object()
	for _, m := range changes.Members {
		if m.Value == nil && !b.allowsNull(m.Name) {
			object.Delete(m.Name)
		} else {
			object.Set(m.Name, m.Value)
		}
	}
	for i, name := range b.collection.locators { // those that the schema does not have
		if _, has := object.Get(name); !has && old.key.at(i) != "" {
			object.Set(name, old.key.at(i))
		}
	}
	edited, violations := b.record(object, "")
	if len(violations) > 0 {
		return nil, violations
	}
	edited.sequence = old.sequence
	b.txn.remove(old)
	if !b.txn.insert(edited) {
		return nil, b.duplicate(edited, "")
	}
	return edited, nil
}

func (b *builder) allowsNull(name string) bool {
	schema := b.collection.Schema.Member(name)
	return schema != nil && len(schema.Types) > 0 && schema.Allows("null")
}

// record makes a record of an item; it has no sequence yet.
func (b *builder) record(value any, pointer string) (*record, []openapi.Violation) {
	item, ok := value.(*jsonvalue.Object)
	if !ok {
		return nil, stateViolations(pointer, "an item is an object, not "+article(jsonvalue.TypeOf(value)))
	}
	object := b.sanitizeItem(item, b.transfer(importing, nil))
	key, violations := b.takeKey(object, pointer)
	if violations != nil {
		return nil, violations
	}
	name, schema := b.collection.Identity, b.collection.Schema
	id := onlyID
	if !b.collection.Singleton {
		if identity, has := object.Get(name); has && identityText(identity) == "" {
			return nil, stateViolations(jsonvalue.Join(pointer, name),
				"an identity is a text or a number, and not empty")
		}
		id = b.identify(object, key)
	}
	eachMissing(object, schema, 1, func(o *jsonvalue.Object, p *openapi.Property) {
		if p.RequiredIn(openapi.ResponseView) {
			b.setGenerated(o, p)
		}
	})
	object, apart := b.collection.divide(object)
	if !b.trusted {
		found := schema.Validate(object, openapi.ResponseView)
		if len(found) > 0 && b.collection.made(schema, "") != nil { // else nothing is valid
			return nil, inState(found, pointer)
		}
	}
	r := newRecord(key, id)
	r.turn = b.collection.course.turn(object, b.now.UnixMilli())
	r.encoded = marshal(b.collection.order.sorted(object))
	if apart != nil {
		r.apart = string(marshal(apart))
	}
	return &r, nil
}

// takeKey reads from its locators where an item lives. It removes those that the schema does not
// have.
func (b *builder) takeKey(object *jsonvalue.Object, pointer string) (collectionKey, []openapi.Violation) {
	key := collectionKey{path: b.collection.CollectionPath}
	for i, name := range b.collection.locators {
		value, has := object.Get(name)
		text := identityText(value)
		switch {
		case text != "":
		case has:
			return key, stateViolations(jsonvalue.Join(pointer, name),
				"it says where the item lives, and is a text that is not empty")
		case i == 0 && b.api.doc.Scope != nil:
			text = cmp.Or(b.workspace, b.api.options.Workspaces[0])
		case b.collection.flat:
			key.place = append(key.place, "")
			continue
		default:
			return key, stateViolations(jsonvalue.Join(pointer, name), "missing; it says to what the item belongs")
		}
		key.place = append(key.place, text)
		if i == 0 && b.workspace != "" && text != b.workspace {
			return key, b.foreign(key, jsonvalue.Join(pointer, name))
		}
		if p := b.collection.Schema.Property(name); p != nil {
			object.Set(name, pathValue(p.Schema, text))
		} else if b.collection.Schema != nil {
			object.Delete(name)
		}
	}
	return key, nil
}

// inState returns violations of an item as violations of the state that has it at a pointer.
func inState(list []openapi.Violation, pointer string) []openapi.Violation {
	out := make([]openapi.Violation, len(list))
	for i, v := range list {
		where := v.Where()
		v.In, v.Pointer = "state", pointer+v.Pointer
		v.Message = v.Where() + strings.TrimPrefix(v.Message, where)
		out[i] = v
	}
	return out
}
