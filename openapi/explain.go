package openapi

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/internal/jsonvalue"
	"github.com/agentmock/agentmock/internal/nearest"
)

// explainer turns the library's tree of errors into violations in our words.
type explainer struct {
	doc      *Document
	keywords any // the schemas as they were compiled
	value    any // what was judged
	list     []Violation
}

func (e *explainer) explain(err *jsonschema.ValidationError) {
	keyword := lastToken(err.AbsoluteKeywordLocation)
	if keyword == "oneOf" || keyword == "anyOf" {
		if len(err.Causes) > 0 {
			e.alternatives(err, keyword)
			return
		}
	}
	if len(err.Causes) > 0 && keyword != "contains" {
		for _, cause := range err.Causes {
			e.explain(cause)
		}
		return
	}
	e.leaf(err, keyword)
}

// alternatives reports the branch that was surely meant, where all others are of another type, or else that none fits and which came nearest.
func (e *explainer) alternatives(err *jsonschema.ValidationError, keyword string) {
	var meant []*jsonschema.ValidationError
	for _, branch := range err.Causes {
		if !wrongAtTop(branch, err.InstanceLocation) {
			meant = append(meant, branch)
		}
	}
	if len(meant) == 1 {
		e.explain(meant[0])
		return
	}
	candidates := meant
	if len(candidates) == 0 {
		candidates = err.Causes
	}
	var best []Violation
	for _, branch := range candidates {
		inner := &explainer{doc: e.doc, keywords: e.keywords, value: e.value}
		inner.explain(branch)
		if best == nil || len(inner.list) < len(best) {
			best = inner.list
		}
	}
	sortViolations(best)
	v := e.violation(err)
	v.Rule = map[string]string{"oneOf": "one-of", "anyOf": "any-of"}[keyword]
	v.Message = fmt.Sprintf("%s: fits none of %d alternatives", v.Where(), len(err.Causes))
	if len(best) > 0 {
		v.Message += "; the nearest asks: " + best[0].Message
		v.Expected = best[0].Expected
	}
	e.list = append(e.list, v)
}

// wrongAtTop says that a branch fails already by the type of the value itself.
func wrongAtTop(branch *jsonschema.ValidationError, at string) bool {
	return slices.ContainsFunc(leaves(branch, nil), func(leaf *jsonschema.ValidationError) bool {
		return leaf.InstanceLocation == at && lastToken(leaf.AbsoluteKeywordLocation) == "type"
	})
}

func lastToken(location string) string { return location[strings.LastIndexByte(location, '/')+1:] }

// violation has what all violations by a keyword have.
func (e *explainer) violation(err *jsonschema.ValidationError) Violation {
	at := fragment(err.AbsoluteKeywordLocation, "")
	pointer, unescapeErr := url.PathUnescape(err.InstanceLocation)
	if unescapeErr != nil {
		pointer = err.InstanceLocation
	}
	v := Violation{In: "body", Pointer: pointer, Document: e.doc.bundle.position(at)}
	if actual, ok := jsonvalue.Lookup(e.value, pointer); ok {
		v.Actual = e.doc.preview(actual, pointer)
	}
	return v
}

// leaf explains one error by its keyword.
func (e *explainer) leaf(err *jsonschema.ValidationError, keyword string) {
	at := fragment(err.AbsoluteKeywordLocation, "")
	want, _ := jsonvalue.Lookup(e.keywords, at)
	v := e.violation(err)
	actual, _ := jsonvalue.Lookup(e.value, v.Pointer)
	switch keyword {
	case "required":
		e.required(v, want, actual)
	case "not":
		e.excluded(v, want, actual)
	case "additionalProperties", "unevaluatedProperties":
		e.additional(v, at, actual)
	case "enum":
		e.enum(&v, want, actual)
	case "type":
		v.Rule, v.Expected = "type", want
		v.Message = fmt.Sprintf("%s: %s where %s is expected", v.Where(), describe(v.Actual, actual), typeNames(want))
		e.list = append(e.list, v)
	case "format":
		v.Rule, v.Expected = "format", want
		v.Message = fmt.Sprintf("%s: %s is no %s", v.Where(), describe(v.Actual, actual), formatName(want))
		e.list = append(e.list, v)
	default:
		e.other(v, keyword, want, actual, err.Message)
	}
}

