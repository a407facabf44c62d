package sample

import "github.com/agentmock/agentmock/openapi"

const (
	// maxDepth bounds documented values of recursive schemas.
	maxDepth = 6
	// maxMembers bounds how many members and items a documented value is made of, those of alternatives
	// included: schemas that refer to each other optionally multiply from level to level.
	maxMembers = 1000
)

// level is a schema of which values of an extent are made.
type level struct {
	schema *openapi.Schema
	extent Extent
}

// levelsOf returns down to which level values of a schema have members that they need not have: as
// many of maxDepth levels as have no more than maxMembers, at least one.
func (d *Documented) levelsOf(s *openapi.Schema, extent Extent) int {
	if known, ok := d.levels.Load(level{s, extent}); ok {
		return known.(int)
	}
	levels := maxDepth
	for ; levels > 1; levels-- {
		left := maxMembers
		if d.within(spot{Place: Place{Schema: s}, levels: levels}, extent, &left); left >= 0 {
			break
		}
	}
	d.levels.Store(level{s, extent}, levels)
	return levels
}

// within takes the number of members and items of a value from what is left, and of members that it
// might have.
func (d *Documented) within(at spot, extent Extent, left *int) {
	if *left < 0 || at.depth >= maxDepth || at.Schema.Enum != nil {
		return
	}
	inner := func(s *openapi.Schema, required bool) spot {
		return spot{Place: Place{Schema: s}, required: required, depth: at.depth + 1, levels: at.levels, above: &at}
	}
	for _, p := range at.Schema.Named() {
		if *left--; *left < 0 {
			return
		}
		if child := inner(p.Schema, p.RequiredIn(d.view)); !p.AbsentIn(d.view) && d.includes(child, extent) {
			d.within(child, extent, left)
		}
	}
	if at.Schema.Items != nil {
		*left--
		d.within(inner(at.Schema.Items, true), extent, left)
	}
	for _, list := range [][]*openapi.Schema{at.Schema.OneOf, at.Schema.AnyOf} {
		for _, branch := range list {
			*left--
			d.within(at.branch(branch), extent, left)
		}
	}
}
