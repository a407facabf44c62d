package openapi

import (
	"maps"
	"regexp"
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// circleFinder finds schemas that have themselves as a part for the same value, so that no validation
// would end, and cuts a reference of each circle.
type circleFinder struct {
	*linter
	way  []string // the schemas from the first to the one that is looked at, each a part of the last
	done map[string]bool
}

// circles cuts the circles of a document.
func (l *linter) circles() {
	f := &circleFinder{linter: l, done: map[string]bool{}}
	for _, pointer := range slices.Sorted(maps.Keys(l.inside)) {
		f.visit(pointer)
	}
}

func (f *circleFinder) visit(pointer string) {
	if f.done[pointer] {
		return
	}
	if i := slices.Index(f.way, pointer); i >= 0 {
		f.cut(f.way[i:])
		return
	}
	f.way = append(f.way, pointer)
	for _, part := range f.inside[pointer] {
		if !f.inherits(pointer, part) {
			f.visit(part)
		}
	}
	f.way = f.way[:len(f.way)-1]
	f.done[pointer] = true
}

var inAllOf = regexp.MustCompile(`/allOf/\d+$`)

// inherits reports whether a schema is an item of an allOf that refers to one with a discriminator:
// what inherits sees no alternatives there.
func (f *circleFinder) inherits(pointer, target string) bool {
	value, _ := f.bundle.lookup(target)
	_, discriminates := member(value, "discriminator")
	return discriminates && inAllOf.MatchString(pointer)
}

// cut removes the last reference of a circle.
func (f *circleFinder) cut(circle []string) {
	for _, pointer := range slices.Backward(circle) {
		value, _ := f.bundle.lookup(pointer)
		ref, isRef := refOf(value)
		at := jsonvalue.Join(pointer, "$ref")
		switch {
		case !isRef:
			continue
		case f.mends.has(at): // cut already
			return
		}
		f.warn(at, "$ref %q leads back to a schema that this is a part of, in a circle; any value is allowed", ref)
		f.mends.remove(at)
		return
	}
}
