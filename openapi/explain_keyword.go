package openapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/nearest"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// single returns the violation of a failure that has just one, by its keyword.
func (e *explainer) single(v Violation, f failure, want, actual any) Violation {
	found := describe(v.Actual, actual)
	switch f.keyword {
	case "enum":
		return enum(v, asList(want), actual)
	case "type":
		return v.because("type", want, "%s where %s is expected", found, typeNames(want))
	case "format":
		return v.because("format", want, "%s is no %s", found, formatName(want))
	case "uniqueItems":
		return v.because("unique-items", nil, "%s; each item may occur once", f.Message)
	case "dependentRequired":
		return dependent(v, f, want)
	case complexKeyword:
		return notJudged(v)
	case "minContains", "maxContains":
		return e.contains(v, f, want)
	case "":
		return e.never(v, f, actual)
	}
	if known, ok := demands[f.keyword]; ok {
		demand, bound := known.demand, jsonvalue.Marshal(want)
		if string(bound) == "1" && !strings.HasSuffix(demand, "%s") {
			demand = strings.TrimSuffix(demand, "s") // 1 character
		}
		return v.because(known.rule, want, "%s "+demand, found, bound)
	}
	return v.because("schema", nil, "does not fit %s", f.keyword)
}

// How many of the allowed values a violation has, and how many of those its message lists.
const (
	maxAllowed = 1000
	maxListed  = 100
)

func enum(v Violation, allowed []any, actual any) Violation {
	texts, more := make([]string, 0, len(allowed)), ""
	if len(allowed) > maxListed {
		more = fmt.Sprintf(", … (%d more)", len(allowed)-maxListed)
	}
	allowed = allowed[:min(len(allowed), maxAllowed)]
	for _, a := range allowed {
		if text, ok := a.(string); ok {
			texts = append(texts, text)
		}
	}
	if text, ok := actual.(string); ok && v.Actual != redactedValue {
		v.Suggestion = nearest.To(text, texts)
	}
	return v.because("enum", allowed, "%s is not one of %s%s%s", describe(v.Actual, actual),
		spelled(allowed[:min(len(allowed), maxListed)]), more, didYouMean(v.Suggestion))
}

// spelled returns values as JSON, with commas between them.
func spelled(values []any) []byte {
	list := make([]byte, 0, 32*len(values))
	for i, v := range values {
		if i > 0 {
			list = append(list, ", "...)
		}
		list = jsonvalue.Append(list, v)
	}
	return list
}

func didYouMean(suggestion string) string {
	if suggestion == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", suggestion)
}

// dependent returns the violation for a missing member that another member requires.
func dependent(v Violation, f failure, want any) Violation {
	name, _ := want.(string)
	list, _ := splitLast(keywordAt(f.ValidationError))
	v.Actual, v.Pointer = nil, jsonvalue.Join(v.Pointer, name)
	return v.because("dependent-required", "a value", "missing; it is required where %s is there",
		clipped(lastToken(list)))
}

func (e *explainer) contains(v Violation, f failure, want any) Violation {
	parent, _ := splitLast(keywordAt(f.ValidationError))
	demanded := e.schema(parent + "/contains")
	count := "at least 1"
	if bound, isNumber := want.(json.Number); isNumber {
		count = map[string]string{"minContains": "at least ", "maxContains": "at most "}[f.keyword] + string(bound)
	}
	items := "items"
	if strings.HasSuffix(count, " 1") {
		items = "item"
	}
	return v.because("contains", demanded, "must have %s %s that fit %s", count, items, clippedJSON(demanded))
}

// never returns the violation of a schema that is false: nothing may be there.
func (e *explainer) never(v Violation, f failure, actual any) Violation {
	parent, keyword := splitLast(keywordAt(f.ValidationError))
	_, above := splitLast(parent)
	switch {
	case slices.Contains(schemaMaps, above):
		return e.forbidden(v, actual)
	case keyword == "unevaluatedProperties":
		return e.extra(v, actual, nil)
	}
	return v.because("schema", "absent", "no value is allowed here")
}

// extra returns the violation for a member that a closed object does not allow.
func (e *explainer) extra(v Violation, actual any, declared []string) Violation {
	v.Actual = e.doc.formatValue(actual, v.Pointer)
	if len(declared) == 0 {
		return v.because("additional-property", nil, "no such member is allowed")
	}
	v.Suggestion = nearest.To(lastToken(v.Pointer), declared)
	return v.because("additional-property", declared, "not among the allowed members %s%s",
		strings.Join(declared, ", "), didYouMean(v.Suggestion))
}

// propertyName returns the violation for a member whose name propertyNames does not allow.
func (e *explainer) propertyName(v Violation, f failure) Violation {
	want := e.schema(keywordAt(f.ValidationError))
	named := e.single(v, f, want, lastToken(v.Pointer))
	v.Suggestion = named.Suggestion
	return v.because("property-name", named.Expected, "the name does not fit: %s %s", f.keyword, clippedJSON(want))
}

// demands are the rules of simple keywords and their wording; %s stands for the keyword's value.
var demands = map[string]struct{ rule, demand string }{
	"const":            {"const", "must be %s"},
	"pattern":          {"pattern", "must match the pattern %s"},
	patternKeyword:     {"pattern", "must match the pattern %s"},
	"minLength":        {"min-length", "must have at least %s characters"},
	"maxLength":        {"max-length", "must have at most %s characters"},
	"minItems":         {"min-items", "must have at least %s items"},
	"maxItems":         {"max-items", "must have at most %s items"},
	"minProperties":    {"min-properties", "must have at least %s members"},
	"maxProperties":    {"max-properties", "must have at most %s members"},
	"minimum":          {"minimum", "must be at least %s"},
	"exclusiveMinimum": {"minimum", "must be more than %s"},
	"maximum":          {"maximum", "must be at most %s"},
	"exclusiveMaximum": {"maximum", "must be less than %s"},
	"multipleOf":       {"multiple-of", "must be a multiple of %s"},
}

// typeNames spells a list of types for a sentence: "a string or null".
func typeNames(want any) string {
	list := oneOrMore(want)
	names := make([]string, len(list))
	for i, name := range list {
		text := fmt.Sprint(name)
		switch {
		case text == "null":
			names[i] = text
		case strings.ContainsAny(text[:1], "aio"):
			names[i] = "an " + text
		default:
			names[i] = "a " + text
		}
	}
	return strings.Join(names, " or ")
}

func formatName(want any) string {
	if want == "date-time" {
		return "RFC 3339 date-time such as 2025-01-19T02:57:27.923Z"
	}
	return fmt.Sprint(want)
}
