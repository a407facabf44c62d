package mutants

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// looseEnumDefects accept models that are none, as patterns and collations do.
func looseEnumDefects() []Defect {
	pattern := regexp.MustCompile(`^(` + strings.Join(models, "|") + `)$`) // . is any character
	return []Defect{
		{ID: "enum-matches-suffix", Summary: "accepts whatever ends with a listed model", UpdateOnly: true,
			Plant: laxModel(func(v any) bool {
				return unlisted(v) && slices.ContainsFunc(models,
					func(m string) bool { return strings.HasSuffix(text(v), m) })
			}, nil)},
		{ID: "enum-pattern", Summary: "takes models for patterns, in which a point is any character",
			UpdateOnly: true,
			Plant:      laxModel(func(v any) bool { return unlisted(v) && pattern.MatchString(text(v)) }, nil)},
		{ID: "enum-first-line", Summary: "accepts a listed model with further lines after it", UpdateOnly: true,
			Plant: laxModel(func(v any) bool {
				first, _, more := strings.Cut(text(v), "\n")
				return unlisted(v) && more && slices.Contains(models, first)
			}, nil)},
		{ID: "enum-ignores-signs", Summary: "accepts models without their hyphens and points, or with others",
			UpdateOnly: true, Plant: laxModel(func(v any) bool {
				return unlisted(v) && slices.ContainsFunc(models,
					func(m string) bool { return bare(m) == bare(text(v)) })
			}, nil)},
		{ID: "enum-first-of-several", Summary: "accepts several models with commas between them", UpdateOnly: true,
			Plant: laxModel(func(v any) bool {
				first, _, more := strings.Cut(text(v), ",")
				return unlisted(v) && more && slices.Contains(models, first)
			}, nil)},
	}
}

var sign = regexp.MustCompile(`[^a-zA-Z0-9]+`)

// bare returns a model with letters and digits alone.
func bare(s string) string { return sign.ReplaceAllString(s, "") }

// looseTypeDefects accept strings for what they say.
func looseTypeDefects() []Defect {
	parsed := func(v any) any { return decode([]byte(text(v))) }
	says := func(is func(any) bool) func(any) bool {
		return func(v any) bool { return isString(v) && is(parsed(v)) }
	}
	return []Defect{
		{ID: "settings-json-text-accepted", Summary: "accepts settings as JSON in a string", UpdateOnly: true,
			Plant: lax{field: "settings", bad: says(isObject), stored: parsed}.middleware()},
		{ID: "variables-json-text-accepted", Summary: "accepts variables as JSON in a string", UpdateOnly: true,
			Plant: lax{field: "variables", bad: says(isObject), stored: parsed}.middleware()},
		{ID: "gaps-json-text-accepted", Summary: "accepts gaps as JSON in a string", UpdateOnly: true,
			Plant: lax{field: gaps, bad: says(isList), stored: parsed}.middleware()},
		{ID: "phones-by-comma-accepted", Summary: "accepts phone numbers in a string with commas", UpdateOnly: true,
			Plant: lax{field: "phoneNumberIds", bad: func(v any) bool { return strings.Contains(text(v), ",") },
				stored: func(v any) any {
					var out []any
					for _, s := range strings.Split(text(v), ",") {
						out = append(out, s)
					}
					return out
				}}.middleware()},
		{ID: "attempts-empty-text-accepted", Summary: "accepts an empty string as 0 attempts", UpdateOnly: true,
			Plant: lax{field: attempts, bad: func(v any) bool { return v == "" },
				stored: func(any) any { return 0 }}.middleware()},
		{ID: "attempts-list-accepted", Summary: "accepts a list with one number as number of attempts",
			UpdateOnly: true, Plant: lax{field: attempts, bad: isList,
				stored: func(any) any { return 1 }}.middleware()},
		{ID: "names-list-joined", Summary: "accepts a list as name and stores its items with commas", UpdateOnly: true,
			Plant: lax{field: "name", bad: isList, safe: "name",
				stored: func(any) any { return "agentmock" }}.middleware()},
		{ID: "gap-list-accepted", Summary: "accepts lists as gaps", UpdateOnly: true,
			Plant: lax{field: gaps, bad: anyItem(isList), stored: func(any) any { return []any{} }}.middleware()},
		{ID: "body-in-agent-taken", Summary: `takes what is inside "agent" for the body`, UpdateOnly: true,
			Plant: unwrapped(func(v any) any { o, _ := v.(map[string]any); return o["agent"] })},
		{ID: "body-in-data-taken-on-create", Summary: `takes what is inside "data" for the body of a creation`,
			Plant: onCreate(unwrapped(func(v any) any { o, _ := v.(map[string]any); return o["data"] }))},
		{ID: "body-in-a-list-taken-on-create", Summary: "takes the first item of a list for the body of a creation",
			Plant: onCreate(unwrapped(func(v any) any {
				if l, ok := v.([]any); ok && len(l) > 0 {
					return l[0]
				}
				return nil
			}))},
	}
}

// followDefects let a body name what the path names.
func followDefects() []Defect {
	return []Defect{
		{ID: "update-follows-body", Summary: "updates the agent that the body names by _id, if there is one",
			Plant: on(update, func(c *call) *response {
				id := text(c.body()["_id"])
				if id != "" && id != c.id && c.read(id).ok() {
					path := c.id
					c.url = agentURL(id)
					resp := c.forward()
					if resp.ok() {
						resp.body = c.read(path).body
					}
					return resp
				}
				return c.forward()
			})},
		{ID: "create-follows-body", Summary: "changes the agent that the body of a creation names by _id",
			Plant: on(create, func(c *call) *response {
				id := text(c.body()["_id"])
				if id != "" && c.read(id).ok() {
					resp := c.put(id, without(c.body(), "_id"))
					if resp.ok() {
						resp.status = http.StatusCreated
					}
					return resp
				}
				return c.forward()
			})},
	}
}
