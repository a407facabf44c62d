package jsonvalue

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
)

// Equal reports whether two values are equal as JSON Schema has it (2020-12 §4.2.2): numbers by
// their mathematical value, objects without regard to order. Values for which Of fails equal
// nothing.
func Equal(a, b any) bool {
	a, errA := Of(a)
	b, errB := Of(b)
	return errA == nil && errB == nil && equal(a, b)
}

// equal is Equal for values in the forms of this package.
func equal(a, b any) bool {
	switch a := a.(type) {
	case nil, bool, string:
		return a == b
	case []any:
		other, ok := b.([]any)
		return ok && slices.EqualFunc(a, other, equal)
	case *Object:
		other, ok := b.(*Object)
		return ok && equalObjects(a, other)
	case json.Number:
		other, ok := b.(json.Number)
		return ok && sameNumber(string(a), string(other))
	}
	return false
}

func equalObjects(a, b *Object) bool {
	if len(a.Members) != len(b.Members) {
		return false
	}
	byName := make(map[string]any, len(b.Members))
	for _, m := range b.Members {
		byName[m.Name] = m.Value
	}
	for _, m := range a.Members {
		other, ok := byName[m.Name]
		if !ok || !equal(m.Value, other) {
			return false
		}
	}
	return true
}

func sameNumber(a, b string) bool { return a == b || canonicalNumber(a) == canonicalNumber(b) }

// canonicalNumber spells a number in one way, ±digits e exponent, without computing 1e10000000.
func canonicalNumber(text string) string {
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	exponent := new(big.Int)
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		exponent.SetString(strings.TrimPrefix(text[i+1:], "+"), 10)
		text = text[:i]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	exponent.Sub(exponent, big.NewInt(int64(len(fraction))))
	short := strings.TrimRight(digits, "0")
	exponent.Add(exponent, big.NewInt(int64(len(digits)-len(short))))
	if short == "" {
		return "0"
	}
	return sign + short + "e" + exponent.String()
}