func (e *explainer) required(v Violation, want, actual any) {
	for _, name := range asList(want) {
		text, _ := name.(string)
		if _, has := jsonvalue.Lookup(actual, jsonvalue.Join("", text)); has {
			continue
		}
		missing := v
		missing.Rule, missing.Actual, missing.Expected = "required", nil, "a value"
		missing.Pointer = jsonvalue.Join(v.Pointer, text)
		missing.Message = missing.Where() + ": missing; it is required"
		e.list = append(e.list, missing)
	}
}

// excluded explains "not", which in documents mostly means that a member must be absent.
func (e *explainer) excluded(v Violation, want, actual any) {
	names, _ := member(want, "required")
	forbidden := asList(names)
	if o, _ := want.(*jsonvalue.Object); o == nil || len(o.Members) != 1 || len(forbidden) == 0 {
		v.Rule, v.Expected = "not", want
		v.Message = fmt.Sprintf("%s: %s is excluded by %s", v.Where(), describe(v.Actual, actual), jsonvalue.Marshal(want))
		e.list = append(e.list, v)
		return
	}
	for _, name := range forbidden {
		text, _ := name.(string)
		present := v
		present.Pointer = jsonvalue.Join(v.Pointer, text)
		value, _ := jsonvalue.Lookup(e.value, present.Pointer)
		present.Rule, present.Expected, present.Actual = "forbidden-property", "absent", e.doc.preview(value, present.Pointer)
		present.Message = present.Where() + ": must be absent here"
		e.list = append(e.list, present)
	}
}

// additional names each member that a closed object has too much.
func (e *explainer) additional(v Violation, at string, actual any) {
	properties, _ := jsonvalue.Lookup(e.keywords, at[:strings.LastIndexByte(at, '/')]+"/properties")
	declared, _ := properties.(*jsonvalue.Object)
	var names []string
	for i := 0; declared != nil && i < len(declared.Members); i++ {
		names = append(names, declared.Members[i].Name)
	}
	for _, m := range members(actual) {
		if slices.Contains(names, m.Name) {
			continue
		}
		extra := v
		extra.Rule, extra.Pointer = "additional-property", jsonvalue.Join(v.Pointer, m.Name)
		extra.Actual, extra.Expected = e.doc.preview(m.Value, extra.Pointer), names
		extra.Suggestion = nearest.To(m.Name, names)
		extra.Message = fmt.Sprintf("%s: not among the allowed members %s%s", extra.Where(), strings.Join(names, ", "), didYouMean(extra.Suggestion))
		e.list = append(e.list, extra)
	}
}

func members(v any) []jsonvalue.Member {
	switch v := v.(type) {
	case *jsonvalue.Object:
		return v.Members
	case map[string]any:
		list := make([]jsonvalue.Member, 0, len(v))
		for name, value := range v {
			list = append(list, jsonvalue.Member{Name: name, Value: value})
		}
		return list
	}
	return nil
}

func (e *explainer) enum(v *Violation, want, actual any) {
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
	if text, ok := actual.(string); ok {
		v.Suggestion = nearest.To(text, texts)
	}
	v.Message = fmt.Sprintf("%s: %s is not one of %s%s", v.Where(), describe(v.Actual, actual), strings.Join(spelled, ", "), didYouMean(v.Suggestion))
	e.list = append(e.list, *v)
}

func didYouMean(suggestion string) string {
	if suggestion == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", suggestion)
}

// sentences say what a keyword demands; %s is its value.
var sentences = map[string]struct{ rule, demand string }{
	"const":             {"const", "must be %s"},
	"pattern":           {"pattern", "must match the pattern %s"},
	"minLength":         {"min-length", "must have at least %s characters"},
	"maxLength":         {"max-length", "must have at most %s characters"},
	"minItems":          {"min-items", "must have at least %s items"},
	"maxItems":          {"max-items", "must have at most %s items"},
	"minProperties":     {"min-properties", "must have at least %s members"},
	"maxProperties":     {"max-properties", "must have at most %s members"},
	"minimum":           {"minimum", "must be at least %s"},
	"exclusiveMinimum":  {"minimum", "must be more than %s"},
	"maximum":           {"maximum", "must be at most %s"},
	"exclusiveMaximum":  {"maximum", "must be less than %s"},
	"multipleOf":        {"multiple-of", "must be a multiple of %s"},
	"contentEncoding":   {"content", "must be encoded as %s"},
	"contentMediaType":  {"content", "must be of the media type %s"},
	"contentSchema":     {"content", "must hold JSON that fits %s"},
	"contains":          {"contains", "must have items that fit %s"},
	"minContains":       {"contains", "must have at least %s items of the demanded kind"},
	"maxContains":       {"contains", "must have at most %s items of the demanded kind"},
	"dependentRequired": {"dependent-required", "must have all of %s"},
	"propertyNames":     {"schema", "must have names that fit %s"},
}

