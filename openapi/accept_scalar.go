package openapi

import (
	"encoding/json"
	"regexp"
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// typeSet is a set of JSON types, integer included; 0 has all of them.
type typeSet uint8

const (
	integers typeSet = 1 << iota
	numbers
	nulls
	booleans
	texts
	objects
	arrays
)

// typeSetOf returns the set with a type; 0 for what is none.
func typeSetOf(name string) typeSet {
	switch name {
	case "integer":
		return integers
	case "number":
		return numbers
	case "null":
		return nulls
	case "boolean":
		return booleans
	case "string":
		return texts
	case "object":
		return objects
	case "array":
		return arrays
	}
	return 0
}

// hold reports whether a value is of one of the types.
func (t typeSet) hold(n jsonvalue.Node) bool {
	if t == 0 {
		return true
	}
	is := typeSetOf(n.Type())
	return t&is != 0 || t&integers != 0 && is == numbers && parseDecimal(n.Number()).isInteger()
}

// valueCheck is a list of allowed values.
type valueCheck struct {
	texts  []string
	many   map[string]bool  // the texts, where they are many
	others []jsonvalue.Node // and other values
	more   bool             // there are others that Scan does not take
}

// manyTexts is the number of texts from which a map finds them faster.
const manyTexts = 12

func (c *valueCheck) of(n jsonvalue.Node) verdict {
	if n.Type() != "string" {
		if slices.ContainsFunc(c.others, n.Equal) {
			return yes
		}
		return min(unsure, verdictOf(c.more))
	}
	if c.many != nil {
		return verdictOf(c.many[n.String()])
	}
	return verdictOf(slices.Contains(c.texts, n.String()))
}

// textCheck is what a schema says of texts.
type textCheck struct {
	least, most int // -1: unbounded
	pattern     *regexp.Regexp
	ours        *textPattern // instead of pattern, where that cannot say it
	format      func(string) bool
}

// of returns what the check says of a string. A nil check accepts all.
func (c *textCheck) of(n jsonvalue.Node) verdict {
	switch {
	case c == nil:
		return yes
	case n.Len() < c.least || c.most >= 0 && n.Len() > c.most:
		return no
	case c.pattern == nil && c.ours == nil && c.format == nil:
		return yes
	}
	text := n.String()
	return verdictOf((c.pattern == nil || c.pattern.MatchString(text)) &&
		(c.ours == nil || c.ours.matches(text)) && (c.format == nil || c.format(text)))
}

// numberCheck is what a schema says of numbers.
type numberCheck struct {
	least, most, above, below, multiple *bound // nil: there is none
	format                              func(json.Number) bool
}

// of returns what the check says of a number. A nil check accepts all.
func (c *numberCheck) of(n jsonvalue.Node) verdict {
	if c == nil {
		return yes
	}
	d := parseDecimal(n.Number())
	return verdictOf((c.least == nil || d.compare(c.least) >= 0) && (c.most == nil || d.compare(c.most) <= 0) &&
		(c.above == nil || d.compare(c.above) > 0) && (c.below == nil || d.compare(c.below) < 0) &&
		(c.multiple == nil || d.isMultipleOf(c.multiple)) && (c.format == nil || c.format(n.Number())))
}
