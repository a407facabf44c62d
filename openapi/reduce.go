package openapi

import (
	"errors"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// reducer makes schemas of the library that say the same of one value and take few steps: what is
// plainly valid is not tried again, and of the alternatives of which plainly none fits only one is,
// the one that the explanation is about.
type reducer struct {
	explainer *explainer
	root      jsonvalue.Node // the whole value
	walk      *walk
	left      int // schemas that may be made or looked at; without any, the rest stays as it is
	known     map[reduction]*jsonschema.Schema
	counted   map[step]int
}

// reduction is what a reduced schema is for. Around says whether a schema around it wants to know which
// members or items it evaluates.
type reduction struct {
	step
	around bool
}

// mostReduced is the number of schemas that a reducer makes or looks at. One takes a kilobyte.
const mostReduced = 1 << 15

// rawPerStep is the number of bytes of a value that take as long to read as a step of the library.
const rawPerStep = 64

func newReducer(e *explainer, root jsonvalue.Node) *reducer {
	r := &reducer{explainer: e, root: root, walk: newWalk(root), left: mostReduced,
		known: map[reduction]*jsonschema.Schema{}, counted: map[step]int{}}
	r.walk.left, r.walk.quick = r.walk.left+r.walk.quick, 0
	r.walk.settle = r.settled
	return r
}

// settled returns what the library says of a value: of its parts, all is known that can be.
func (r *reducer) settled(c *check, n jsonvalue.Node) verdict {
	value := plain(n.Value())
	s := r.made(c, n, false)
	e := effort{most: min(r.left, reduceFrom)}
	steps := e.of(s, value)
	if r.left -= min(steps, r.left) + len(n.Raw())/rawPerStep; steps > e.most {
		return unsure
	}
	err := safely(s, value)
	if invalid := (*jsonschema.ValidationError)(nil); err != nil && !errors.As(err, &invalid) {
		return unsure
	}
	return verdictOf(err == nil)
}

// ruledOut and alsoMeant stand for alternatives that plainly do not fit, and that are not tried: those
// that were not meant, and those that may have been, as another one.
var ruledOut, alsoMeant = nothing("ruled-out"), nothing("also-meant")

// nothing returns a schema that accepts no value.
func nothing(location string) *jsonschema.Schema {
	no := false
	return &jsonschema.Schema{Always: &no, Location: location}
}

// reduced returns a schema that says the same of the value as that of the check.
func (r *reducer) reduced(c *check, n jsonvalue.Node, around bool) *jsonschema.Schema {
	s := c.schema
	switch {
	case s.Always != nil || c.vague || r.left <= 0 || !c.types.hold(n):
		return s
	case !around && c.of(n, r.walk) == yes:
		return anyValue
	}
	return r.made(c, n, around)
}

// made is reduced for what is not plainly valid, or of which more must be known.
func (r *reducer) made(c *check, n jsonvalue.Node, around bool) *jsonschema.Schema {
	s := c.schema
	key := reduction{step{c, n}, around}
	if known := r.known[key]; known != nil {
		return known
	}
	r.left--
	out := *s
	around = around || s.UnevaluatedProperties != nil || s.UnevaluatedItems != nil
	r.same(&out, c, n, around)
	switch {
	case n.Type() == "object" && c.object != nil:
		r.members(&out, c.object, n)
		if c.object.rest != nil {
			r.restOfMembers(&out, c.object.rest.check, n)
		}
	case n.Type() == "array" && c.array != nil:
		r.items(&out, c.array, n, around)
		if c.array.rest != nil {
			r.restOfItems(&out, c.array.rest.check, n)
		}
	}
	r.known[key] = &out
	return &out
}

// same reduces the schemas that apply to the same value.
func (r *reducer) same(out *jsonschema.Schema, c *check, n jsonvalue.Node, around bool) {
	all := make([]*jsonschema.Schema, len(c.all))
	for i, part := range c.all {
		all[i] = r.reduced(part, n, around)
	}
	if out.Ref != nil {
		out.Ref, all = all[0], all[1:]
	}
	out.AllOf = all
	out.AnyOf, out.OneOf = r.alternatives(c, c.any, n, around), r.alternatives(c, c.one, n, around)
	if c.not != nil {
		out.Not = r.premise(c.not, n, around)
	}
	if c.when != nil {
		out.If = r.premise(c.when, n, around)
	}
	if c.then != nil {
		out.Then = r.reduced(c.then, n, around)
	}
	if c.otherwise != nil {
		out.Else = r.reduced(c.otherwise, n, around)
	}
	if c.object == nil || n.Type() != "object" || len(out.DependentSchemas) == 0 {
		return
	}
	out.DependentSchemas = map[string]*jsonschema.Schema{}
	for _, need := range c.object.needs {
		if _, has := n.Member(need.name); has && need.check != nil {
			out.DependentSchemas[need.name] = r.reduced(need.check, n, around)
		}
	}
}

// premise reduces a schema of which nobody asks why a value does not fit it.
func (r *reducer) premise(c *check, n jsonvalue.Node, around bool) *jsonschema.Schema {
	if c.of(n, r.walk) == no {
		return ruledOut
	}
	return r.reduced(c, n, around)
}

// alternatives reduces those of a schema.
func (r *reducer) alternatives(c *check, list []*check, n jsonvalue.Node, around bool) []*jsonschema.Schema {
	out := make([]*jsonschema.Schema, len(list))
	var doubtful []int
	fits := false
	for i, alternative := range list {
		v := alternative.of(n, r.walk)
		if v == no {
			out[i] = ruledOut
		} else {
			out[i] = r.reduced(alternative, n, around)
		}
		if v != yes {
			doubtful = append(doubtful, i)
		}
		fits = fits || v == yes
	}
	if fits || len(list) == 0 {
		return out
	}
	isWrong := func(i int) bool { return out[i] == ruledOut }
	meant := slices.DeleteFunc(r.meant(c, list, doubtful, n), func(i int) bool { return !isWrong(i) })
	if len(meant) == 0 {
		return out
	}
	best := slices.MinFunc(meant, func(i, j int) int { return r.faults(list[i], n) - r.faults(list[j], n) })
	for _, i := range meant {
		out[i] = alsoMeant
	}
	out[best] = r.reduced(list[best], n, around)
	return out
}
