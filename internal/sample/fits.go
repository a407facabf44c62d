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
	switch v := v.(type) {
	case string:
		return g.FitsText(s, v)
	case json.Number:
		return g.FitsNumber(s, v)
	}
	switch {
	case s == nil:
		return true
	case beyondFits(s):
		return s.IsValid(v, g.view)
	}
	return (s.Enum == nil || contains(s.Enum, v)) && s.Allows(jsonvalue.TypeOf(v))
}

// FitsText is Fits for a string.
func (g *Generator) FitsText(s *openapi.Schema, v string) bool {
	switch {
	case s == nil:
		return true
	case beyondFits(s) && (s.Format != "date-time" || len(s.OneOf)+len(s.AnyOf) > 0 || !isMoment(v)):
		return s.IsValid(v, g.view)
	}
	listed := func(item any) bool { return item == any(v) }
	return (s.Enum == nil || slices.ContainsFunc(s.Enum, listed)) && s.Allows("string") && fitsText(s, v)
}

// FitsNumber is Fits for a number.
func (g *Generator) FitsNumber(s *openapi.Schema, v json.Number) bool {
	switch {
	case s == nil:
		return true
	case beyondFits(s) && (len(s.OneOf)+len(s.AnyOf) > 0 || widths[s.Format] == 0):
		return s.IsValid(v, g.view)
	case s.Enum != nil && !contains(s.Enum, v):
		return false
	}
	return (s.Allows("number") || s.Allows("integer") && isInteger(v)) && fitsNumber(s, v)
}

// beyondFits reports whether a schema has keywords that Fits leaves to Validate.
func beyondFits(s *openapi.Schema) bool {
	return len(s.OneOf)+len(s.AnyOf) > 0 || s.Format != "" && !lenient[s.Format]
}

// isMoment reports whether a value is a date-time in the only form that generated agents use.
func isMoment(v any) bool {
	text, ok := v.(string)
	if !ok || len(text) != len(momentForm) || text[19] != '.' || text[23] != 'Z' {
		return false
	}
	_, err := time.Parse(time.RFC3339, text) // which is parsed faster than the form itself
	return err == nil
}

// lenient are the formats that validation ignores.
var lenient = map[string]bool{"password": true, "float": true, "double": true, "binary": true}

// fits reports whether rules allow a value, enum aside.
func (r run) fits(w *rules, v any) bool {
	switch {
	case !w.basic(v):
		return false
	case w.unsure, len(w.patterns) > 0,
		w.Format != "" && !lenient[w.Format] && !(w.Format == "date-time" && isMoment(v)):
		return r.meets(w, v)
	}
	return true
}

// basic reports whether rules allow a value as far as type, lengths, patterns and bounds tell.
func (w *rules) basic(v any) bool {
	switch v := v.(type) {
	case string:
		return w.Allows("string") && fitsLength(&w.Schema, v) && matchAll(v, w.patterns, true) &&
			matchAll(v, w.unlike, false)
	case json.Number:
		return (w.Allows("number") || w.Allows("integer") && isInteger(v)) && fitsNumber(&w.Schema, v)
	}
	return w.Allows(jsonvalue.TypeOf(v))
}

func fitsLength(s *openapi.Schema, v string) bool {
	if s.MinLength == nil && s.MaxLength == nil {
		return true
	}
	n := utf8.RuneCountInString(v)
	return n >= least(s.MinLength) && (s.MaxLength == nil || n <= *s.MaxLength)
}

func fitsText(s *openapi.Schema, v string) bool {
	return fitsLength(s, v) && (s.Pattern == "" || matchAll(v, []string{s.Pattern}, true)) &&
		matchAll(v, s.PatternAlso, true) && matchAll(v, s.PatternNot, false)
}

// matchAll reports whether a text matches all of the patterns, or none. Those that cannot be compiled
// are not enforced.
func matchAll(v string, patterns []string, want bool) bool {
	return !slices.ContainsFunc(patterns, func(text string) bool {
		p := compilePattern(text)
		return p.err == nil && p.match.MatchString(v) != want
	})
}

func isInteger(n json.Number) bool {
	r, ok := rat(n)
	return ok && r.IsInt()
}

func fitsNumber(s *openapi.Schema, n json.Number) bool {
	if s.Minimum == "" && s.Maximum == "" && s.ExclusiveMinimum == "" && s.ExclusiveMaximum == "" &&
		s.MultipleOf == "" && widths[s.Format] == 0 {
		return true
	}
	r, ok := rat(n)
	if !ok || !fitsWidth(s.Format, r) {
		return false
	}
	step, ok := rat(s.MultipleOf)
	if s.MultipleOf != "" && (!ok || step.Sign() <= 0 || !new(big.Rat).Quo(r, step).IsInt()) {
		return false
	}
	return compares(r, s.Minimum, 0, 1) && compares(r, s.Maximum, 0, -1) &&
		compares(r, s.ExclusiveMinimum, 1) && compares(r, s.ExclusiveMaximum, -1)
}

// widths are the bits of the formats of integers (OpenAPI Format Registry).
var widths = map[string]uint{"int32": 32, "int64": 64}

// fitsWidth reports whether a number is in the range of its format.
func fitsWidth(format string, r *big.Rat) bool {
	low, high := widthOf(format)
	return low == nil || r.Cmp(low) >= 0 && r.Cmp(high) <= 0
}

// widthOf returns the least and the greatest number of a format; nil where it has none.
func widthOf(format string) (low, high *big.Rat) {
	bits, ok := widths[format]
	if !ok {
		return nil, nil
	}
	limit := new(big.Int).Lsh(big.NewInt(1), bits-1)
	return new(big.Rat).SetInt(new(big.Int).Neg(limit)), new(big.Rat).SetInt(new(big.Int).Sub(limit, big.NewInt(1)))
}

// compares reports whether a number compares to a limit with one of the given results (-1, 0, 1);
// always where there is no limit.
func compares(r *big.Rat, limit json.Number, orders ...int) bool {
	l, ok := rat(limit)
	return limit == "" || ok && slices.Contains(orders, r.Cmp(l))
}
