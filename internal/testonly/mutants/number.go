package mutants

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
)

// numberDefects change numbers before they are stored.
func numberDefects() []Defect {
	return []Defect{
		{ID: "numbers-truncated", Summary: "cuts the fractions off all numbers", UpdateOnly: true,
			Plant: eachFloat(math.Trunc)},
		{ID: "numbers-rounded", Summary: "rounds all numbers to one decimal", UpdateOnly: true,
			Plant: eachFloat(func(f float64) float64 { return math.Round(f*10) / 10 })},
		{ID: "numbers-float32", Summary: "keeps all numbers in 32 bits", UpdateOnly: true,
			Plant: eachFloat(func(f float64) float64 { return float64(float32(f)) })},
		{ID: "numbers-absolute", Summary: "loses the minus of all numbers", UpdateOnly: true,
			Plant: eachFloat(math.Abs)},
		{ID: "settings-numbers-quoted", Summary: "stores the numbers of settings as strings", UpdateOnly: true,
			Plant: within("settings", func(v any) any {
				if n, ok := v.(json.Number); ok {
					return string(n)
				}
				return v
			})},
		{ID: "settings-clamped", Summary: "holds the numbers of settings between 0 and 1", UpdateOnly: true,
			Plant: within("settings", func(v any) any {
				if n, ok := v.(json.Number); ok {
					return reNumber(n, func(f float64) float64 { return min(max(f, 0), 1) })
				}
				return v
			})},
		{ID: "variables-digits-become-numbers", Summary: `stores "007" in variables as the number 7`, UpdateOnly: true,
			Plant: within("variables", func(v any) any {
				if n, err := strconv.Atoi(text(v)); err == nil {
					return n
				}
				return v
			})},
		{ID: "variables-words-become-booleans", Summary: `stores "true" and "false" in variables as booleans`,
			UpdateOnly: true,
			Plant: within("variables", func(v any) any {
				if v == "true" || v == "false" {
					return v == "true"
				}
				return v
			})},
		{ID: "variables-stringified", Summary: "stores numbers and booleans in variables as strings", UpdateOnly: true,
			Plant: within("variables", func(v any) any {
				if isNumber(v) || isBool(v) {
					return string(encode(v))
				}
				return v
			})},
		{ID: "zero-ignored", Summary: "treats zero attempts as missing and keeps the old value", UpdateOnly: true,
			Plant: ignoreIf(attempts, func(v any) bool { return v == json.Number("0") })},
		{ID: "false-ignored", Summary: "treats smartCallback false as missing and keeps the old value",
			UpdateOnly: true,
			Plant:      ignoreIf("smartCallback", func(v any) bool { return v == false })},
		{ID: "gap-hours-carried", Summary: "turns 24 hours of a gap into a day", UpdateOnly: true,
			Plant: within(gaps, carryHours)},
		{ID: "gap-days-and-hours-swapped", Summary: "swaps the days and the hours of gaps", UpdateOnly: true,
			Plant: within(gaps, func(v any) any {
				gap, ok := v.(map[string]any)
				days, hasDays := gap["days"]
				hours, hasHours := gap["hours"]
				if ok && hasDays && hasHours {
					gap["days"], gap["hours"] = hours, days
				}
				return v
			})},
	}
}

// within changes every value below one field of a request.
func within(field string, change func(v any) any) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		return c.edit(func(body map[string]any) {
			if v, ok := body[field]; ok {
				body[field] = walk(v, change)
			}
		}).forward()
	})
}

// eachContent changes every value of a request that a user chooses.
func eachContent(change func(v any) any) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		return c.edit(func(body map[string]any) { editContent(body, change) }).forward()
	})
}

func eachFloat(change func(float64) float64) func(http.Handler) http.Handler {
	return eachContent(func(v any) any {
		if n, ok := v.(json.Number); ok {
			return reNumber(n, change)
		}
		return v
	})
}

// reNumber changes a number. A number whose value stays the same keeps its spelling.
func reNumber(n json.Number, change func(float64) float64) any {
	f, err := n.Float64()
	changed := change(f)
	if err != nil || changed == f || math.IsInf(changed, 0) {
		return n
	}
	return changed
}

// ignoreIf drops some values of a field from updates.
func ignoreIf(field string, falsy func(any) bool) func(http.Handler) http.Handler {
	return editBodies(update, func(body map[string]any) {
		if v, ok := body[field]; ok && falsy(v) {
			delete(body, field)
		}
	})
}

func carryHours(v any) any {
	gap, ok := v.(map[string]any)
	hours, isHours := gap["hours"].(json.Number)
	h, err := hours.Float64()
	if !ok || !isHours || err != nil || h < 24 {
		return v
	}
	days, _ := gap["days"].(json.Number)
	d, _ := days.Float64()
	gap["days"], gap["hours"] = d+math.Floor(h/24), math.Mod(h, 24)
	return gap
}
