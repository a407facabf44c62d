package sample

import (
	"encoding/json"
	"slices"

	"github.com/agentmock/agentmock/openapi"
)

// demand is all that one value has to meet.
type demand struct {
	schemas []*openapi.Schema // each of them
	against []*openapi.Schema // none of them
	only    [][]any           // a value of each of these lists
	inside  []inside          // what members have to meet besides
	items   []*openapi.Schema // what no item of a list may meet
	with    []string          // members that must be there
	without []string          // members that must not be there
	decided []decision        // choices that have been made
}

// inside is what one member of an object has to meet besides what the schemas say of it.
type inside struct {
	member  string
	against *openapi.Schema // nil: none
	only    []any           // nil: any
}

// decision names a choice: a keyword of a part. Choices about the refutation of a schema belong to
// the first of its parts.
type decision struct {
	part    *openapi.Part
	keyword string
}

// choice is a rule that can be met in several ways.
type choice struct {
	decision
	options []option
}

// option is one way to meet a rule: more demands.
type option struct {
	demand
	schema *openapi.Schema   // the alternative that it stands for; nil where it stands for none
	others []*openapi.Schema // alternatives of a oneOf that must not be met with it
}

func demandOf(schemas ...*openapi.Schema) demand {
	return demand{schemas: slices.DeleteFunc(schemas, func(s *openapi.Schema) bool { return s == nil })}
}

// plain reports whether the demand is one schema and nothing else.
func (d *demand) plain() bool {
	return len(d.schemas) == 1 && len(d.against)+len(d.only)+len(d.inside)+len(d.items)+len(d.with)+
		len(d.without)+len(d.decided) == 0
}

// plus returns the demand with what an option adds, so that its choice is made.
func (d *demand) plus(o *demand, made decision) demand {
	return demand{
		schemas: slices.Concat(d.schemas, o.schemas),
		against: slices.Concat(d.against, o.against),
		only:    slices.Concat(d.only, o.only),
		inside:  slices.Concat(d.inside, o.inside),
		items:   slices.Concat(d.items, o.items),
		with:    slices.Concat(d.with, o.with),
		without: slices.Concat(d.without, o.without),
		decided: append(slices.Clone(d.decided), made),
	}
}

// also adds what a member has to meet besides what the schemas say of it.
func (d *demand) also(list []inside, member string) {
	for _, in := range list {
		if in.member != member {
			continue
		}
		if in.only != nil {
			d.only = append(d.only, in.only)
		}
		if in.against != nil {
			d.against = append(d.against, in.against)
		}
	}
}

// choose adds the choices that a part leaves.
func (w *rules) choose(p *openapi.Part) {
	for _, list := range []struct {
		keyword string
		schemas []*openapi.Schema
	}{{"oneOf", p.OneOf}, {"anyOf", p.AnyOf}} {
		if len(list.schemas) > 0 {
			w.offer(p, list.keyword, alternatives(p, list.schemas, list.keyword == "oneOf"))
		}
	}
	if d := p.Discriminator; d != nil && len(p.OneOf)+len(p.AnyOf) == 0 {
		w.extensions(p, d)
	}
	if p.If != nil && p.Then != nil || p.If != nil && p.Else != nil {
		w.offer(p, "if", []option{
			{demand: demand{schemas: present(p.If, p.Then)}},
			{demand: demand{against: []*openapi.Schema{p.If}, schemas: present(p.Else)}},
		})
	}
	for _, dependent := range p.DependentSchemas {
		w.offer(p, "dependentSchemas/"+dependent.Name, []option{
			{demand: demand{without: []string{dependent.Name}}},
			{demand: demand{with: []string{dependent.Name}, schemas: []*openapi.Schema{dependent.Schema}}},
		})
	}
	if p.Not != nil {
		w.refute(p.Not)
	}
}

func present(schemas ...*openapi.Schema) []*openapi.Schema { return demandOf(schemas...).schemas }

// offer adds a choice, unless it has been made.
func (w *rules) offer(p *openapi.Part, keyword string, options []option) {
	made := decision{p, keyword}
	if !slices.Contains(w.decided, made) && len(options) > 0 {
		w.choices = append(w.choices, choice{made, options})
	}
}

// alternatives are the options of a oneOf or anyOf. The part's discriminator says which value names
// them.
func alternatives(p *openapi.Part, schemas []*openapi.Schema, oneOnly bool) []option {
	const few = 12
	options := make([]option, len(schemas))
	for i, s := range schemas {
		options[i] = option{demand: demand{schemas: []*openapi.Schema{s}}, schema: s}
		if oneOnly && len(schemas) <= few {
			options[i].others = slices.Concat(schemas[:i:i], schemas[i+1:])
		}
		if p.Discriminator != nil {
			if names := namesOf(p.Discriminator, s.Parts()); names != nil {
				options[i].inside = []inside{{p.Discriminator.Property, nil, names}}
				options[i].with = []string{p.Discriminator.Property}
			}
		}
	}
	return options
}

