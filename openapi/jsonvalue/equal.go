package jsonvalue

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
)

// Equal compares two values as JSON Schema does (2020-12 §4.2.2): numbers by what they are worth,
// objects without regard to order.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case bool:
		other, ok := b.(bool)
		return ok && a == other
	case string:
		other, ok := b.(string)
		return ok && a == other
	case []any:
		other, ok := b.([]any)
		if !ok || len(a) != len(other) {
			return false
		}
		for i := range a {
			if !Equal(a[i], other[i]) {
				return false
			}
		}
		return true
	case *Object, map[string]any:
		return equalObjects(a, b)
	}
	return TypeOf(b) == "number" && canonicalNumber(a) == canonicalNumber(b)
}

func equalObjects(a, b any) bool {
	left, right := memberMap(a), memberMap(b)
	if right == nil || len(left) != len(right) {
		return false
	}
	for name, value := range left {
		other, ok := right[name]
		if !ok || !Equal(value, other) {
			return false
		}
	}
	return true
}

func memberMap(v any) map[string]any {
	switch v := v.(type) {
	case map[string]any:
		return v
	case *Object:
		m := make(map[string]any, len(v.Members))
		for _, member := range v.Members {
			m[member.Name] = member.Value
		}
		return m
	}
	return nil
}

// canonicalNumber spells a number in one way, ±digits e exponent, without ever building it:
// 1e10000000 stays short.
func canonicalNumber(v any) string {
	text := numberText(v)
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

func numberText(v any) string {
	if n, ok := v.(json.Number); ok {
		return string(n)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
