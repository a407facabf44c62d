package sample

import (
	"encoding/json"
	"math/big"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Fits reports whether a schema allows a scalar, or an empty list or object. It decides the common
// keywords itself, which is fast, and leaves the others to Validate.
func (g *Generator) Fits(s *openapi.Schema, v any) bool {
	switch {
	case s == nil:
		return true
	case len(s.OneOf)+len(s.AnyOf) > 0 || s.Format != "" && !lenient[s.Format] &&
		!(s.Format == "date-time" && isMoment(v)):
		return len(s.Validate(v, g.view)) == 0
	case s.Enum != nil && !contains(s.Enum, v):
		return false
	}
	switch v := v.(type) {
	case string:
		return s.Allows("string") && g.fitsText(s, v)
	case json.Number:
		return s.Allows("number") && fitsNumber(s, v) || s.Allows("integer") && isInteger(v) && fitsNumber(s, v)
	default:
		return s.Allows(jsonvalue.TypeOf(v))
	}
}

// isMoment reports whether a value is a date-time in the only form that generated agents use.
func isMoment(v any) bool {
	text, ok := v.(string)
	if !ok || len(text) != len("2006-01-02T15:04:05.000Z") {
		return false
	}
	_, err := time.Parse("2006-01-02T15:04:05.000Z", text)
	return err == nil
}

// lenient are the formats that validation ignores.
var lenient = map[string]bool{"password": true, "int32": true, "int64": true, "float": true, "double": true,
	"binary": true}

func (g *Generator) fitsText(s *openapi.Schema, v string) bool {
	if s.MinLength != nil || s.MaxLength != nil {
		n := utf8.RuneCountInString(v)
		if s.MinLength != nil && n < *s.MinLength || s.MaxLength != nil && n > *s.MaxLength {
			return false
		}
	}
	if s.Pattern == "" {
		return true
	}
	p := g.pattern(s.Pattern)
	return p.err == nil && p.match.MatchString(v)
}

func isInteger(n json.Number) bool {
	r, ok := rat(n)
	return ok && r.IsInt()
}

func fitsNumber(s *openapi.Schema, n json.Number) bool {
	if s.Minimum == "" && s.Maximum == "" && s.ExclusiveMinimum == "" && s.ExclusiveMaximum == "" &&
		s.MultipleOf == "" {
		return true
	}
	r, ok := rat(n)
	if !ok {
		return false
	}
	step, ok := rat(s.MultipleOf)
	if s.MultipleOf != "" && (!ok || step.Sign() <= 0 || !new(big.Rat).Quo(r, step).IsInt()) {
		return false
	}
	return compares(r, s.Minimum, 0, 1) && compares(r, s.Maximum, 0, -1) &&
		compares(r, s.ExclusiveMinimum, 1) && compares(r, s.ExclusiveMaximum, -1)
}

// compares reports whether a number compares to a limit with one of the given results (-1, 0, 1);
// always where there is no limit.
func compares(r *big.Rat, limit json.Number, orders ...int) bool {
	l, ok := rat(limit)
	return limit == "" || ok && slices.Contains(orders, r.Cmp(l))
}
