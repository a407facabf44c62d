package coverage

import (
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// The bounds of what is told apart in one body: real documents describe answers with thousands of places,
// and schemas that contain themselves have no end.
const (
	maxPlaces = 500 // places and allowed values
	maxDepth  = 10
)

// wildcard stands in pointers for each item of a list and each member of a map that the document does not name.
const wildcard = "*"

// none is the index of an aspect that a place does not have.
const none = -1

// place is a place in a body. It is built once and not changed while it is metered.
type place struct {
	pointer  string
	schemas  []*openapi.Schema // that may describe it: alternatives, declarations in each of them
	above    *place            // nil for the whole body
	depth    int
	required bool // by what is above it; the whole body: by the operation
	members  map[string]*place
	names    []string // of the members, in document order
	each     *place   // items of a list, other members of a map; nil: none are described
	closed   bool     // the bounds leave out what is inside
	enum     []allowed

	valid, invalid, leftOut, seen int // indices of elements; none where there is no such aspect
}

// allowed is an allowed value.
type allowed struct {
	value any
	text  string // where it is a string
	plain bool   // it is a string
	index int    // of its element
}

// bodyOf returns the places of a body, the whole first, and how many the bounds leave out, about. It
// looks at shallow places first, so that those which are left out are the deepest.
func bodyOf(schema *openapi.Schema, view openapi.View) (root *place, omitted int) {
	root = newPlace("", nil, true)
	root.schemas = variants(nil, schema)
	left := maxPlaces
	for queue := []*place{root}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		enum := enumOf(at.schemas, view)
		if left -= 1 + len(enum); left < 0 {
			at.closed = true
			omitted += 1 + len(enum)
			continue
		}
		at.enum = enum
		if at.depth < maxDepth {
			queue = append(queue, at.open(view)...)
		}
	}
	return root, omitted
}

func newPlace(pointer string, above *place, required bool) *place {
	p := &place{pointer: pointer, above: above, required: required, valid: none, invalid: none, leftOut: none,
		seen: none}
	if above != nil {
		p.depth = above.depth + 1
	}
	return p
}

// variants appends a schema and its alternatives to a list, each once.
func variants(list []*openapi.Schema, schema *openapi.Schema) []*openapi.Schema {
	for s := range schema.Variants() {
		if !slices.ContainsFunc(list, func(have *openapi.Schema) bool { return have == s }) {
			list = append(list, s)
		}
	}
	return list
}

// open finds what is inside a place and returns it.
func (p *place) open(view openapi.View) (inside []*place) {
	for i, s := range p.schemas {
		for _, property := range s.Named() {
			if property.AbsentIn(view) || p.within(property.Schema) {
				continue
			}
			m := p.members[property.Name]
			if m == nil {
				m = newPlace(jsonvalue.Join(p.pointer, property.Name), p, i == 0 && property.RequiredIn(view))
				if p.members == nil {
					p.members = map[string]*place{}
				}
				p.members[property.Name], p.names = m, append(p.names, property.Name)
				inside = append(inside, m)
			}
			m.schemas = variants(m.schemas, property.Schema)
		}
		for _, each := range append(slices.Clone(s.PrefixItems), s.Items, s.Additional) {
			if each == nil || p.within(each) {
				continue
			}
			if p.each == nil {
				p.each = newPlace(p.pointer+"/"+wildcard, p, false)
				inside = append(inside, p.each)
			}
			p.each.schemas = variants(p.each.schemas, each)
		}
	}
	return inside
}

// within reports whether a schema with something inside is that of a place, or of one above it: one that
// contains itself.
func (p *place) within(schema *openapi.Schema) bool {
	if schema == nil || len(schema.Properties)+len(schema.OneOf)+len(schema.AnyOf) == 0 && schema.Items == nil &&
		schema.Additional == nil {
		return false
	}
	for at := p; at != nil; at = at.above {
		if slices.ContainsFunc(at.schemas, schema.Same) {
			return true
		}
	}
	return false
}

// enumOf returns the allowed values of a place in the order of the document, each once. There are none
// where an alternative that is no object allows any value.
func enumOf(schemas []*openapi.Schema, view openapi.View) (list []allowed) {
	for _, s := range schemas {
		for _, value := range s.Enum {
			if slices.ContainsFunc(list, func(a allowed) bool { return jsonvalue.Equal(a.value, value) }) ||
				!s.IsValid(value, view) { // another keyword forbids it
				continue
			}
			text, plain := value.(string)
			list = append(list, allowed{value: value, text: text, plain: plain, index: none})
		}
	}
	return list
}

// position returns where the document describes a place.
func (p *place) position() openapi.Position {
	if len(p.schemas) == 0 {
		return openapi.Position{}
	}
	return p.schemas[0].Position
}

// walk calls f with the place and all that are inside it, in document order.
func (p *place) walk(f func(*place)) {
	if p.closed {
		return
	}
	f(p)
	for _, name := range p.names {
		p.members[name].walk(f)
	}
	if p.each != nil {
		p.each.walk(f)
	}
}

// inside returns the place of a member or an item; nil where the document describes none.
func (p *place) inside(token string) *place {
	if m := p.members[token]; m != nil {
		return m
	}
	return p.each
}

// at returns the place at a pointer into a body; nil where there is none of its own.
func (p *place) at(pointer string) *place {
	for _, token := range jsonvalue.Tokens(pointer) {
		if p = p.inside(token); p == nil {
			return nil
		}
	}
	return p
}

// allowedValue returns the index of the element of an allowed value; none where it is not one.
func (p *place) allowedValue(value any) int {
	text, isText := value.(string)
	for i := range p.enum {
		a := &p.enum[i]
		if a.plain != isText || isText && a.text != text {
			continue
		}
		if isText || jsonvalue.Equal(a.value, value) {
			return a.index
		}
	}
	return none
}

// refutable reports whether there is anything that the document forbids at the place.
func (p *place) refutable(view openapi.View) bool {
	probes := []any{nil, "", "agentmock", true, 1.5, -1, []any{}, []any{nil, nil}, &jsonvalue.Object{}}
	for i, s := range p.schemas {
		if i == 0 && len(s.Types) > 0 && len(s.Types) < 5 || s.Enum != nil {
			return true
		}
	}
	for _, probe := range probes {
		if !slices.ContainsFunc(p.schemas, func(s *openapi.Schema) bool { return s.IsValid(probe, view) }) {
			return true
		}
	}
	return false
}
