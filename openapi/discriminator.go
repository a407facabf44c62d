package openapi

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// discriminator decides which schema counts for an object by the value of one of its properties
// (OpenAPI 3.1 §4.8.25): one of the alternatives of a schema or, where that has none, one of those
// that inherit from it by allOf.
type discriminator struct {
	pointer  string // of the schema that has it
	property string
	union    string // "oneOf" or "anyOf"; "" where others inherit from the schema
	choices  []choice
	// own are values that name no other schema than the one that others inherit from.
	own    []any
	listed bool // that schema lists the values of the property itself
}

// choice is a schema that a discriminator can name.
type choice struct {
	pointer string // of the alternative, or of the schema that inherits
	target  string // of the schema that the alternative refers to
	names   []any  // the values that name it; none: an alternative that has no name
}

// names returns all values that name a schema, each once.
func (d *discriminator) names() []any {
	var all []any
	for _, c := range d.choices {
		all = union(all, c.names)
	}
	return union(all, d.own)
}

// named returns the index of the choice that a value of the property names, -1 where it names none.
func (d *discriminator) named(value any) int {
	return slices.IndexFunc(d.choices, func(c choice) bool { return holdsValue(c.names, value) })
}

func holdsValue(list []any, value any) bool {
	return slices.ContainsFunc(list, func(v any) bool { return jsonvalue.Equal(v, value) })
}

// union returns a list with the values of another one that it lacks.
func union(list, other []any) []any {
	for _, value := range other {
		if !holdsValue(list, value) {
			list = append(slices.Clip(list), value)
		}
	}
	return list
}

// discriminatorOf returns the property and the mapping of the discriminator of a schema as it is
// written; "" where it has none.
func (t *schemaTable) discriminatorOf(pointer string) (property string, mapping []jsonvalue.Member) {
	value, _ := t.bundle.lookup(pointer)
	if _, isRef := refOf(value); isRef && t.is30 {
		return "", nil
	}
	written, _ := member(value, "discriminator")
	name, _ := member(written, "propertyName")
	property, _ = name.(string)
	named, _ := member(written, "mapping")
	return property, members(named)
}

// discriminate finds out what the discriminators of all schemas decide.
func (t *schemaTable) discriminate() {
	r := &discriminatorReader{table: t, open: map[string]bool{}}
	for _, pointer := range t.sorted {
		r.read(pointer)
	}
	for _, pointer := range t.sorted {
		r.inherit(pointer)
	}
	t.narrowReadable()
}

// discriminatorReader reads the discriminators of a document.
type discriminatorReader struct {
	table *schemaTable
	open  map[string]bool // schemas that are being read: unions may be in a circle
}

// read returns the discriminator of a schema; nil where it has none that decides anything.
func (r *discriminatorReader) read(pointer string) *discriminator {
	t := r.table
	if d, known := t.discriminators[pointer]; known || r.open[pointer] {
		return d
	}
	property, mapping := t.discriminatorOf(pointer)
	if property == "" {
		return nil
	}
	r.open[pointer] = true
	defer delete(r.open, pointer)
	d := &discriminator{pointer: pointer, property: property}
	if d.union, d.choices = t.alternatives(pointer); d.union == "" {
		for _, child := range t.heirs(pointer) {
			d.choices = append(d.choices, choice{pointer: child, target: child})
		}
	}
	r.name(d, mapping)
	if len(d.names()) == 0 {
		return nil
	}
	if d.union == "" {
		d.own, d.listed = r.ownNames(d, len(mapping) > 0)
	}
	t.discriminators[pointer] = d
	return d
}

// alternatives returns the alternatives of a schema, and the keyword that lists them.
func (t *schemaTable) alternatives(pointer string) (keyword string, list []choice) {
	value, _ := t.bundle.lookup(pointer)
	for _, keyword := range []string{"oneOf", "anyOf"} {
		listed, _ := member(value, keyword)
		for i, item := range asList(listed) {
			c := choice{pointer: index(jsonvalue.Join(pointer, keyword), i)}
			if ref, isRef := refOf(item); isRef {
				c.target, _ = refPointer(ref)
			}
			list = append(list, c)
		}
		if len(list) > 0 {
			return keyword, list
		}
	}
	return "", nil
}

