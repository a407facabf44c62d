package openapi

import (
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// loosen reads those lists of oneOf as anyOf of which one alternative allows nothing that another one
// does not: it can never be the only one that is met, so that its authors mean at least one.
func (l *linter) loosen() {
	for _, pointer := range l.oneOfs {
		within := func(target string) bool { return strings.HasPrefix(target, pointer+"/") }
		parent, _ := splitLast(pointer)
		v, _ := l.bundle.lookup(parent)
		_, other := member(v, "anyOf")
		_, discriminator := member(v, "discriminator")
		list, _ := member(v, "oneOf")
		i, j, found := l.superfluous(asList(list))
		if other || discriminator || !found || slices.ContainsFunc(l.targets, within) {
			continue
		}
		l.warn(index(pointer, i), "what this alternative of oneOf allows, alternative %d does, too, so that it is "+
			"never the only one; oneOf is read as anyOf", j)
		l.mends.move(jsonvalue.Join(parent, "anyOf"), pointer, nil)
		l.mends.remove(pointer)
	}
}

// superfluous returns the indexes of an alternative and of another one that allows all of its values.
func (l *linter) superfluous(list []any) (i, j int, found bool) {
	const few = 40
	implies := func(i, j int) bool { return l.implies(list[i], list[j], maxImplied) }
	for i := range min(len(list), few) {
		for j := range min(len(list), few) {
			// Of two that are equal, the second is superfluous.
			if i != j && implies(i, j) && (i > j || !implies(j, i)) {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

// maxImplied is how deep schemas are compared.
const maxImplied = 8

// remarks are the keywords that no value breaks.
var remarks = []string{"title", "description", "example", "examples", "default", "externalDocs", "deprecated", "xml",
	"$comment", "nullable"}

// implies reports whether every value that schema a allows is certainly allowed by b.
func (l *linter) implies(a, b any, depth int) bool {
	a, b = l.referred(a), l.referred(b)
	from, isObject := a.(*jsonvalue.Object)
	to, both := b.(*jsonvalue.Object)
	switch {
	case !isObject || !both || depth == 0:
		return false
	case from == to:
		return true
	}
	all, _ := from.Get("allOf")
	if slices.ContainsFunc(asList(all), func(part any) bool { return l.implies(part, to, depth-1) }) {
		return true
	}
	nullA, _ := from.Get("nullable")
	nullB, _ := to.Get("nullable")
	if nullA == true && nullB != true {
		return false
	}
	return !slices.ContainsFunc(to.Members, func(m jsonvalue.Member) bool {
		return !slices.Contains(remarks, m.Name) && !strings.HasPrefix(m.Name, "x-") && !l.keeps(from, to, m, depth)
	})
}

// keeps reports whether every value that schema a allows meets one keyword of schema b.
func (l *linter) keeps(a, b *jsonvalue.Object, keyword jsonvalue.Member, depth int) bool {
	own, has := a.Get(keyword.Name)
	switch keyword.Name {
	case "properties":
		return !slices.ContainsFunc(members(keyword.Value), func(m jsonvalue.Member) bool {
			property, declared := member(own, m.Name)
			return !declared || !l.implies(property, m.Value, depth-1)
		})
	case "required":
		return !slices.ContainsFunc(asList(keyword.Value), func(name any) bool {
			return !slices.ContainsFunc(asList(own), func(v any) bool { return jsonvalue.Equal(v, name) })
		})
	case "allOf":
		return !slices.ContainsFunc(asList(keyword.Value), func(part any) bool { return !l.implies(a, part, depth-1) })
	case "items":
		_, tuple := b.Get("prefixItems")
		return has && !tuple && l.implies(own, keyword.Value, depth-1)
	case "type":
		return jsonvalue.Equal(own, keyword.Value) || own == "integer" && keyword.Value == "number"
	case "additionalProperties":
		return keyword.Value == true || jsonvalue.Equal(own, keyword.Value) && sameNames(a, b)
	case "enum", "const", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
		"exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
		"oneOf", "anyOf", "not", "readOnly", "writeOnly":
		return has && jsonvalue.Equal(own, keyword.Value)
	}
	return false
}

// sameNames reports whether two schemas declare the same properties and none by patterns.
func sameNames(a, b *jsonvalue.Object) bool {
	names := func(o *jsonvalue.Object) []string {
		list := []string{}
		properties, _ := o.Get("properties")
		for _, m := range members(properties) {
			list = append(list, m.Name)
		}
		slices.Sort(list)
		return list
	}
	_, patterns := a.Get("patternProperties")
	return !patterns && slices.Equal(names(a), names(b))
}

// referred returns the schema that a reference leads to; the value itself where it is none.
func (l *linter) referred(v any) any {
	for range maxImplied {
		o, _ := v.(*jsonvalue.Object)
		if o == nil {
			return v
		}
		ref, isRef := refOf(o)
		if !isRef || !l.is30 && len(o.Members) > 1 {
			return v
		}
		target, err := refPointer(ref)
		if err != nil {
			return nil
		}
		v, _ = l.bundle.lookup(target)
	}
	return nil
}