func (e *explainer) other(v Violation, keyword string, want, actual any, libraryMessage string) {
	sentence, known := sentences[keyword]
	switch {
	case keyword == "uniqueItems":
		v.Rule, v.Message = "unique-items", v.Where()+": "+libraryMessage+"; each item may occur once"
	case keyword == "oneOf": // without causes: more than one branch fits
		v.Rule, v.Message = "one-of", v.Where()+": fits more than one of the alternatives: "+libraryMessage
	case known:
		v.Rule, v.Expected = sentence.rule, want
		v.Message = fmt.Sprintf("%s: %s "+sentence.demand, v.Where(), describe(v.Actual, actual), jsonvalue.Marshal(want))
	case strings.Contains(libraryMessage, "if ") && strings.Contains(libraryMessage, "property exists"):
		v.Rule, v.Message = "dependent-required", v.Where()+": "+libraryMessage
	default:
		v.Rule, v.Message = "schema", v.Where()+": "+libraryMessage
	}
	e.list = append(e.list, v)
}

func typeNames(want any) string {
	list := asList(want)
	if list == nil {
		list = []any{want}
	}
	names := make([]string, len(list))
	for i, name := range list {
		text := fmt.Sprint(name)
		article := "a "
		if strings.ContainsAny(text[:1], "aio") {
			article = "an "
		}
		if text == "null" {
			article = ""
		}
		names[i] = article + text
	}
	return strings.Join(names, " or ")
}

func formatName(want any) string {
	if want == "date-time" {
		return "RFC 3339 date-time such as 2025-01-19T02:57:27.923Z"
	}
	return fmt.Sprint(want)
}

// describe spells a value for a sentence: short ones as they are, long ones by their kind.
func describe(preview, actual any) string {
	if preview == redactedValue && actual != redactedValue {
		return "[redacted " + jsonvalue.TypeOf(actual) + "]"
	}
	switch actual.(type) {
	case *jsonvalue.Object, map[string]any:
		return "an object"
	case []any:
		return "a list"
	case nil:
		return "null"
	}
	return string(jsonvalue.Marshal(preview))
}

const (
	previewRunes  = 120
	previewBytes  = 2000
	redactedValue = "[redacted]"
)

// preview is a value as a violation may show it: cut short, and without secrets.
func (d *Document) preview(v any, pointer string) any {
	tokens := jsonvalue.Tokens(pointer)
	if v != nil && len(tokens) > 0 && slices.Contains(d.secrets, tokens[len(tokens)-1]) {
		return redactedValue
	}
	switch v := v.(type) {
	case string:
		if runes := []rune(v); len(runes) > previewRunes {
			return fmt.Sprintf("%s… (%d characters)", string(runes[:previewRunes]), len(runes))
		}
	case json.Number:
		if len(v) > previewRunes {
			return fmt.Sprintf("%s… (a number of %d characters)", v[:previewRunes], len(v))
		}
	case *jsonvalue.Object, map[string]any, []any:
		clean := d.withoutSecrets(v)
		if size := len(jsonvalue.Marshal(clean)); size > previewBytes {
			return fmt.Sprintf("(%s of %d bytes)", jsonvalue.TypeOf(v), size)
		}
		return clean
	}
	return v
}

// withoutSecrets copies a value and redacts every member that has the name of a secret.
func (d *Document) withoutSecrets(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = d.withoutSecrets(v[i])
		}
		return out
	case *jsonvalue.Object, map[string]any:
		out := &jsonvalue.Object{}
		for _, m := range members(v) {
			if slices.Contains(d.secrets, m.Name) {
				m.Value = redactedValue
			}
			out.Members = append(out.Members, jsonvalue.Member{Name: m.Name, Value: d.withoutSecrets(m.Value)})
		}
		return out
	}
	return v
}
