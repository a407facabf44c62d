package openapi

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/nearest"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// single returns the violation of a failure that has just one, by its keyword.
func (e *explainer) single(v Violation, f failure, want, actual any) Violation {
	switch f.keyword {
	case "enum":
		return e.enum(v, want, actual)
	case "type":
		v.Rule, v.Expected = "type", want
		v.Message = fmt.Sprintf("%s: %s where %s is expected", v.place(), describe(v.Actual, actual), typeNames(want))
	case "format":
		v.Rule, v.Expected = "format", want
		v.Message = fmt.Sprintf("%s: %s is no %s", v.place(), describe(v.Actual, actual), formatName(want))
	case "uniqueItems":
		v.Rule, v.Message = "unique-items", v.place()+": "+f.Message+"; each item may occur once"
	case "dependentRequired":
		return e.dependent(v, f, want)
	case "minContains", "maxContains":
		return e.contains(v, f, want)
	case "":
		return e.never(v, f, actual)
	default:
		return byBound(v, f.keyword, want, actual)
	}
	return v
}

func (e *explainer) enum(v Violation, want, actual any) Violation {
	allowed := asList(want)
	spelled := make([]string, len(allowed))
	var texts []string
	for i, a := range allowed {
		spelled[i] = string(jsonvalue.Marshal(a))
		if text, ok := a.(string); ok {
			texts = append(texts, text)
		}
	}
	v.Rule, v.Expected = "enum", allowed
	if text, ok := actual.(string); ok && v.Actual != redactedValue {
		v.Suggestion = nearest.To(text, texts)
	}
	v.Message = fmt.Sprintf("%s: %s is not one of %s%s", v.place(), describe(v.Actual, actual),
		strings.Join(spelled, ", "), didYouMean(v.Suggestion))
	return v
}

func didYouMean(suggestion string) string {
	if suggestion == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", suggestion)
}

// dependent returns the violation for a missing member that another member requires.
func (e *explainer) dependent(v Violation, f failure, want any) Violation {
	name, _ := want.(string)
	list, _ := splitLast(fragment(f.AbsoluteKeywordLocation, ""))
	_, cause := splitLast(list)
	v.Rule, v.Actual, v.Expected = "dependent-required", nil, "a value"
	v.Pointer = jsonvalue.Join(v.Pointer, name)
	v.Message = fmt.Sprintf("%s: missing; it is required where %s is there", v.place(),
		clipped(jsonvalue.Tokens("/" + cause)[0]))
	return v
}

func (e *explainer) contains(v Violation, f failure, want any) Violation {
	parent, _ := splitLast(fragment(f.AbsoluteKeywordLocation, ""))
	demanded, _ := jsonvalue.Lookup(e.tree.value, parent+"/contains")
	count := "at least 1"
	if bound, isNumber := want.(json.Number); isNumber {
		count = map[string]string{"minContains": "at least ", "maxContains": "at most "}[f.keyword] + string(bound)
	}
	v.Rule, v.Expected = "contains", demanded
	v.Message = fmt.Sprintf("%s: must have %s items that fit %s", v.place(), count,
		clipped(string(jsonvalue.Marshal(demanded))))
	return v
}

// never returns the violation of a schema that is false: nothing may be there.
func (e *explainer) never(v Violation, f failure, actual any) Violation {
	parent, keyword := splitLast(fragment(f.AbsoluteKeywordLocation, ""))
	_, above := splitLast(parent)
	_, name := splitLast(v.Pointer)
	switch {
	case keyword == "unevaluatedProperties" && !slices.Contains(schemaMaps, above):
		return e.extra(v, jsonvalue.Tokens("/" + name)[0], actual, nil)
	case slices.Contains(schemaMaps, above):
		return e.forbidden(v, actual)
	}
	v.Rule, v.Expected, v.Message = "schema", "absent", v.place()+": no value is allowed here"
	return v
}

// extra returns the violation for a member that a closed object does not allow.
func (e *explainer) extra(v Violation, name string, actual any, declared []string) Violation {
	v.Rule, v.Actual = "additional-property", e.doc.formatValue(actual, v.Pointer)
	v.Message = v.place() + ": no such member is allowed"
	if len(declared) > 0 {
		v.Expected, v.Suggestion = declared, nearest.To(name, declared)
		v.Message = fmt.Sprintf("%s: not among the allowed members %s%s", v.place(),
			strings.Join(declared, ", "), didYouMean(v.Suggestion))
	}
	return v
}

// propertyName returns the violation for a member whose name propertyNames does not allow.
func (e *explainer) propertyName(v Violation, name string, f failure) Violation {
	want, _ := jsonvalue.Lookup(e.tree.value, fragment(f.AbsoluteKeywordLocation, ""))
	named := e.single(v, f, want, name)
	v.Rule, v.Expected, v.Suggestion = "property-name", named.Expected, named.Suggestion
	v.Message = fmt.Sprintf("%s: the name does not fit: %s %s", v.place(), f.keyword,
		clipped(string(jsonvalue.Marshal(want))))
	return v
}

// demands are the rules of simple keywords and their wording; %s stands for the keyword's value.
var demands = map[string]struct{ rule, demand string }{
	"const":            {"const", "must be %s"},
	"pattern":          {"pattern", "must match the pattern %s"},
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

// byBound returns the violation of a keyword in demands; the rule is "schema" for any other.
func byBound(v Violation, keyword string, want, actual any) Violation {
	known, ok := demands[keyword]
	if !ok {
		v.Rule, v.Message = "schema", v.place()+": does not fit "+keyword
		return v
	}
	v.Rule, v.Expected = known.rule, want
	v.Message = fmt.Sprintf("%s: %s "+known.demand, v.place(), describe(v.Actual, actual), jsonvalue.Marshal(want))
	return v
}

// typeNames spells a list of types for a sentence: "a string or null".
func typeNames(want any) string {
	list := asList(want)
	if list == nil {
		list = []any{want}
	}
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

// compiled returns the patterns as regular expressions. A document with patterns that do not
// compile is not loaded.
func compiled(patterns []string) []*regexp.Regexp {
	var list []*regexp.Regexp
	for _, pattern := range patterns {
		if r, err := regexp.Compile(pattern); err == nil {
			list = append(list, r)
		}
	}
	return list
}

func matchesAny(patterns []*regexp.Regexp, name string) bool {
	return slices.ContainsFunc(patterns, func(r *regexp.Regexp) bool { return r.MatchString(name) })
}
