package sample

import (
	"slices"

	"github.com/agentmock/agentmock/openapi"
)

// height returns how many levels the flattest value of a schema has, as far as its members, items and
// alternatives tell; more than lastDepth where it demands itself without end.
func (g *Generator) height(s *openapi.Schema) int {
	if known, ok := g.heights.Load(s); ok {
		return known.(int)
	}
	levels := 0
	for m := (measure{g.view, map[measured]bool{}}); levels <= lastDepth && !m.within(s, levels); levels++ {
	}
	g.heights.Store(s, levels)
	return levels
}

// measure finds out whether schemas have values of bounded height.
type measure struct {
	view  openapi.View
	known map[measured]bool
}

type measured struct {
	schema *openapi.Schema
	levels int
}

func (m measure) within(s *openapi.Schema, levels int) bool {
	if levels < 0 {
		return false
	}
	at := measured{s, levels}
	if known, ok := m.known[at]; ok {
		return known
	}
	m.known[at] = false // it is not within itself
	fits := slices.Contains(s.Types, "null") || s.Enum != nil || m.parts(s, levels)
	m.known[at] = fits
	return fits
}

func (m measure) parts(s *openapi.Schema, levels int) bool {
	deeper := func(inner *openapi.Schema) bool { return inner == nil || m.within(inner, levels-1) }
	for _, p := range s.Parts() {
		for _, name := range p.Required {
			if property := s.Property(name); property != nil && !property.AbsentIn(m.view) && !deeper(property.Schema) {
				return false
			}
		}
		if least(p.MinItems) > 0 && !deeper(p.FurtherItems) {
			return false
		}
		for _, list := range [][]*openapi.Schema{p.OneOf, p.AnyOf} {
			if len(list) > 0 && !slices.ContainsFunc(list, deeper) {
				return false
			}
		}
	}
	return true
}
