package sample

import (
	"slices"

	"github.com/agentmock/agentmock/openapi"
)

const (
	// maxWeight is the weight of the largest values that are made: about four megabytes of text, or two
	// hundred thousand members and items.
	maxWeight = 4 << 20
	ofValue   = 20 // the weight of a value beside that of its characters, which is one each
)

// weight returns that of the smallest value of a schema, as far as its members, items, alternatives and
// lengths tell; more than maxWeight where it is greater.
func (g *Generator) weight(s *openapi.Schema) int {
	return scales{g, map[*openapi.Schema]bool{}}.of(s)
}

// scales weigh schemas. One inside itself weighs as a value without anything in it.
type scales struct {
	*Generator
	around map[*openapi.Schema]bool
}

func (c scales) of(s *openapi.Schema) int {
	if known, ok := c.weights.Load(s); ok {
		return known.(int)
	}
	if c.around[s] || s.Enum != nil || slices.Contains(s.Types, "null") {
		return ofValue
	}
	c.around[s] = true
	weight, only := ofValue+c.members(s), Types(s)
	for _, p := range s.Parts() {
		weight += c.alternatives(p.OneOf) + c.alternatives(p.AnyOf)
		switch {
		case len(only) != 1:
		case only[0] == "string":
			weight += times(least(p.MinLength), 1)
		case only[0] == "array" && p.FurtherItems != nil && len(p.PrefixItems) == 0:
			weight += times(least(p.MinItems), c.of(p.FurtherItems))
		case only[0] == "object":
			weight += times(least(p.MinProperties), ofValue)
		}
		weight = min(weight, maxWeight+1)
	}
	delete(c.around, s)
	c.weights.Store(s, weight)
	return weight
}

// members returns the weight of the members that a schema demands.
func (c scales) members(s *openapi.Schema) (weight int) {
	counted := map[string]bool{}
	for _, p := range s.Parts() {
		for _, name := range p.Required {
			property := s.Property(name)
			if property != nil && !property.AbsentIn(c.view) && !counted[name] {
				counted[name] = true
				weight = min(weight+c.of(property.Schema), maxWeight+1)
			}
		}
	}
	return weight
}

// alternatives returns the weight of the lightest of some schemas; 0 for none.
func (c scales) alternatives(list []*openapi.Schema) int {
	lightest := 0
	for i, s := range list {
		if weight := c.of(s); i == 0 || weight < lightest {
			lightest = weight
		}
	}
	return lightest
}

// times returns the weight of some values of a weight each; at most maxWeight+1.
func times(n, each int) int {
	if n > maxWeight/each {
		return maxWeight + 1
	}
	return max(n, 0) * each
}

// tooHeavy returns the error of a schema whose smallest value is too large to be made; nil where it is not.
func (g *Generator) tooHeavy(s *openapi.Schema) error {
	if g.weight(s) <= maxWeight {
		return nil
	}
	return impossible(s, "its smallest value is too large to be made: more than %d characters or %d members and items "+
		"(required, minItems, minLength, minProperties)", maxWeight, maxWeight/ofValue)
}
