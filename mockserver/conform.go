package mockserver

import (
	"iter"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// maxRepairs bounds the validations of one conform, for hostile bodies.
const maxRepairs = 64

// conform makes a value valid as a response of a schema, and changes as little as it can. Requests
// may allow what responses do not, and documents state their rules in many ways (if, not, oneOf), so
// conform tries: it takes the first change after which there are fewer violations. In this order it
// removes what is forbidden, converts what has another form, completes an alternative, removes what
// is wrong and optional, and replaces what is wrong by a sample. Where all of that does not help,
// the value becomes a sample of the schema with as many of its members as fit. The value that was
// given is not changed.
func conform(v any, s *openapi.Schema, made maker) any {
	if s == nil {
		return v
	}
	violations := s.Validate(v, openapi.ResponseView)
	for attempts, better := 0, true; better && len(violations) > 0; {
		better = false
		for candidate := range repairs(v, s, violations, made) {
			if attempts++; attempts > maxRepairs {
				break
			}
			if left := s.Validate(candidate, openapi.ResponseView); len(left) < len(violations) {
				v, violations, better = candidate, left, true
				break
			}
		}
	}
	if len(violations) > 0 {
		return likeSample(v, s, made)
	}
	return v
}

// repairs yields copies of a value in which one violation may be mended, the gentlest change first.
func repairs(v any, s *openapi.Schema, violations []openapi.Violation, made maker) iter.Seq[any] {
	return func(yield func(any) bool) {
		with := func(pointer string, value any) bool {
			changed, ok := jsonvalue.Put(jsonvalue.Clone(v), pointer, jsonvalue.Clone(value))
			return !ok || yield(changed)
		}
		for _, pointer := range forbidden(v, s, violations) {
			if !yield(jsonvalue.Remove(jsonvalue.Clone(v), pointer)) {
				return
			}
		}
		for _, violation := range violations {
			at := place(v, s, violation)
			for _, form := range at.forms(made) {
				if !with(at.pointer, form) {
					return
				}
			}
			if at.optional && !yield(jsonvalue.Remove(jsonvalue.Clone(v), at.pointer)) {
				return
			}
			if at.schema != nil && !with(at.pointer, made(at.schema, at.name)) {
				return
			}
		}
	}
}

// wrongPlace is the place in a value that a violation is about.
type wrongPlace struct {
	pointer  string
	name     string          // of the member; that of the list for an item
	schema   *openapi.Schema // nil where the document says nothing of it
	value    any             // nil where there is none
	optional bool            // responses need not have it
	missing  bool
}

func place(v any, s *openapi.Schema, violation openapi.Violation) wrongPlace {
	p := wrongPlace{pointer: violation.Pointer, schema: s.At(violation.Pointer)}
	var exists bool
	p.value, exists = jsonvalue.Lookup(v, p.pointer)
	p.missing = !exists
	tokens := jsonvalue.Tokens(p.pointer)
	if len(tokens) == 0 {
		return p
	}
	p.name = tokens[len(tokens)-1]
	cut := strings.LastIndexByte(p.pointer, '/')
	holder, _ := jsonvalue.Lookup(v, p.pointer[:cut])
	if _, isObject := holder.(*jsonvalue.Object); isObject {
		property := s.At(p.pointer[:cut]).Property(p.name)
		p.optional = exists && (property == nil || !property.RequiredIn(openapi.ResponseView))
	}
	return p
}

// forms returns other forms of the value: what stands for the same, and its alternatives completed.
func (p wrongPlace) forms(made maker) []any {
	if p.schema == nil || p.missing {
		return nil
	}
	var list []any
	if form, ok := converted(p.value, p.schema, made); ok {
		list = append(list, form)
	}
	object, isObject := p.value.(*jsonvalue.Object)
	if !isObject {
		return list
	}
	for _, branch := range slices.Concat(p.schema.OneOf, p.schema.AnyOf) {
		list = append(list, asBranch(object, p.schema, branch, made))
	}
	whole := jsonvalue.Clone(object)
	fill(whole, p.schema, made)
	return append(list, whole)
}

// asBranch returns what one alternative of a schema has of an object, completed by what it demands.
func asBranch(object *jsonvalue.Object, s, branch *openapi.Schema, made maker) any {
	out := &jsonvalue.Object{}
	for _, m := range object.Members {
		switch {
		case branch.Covers(m.Name):
			out.Set(m.Name, cut(m.Value, branch.Member(m.Name)))
		case s.Property(m.Name) != nil:
			out.Set(m.Name, m.Value)
		}
	}
	fill(out, s, made)
	for _, p := range branch.Undeclared {
		if declared := s.Property(p.Name); declared != nil && !has(out, p.Name) {
			out.Set(p.Name, jsonvalue.Clone(made(declared.Schema, p.Name)))
		}
	}
	fill(out, branch, made)
	return out
}

func has(o *jsonvalue.Object, name string) bool {
	_, there := o.Get(name)
	return there
}

// forbidden returns pointers to the members that a schema may forbid and that responses need not
// have, secrets first.
func forbidden(v any, s *openapi.Schema, violations []openapi.Violation) []string {
	var secrets, others []string
	add := func(parent, name string) {
		p := s.At(parent).Property(name)
		pointer := jsonvalue.Join(parent, name)
		switch {
		case p != nil && p.RequiredIn(openapi.ResponseView):
		case p != nil && isSecret(p.Schema):
			secrets = append(secrets, pointer)
		default:
			others = append(others, pointer)
		}
	}
	for _, violation := range violations {
		switch violation.Rule {
		case "forbidden-property", "additional-property":
			tokens := jsonvalue.Tokens(violation.Pointer)
			if n := len(tokens); n > 0 {
				add(violation.Pointer[:strings.LastIndexByte(violation.Pointer, '/')], tokens[n-1])
			}
		case "not":
			value, _ := jsonvalue.Lookup(v, violation.Pointer)
			if parent, ok := value.(*jsonvalue.Object); ok {
				for _, m := range slices.Backward(parent.Members) {
					add(violation.Pointer, m.Name)
				}
			}
		}
	}
	return append(secrets, others...)
}
