package mutants

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
)

// oddMemberDefects change members of free objects whose names or values mean something to a store.
func oddMemberDefects() []Defect {
	return []Defect{
		{ID: "variables-dots-nested", Summary: "stores a.b in variables as b inside of a", UpdateOnly: true,
			Plant: nested("variables", unflatten)},
		{ID: "variables-dots-replaced", Summary: "stores . in the names of variables as _", UpdateOnly: true,
			Plant: eachName("variables", func(s string) string { return strings.ReplaceAll(s, ".", "_") })},
		{ID: "variables-dollar-dropped", Summary: "drops variables whose names begin with $", UpdateOnly: true,
			Plant: dropNames("variables", func(name string) bool { return strings.HasPrefix(name, "$") })},
		{ID: "settings-dollar-dropped", Summary: "drops settings whose names begin with $", UpdateOnly: true,
			Plant: dropNames("settings", func(name string) bool { return strings.HasPrefix(name, "$") })},
		{ID: "variables-ids-dropped", Summary: "drops variables called _id", UpdateOnly: true,
			Plant: dropNames("variables", func(name string) bool { return name == "_id" })},
		{ID: "variables-names-trimmed", Summary: "trims the names of variables", UpdateOnly: true,
			Plant: eachName("variables", strings.TrimSpace)},
		{ID: "variables-names-composed", Summary: "composes the names of variables", UpdateOnly: true,
			Plant: eachName("variables", strings.NewReplacer("e\u0301", "é", "o\u0308", "ö").Replace)},
		{ID: "dollar-names-fail", Summary: "fails on names that begin with $", UpdateOnly: true,
			Plant: failOn(`"$`)},
		{ID: "proto-fails", Summary: "fails on members called __proto__", UpdateOnly: true,
			Plant: failOn(`"__proto__"`)},
		{ID: "proto-pollutes", Summary: "gives all variables what is sent as __proto__", UpdateOnly: true,
			Plant: stateful(func() func(*call) *response {
				var shared atomic.Value
				return func(c *call) *response {
					variables, _ := c.body()["variables"].(map[string]any)
					resp := c.forward()
					if sent, ok := variables["__proto__"].(map[string]any); ok && resp.ok() {
						shared.Store(sent)
					}
					all, polluted := shared.Load().(map[string]any)
					if !polluted {
						return resp
					}
					return resp.edit(func(agent map[string]any) {
						if o, ok := agent["variables"].(map[string]any); ok {
							maps.Copy(o, all)
						}
					})
				}
			})},
		{ID: "variables-nulls-become-empty", Summary: "stores null in variables as an empty string", UpdateOnly: true,
			Plant: within("variables", func(v any) any {
				if v == nil {
					return ""
				}
				return v
			})},
		{ID: "variables-nulls-leave-lists", Summary: "drops null from lists in variables", UpdateOnly: true,
			Plant: within("variables", func(v any) any {
				if l, ok := v.([]any); ok {
					return slices.DeleteFunc(slices.Clone(l), func(v any) bool { return v == nil })
				}
				return v
			})},
		{ID: "attempts-clamped", Summary: "holds attempts below 1,000", UpdateOnly: true,
			Plant: within(attempts, numbered(func(f float64) float64 { return min(f, 1000) }))},
		{ID: "attempts-never-negative", Summary: "stores negative attempts as 0", UpdateOnly: true,
			Plant: within(attempts, numbered(func(f float64) float64 { return max(f, 0) }))},
		{ID: "attempts-32-bits", Summary: "keeps attempts in 32 bits", UpdateOnly: true,
			Plant: within(attempts, numbered(func(f float64) float64 { return math.Mod(f, 1<<31) }))},
		{ID: "gaps-clamped", Summary: "holds the days and hours of gaps below 10,000", UpdateOnly: true,
			Plant: within(gaps, numbered(func(f float64) float64 { return min(f, 10_000) }))},
		{ID: "gaps-never-negative", Summary: "stores negative days and hours as 0", UpdateOnly: true,
			Plant: within(gaps, numbered(func(f float64) float64 { return max(f, 0) }))},
		{ID: "gaps-whole-hours", Summary: "rounds the days and hours of gaps up", UpdateOnly: true,
			Plant: within(gaps, numbered(math.Ceil))},
	}
}

func numbered(change func(float64) float64) func(any) any {
	return func(v any) any {
		if n, ok := v.(json.Number); ok {
			return reNumber(n, change)
		}
		return v
	}
}

// dropNames drops members below a field of a request.
func dropNames(field string, dropped func(string) bool) func(http.Handler) http.Handler {
	return within(field, func(v any) any {
		if o, ok := v.(map[string]any); ok {
			maps.DeleteFunc(o, func(name string, _ any) bool { return dropped(name) })
		}
		return v
	})
}

// failOn answers 500 to creations and updates whose bodies have a text.
func failOn(part string) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		if (c.op == create || c.op == update) && bytes.Contains(c.raw, []byte(part)) {
			return errorResponse(http.StatusInternalServerError, "invalid key")
		}
		return c.forward()
	})
}

// unflatten puts members whose names have a dot inside objects.
func unflatten(o map[string]any) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		first, rest, dotted := strings.Cut(name, ".")
		if !dotted || first == "" || rest == "" {
			out[name] = o[name]
			continue
		}
		inner, _ := out[first].(map[string]any)
		if inner == nil {
			inner = map[string]any{}
		}
		inner[rest] = o[name]
		out[first] = inner
	}
	return out
}