// name gives the choices of a discriminator their names: those of the mapping, else the values that
// the schema itself has for the property, else the name of the schema.
func (r *discriminatorReader) name(d *discriminator, mapping []jsonvalue.Member) {
	mapped := make([][]any, len(d.choices))
	for _, m := range mapping {
		if i := r.mapped(d, m.Value); i >= 0 {
			mapped[i] = append(mapped[i], m.Name)
		}
	}
	listed := make([][]any, len(d.choices))
	for i, c := range d.choices {
		listed[i] = r.values(d, c.pointer)
	}
	for i := range d.choices {
		c := &d.choices[i]
		shared := slices.ContainsFunc(listed[i], func(v any) bool { return occurrences(listed, v) > 1 })
		known := slices.ContainsFunc(mapped[i], func(name any) bool { return holdsValue(listed[i], name) })
		switch inner := r.read(c.target); {
		case len(mapped[i]) > 0 && (len(listed[i]) == 0 || known):
			c.names = mapped[i]
		case shared: // they do not tell the choices apart
			if c.names = spelledLike(componentName(c.target), listed[i]); len(c.names) == 0 && d.union != "" {
				c.names = listed[i]
			}
		case len(listed[i]) > 0:
			c.names = listed[i]
		case inner != nil && inner.property == d.property:
			c.names = inner.names()
		default:
			if name := componentName(c.target); name != "" && occurrences(mapped, name) == 0 {
				c.names = []any{name}
			}
		}
	}
}

// occurrences returns how many of several lists have a value.
func occurrences(lists [][]any, value any) (n int) {
	for _, list := range lists {
		if holdsValue(list, value) {
			n++
		}
	}
	return n
}

// spelledLike returns the texts of a list that differ from a name only by case, dashes and
// underscores.
func spelledLike(name string, list []any) (found []any) {
	plain := strings.NewReplacer("-", "", "_", "")
	for _, v := range list {
		if text, isText := v.(string); isText && strings.EqualFold(plain.Replace(text), plain.Replace(name)) {
			found = append(found, v)
		}
	}
	return found
}

// mapped returns the index of the choice that a value of a mapping means, by a name or a reference;
// -1 where it means none. What an alternative has as an alternative of its own is a part of it.
func (r *discriminatorReader) mapped(d *discriminator, value any) int {
	text, _ := value.(string)
	target := r.table.mappingTarget(d.pointer, text)
	name := componentName(target)
	direct := func(c choice) bool {
		return c.target != "" && (c.target == target || componentName(c.target) == text)
	}
	if i := slices.IndexFunc(d.choices, direct); i >= 0 || name == "" || d.union == "" {
		return i
	}
	return slices.IndexFunc(d.choices, func(c choice) bool {
		for variant := range r.table.at(c.pointer).Variants() {
			if variant.Name == name {
				return true
			}
		}
		return false
	})
}

// mappingTarget returns the pointer that a value of a mapping means: the name of a schema, or a
// reference relative to the file of the schema that has the discriminator.
func (t *schemaTable) mappingTarget(pointer, text string) string {
	file, fragment, isRef := strings.Cut(text, "#")
	component := jsonvalue.Join("/components/schemas", text)
	if _, known := t.bundle.lookup(component); known {
		return component
	}
	base := ""
	if rest, inFile := strings.CutPrefix(pointer, "/"+filesKey+"/"); inFile {
		token, _, _ := strings.Cut(rest, "/")
		base = jsonvalue.Tokens("/" + token)[0]
	}
	if file != "" {
		base = path.Join(path.Dir(base), file)
	}
	target := ""
	if isRef {
		target, _ = refPointer("#" + fragment)
	}
	if t.bundle.files[base] != nil {
		return jsonvalue.Join("/"+filesKey, base) + target
	}
	return target
}

// values returns the values that a schema allows for the property of a discriminator, where it lists
// them.
func (r *discriminatorReader) values(d *discriminator, pointer string) []any {
	var list []any
	for variant := range r.table.at(pointer).Variants() {
		if p := variant.Property(d.property); p != nil {
			list = union(list, p.Schema.Enum)
		}
	}
	return slices.DeleteFunc(list, func(v any) bool { return v == nil })
}

// ownNames returns the values that name the schema itself that others inherit from: those that it
// lists, else its name where there is no mapping.
func (r *discriminatorReader) ownNames(d *discriminator, mapped bool) (own []any, listed bool) {
	if p := r.table.at(d.pointer).Property(d.property); p != nil && len(p.Schema.Enum) > 0 {
		return p.Schema.Enum, true
	}
	if name := componentName(d.pointer); name != "" && !mapped {
		return []any{name}, false
	}
	return nil, false
}

// inherit gives a union without a discriminator the one that all its alternatives inherit.
func (r *discriminatorReader) inherit(pointer string) {
	t := r.table
	if t.discriminators[pointer] != nil {
		return
	}
	keyword, list := t.alternatives(pointer)
	if len(list) < 2 {
		return
	}
	for _, base := range slices.Sorted(maps.Keys(t.discriminators)) {
		from := t.discriminators[base]
		if from.union != "" {
			continue
		}
		for i := range list {
			list[i].names = t.namesOfHeir(from, list[i].target)
		}
		t.preferHeirs(list)
		if !slices.ContainsFunc(list, func(c choice) bool { return len(c.names) == 0 }) {
			t.discriminators[pointer] = &discriminator{pointer: pointer, property: from.property, union: keyword,
				choices: list}
			return
		}
	}
}

