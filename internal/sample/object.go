package sample

import (
	"errors"
	"slices"

	"github.com/agentmock/agentmock/internal/identifier"
	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// member is what the rules say of one member of an object.
type member struct {
	name                                    string
	demand                                  demand
	required, hidden, deprecated, exemplary bool
}

// readMembers collects the members that are declared or required, in the order of the document.
func (w *rules) readMembers(view openapi.View) {
	for _, p := range w.parts {
		for _, property := range p.Properties {
			if w.Property(property.Name) == nil {
				w.Properties = append(w.Properties, property)
				w.members = append(w.members, w.member(property.Name, view))
			}
		}
	}
	names := slices.Clone(w.with)
	for _, p := range w.parts {
		names = append(names, p.Required...)
	}
	for _, name := range names {
		i := slices.IndexFunc(w.members, func(m member) bool { return m.name == name })
		if i < 0 {
			i, w.members = len(w.members), append(w.members, w.member(name, view))
		}
		w.members[i].required = !w.members[i].hidden
	}
	for i := range w.members {
		m := &w.members[i]
		if m.required && w.clash == "" {
			switch {
			case slices.Contains(w.without, m.name):
				w.clash = "the member " + m.name + " is demanded and excluded"
			case slices.ContainsFunc(m.demand.schemas, never):
				w.clash = "the member " + m.name + " is demanded and not allowed"
			case !commonValue(&m.demand):
				w.clash = "no value of the member " + m.name + " is allowed by all that is said of it"
			}
		}
	}
}

// commonValue reports whether the enums of a member leave a value.
func commonValue(d *demand) bool {
	lists := slices.Clone(d.only)
	for _, s := range d.schemas {
		if s.Enum != nil {
			lists = append(lists, s.Enum)
		}
	}
	return len(lists) < 2 || slices.ContainsFunc(lists[0], func(v any) bool {
		return !slices.ContainsFunc(lists[1:], func(list []any) bool { return !contains(list, v) })
	})
}

// member reads what the parts say of a member: those that declare it, or have a pattern for its
// name, or bind all further members.
func (w *rules) member(name string, view openapi.View) member {
	m := member{name: name}
	evaluated := false
	for _, p := range w.parts {
		known := false
		if property := p.Property(name); property != nil {
			known = true
			m.demand.schemas = append(m.demand.schemas, property.Schema)
			m.hidden = m.hidden || property.AbsentIn(view)
			m.deprecated = m.deprecated || property.Schema.Deprecated
			m.exemplary = m.exemplary || len(property.Schema.Examples) > 0
		}
		for _, pattern := range p.PatternProperties {
			if compiled := compilePattern(pattern.Name); compiled.err == nil && compiled.match.MatchString(name) {
				known = true
				m.demand.schemas = append(m.demand.schemas, pattern.Schema)
			}
		}
		if !known && p.AdditionalMembers != nil {
			known = true
			m.demand.schemas = append(m.demand.schemas, p.AdditionalMembers)
		}
		evaluated = evaluated || known
	}
	for _, p := range w.parts {
		if p.UnevaluatedMembers != nil && !evaluated {
			m.demand.schemas = append(m.demand.schemas, p.UnevaluatedMembers)
		}
	}
	m.demand.also(w.inside, name)
	return m
}

// object makes an object.
func (r run) object(w *rules, name string, key deal.Key, depth int, how variant) (*jsonvalue.Object, error) {
	o := &jsonvalue.Object{}
	for _, m := range r.chosen(w, key, depth, how) {
		called := m.name
		if called == "name" && name != "" { // whose it is
			called = identifier.Singular(name) + "Name"
		}
		refused := r.effort.refused
		v, err := r.value(m.demand, called, key.At(m.name), depth+1)
		if err != nil {
			if !m.required {
				r.effort.refused = refused // nothing depends on it
				continue
			}
			return nil, below(m.name, err)
		}
		o.Set(m.name, v)
	}
	return o, r.fill(w, o, key, depth, how)
}

// below returns the error of a value inside another.
func below(token string, err error) error {
	var inner *Impossible
	if !errors.As(err, &inner) {
		return err
	}
	outer := *inner
	outer.Pointer = jsonvalue.Join("", token) + inner.Pointer
	return &outer
}

// chosen returns the members that an object gets: the required ones, optional ones as the policy
// and the variant want it, and those that must be there with them.
func (r run) chosen(w *rules, key deal.Key, depth int, how variant) (list []member) {
	some := key.At("kept").With(uint64(how)).Stream()
	demanded := map[string]bool{}
	for _, m := range w.members {
		dropped := how > lean && !some.Chance(50)
		if m.required || !dropped && r.optional(w, &m, depth, how) {
			list = append(list, m)
			demanded[m.name] = m.required
		}
	}
	for i := 0; i < len(list); i++ { // grows
		for _, name := range w.requiredWith(list[i].name) {
			if _, there := demanded[name]; there {
				continue
			}
			also := w.member(name, r.view)
			if also.required = list[i].required; !also.hidden && !slices.Contains(w.without, name) {
				list = append(list, also)
				demanded[name] = also.required
			}
		}
	}
	return list
}

// optional reports whether an object gets a member that it may lack.
func (r run) optional(w *rules, m *member, depth int, how variant) bool {
	if m.deprecated || m.hidden || slices.ContainsFunc(m.demand.schemas, never) || slices.Contains(w.without, m.name) {
		return false
	}
	return r.fills(depth, how) || r.shows && m.exemplary && how != lean && depth <= fullDepth
}

func (w *rules) requiredWith(name string) (names []string) {
	for _, p := range w.parts {
		for _, rule := range p.RequiredWith {
			if rule.Name == name {
				names = append(names, rule.Required...)
			}
		}
	}
	return names
}

// fill adds members until there are enough, and a few where the schema describes members of any
// name.
func (r run) fill(w *rules, o *jsonvalue.Object, key deal.Key, depth int, how variant) error {
	want := least(w.MinProperties)
	if want > maxItems {
		return impossible(&w.Schema, "at least %d members are demanded (minProperties)", want)
	}
	if (w.Additional != nil || w.patternNames() != nil) && len(w.Properties) == 0 && r.fills(depth, how) {
		want = max(want, 2)
	}
	if w.MaxProperties != nil {
		want = min(want, *w.MaxProperties)
		for len(o.Members) > *w.MaxProperties && w.dropOptional(o) {
		}
	}
	if len(o.Members) >= want {
		return nil
	}
	r.fillOptional(w, o, want, key, depth)
	return r.fillFurther(w, o, want, key, depth)
}

// fillOptional adds declared members that were left out.
func (r run) fillOptional(w *rules, o *jsonvalue.Object, want int, key deal.Key, depth int) {
	for _, m := range w.members {
		if _, there := o.Get(m.name); there || m.hidden || slices.Contains(w.without, m.name) {
			continue
		}
		if len(o.Members) >= want || slices.ContainsFunc(m.demand.schemas, never) {
			continue
		}
		if v, err := r.value(m.demand, m.name, key.At(m.name), depth+1); err == nil {
			o.Set(m.name, v)
		}
	}
}

// fillFurther adds members that are not declared.
func (r run) fillFurther(w *rules, o *jsonvalue.Object, want int, key deal.Key, depth int) error {
	for i := 0; len(o.Members) < want; i++ {
		if i > 4*want+100 {
			if len(o.Members) >= least(w.MinProperties) {
				return nil
			}
			return impossible(&w.Schema, "at least %d members are demanded (minProperties), only %d are allowed",
				want, len(o.Members))
		}
		name := r.furtherName(w, i, key)
		m := w.member(name, r.view)
		if _, taken := o.Get(name); taken || m.hidden || slices.Contains(w.without, name) ||
			slices.ContainsFunc(m.demand.schemas, never) {
			continue
		}
		v, err := r.value(m.demand, name, key.At(name), depth+1)
		if err != nil {
			return below(name, err)
		}
		o.Set(name, v)
	}
	return nil
}

// furtherName returns a name for an undeclared member, as propertyNames or patternProperties want
// it.
func (r run) furtherName(w *rules, i int, key deal.Key) string {
	names := demand{}
	for _, p := range w.parts {
		if p.PropertyNames != nil {
			names.schemas = append(names.schemas, p.PropertyNames)
		}
	}
	key = key.At("names").With(uint64(i))
	if patterns := w.patternNames(); len(patterns) > 0 && (i%2 == 0 || w.Closed) {
		wanted := r.rules(names)
		copied := *wanted
		copied.patterns = append([]string{patterns[i/2%len(patterns)]}, wanted.patterns...)
		if v, err := r.text(&copied, "", key); err == nil {
			return v.(string)
		}
	}
	if len(names.schemas) > 0 {
		names.schemas = append(names.schemas, nameSchema)
		if v, err := r.value(names, "", key, lastDepth); err == nil {
			if text, ok := v.(string); ok {
				return text
			}
		}
	}
	return memberName(i)
}

// nameSchema is what the name of a member is in any case.
var nameSchema = &openapi.Schema{Types: []string{"string"}}

func (w *rules) patternNames() (patterns []string) {
	for _, p := range w.parts {
		for _, named := range p.PatternProperties {
			if !never(named.Schema) {
				patterns = append(patterns, named.Name)
			}
		}
	}
	return patterns
}

// dropOptional removes the last member that is not required, and reports whether there was one.
func (w *rules) dropOptional(o *jsonvalue.Object) bool {
	for i := len(o.Members) - 1; i >= 0; i-- {
		name := o.Members[i].Name
		if !slices.ContainsFunc(w.members, func(m member) bool { return m.name == name && m.required }) {
			o.Delete(name)
			return true
		}
	}
	return false
}
