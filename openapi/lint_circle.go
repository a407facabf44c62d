package openapi

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// maxChain bounds how many schemas may follow each other, each a part of the last for the same value:
// every one of them is read with all that follow it.
const maxChain = 300

// circleFinder finds schemas that have themselves as a part for the same value, so that no validation
// would end, and cuts a reference of each circle, and of each chain of more than maxChain.
type circleFinder struct {
	*linter
	way    []string // the schemas from the first to the one that is looked at, each a part of the last
	chains map[string]int
}

// circles cuts the circles and the longest chains of a document.
func (l *linter) circles() {
	f := &circleFinder{linter: l, chains: map[string]int{}}
	for _, pointer := range slices.Sorted(maps.Keys(l.inside)) {
		f.visit(pointer)
	}
}

// visit cuts what begins with a schema, and returns how long the longest chain is that is left.
func (f *circleFinder) visit(pointer string) (chain int) {
	if known, done := f.chains[pointer]; done {
		return known
	}
	if i := slices.Index(f.way, pointer); i >= 0 {
		f.cut(f.way[i:], "leads back to a schema that this is a part of, in a circle")
		return 0
	}
	f.way = append(f.way, pointer)
	for _, part := range f.inside[pointer] {
		if !f.inherits(pointer, part) {
			chain = max(chain, f.visit(part))
		}
	}
	f.way = f.way[:len(f.way)-1]
	if chain++; chain > maxChain && f.cut([]string{pointer}, fmt.Sprintf(
		"begins a chain of more than %d schemas, each a part of the last (allOf, $ref)", maxChain)) {
		chain = 1
	}
	f.chains[pointer] = chain
	return chain
}

var inAllOf = regexp.MustCompile(`/allOf/\d+$`)

// inherits reports whether a schema is an item of an allOf that refers to one with a discriminator:
// what inherits sees no alternatives there.
func (f *circleFinder) inherits(pointer, target string) bool {
	value, _ := f.bundle.lookup(target)
	_, discriminates := member(value, "discriminator")
	return discriminates && inAllOf.MatchString(pointer)
}

// cut removes the last reference of some schemas, and reports whether they have one.
func (f *circleFinder) cut(schemas []string, why string) bool {
	for _, pointer := range slices.Backward(schemas) {
		value, _ := f.bundle.lookup(pointer)
		ref, isRef := refOf(value)
		at := jsonvalue.Join(pointer, "$ref")
		switch {
		case !isRef:
			continue
		case f.mends.has(at): // cut already
			return true
		}
		f.warn(at, "$ref %q %s; any value is allowed", ref, why)
		f.mends.remove(at)
		return true
	}
	return false
}