// preferHeirs takes the names of an alternative from those that it inherits from.
func (t *schemaTable) preferHeirs(list []choice) {
	for i := range list {
		heirs := t.heirs(list[i].target)
		for _, other := range list {
			if slices.Contains(heirs, other.target) {
				list[i].names = slices.DeleteFunc(list[i].names, func(v any) bool { return holdsValue(other.names, v) })
			}
		}
	}
}

// namesOfHeir returns the values that name a schema which inherits, or one that inherits from it.
func (t *schemaTable) namesOfHeir(d *discriminator, pointer string) (names []any) {
	family := append(t.heirs(pointer), pointer)
	for _, c := range d.choices {
		if slices.Contains(family, c.pointer) {
			names = union(names, c.names)
		}
	}
	return names
}

// heirs returns the pointers of the components that inherit from a schema by allOf, directly or not.
func (t *schemaTable) heirs(pointer string) []string {
	if t.children == nil {
		t.children = map[string][]string{}
		all, _ := t.bundle.lookup("/components/schemas")
		for _, m := range members(all) {
			child := jsonvalue.Join("/components/schemas", m.Name)
			for _, parent := range t.parents(child) {
				t.children[parent] = append(t.children[parent], child)
			}
		}
	}
	list := slices.Clone(t.children[pointer])
	for i := 0; i < len(list); i++ {
		for _, child := range t.children[list[i]] {
			if child != pointer && !slices.Contains(list, child) {
				list = append(list, child)
			}
		}
	}
	return list
}

// parents returns what a schema refers to in its allOf.
func (t *schemaTable) parents(pointer string) (list []string) {
	all, _ := t.bundle.lookup(jsonvalue.Join(pointer, "allOf"))
	for _, part := range asList(all) {
		if ref, isRef := refOf(part); isRef {
			if target, err := refPointer(ref); err == nil {
				list = append(list, target)
			}
		}
	}
	return list
}

// visitChoices registers the schemas that a discriminator may name and nothing else refers to.
func (t *schemaTable) visitChoices(pointer string) {
	if property, _ := t.discriminatorOf(pointer); property == "" {
		return
	}
	for _, child := range t.heirs(pointer) {
		t.visit(child, nowhere)
	}
}

// reading is how the readable schemas that one at a pointer is merged into show a discriminator.
type reading struct {
	*discriminator
	names []any
	whole bool // it is the schema with the discriminator, not one that this names
}

// narrowReadable lets readable schemas tell what names them, and lets those that others inherit from
// have these as alternatives, so that whoever makes values makes what the discriminator wants.
func (t *schemaTable) narrowReadable() {
	readings := map[string][]reading{}
	for _, pointer := range slices.Sorted(maps.Keys(t.discriminators)) {
		d := t.discriminators[pointer]
		heirs := t.heirs(pointer)
		for _, c := range d.choices {
			names := c.names
			if d.union == "" {
				names = t.namesOfHeir(d, c.pointer)
			}
			readings[c.pointer] = append(readings[c.pointer], reading{d, names, false})
			if d.union != "" && slices.Contains(heirs, c.target) {
				readings[c.target] = append(readings[c.target], reading{d, names, false})
			}
		}
		readings[pointer] = append(readings[pointer], reading{d, d.names(), true})
	}
	for _, s := range t.readable {
		var done []*discriminator
		for _, pointer := range s.merged {
			for _, r := range readings[pointer] {
				if !slices.Contains(done, r.discriminator) { // the outermost counts
					done = append(done, r.discriminator)
					t.narrowBy(s, r)
				}
			}
		}
	}
}

func (t *schemaTable) narrowBy(s *Schema, r reading) {
	switch {
	case r.whole && r.union == "":
		for _, c := range r.choices {
			s.OneOf = append(s.OneOf, t.at(c.pointer))
		}
	case !r.whole && r.union != "" && slices.Contains(s.merged, r.pointer): // what it inherits is the union
		s.OneOf, s.AnyOf = nil, nil
	}
	if len(r.names) > 0 {
		s.narrow(r.property, r.names)
	}
}

// narrow states which values a property has; it adds the property to an object that lacks it.
func (s *Schema) narrow(name string, values []any) {
	p := s.Property(name)
	if p == nil {
		if !s.Allows("object") {
			return
		}
		p = &Property{Name: name, Schema: &Schema{anything: true, Position: s.Position}}
		s.named = maps.Clone(s.named) // copies of the schema share it
		s.addProperty(p)
	}
	narrowed := *p.Schema
	if narrowed.Enum == nil || len(values) < len(narrowed.Enum) {
		narrowed.Enum = values
	}
	p.Schema = &narrowed
}
