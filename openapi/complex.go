package openapi

import "github.com/santhosh-tekuri/jsonschema/v5"

// How many steps the library may take for a value: some for any value, and some for each byte of its
// text, or for each value in it where it has no plain text. Ordinary wrong ones take some hundred. A
// step takes about ten microseconds where it ends in an error that is explained.
const mostEffort, effortPerByte, effortPerValue = 1 << 16, 16, 64

// reduceFrom is the number of steps from which schemas are reduced before the library tries them.
const reduceFrom = 1 << 10

// isBearable reports whether the library can decide within its steps, if need be by a reduced schema.
func (p *pieces) isBearable(d *doubt) bool {
	steps := p.effort(d)
	if p.taken+steps > p.reduceFrom && d.check != nil {
		if p.reducer == nil {
			p.reducer = newReducer(p.explainer, p.root)
		}
		d.schema = p.reducer.reduced(d.check, d.node, false)
		steps = p.effort(d)
	}
	if p.taken+steps > p.most {
		return false
	}
	p.taken += steps
	return true
}

// effort returns the number of steps of the library, or more than are left.
func (p *pieces) effort(d *doubt) int {
	e := effort{most: p.most - p.taken}
	return e.of(d.schema, d.value)
}

// TooComplex is the rule of a value that is not judged, because its schema has too many combinations of
// alternatives. It binds the mock, not others: the value may be valid.
const TooComplex = "too-complex"

// AndMore is the rule of a violation that stands for those that are left out; Actual is their number.
const AndMore = "and-more"

// complexKeyword stands for the keyword that such a value breaks.
const complexKeyword = "x-too-complex"

// tooComplex is the error of what is in doubt, and stays so.
func (d *doubt) tooComplex() *jsonschema.ValidationError {
	return &jsonschema.ValidationError{Message: complexKeyword,
		AbsoluteKeywordLocation: d.schema.Location + "/" + complexKeyword}
}

// notJudged returns the violation of a value that is too complex.
func notJudged(v Violation) Violation {
	v.Actual = nil
	return v.because(TooComplex, nil, "the alternatives of the schema have too many combinations here to tell "+
		"whether the value is valid; a discriminator, or a member with another constant in each alternative, "+
		"would tell them apart")
}
