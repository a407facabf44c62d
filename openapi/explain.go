package openapi

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// explainer turns the library's tree of errors into violations.
type explainer struct {
	doc   *Document
	tree  *viewTree // the document that was compiled, to look up keywords
	value any       // the validated value
	list  []Violation
	more  int // violations beyond the list
}

// explain adds the violations of a whole validation to the list. It words only the first
// MaxViolations of them: each takes time and memory that grow with the value.
func (e *explainer) explain(err *jsonschema.ValidationError) {
	found := e.failures(err, nil)
	slices.SortStableFunc(found, func(a, b failure) int {
		return cmp.Or(cmp.Compare(a.InstanceLocation, b.InstanceLocation),
			cmp.Compare(a.KeywordLocation, b.KeywordLocation))
	})
	for i, f := range found {
		if len(e.list) > MaxViolations {
			e.more += len(found) - i
			break
		}
		e.put(f)
	}
	if len(e.list) == 0 { // an error without leaves is still an error
		e.list = append(e.list, Violation{Rule: "schema", In: "body", Message: "body: does not fit the schema"})
	}
}

// failure is an error that yields violations of its own: one without causes, or one of alternatives
// where it is not clear which was meant.
type failure struct {
	*jsonschema.ValidationError
	keyword string
}

// failures appends the failures in a tree of errors.
func (e *explainer) failures(err *jsonschema.ValidationError, found []failure) []failure {
	keyword := e.keyword(err)
	switch keyword {
	case "oneOf", "anyOf":
		if meant := e.meant(err, keyword); len(meant) == 1 {
			return e.failures(meant[0], found)
		}
		return append(found, failure{err, keyword})
	case "minContains":
		return append(found, failure{err, keyword})
	}
	if len(err.Causes) == 0 {
		return append(found, failure{err, keyword})
	}
	for _, cause := range err.Causes {
		found = e.failures(cause, found)
	}
	return found
}

// keyword returns the keyword that an error is about; "" for a schema that is false, or a wrapper.
func (e *explainer) keyword(err *jsonschema.ValidationError) string {
	if err.Message == "not allowed" || err.Message == "" && len(err.Causes) > 0 {
		return ""
	}
	parent, last := splitLast(fragment(err.AbsoluteKeywordLocation, ""))
	if _, err := strconv.Atoi(last); err != nil {
		return last
	}
	above, name := splitLast(parent) // allOf/0, dependentRequired/name/0
	if _, grand := splitLast(above); grand == "dependentRequired" {
		return grand
	}
	return name
}

// splitLast splits off the last token of a pointer, still escaped.
func splitLast(pointer string) (parent, token string) {
	i := strings.LastIndexByte(pointer, '/')
	if i < 0 {
		return "", pointer
	}
	return pointer[:i], pointer[i+1:]
}

// meant returns the alternatives that the client may have meant: the one that the discriminator
// names (OpenAPI 3.1 §4.8.25), else those that fail neither by the type of the value nor by a
// constant in it. An alternative that only allows null is not meant by a value that is not null.
func (e *explainer) meant(err *jsonschema.ValidationError, keyword string) []*jsonschema.ValidationError {
	if len(err.Causes) == 0 { // more than one alternative matches
		return nil
	}
	if named := e.discriminated(err); named >= 0 {
		for _, branch := range err.Causes {
			if rest := strings.TrimPrefix(branch.KeywordLocation,
				err.KeywordLocation+"/"); rest == strconv.Itoa(named) || strings.HasPrefix(rest,
				strconv.Itoa(named)+"/") {
				return []*jsonschema.ValidationError{branch}
			}
		}
	}
	atTop := func(leaf *jsonschema.ValidationError) bool {
		return leaf.InstanceLocation == err.InstanceLocation && e.keyword(leaf) == "type"
	}
	notNull := e.without(err.Causes, func(leaf *jsonschema.ValidationError) bool {
		return atTop(leaf) && e.keywordValue(leaf) == "null"
	})
	ofType := e.without(notNull, atTop)
	if len(ofType) < 2 {
		return ofType
	}
	return e.without(ofType, func(leaf *jsonschema.ValidationError) bool {
		parent, _ := splitLast(leaf.InstanceLocation)
		k := e.keyword(leaf)
		return parent == err.InstanceLocation && (k == "const" || k == "enum" && len(asList(e.keywordValue(leaf))) == 1)
	})
}

// keywordValue returns the value of the keyword that a leaf is about.
func (e *explainer) keywordValue(leaf *jsonschema.ValidationError) any {
	v, _ := jsonvalue.Lookup(e.tree.value, fragment(leaf.AbsoluteKeywordLocation, ""))
	return v
}

