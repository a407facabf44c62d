package mutants

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

func enumDefects() []Defect {
	isBlank := func(v any) bool { return v == "" }
	isNull := func(v any) bool { return v == nil }
	folded := func(v any) any { return strings.ToLower(text(v)) }
	trimmed := func(v any) any { return strings.TrimSpace(text(v)) }
	toDefault := func(any) any { return defaultModel }
	first := func(v any) any { return v.([]any)[0] }
	return []Defect{
		{ID: "enum-not-checked", Summary: "accepts any string as llmModel", UpdateOnly: true,
			Plant: laxModel(unlisted, nil)},
		{ID: "enum-not-checked-on-create", Summary: "accepts any string as llmModel in a creation",
			Plant: laxModel(unlisted, nil, create)},
		{ID: "enum-not-checked-on-update", Summary: "accepts any string as llmModel in an update", UpdateOnly: true,
			Plant: laxModel(unlisted, nil, update)},
		{ID: "enum-ignores-case", Summary: "accepts a model in upper case and stores it in lower case",
			UpdateOnly: true,
			Plant:      laxModel(near(strings.ToLower), folded)},
		{ID: "enum-ignores-blanks", Summary: "accepts a model with spaces around it", UpdateOnly: true,
			Plant: laxModel(near(strings.TrimSpace), trimmed)},
		{ID: "enum-ignores-trailing-blanks", Summary: "accepts a model with spaces or a line break after it",
			UpdateOnly: true,
			Plant:      laxModel(near(func(s string) string { return strings.TrimRight(s, " \t\r\n") }), trimmed)},
		{ID: "enum-matches-prefix", Summary: "accepts whatever begins with a listed model", UpdateOnly: true,
			Plant: laxModel(extended, nil)},
		{ID: "enum-matches-abbreviation", Summary: "accepts whatever a listed model begins with", UpdateOnly: true,
			Plant: laxModel(abbreviated, nil)},
		{ID: "enum-accepts-retired-model", Summary: "still accepts claude-3-5-sonnet-latest", UpdateOnly: true,
			Plant: laxModel(func(v any) bool { return v == "claude-3-5-sonnet-latest" }, nil)},
		{ID: "enum-accepts-null", Summary: "accepts null as llmModel and takes the default", UpdateOnly: true,
			Plant: laxModel(isNull, toDefault)},
		{ID: "enum-accepts-null-on-create", Summary: "accepts null as llmModel in a creation",
			Plant: laxModel(isNull, toDefault, create)},
		{ID: "enum-accepts-empty", Summary: "accepts an empty llmModel and takes the default", UpdateOnly: true,
			Plant: laxModel(isBlank, toDefault)},
		{ID: "enum-accepts-number", Summary: "accepts a number as llmModel and stores its digits", UpdateOnly: true,
			Plant: laxModel(isNumber, func(v any) any { return string(v.(json.Number)) })},
		{ID: "enum-accepts-list", Summary: "accepts a list with one model as llmModel", UpdateOnly: true,
			Plant: laxModel(func(v any) bool { l, ok := v.([]any); return ok && len(l) > 0 }, first)},
		{ID: "enum-unknown-becomes-default", Summary: "takes the default model for an unlisted one", UpdateOnly: true,
			Plant: laxModel(unlisted, toDefault)},
		{ID: "enum-refuses-gpt-5", Summary: "does not know gpt-5 yet", UpdateOnly: true,
			Plant: refuseModel("gpt-5", create, update)},
		{ID: "enum-refuses-colon", Summary: "refuses the one model with a colon", UpdateOnly: true,
			Plant: refuseModel(models[7], create, update)},
		{ID: "enum-refuses-gpt-4.1-on-update", Summary: "refuses gpt-4.1 in updates", UpdateOnly: true,
			Plant: refuseModel("gpt-4.1", update)},
		{ID: "enum-refuses-enterprise-on-create", Summary: "refuses gpt-4o-enterprise in creations",
			Plant: refuseModel("gpt-4o-enterprise", create)},
		{ID: "enum-substitutes", Summary: "stores gpt-4.1-mini where gpt-4.1 was sent", UpdateOnly: true,
			Plant: stateless(func(c *call) *response {
				return c.edit(func(body map[string]any) {
					if body["llmModel"] == "gpt-4.1" {
						body["llmModel"] = "gpt-4.1-mini"
					}
				}).forward()
			})},
		{ID: "enum-refused-with-500", Summary: "returns 500 for an unlisted model", UpdateOnly: true,
			Plant: stateless(func(c *call) *response {
				resp := c.forward()
				if resp.refused() && unlisted(c.body()["llmModel"]) {
					return errorResponse(500, "validation failed")
				}
				return resp
			})},
		{ID: "enum-sometimes-not-checked", Summary: "accepts every third unlisted model", UpdateOnly: true, Flaky: true,
			Plant: func(inner http.Handler) http.Handler {
				n := &counter{}
				return laxModel(func(v any) bool { return unlisted(v) && n.every(3) }, nil)(inner)
			}},
	}
}

// laxModel accepts invalid models and shows the result of stored, by default the value that was
// sent. Without operations it covers create and update.
func laxModel(bad func(any) bool, stored func(any) any, ops ...operation) func(http.Handler) http.Handler {
	return lax{ops: ops, field: "llmModel", bad: bad, safe: defaultModel, stored: stored}.middleware()
}

func unlisted(v any) bool { return isString(v) && !slices.Contains(models, text(v)) }

// near matches values that become a listed model by tidying.
func near(tidy func(string) string) func(any) bool {
	return func(v any) bool { return unlisted(v) && slices.Contains(models, tidy(text(v))) }
}

func extended(v any) bool {
	return unlisted(v) && slices.ContainsFunc(models, func(m string) bool { return strings.HasPrefix(text(v), m) })
}

func abbreviated(v any) bool {
	return unlisted(v) && v != "" &&
		slices.ContainsFunc(models, func(m string) bool { return strings.HasPrefix(m, text(v)) })
}

// refuseModel refuses one listed model.
func refuseModel(model string, ops ...operation) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		if slices.Contains(ops, c.op) && c.body()["llmModel"] == model {
			return errorResponse(http.StatusBadRequest, "unknown model")
		}
		return c.forward()
	})
}
