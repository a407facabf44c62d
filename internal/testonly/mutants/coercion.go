package mutants

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// coercionDefects store another value than was sent, as validators, object mappers and databases do that
// know better.
func coercionDefects() []Defect {
	return []Defect{
		{ID: "empty-text-becomes-null", Summary: "stores empty strings in variables and settings as null",
			UpdateOnly: true, Plant: inFree(swapped(map[any]any{"": nil}))},
		{ID: "booleans-become-numbers", Summary: "stores true and false in free objects as 1 and 0",
			UpdateOnly: true, Plant: inFree(swapped(map[any]any{true: 1, false: 0}))},
		{ID: "yes-becomes-true", Summary: `stores "yes", "no", "on" and "off" in variables as booleans`,
			UpdateOnly: true,
			Plant:      inFree(swapped(map[any]any{"yes": true, "on": true, "no": false, "off": false}))},
		{ID: "word-null-becomes-null", Summary: `stores "null" and "NULL" in variables as null`, UpdateOnly: true,
			Plant: inFree(swapped(map[any]any{"null": nil, "NULL": nil}))},
		{ID: "dates-completed", Summary: "stores dates in variables with a time", UpdateOnly: true,
			Plant: inFree(timed(time.DateOnly))},
		{ID: "times-in-utc", Summary: "stores times with an offset in variables as times in UTC", UpdateOnly: true,
			Plant: inFree(timed(time.RFC3339))},
		{ID: "json-text-parsed", Summary: "stores strings in variables that are JSON as what they say",
			UpdateOnly: true, Plant: inFree(func(v any) any {
				if parsed := decode([]byte(text(v))); isObject(parsed) || isList(parsed) {
					return parsed
				}
				return v
			})},
		{ID: "exponents-become-numbers", Summary: `stores "1e3" in variables as the number 1000`, UpdateOnly: true,
			Plant: inFree(func(v any) any {
				if exponent.MatchString(text(v)) {
					return json.Number(text(v))
				}
				return v
			})},
		{ID: "attempts-rounded", Summary: "stores attempts in a column of integers", UpdateOnly: true,
			Plant: within(attempts, numbered(math.Round))},
		{ID: "gap-hours-below-a-day", Summary: "holds the hours of gaps below 24", UpdateOnly: true,
			Plant: within(gaps, func(v any) any {
				if gap, ok := v.(map[string]any); ok && isNumber(gap["hours"]) {
					gap["hours"] = reNumber(gap["hours"].(json.Number),
						func(f float64) float64 { return min(f, 23.75) })
				}
				return v
			})},
		{ID: "variables-text-cut-at-4000", Summary: "cuts strings in variables at 4,000 characters",
			UpdateOnly: true, Plant: inFree(eachString(func(s string) string { return cut(s, 4000) }))},
	}
}

var exponent = regexp.MustCompile(`^[0-9]+e[0-9]+$`)