// namesOf returns the values of a discriminator that name one of the parts.
func namesOf(d *openapi.Discriminator, parts []*openapi.Part) (names []any) {
	for _, branch := range d.Branches {
		if own := branch.Schema.Parts(); len(own) > 0 && slices.Contains(parts, own[0]) {
			names = append(names, branch.Value)
		}
	}
	return names
}

// extensions adds the choice between the schemas that extend a part by allOf. Where one of them is
// demanded already, only the value that names it is left.
func (w *rules) extensions(p *openapi.Part, d *openapi.Discriminator) {
	w.extended = append(w.extended, p)
	var options []option
	for _, branch := range d.Branches {
		options = append(options, option{schema: branch.Schema, demand: demand{
			schemas: []*openapi.Schema{branch.Schema}, with: []string{d.Property},
			inside: []inside{{d.Property, nil, []any{branch.Value}}},
		}})
	}
	w.offer(p, "discriminator", options)
}

// extending settles the choices between extensions of which one is demanded already.
func (w *rules) extending() {
	for _, p := range w.extended {
		others := slices.DeleteFunc(slices.Clone(w.parts), func(other *openapi.Part) bool { return other == p })
		names, made := namesOf(p.Discriminator, others), decision{p, "discriminator"}
		if names == nil || slices.Contains(w.decided, made) {
			continue
		}
		w.inside = append(slices.Clone(w.inside), inside{p.Discriminator.Property, nil, names})
		w.with = append(slices.Clone(w.with), p.Discriminator.Property)
		w.choices = slices.DeleteFunc(w.choices, func(c choice) bool { return c.decision == made })
	}
}

// refute adds the choice between ways not to meet a schema, as far as they can be told in advance.
// What cannot be told is left to trying.
func (w *rules) refute(s *openapi.Schema) {
	parts := s.Parts()
	if len(parts) == 0 || slices.Contains(w.decided, decision{parts[0], "refuted"}) {
		return
	}
	if !slices.Contains(w.against, s) {
		w.against = append(slices.Clone(w.against), s)
	}
	var options []option
	for _, p := range parts {
		if len(p.Types) > 0 && len(w.Types) > 0 && !slices.ContainsFunc(w.Types, p.Allows) &&
			!slices.ContainsFunc(p.Types, w.Allows) {
			return // its types refute it
		}
		for _, name := range p.Required {
			options = append(options, option{demand: demand{without: []string{name}}})
		}
		for _, property := range p.Properties {
			options = append(options, option{demand: demand{with: []string{property.Name},
				inside: []inside{{property.Name, property.Schema, nil}}}})
		}
		if p.Not != nil {
			options = append(options, option{demand: demand{schemas: []*openapi.Schema{p.Not}}})
		}
		if all := slices.Concat(p.OneOf, p.AnyOf); len(all) > 0 {
			options = append(options, option{demand: demand{against: all}})
		}
		if p.Contains != nil {
			options = append(options, option{demand: demand{items: []*openapi.Schema{p.Contains}}})
		}
		for _, opposite := range opposites(p) {
			options = append(options, option{demand: demand{schemas: []*openapi.Schema{opposite}}})
		}
	}
	w.offer(parts[0], "refuted", options)
}

// opposites returns schemas that exclude each of the counts and bounds of a part.
func opposites(p *openapi.Part) (list []*openapi.Schema) {
	count := func(n *int, by int, typ string, field func(*openapi.Schema) **int) {
		if n == nil || *n+by < 0 {
			return
		}
		s, beyond := &openapi.Schema{Types: []string{typ}}, *n+by
		*field(s) = &beyond
		list = append(list, s)
	}
	count(p.MinLength, -1, "string", func(s *openapi.Schema) **int { return &s.MaxLength })
	count(p.MaxLength, 1, "string", func(s *openapi.Schema) **int { return &s.MinLength })
	count(p.MinItems, -1, "array", func(s *openapi.Schema) **int { return &s.MaxItems })
	count(p.MaxItems, 1, "array", func(s *openapi.Schema) **int { return &s.MinItems })
	count(p.MinProperties, -1, "object", func(s *openapi.Schema) **int { return &s.MaxProperties })
	count(p.MaxProperties, 1, "object", func(s *openapi.Schema) **int { return &s.MinProperties })
	bound := func(n json.Number, field func(*openapi.Schema) *json.Number) {
		if n != "" {
			s := &openapi.Schema{Types: []string{"number"}}
			*field(s) = n
			list = append(list, s)
		}
	}
	bound(p.Minimum, func(s *openapi.Schema) *json.Number { return &s.ExclusiveMaximum })
	bound(p.Maximum, func(s *openapi.Schema) *json.Number { return &s.ExclusiveMinimum })
	bound(p.ExclusiveMinimum, func(s *openapi.Schema) *json.Number { return &s.Maximum })
	bound(p.ExclusiveMaximum, func(s *openapi.Schema) *json.Number { return &s.Minimum })
	return list
}
