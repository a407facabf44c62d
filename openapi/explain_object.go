package openapi

import (
	"regexp"
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// required adds a violation for each required member that is missing.
func (e *explainer) required(v Violation, want, actual any) {
	for _, name := range asList(want) {
		text, _ := name.(string)
		if _, has := member(actual, text); has {
			continue
		}
		missing := v
		missing.Pointer = jsonvalue.Join(v.Pointer, text)
		e.list = append(e.list, missing.because("required", "a value", "missing; it is required"))
	}
}

// excluded explains "not", which in most documents means that a member must be absent.
func (e *explainer) excluded(v Violation, want, actual any) {
	names, _ := member(want, "required")
	forbidden := asList(names)
	if o, _ := want.(*jsonvalue.Object); o == nil || len(o.Members) != 1 || len(forbidden) == 0 {
		found := describe(v.Actual, actual)
		e.list = append(e.list, v.because("not", want, "%s is excluded by %s", found, clippedJSON(want)))
		return
	}
	for _, name := range forbidden {
		text, _ := name.(string)
		value, _ := member(actual, text)
		present := v
		present.Pointer = jsonvalue.Join(v.Pointer, text)
		e.list = append(e.list, e.forbidden(present, value))
	}
}

func (e *explainer) forbidden(v Violation, actual any) Violation {
	v.Actual = e.doc.formatValue(actual, v.Pointer)
	return v.because("forbidden-property", "absent", "must be absent here")
}

// additional adds a violation for each member that a closed object does not allow.
func (e *explainer) additional(v Violation, at string, actual any) {
	parent, _ := splitLast(at)
	schema := e.schema(parent)
	declared := memberNames(schema, "properties")
	var patterns []*regexp.Regexp
	for _, pattern := range memberNames(schema, "patternProperties") {
		patterns = append(patterns, regexp.MustCompile(pattern)) // as the library did
	}
	for _, m := range members(actual) {
		matches := func(pattern *regexp.Regexp) bool { return pattern.MatchString(m.Name) }
		if slices.Contains(declared, m.Name) || slices.ContainsFunc(patterns, matches) {
			continue
		}
		if len(e.list) > MaxViolations {
			e.more++
			continue
		}
		extra := v
		extra.Pointer = jsonvalue.Join(v.Pointer, m.Name)
		e.list = append(e.list, e.extra(extra, m.Value, declared))
	}
}

// memberNames returns the names of the members of a keyword's object.
func memberNames(schema any, keyword string) []string {
	o, _ := member(schema, keyword)
	var names []string
	for _, m := range members(o) {
		names = append(names, m.Name)
	}
	return names
}

// undecided returns the violation of an object that names none of the alternatives.
func (e *explainer) undecided(v Violation, f failure, actual any) Violation {
	d, _ := e.discriminated(f.ValidationError)
	v.Pointer = jsonvalue.Join(v.Pointer, d.property)
	v.Document = e.doc.bundle.position(jsonvalue.Join(d.pointer, "discriminator"))
	value, there := member(actual, d.property)
	if !there {
		return v.because("required", d.names(), "missing; it decides which schema counts: %s",
			spelled(d.names()))
	}
	v.Actual = e.doc.formatValue(value, v.Pointer)
	return enum(v, d.names(), value)
}

// dropRepeated drops violations that are there already: a schema may be a part of another one twice.
func (e *explainer) dropRepeated() {
	var list []Violation
	for _, v := range e.list {
		if !slices.ContainsFunc(list, func(have Violation) bool {
			return have.Rule == v.Rule && have.Pointer == v.Pointer && have.Message == v.Message
		}) {
			list = append(list, v)
		}
	}
	e.list = list
}
