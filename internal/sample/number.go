package sample

import (
	"encoding/json"
	"math/big"
	"strings"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
)

// multiples is the range of numbers that a schema allows: step times every integer from low to
// high.
type multiples struct {
	step      *big.Rat
	low, high *big.Int
}

// numberFor returns a number within the bounds of the schema; where it has none, one of the size
// that the name suggests.
func numberFor(s *openapi.Schema, typ, name string, key deal.Key) (any, error) {
	l, err := newMultiples(s, typ, sizeOf(name))
	if err != nil {
		return nil, err
	}
	span := new(big.Int).Sub(l.high, l.low)
	span.Add(span, big.NewInt(1))
	at := new(big.Int).SetUint64(key.At("number").Stream().Uint64())
	at.Mod(at, span).Add(at, l.low)
	return l.at(at), nil
}

// number returns a number that the rules allow.
func (r run) number(w *rules, typ, name string, key deal.Key) (any, error) {
	for try := range uint64(tries) {
		at := key
		if try > 0 {
			at = key.At("again").With(try)
		}
		v, err := numberFor(&w.Schema, typ, name, at)
		if err != nil || !w.unsure || r.meets(w, v) {
			return v, err
		}
	}
	if l, err := newMultiples(&w.Schema, typ, sizeOf(name)); err == nil {
		for i := new(big.Int).Set(l.low); i.Cmp(l.high) <= 0; i.Add(i, big.NewInt(1)) {
			if r.effort.steps < maxSteps/4 {
				break
			}
			if v := l.at(i); r.meets(w, v) {
				return v, nil
			}
		}
	}
	return nil, impossible(&w.Schema, "no %s was found that meets the other rules, too", typ)
}

func (l *multiples) at(i *big.Int) json.Number {
	return literal(new(big.Rat).Mul(l.step, new(big.Rat).SetInt(i)))
}

// newMultiples returns the range that the bounds leave; the usual bounds replace those that are
// missing. typ is number or integer.
func newMultiples(s *openapi.Schema, typ string, usual size) (*multiples, error) {
	low, lowOut := limit(s.Minimum, s.ExclusiveMinimum, 1)
	high, highOut := limit(s.Maximum, s.ExclusiveMaximum, -1)
	low, high = closed(low, high, new(big.Rat).SetInt64(usual.low), new(big.Rat).SetInt64(usual.high))
	if least, most := widthOf(s.Format); least != nil {
		low, lowOut = clamped(low, least, 1, lowOut)
		high, highOut = clamped(high, most, -1, highOut)
	}
	l := &multiples{step: stepOf(s, typ, low, high, usual.cents)}
	l.low, l.high = within(low, high, l.step)
	if lowOut && new(big.Rat).Mul(l.step, new(big.Rat).SetInt(l.low)).Cmp(low) == 0 {
		l.low.Add(l.low, big.NewInt(1))
	}
	if highOut && new(big.Rat).Mul(l.step, new(big.Rat).SetInt(l.high)).Cmp(high) == 0 {
		l.high.Sub(l.high, big.NewInt(1))
	}
	if s.MultipleOf != "" && l.high.Cmp(l.low) < 0 && (s.Maximum == "" && s.ExclusiveMaximum == "") {
		l.high.Set(l.low)
	}
	if l.high.Cmp(l.low) < 0 {
		return nil, impossible(s, "no %s lies within the bounds (minimum, maximum, multipleOf)", typ)
	}
	return l, nil
}

// clamped returns the tighter of a bound and that of the format.
func clamped(bound, of *big.Rat, sign int, outside bool) (*big.Rat, bool) {
	if of.Cmp(bound)*sign > 0 {
		return of, false
	}
	return bound, outside
}

// closed replaces missing bounds by the usual ones, shifted where the given bound leaves no room
// between them.
func closed(low, high, usual, usualMost *big.Rat) (*big.Rat, *big.Rat) {
	room := new(big.Rat).Sub(usualMost, usual)
	switch {
	case low == nil && high == nil:
		return usual, usualMost
	case low == nil && usual.Cmp(high) > 0:
		return new(big.Rat).Sub(high, room), high
	case low == nil:
		return usual, high
	case high == nil && usualMost.Cmp(low) <= 0:
		return low, new(big.Rat).Add(low, room)
	case high == nil:
		return low, usualMost
	}
	return low, high
}

// limit returns the tighter of two bounds, nil where there is none, and whether the bound itself is
// excluded. sign is 1 for lower bounds, -1 for upper ones.
func limit(inclusive, exclusive json.Number, sign int) (value *big.Rat, outside bool) {
	in, hasIn := rat(inclusive)
	ex, hasEx := rat(exclusive)
	switch {
	case hasIn && (!hasEx || in.Cmp(ex)*sign > 0):
		return in, false
	case hasEx:
		return ex, true
	}
	return nil, false
}

// stepOf returns the step: multipleOf, else 1 for integers and wide ranges, else about a hundredth
// of the range.
func stepOf(s *openapi.Schema, typ string, low, high *big.Rat, cents bool) *big.Rat {
	one := big.NewRat(1, 1)
	if step, ok := rat(s.MultipleOf); ok && step.Sign() > 0 {
		if typ == "integer" { // both: the least common multiple of the step and 1
			return new(big.Rat).SetInt(step.Num())
		}
		return step
	}
	switch room := new(big.Rat).Sub(high, low); {
	case typ == "integer":
		return one
	case cents:
		return big.NewRat(1, 100)
	case room.Cmp(big.NewRat(20, 1)) >= 0:
		return one
	case room.Sign() <= 0:
		return exactStep(low)
	default:
		step := big.NewRat(1, 1)
		for new(big.Rat).Quo(room, step).Cmp(big.NewRat(20, 1)) < 0 {
			step.Mul(step, big.NewRat(1, 10))
		}
		return step
	}
}

// exactStep returns a power of ten of which the only allowed number is a multiple.
func exactStep(r *big.Rat) *big.Rat {
	step := big.NewRat(1, 1)
	for range 30 {
		if new(big.Rat).Quo(r, step).IsInt() {
			break
		}
		step.Mul(step, big.NewRat(1, 10))
	}
	return step
}

// within returns the first and the last multiple of step in a range.
func within(low, high, step *big.Rat) (first, last *big.Int) {
	l, h := new(big.Rat).Quo(low, step), new(big.Rat).Quo(high, step)
	first = new(big.Int).Div(l.Num(), l.Denom()) // floor
	if !l.IsInt() {
		first.Add(first, big.NewInt(1))
	}
	return first, new(big.Int).Div(h.Num(), h.Denom())
}

// rat parses a number. It is false for "" and for exponents that would take too much memory.
func rat(n json.Number) (*big.Rat, bool) {
	if n == "" || len(n) > 400 {
		return nil, false
	}
	if i := strings.IndexAny(string(n), "eE"); i >= 0 && len(n)-i > 5 {
		return nil, false
	}
	return new(big.Rat).SetString(string(n))
}

// literal returns a number in decimal notation, with at most thirty fraction digits.
func literal(r *big.Rat) json.Number {
	if r.IsInt() {
		return json.Number(r.Num().String())
	}
	return json.Number(strings.TrimRight(r.FloatString(30), "0"))
}