// without returns the branches that have no leaf of a kind, or all of them where none is left.
func (e *explainer) without(branches []*jsonschema.ValidationError,
	excluded func(*jsonschema.ValidationError) bool) []*jsonschema.ValidationError {
	var kept []*jsonschema.ValidationError
	for _, branch := range branches {
		if !slices.ContainsFunc(leaves(branch, nil), excluded) {
			kept = append(kept, branch)
		}
	}
	if len(kept) == 0 {
		return branches
	}
	return kept
}

// discriminated returns the index of the alternative that the discriminator beside oneOf or anyOf
// names, or -1.
func (e *explainer) discriminated(err *jsonschema.ValidationError) int {
	at := fragment(err.AbsoluteKeywordLocation, "")
	parent, _ := splitLast(at)
	schema, _ := jsonvalue.Lookup(e.tree.value, parent)
	discriminator, _ := member(schema, "discriminator")
	property, _ := member(discriminator, "propertyName")
	name, isText := property.(string)
	value, _ := jsonvalue.Lookup(e.value, jsonvalue.Join(instance(err), name))
	tag, hasTag := value.(string)
	if !isText || !hasTag {
		return -1
	}
	mapping, _ := member(discriminator, "mapping")
	target, _ := member(mapping, tag)
	branches, _ := jsonvalue.Lookup(e.tree.value, at)
	for i, branch := range asList(branches) {
		ref, _ := refOf(branch)
		if _, last := splitLast(ref); ref != "" && (ref == target || last == target || target == nil && last == tag) {
			return i
		}
	}
	return -1
}

// instance returns the pointer to the value that an error is about.
func instance(err *jsonschema.ValidationError) string {
	pointer, unescapeErr := url.PathUnescape(err.InstanceLocation)
	if unescapeErr != nil {
		return err.InstanceLocation
	}
	return pointer
}

// put adds the violations of one failure.
func (e *explainer) put(f failure) {
	at := fragment(f.AbsoluteKeywordLocation, "")
	if parent, last := splitLast(at); last == "minContains" {
		if _, written := jsonvalue.Lookup(e.tree.value, at); !written { // the default, 1
			at = parent + "/contains"
		}
	}
	pointer := instance(f.ValidationError)
	v := Violation{In: "body", Pointer: pointer, Document: e.doc.bundle.position(e.tree.origin(at))}
	actual, found := jsonvalue.Lookup(e.value, pointer)
	if ofName(f.KeywordLocation) {
		_, name := splitLast(pointer)
		e.list = append(e.list, e.propertyName(v, jsonvalue.Tokens("/" + name)[0], f))
		return
	}
	want, _ := jsonvalue.Lookup(e.tree.value, at)
	switch f.keyword {
	case "required":
		e.required(v, want, actual)
		return
	case "additionalProperties":
		if want == false {
			e.additional(v, at, actual)
			return
		}
	}
	if found {
		v.Actual = e.doc.formatValue(actual, pointer)
	}
	switch f.keyword {
	case "oneOf", "anyOf":
		e.alternatives(v, f)
	case "not":
		e.excluded(v, want, actual)
	default:
		e.list = append(e.list, e.single(v, f, want, actual))
	}
}

// ofName reports whether an error is about the name of a member (propertyNames), not about its
// value.
func ofName(location string) bool {
	tokens := strings.Split(location, "/")
	for i, token := range tokens {
		if token == "propertyNames" && (i == 0 || !slices.Contains(schemaMaps, tokens[i-1])) {
			return true
		}
	}
	return false
}

// alternatives adds the violation for a value that matches none, or too many, of its alternatives,
// with the nearest one's first demand.
func (e *explainer) alternatives(v Violation, f failure) {
	v.Rule = map[string]string{"oneOf": "one-of", "anyOf": "any-of"}[f.keyword]
	if len(f.Causes) == 0 {
		v.Message = v.place() + ": fits more than one of the alternatives, and must fit exactly one"
		e.list = append(e.list, v)
		return
	}
	var best *explainer
	for _, branch := range e.meant(f.ValidationError, f.keyword) {
		inner := &explainer{doc: e.doc, tree: e.tree, value: e.value}
		inner.explain(branch)
		if best == nil || len(inner.list)+inner.more < len(best.list)+best.more {
			best = inner
		}
	}
	sortViolations(best.list)
	v.Message = fmt.Sprintf("%s: fits none of %d alternatives; the nearest asks: %s", v.place(), len(f.Causes),
		best.list[0].Message)
	v.Expected = best.list[0].Expected
	e.list = append(e.list, v)
}

// members returns the members of an object; nil for any other value.
func members(v any) []jsonvalue.Member {
	if o, ok := v.(*jsonvalue.Object); ok {
		return o.Members
	}
	return nil
}
