package mockserver

import (
	"fmt"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// giver puts given items, as opposed to created ones, into a world in the making.
type giver struct {
	*builder
	server  *Server
	trusted bool // items are known to fit
}

// give adds one item; the violations say why it does not fit.
func (g *giver) give(value any, pointer string) []openapi.Violation {
	given, ok := value.(*jsonvalue.Object)
	if !ok {
		return []openapi.Violation{stateViolation(pointer,
			"an item is an object, not "+article(jsonvalue.TypeOf(value)))}
	}
	r, violations := g.record(given, pointer)
	if len(violations) > 0 {
		return violations
	}
	if g.change.get(r.place, r.id) != nil {
		at := jsonvalue.Join(pointer, g.resource.Identity)
		return []openapi.Violation{stateViolation(at, fmt.Sprintf("there is another item with the identity %q",
			clip(r.id, 100)))}
	}
	g.change.add(r)
	return nil
}

// record makes a record of a whole item, which has no sequence yet.
func (g *giver) record(given *jsonvalue.Object, pointer string) (*record, []openapi.Violation) {
	take := taker{maker: g.maker, keepSecret: isToken, everything: true}
	object := take.take(given, nil, g.schema()).(*jsonvalue.Object)
	at, violations := g.placeOf(object, pointer)
	if len(violations) > 0 {
		return nil, violations
	}
	if identity, has := object.Get(g.resource.Identity); has && identityText(identity) == "" {
		return nil, []openapi.Violation{stateViolation(jsonvalue.Join(pointer, g.resource.Identity),
			"an identity is a text or a number, and not empty")}
	}
	id := g.identify(object, at)
	g.fillNeeded(object)
	if !g.trusted && g.schema() != nil {
		if found := g.schema().Validate(object, openapi.ResponseView); len(found) > 0 {
			return nil, inState(found, pointer)
		}
	}
	object = ordered(object, g.schema())
	return &record{place: at, id: id, encoded: jsonvalue.Marshal(object)}, nil
}

// fillNeeded makes the times that answers must have.
func (g *giver) fillNeeded(object *jsonvalue.Object) {
	if g.schema() == nil {
		return
	}
	for _, p := range g.schema().Properties {
		if _, has := object.Get(p.Name); has || !p.RequiredIn(openapi.ResponseView) {
			continue
		}
		switch serverMade(p) {
		case openapi.MockNow, openapi.MockUpdated:
			object.Set(p.Name, g.maker.time(p.Schema, g.now))
		case openapi.MockObjectID:
			object.Set(p.Name, g.objectID())
		}
	}
}

// placeOf reads where an item lives from its properties, and takes those out that the document does
// not have.
func (g *giver) placeOf(object *jsonvalue.Object, pointer string) (place, []openapi.Violation) {
	at := place{collection: g.resource.CollectionPath}
	for i, l := range g.locators {
		isScope := i == 0 && g.server.doc.Scope != nil
		value, told := object.Get(l.property)
		text := identityText(value)
		switch {
		case text != "":
		case told:
			v := stateViolation(jsonvalue.Join(pointer, l.property),
				"it says where the item lives, and is a text that is not empty")
			return at, []openapi.Violation{v}
		case isScope:
			text = g.server.options.Workspaces[0]
		default:
			return at, []openapi.Violation{stateViolation(jsonvalue.Join(pointer, l.property),
				"missing; it says to what the item belongs")}
		}
		if isScope {
			at.scope = text
		} else {
			at.parents = append(at.parents, text)
		}
		g.tell(object, l.property, text)
	}
	return at, nil
}

// tell writes a property that says where an item lives, where the document has it.
func (g *giver) tell(object *jsonvalue.Object, property, text string) {
	switch p := g.schema().Property(property); {
	case p != nil:
		object.Set(property, pathValue(p.Schema, text))
	case g.schema() != nil:
		object.Delete(property)
	}
}

// inState moves violations of an item to its place in a state.
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

// edit stores an item with changes in the old one's stead; it may move.
func (g *giver) edit(old *record, changes *jsonvalue.Object) (*record, error) {
	object := old.object()
	for _, m := range changes.Members {
		if m.Value == nil && !g.allowsNull(m.Name) {
			object.Delete(m.Name)
		} else {
			object.Set(m.Name, m.Value)
		}
	}
	for _, l := range g.locators { // what the document does not have of them
		if _, told := object.Get(l.property); !told {
			object.Set(l.property, l.of(old.place))
		}
	}
	made, violations := g.record(object, "")
	if len(violations) > 0 {
		return nil, &StateError{Violations: violations}
	}
	made.sequence = old.sequence
	g.change.remove(old)
	if g.change.get(made.place, made.id) != nil {
		return nil, stateErrorAt(jsonvalue.Join("", g.resource.Identity),
			fmt.Sprintf("there is another item with the identity %q", clip(made.id, 100)))
	}
	g.change.put(made)
	return made, nil
}

func (g *giver) allowsNull(name string) bool {
	schema := g.schema().Member(name)
	return schema != nil && len(schema.Types) > 0 && schema.Allows("null")
}