// reshapingDefects store other names, objects or lists than were sent.
func reshapingDefects() []Defect {
	return []Defect{
		{ID: "empty-objects-become-lists", Summary: "stores empty objects in variables as empty lists",
			UpdateOnly: true, Plant: inFree(func(v any) any {
				if isObject(v) && emptyValue(v) {
					return []any{}
				}
				return v
			})},
		{ID: "counted-objects-become-lists", Summary: "stores objects with the names 0, 1, 2 as lists",
			UpdateOnly: true, Plant: inFree(countedToList)},
		{ID: "lists-become-objects", Summary: "stores lists in variables as objects with the names 0, 1, 2",
			UpdateOnly: true, Plant: inFree(listToCounted)},
		{ID: "names-snake-cased", Summary: "stores companyName in free objects as company_name", UpdateOnly: true,
			Plant: inFree(renamed(snake))},
		{ID: "names-cut-at-64", Summary: "cuts the names of variables at 64 characters", UpdateOnly: true,
			Plant: inFree(renamed(func(s string) string { return cut(s, 64) }))},
		{ID: "names-without-accents", Summary: "drops what is not ASCII from the names of variables",
			UpdateOnly: true, Plant: inFree(renamed(asciiOf))},
		{ID: "gaps-of-nothing-dropped", Summary: "drops gaps of no days and no hours", UpdateOnly: true,
			Plant: lists(func(l []any) []any {
				return slices.DeleteFunc(slices.Clone(l), func(v any) bool {
					gap, ok := v.(map[string]any)
					return ok && isNothing(gap["days"]) && isNothing(gap["hours"])
				})
			}, gaps)},
		{ID: "gaps-ten-only", Summary: "stores no more than ten gaps", UpdateOnly: true,
			Plant: lists(atMost(10), gaps)},
		{ID: "phones-ten-only", Summary: "stores no more than ten phone numbers", UpdateOnly: true,
			Plant: lists(atMost(10), "phoneNumberIds")},
		{ID: "lists-twenty-only", Summary: "keeps no more than twenty items of lists in variables", UpdateOnly: true,
			Plant: inFree(func(v any) any {
				if l, ok := v.([]any); ok {
					return atMost(20)(l)
				}
				return v
			})},
	}
}

func isNothing(v any) bool { return v == nil || v == json.Number("0") }

func atMost(n int) func([]any) []any { return func(l []any) []any { return l[:min(n, len(l))] } }

// swapped replaces scalar values.
func swapped(by map[any]any) func(any) any {
	return func(v any) any {
		if isObject(v) || isList(v) {
			return v
		}
		if other, ok := by[v]; ok {
			return other
		}
		return v
	}
}

// timed writes the times in one layout as a JavaScript date is written.
func timed(layout string) func(any) any {
	return func(v any) any {
		if t, err := time.Parse(layout, text(v)); err == nil {
			return t.UTC().Format("2006-01-02T15:04:05.000Z")
		}
		return v
	}
}

// inFree changes every value below settings and variables of a request.
func inFree(change func(any) any) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		return c.edit(func(body map[string]any) {
			for _, field := range []string{"settings", "variables"} {
				if o, ok := body[field].(map[string]any); ok {
					for name, v := range o {
						o[name] = walk(v, change)
					}
					if whole, ok := change(o).(map[string]any); ok {
						body[field] = whole
					}
				}
			}
		}).forward()
	})
}

// eachString changes strings and leaves other values alone.
func eachString(change func(string) string) func(any) any {
	return func(v any) any {
		if s, ok := v.(string); ok {
			return change(s)
		}
		return v
	}
}

// renamed changes the names of an object's members.
func renamed(change func(string) string) func(any) any {
	return func(v any) any {
		o, ok := v.(map[string]any)
		if !ok {
			return v
		}
		out := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(o)) {
			out[change(name)] = o[name]
		}
		return out
	}
}

// listToCounted returns a list as an object whose names count from 0.
func listToCounted(v any) any {
	items, ok := v.([]any)
	if !ok || len(items) == 0 {
		return v
	}
	o := map[string]any{}
	for i, item := range items {
		o[strconv.Itoa(i)] = item
	}
	return o
}

// asciiOf drops the characters that are not ASCII.
func asciiOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return -1
		}
		return r
	}, s)
}

// countedToList returns an object whose names count from 0 as a list.
func countedToList(v any) any {
	o, ok := v.(map[string]any)
	if !ok || len(o) == 0 {
		return v
	}
	items := make([]any, len(o))
	for i := range items {
		item, there := o[fmt.Sprint(i)]
		if !there {
			return v
		}
		items[i] = item
	}
	return items
}

// snake puts an underscore before each capital after a small letter, and makes it small.
func snake(s string) string {
	var b strings.Builder
	small := false
	for _, r := range s {
		if unicode.IsUpper(r) && small {
			b.WriteByte('_')
			r = unicode.ToLower(r)
		}
		small = unicode.IsLower(r)
		b.WriteRune(r)
	}
	return b.String()
}
