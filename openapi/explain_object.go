package openapi

import (
	"fmt"
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
		missing.Rule, missing.Expected = "required", "a value"
		missing.Pointer = jsonvalue.Join(v.Pointer, text)
		missing.Message = missing.place() + ": missing; it is required"
		e.list = append(e.list, missing)
	}
}

// excluded explains "not", which in most documents means that a member must be absent.
func (e *explainer) excluded(v Violation, want, actual any) {
	names, _ := member(want, "required")
	forbidden := asList(names)
	if o, _ := want.(*jsonvalue.Object); o == nil || len(o.Members) != 1 || len(forbidden) == 0 {
		v.Rule, v.Expected = "not", want
		v.Message = fmt.Sprintf("%s: %s is excluded by %s", v.place(), describe(v.Actual, actual),
			clipped(string(jsonvalue.Marshal(want))))
		e.list = append(e.list, v)
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
	v.Rule, v.Expected, v.Actual = "forbidden-property", "absent", e.doc.formatValue(actual, v.Pointer)
	v.Message = v.place() + ": must be absent here"
	return v
}

// additional adds a violation for each member that a closed object does not allow.
func (e *explainer) additional(v Violation, at string, actual any) {
	parent, _ := splitLast(at)
	schema, _ := jsonvalue.Lookup(e.tree.value, parent)
	declared, patterns := memberNames(schema, "properties"), compiled(memberNames(schema, "patternProperties"))
	for _, m := range members(actual) {
		if slices.Contains(declared, m.Name) || matchesAny(patterns, m.Name) {
			continue
		}
		if len(e.list) > MaxViolations {
			e.more++
			continue
		}
		extra := v
		extra.Pointer = jsonvalue.Join(v.Pointer, m.Name)
		e.list = append(e.list, e.extra(extra, m.Name, m.Value, declared))
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
