package sample

import (
	"encoding/json"
	"slices"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// run is the generation of one value.
type run struct {
	*Generator
	effort *effort
	failed failures
	// lax: where nothing meets the rules, what comes near is good enough.
	lax bool
	// informed: schemas that searched alone gave nothing are not tried.
	informed bool
}

// run returns a run that may take so much effort.
func (g *Generator) run(e effort) run { return run{Generator: g, effort: &e, failed: failures{}} }

// variant says how the next value for the same rules differs from those that were refused.
type variant int

// The variants: as the policy has it, without what is optional, and from 2 on with some of it.
const (
	usual variant = iota
	lean
)

// fills reports whether a value has what is optional.
func (r run) fills(depth int, how variant) bool {
	if depth > fullDepth || r.effort.steps < maxSteps/2 || how == lean {
		return false
	}
	return !r.lean || how > lean
}

// value makes a value that meets a demand. Where the rules leave a choice, or are such that a value
// must be tried, it tries the ways to meet them one by one, boundedly often.
func (r run) value(d demand, name string, key deal.Key, depth int) (any, error) {
	r.effort.steps--
	if len(d.schemas)+len(d.against)+len(d.only) == 0 {
		return text(name, key), nil
	}
	w := r.rules(d)
	var v any
	err := r.hopeless(w, depth)
	switch {
	case err != nil:
	case !w.unsure && w.clash == "":
		v, err = r.build(w, name, key, depth, usual)
	default:
		v, err = r.search(w, name, key, depth, false)
		if err != nil && exclusive(w) && !r.effort.exhausted() {
			if other, bad := r.search(w, name, key.At("exclusive"), depth, true); bad == nil {
				v, err = other, nil
			}
		}
	}
	if err == nil {
		return v, nil
	}
	if r.effort.refused--; !r.effort.exhausted() {
		r.failed.note(&d, depth, err)
	}
	if r.lax {
		return near(w, v), nil
	}
	return nil, err
}

// exclusive reports whether rules have alternatives that may not be met together.
func exclusive(w *rules) bool {
	return slices.ContainsFunc(w.choices, func(c choice) bool {
		return slices.ContainsFunc(c.options, func(o option) bool { return len(o.others) > 0 })
	})
}

// hopeless returns the error of rules that need not be tried.
func (r run) hopeless(w *rules, depth int) error {
	most := lastDepth
	if r.lax {
		most = fullDepth
	}
	switch {
	case depth > most:
		return impossible(&w.Schema, "the schema demands itself without end")
	case r.effort.exhaustedAt(depth):
		return impossible(&w.Schema, "no value was found among those that were tried, with %d values in them",
			maxSteps-r.effort.steps)
	}
	if err := r.failed.known(&w.demand, depth); err != nil || !w.plain() {
		return err
	}
	if err := r.tooHeavy(w.schemas[0]); err != nil || !r.informed {
		return err
	}
	return r.inVain(w.schemas[0])
}

// search tries ways to meet rules. Their number is that of the options, at least tries. With an error
// it returns the last value that was refused. Where exclusively, it avoids the other alternatives of a
// oneOf on purpose.
func (r run) search(w *rules, name string, key deal.Key, depth int, exclusively bool) (any, error) {
	most := tries
	for _, c := range w.choices {
		most = max(most, min(2*len(c.options), 10*tries))
	}
	var last error
	var refused any
	for try := range most {
		at := key
		switch {
		case len(w.choices) > 0:
			at = key.At("branch").With(uint64(try))
		case try > 0:
			at = key.At("again").With(uint64(try))
		}
		var v any
		settled, left, err := r.settle(w, key, try, depth, exclusively)
		if err == nil {
			v, err = r.tried(settled, name, at, depth, variant(left))
		}
		switch {
		case err == nil:
			return v, nil
		case v != nil:
			refused = v
		}
		if last = err; r.effort.exhausted() || w.clash != "" {
			break
		}
	}
	if refusal, ok := last.(*refusal); ok {
		last = r.reason(refusal.rules, refusal.value)
	}
	return refused, last
}

// refusal is the error for a value that rules refuse. Why they do is worked out for the last one alone.
type refusal struct {
	rules *rules
	value any
}

func (*refusal) Error() string { return "refused" }

// tried returns a value by rules without choices. With an error it returns the value that was refused.
func (r run) tried(w *rules, name string, key deal.Key, depth int, how variant) (any, error) {
	v, err := r.build(w, name, key, depth, how)
	if err == nil && !r.meets(w, v) {
		err = &refusal{w, v}
	}
	return v, err
}

// settle makes the choices of rules: the digits of the number of the try, in the base of the number
// of options each, say which one is taken. It returns what is left of the number.
func (r run) settle(w *rules, key deal.Key, try, depth int, exclusively bool) (*rules, int, error) {
	shift := key.At("branch").Stream()
	for n := 0; len(w.choices) > 0; n++ {
		if w.clash != "" || n > maxChoices {
			break
		}
		c := w.choices[0]
		options := r.inOrder(c.options, depth)
		if len(options) == 0 {
			return nil, try, impossible(&w.Schema, "the schema demands itself without end")
		}
		start := try % len(options)
		if depth <= fullDepth {
			start += shift.Below(len(options))
		}
		try /= len(options)
		w = r.firstPossible(w, c.decision, options, start, exclusively)
	}
	if w.clash != "" {
		return nil, try, impossible(&w.Schema, "%s", w.clash)
	}
	return w, try, nil
}

// firstPossible returns the rules with the first of the options, counted from start, that does not
// contradict them; with that at start where all do.
func (r run) firstPossible(w *rules, made decision, options []option, start int, exclusively bool) *rules {
	var first *rules
	for i := range options {
		r.effort.steps--
		o := &options[(start+i)%len(options)]
		more := o.demand
		if exclusively {
			more.against = slices.Concat(more.against, o.others)
		}
		next := r.rules(w.demand.plus(&more, made))
		if next.clash == "" {
			return next
		}
		if first == nil {
			first = next
		}
	}
	return first
}

// inOrder returns the options that have values of bounded depth; the flattest first where the value
// is deep already.
func (r run) inOrder(options []option, depth int) []option {
	heights := map[*openapi.Schema]int{}
	for _, o := range options {
		if o.schema != nil {
			heights[o.schema] = r.height(o.schema)
		}
	}
	options = slices.DeleteFunc(slices.Clone(options), func(o option) bool {
		return o.schema != nil && heights[o.schema] > lastDepth
	})
	if depth > fullDepth {
		slices.SortStableFunc(options, func(a, b option) int { return heights[a.schema] - heights[b.schema] })
	}
	return options
}

// build makes a value by rules without choices.
func (r run) build(w *rules, name string, key deal.Key, depth int, how variant) (v any, err error) {
	if w.Enum != nil {
		return r.listed(w, key)
	}
	if v, ok := r.fromExamples(w, key); ok && how == usual {
		return v, nil
	}
	for _, typ := range w.types() {
		switch typ {
		case "object":
			v, err = r.object(w, name, key, depth, how)
		case "array":
			v, err = r.list(w, name, key, depth, how)
		case "string":
			v, err = r.text(w, name, key)
		case "number", "integer":
			v, err = r.number(w, typ, name, key)
		case "boolean":
			v = key.At("boolean").Stream().Chance(50)
			if len(w.against)+len(w.only) > 0 && !r.meets(w, v) {
				v = v == false
			}
		default:
			v, err = nil, nil
		}
		if err == nil {
			return v, nil
		}
	}
	return nil, err
}

// types returns the types that a value may have, the preferred one first; null only where there is
// no other, or where others may be endless.
func (w *rules) types() []string {
	if len(w.Types) == 0 && slices.ContainsFunc(w.members, func(m member) bool { return m.required }) {
		return []string{"object"}
	}
	types := Types(&w.Schema)
	if len(types) > 0 && slices.Contains(w.Types, "null") && types[0] != "null" {
		types = append(types, "null")
	}
	return types
}

// listed picks an allowed value: one that is not null, if there is one.
func (r run) listed(w *rules, key deal.Key) (any, error) {
	if len(w.Enum) == 0 {
		return nil, impossible(&w.Schema, "no value is allowed at all (enum)")
	}
	v := pickNonNull(w.Enum, key)
	if r.couldBe(w, v) {
		return v, nil
	}
	first := key.At("enum").Stream().Below(len(w.Enum))
	for i := range w.Enum {
		if v := w.Enum[(first+i)%len(w.Enum)]; r.couldBe(w, v) {
			return v, nil
		}
	}
	return nil, impossible(&w.Schema, "none of the allowed values (enum) meets the other rules")
}

// couldBe reports whether a listed value meets the rules.
func (r run) couldBe(w *rules, v any) bool {
	switch v.(type) {
	case *jsonvalue.Object, []any:
		return r.meets(w, v)
	}
	return r.fits(w, v)
}

// reason says which rule a value breaks.
func (r run) reason(w *rules, v any) error {
	for _, s := range w.schemas {
		found := s.Validate(v, r.view)
		if len(found) == 0 {
			continue
		}
		e := impossible(&w.Schema, "what was made up for it is refused by the document's rule %s: %s",
			found[0].Rule, found[0].Message).(*Impossible)
		e.Pointer = found[0].Pointer
		if found[0].Document.Line > 0 {
			e.Position = found[0].Document
		}
		return e
	}
	return impossible(&w.Schema, "what was made up for it meets what it must not meet (not, if)")
}

// near returns what comes near a value that was not found: the last one that was refused, else the
// plainest of the type.
func near(w *rules, refused any) any {
	switch {
	case refused != nil:
		return refused
	case len(w.Enum) > 0:
		return w.Enum[0]
	}
	return map[string]any{"object": &jsonvalue.Object{}, "array": []any{}, "string": "", "boolean": false,
		"number": json.Number("0"), "integer": json.Number("0")}[w.types()[0]]
}
