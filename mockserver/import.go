package mockserver

import (
	"fmt"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// importer makes records of whole items, as states have them, within a transaction.
type importer struct {
	builder  *builder
	hasScope bool
	// defaultScope is the scope of items that do not name one.
	defaultScope string
	// trusted items are known to be valid and are not validated.
	trusted bool
}

func (s *Server) newImporter(t *txn, c *collection) *importer {
	b := s.newBuilder(t, c)
	b.sanitizer.importing = true
	return &importer{builder: b, hasScope: s.doc.Scope != nil, defaultScope: s.options.Workspaces[0]}
}

func (im *importer) schema() *openapi.Schema { return im.builder.collection.schema() }

func (im *importer) identityName() string { return im.builder.collection.resource.Identity }

// add stores one item; the violations say why it does not fit. The pointer is the item's in the
// state.
func (im *importer) add(value any, pointer string) []openapi.Violation {
	item, ok := value.(*jsonvalue.Object)
	if !ok {
		return []openapi.Violation{stateViolation(pointer,
			"an item is an object, not "+article(jsonvalue.TypeOf(value)))}
	}
	r, violations := im.record(item, pointer)
	if len(violations) > 0 {
		return violations
	}
	if im.builder.txn.get(r.key, r.id) != nil {
		return []openapi.Violation{im.duplicate(r, pointer)}
	}
	im.builder.txn.add(r)
	return nil
}

func (im *importer) duplicate(r *record, pointer string) openapi.Violation {
	return stateViolation(jsonvalue.Join(pointer, im.identityName()),
		fmt.Sprintf("there is another item with the identity %q", truncate(r.id, 100)))
}

// edit stores an item with changed members in place of the old one. The changes may move it.
func (im *importer) edit(old *record, changes *jsonvalue.Object) (*record, error) {
	object := old.object()
	for _, m := range changes.Members {
		if m.Value == nil && !im.allowsNull(m.Name) {
			object.Delete(m.Name)
		} else {
			object.Set(m.Name, m.Value)
		}
	}
	for _, l := range im.builder.collection.locators { // those that the schema does not have
		if _, has := object.Get(l.property); !has {
			object.Set(l.property, l.value(old.key))
		}
	}
	edited, violations := im.record(object, "")
	if len(violations) > 0 {
		return nil, &StateError{Violations: violations}
	}
	edited.sequence = old.sequence
	im.builder.txn.remove(old)
	if im.builder.txn.get(edited.key, edited.id) != nil {
		return nil, &StateError{Violations: []openapi.Violation{im.duplicate(edited, "")}}
	}
	im.builder.txn.insert(edited)
	return edited, nil
}

func (im *importer) allowsNull(name string) bool {
	schema := im.schema().Member(name)
	return schema != nil && len(schema.Types) > 0 && schema.Allows("null")
}

// record makes a record of an item; it has no sequence yet.
func (im *importer) record(item *jsonvalue.Object, pointer string) (*record, []openapi.Violation) {
	object := im.builder.sanitize(item, nil)
	key, violation := im.takeKey(object, pointer)
	if violation != nil {
		return nil, []openapi.Violation{*violation}
	}
	if identity, has := object.Get(im.identityName()); has && identityText(identity) == "" {
		return nil, []openapi.Violation{stateViolation(jsonvalue.Join(pointer, im.identityName()),
			"an identity is a text or a number, and not empty")}
	}
	id := im.builder.identify(object, key)
	im.setRequiredTimes(object)
	if !im.trusted && im.schema() != nil {
		if found := im.schema().Validate(object, openapi.ResponseView); len(found) > 0 {
			return nil, inState(found, pointer)
		}
	}
	return &record{key: key, id: id, encoded: jsonvalue.Marshal(inSchemaOrder(object, im.schema()))}, nil
}

// setRequiredTimes generates the times and identities that responses must have.
func (im *importer) setRequiredTimes(object *jsonvalue.Object) {
	if im.schema() == nil {
		return
	}
	for _, p := range im.schema().Properties {
		if _, has := object.Get(p.Name); !has && p.RequiredIn(openapi.ResponseView) {
			im.builder.setGeneratedMember(object, p)
		}
	}
}

// takeKey reads from its locators where an item lives. It removes those that the schema does not
// have.
func (im *importer) takeKey(object *jsonvalue.Object, pointer string) (collectionKey, *openapi.Violation) {
	key := collectionKey{path: im.builder.collection.resource.CollectionPath}
	for i, l := range im.builder.collection.locators {
		isScope := i == 0 && im.hasScope
		value, has := object.Get(l.property)
		text := identityText(value)
		switch {
		case text != "":
		case has:
			v := stateViolation(jsonvalue.Join(pointer, l.property),
				"it says where the item lives, and is a text that is not empty")
			return key, &v
		case isScope:
			text = im.defaultScope
		default:
			v := stateViolation(jsonvalue.Join(pointer, l.property), "missing; it says to what the item belongs")
			return key, &v
		}
		if isScope {
			key.scope = text
		} else {
			key.parents = append(key.parents, text)
		}
		if p := im.schema().Property(l.property); p != nil {
			object.Set(l.property, pathValue(p.Schema, text))
		} else if im.schema() != nil {
			object.Delete(l.property)
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
