package openapi

import (
	"encoding/json"
	"math/big"
	"math/bits"
)

// bound is a number of a schema.
type bound struct {
	exact *big.Rat
	// the fraction, where it is small; denominator 0: it is not
	negative               bool
	numerator, denominator uint64
}

func newBound(exact *big.Rat) *bound {
	if exact == nil {
		return nil
	}
	b := &bound{exact: exact}
	if size := new(big.Int).Abs(exact.Num()); size.IsUint64() && exact.Denom().IsUint64() {
		b.negative, b.numerator, b.denominator = exact.Sign() < 0, size.Uint64(), exact.Denom().Uint64()
	}
	return b
}

// decimal is a number of a text: digits × 10^-scale, where it is short and has no exponent.
type decimal struct {
	digits int64
	scale  int
	text   json.Number // of any other number; "": it is short
}

// shortDecimal is the most digits that a short number has, so that they fit into 64 bits.
const shortDecimal = 18

var powersOfTen = func() (list [shortDecimal + 1]uint64) {
	list[0] = 1
	for i := range list[1:] {
		list[i+1] = 10 * list[i]
	}
	return list
}()

func parseDecimal(text json.Number) decimal {
	if len(text) > shortDecimal {
		return decimal{text: text}
	}
	var d decimal
	negative := false
	for i := range len(text) {
		switch c := text[i]; c {
		case '-':
			negative = true
		case '.':
			d.scale = len(text) - 1 - i
		case 'e', 'E':
			return decimal{text: text}
		default:
			d.digits = 10*d.digits + int64(c-'0')
		}
	}
	if negative {
		d.digits = -d.digits
	}
	return d
}

func (d decimal) exact() *big.Rat {
	if d.text != "" {
		exact, _ := new(big.Rat).SetString(string(d.text)) // it is JSON, so it is a number
		return exact
	}
	return new(big.Rat).SetFrac(big.NewInt(d.digits), new(big.Int).SetUint64(powersOfTen[d.scale]))
}

func (d decimal) isInteger() bool {
	if d.text != "" {
		return d.exact().IsInt()
	}
	return d.scale == 0 || d.digits%int64(powersOfTen[d.scale]) == 0
}

// compare returns -1 where the number is less than a bound, 0 where it is equal, and 1 where it is
// greater.
func (d decimal) compare(b *bound) int {
	switch {
	case d.text != "" || b.denominator == 0:
		return d.exact().Cmp(b.exact)
	case d.digits < 0 && !b.negative:
		return -1
	case d.digits >= 0 && b.negative:
		return 1
	}
	high, low := bits.Mul64(magnitude(d.digits), b.denominator)
	otherHigh, otherLow := bits.Mul64(b.numerator, powersOfTen[d.scale])
	order := 0
	switch {
	case high > otherHigh || high == otherHigh && low > otherLow:
		order = 1
	case high != otherHigh || low != otherLow:
		order = -1
	}
	if d.digits < 0 {
		return -order
	}
	return order
}

func (d decimal) isMultipleOf(b *bound) bool {
	if d.text == "" && b.denominator > 0 {
		high, low := bits.Mul64(magnitude(d.digits), b.denominator)
		otherHigh, step := bits.Mul64(b.numerator, powersOfTen[d.scale])
		if high+otherHigh == 0 && step > 0 {
			return low%step == 0
		}
	}
	return new(big.Rat).Quo(d.exact(), b.exact).IsInt()
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
