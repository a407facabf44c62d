package openapi

import (
	_ "embed"
	"strings"
)

// Rule is a rule that violations refer to by its id.
type Rule struct{ ID, Summary string }

// ruleLines holds a rule a line: its id, blanks, its summary.
//
//go:embed rules.txt
var ruleLines string

// Rules returns the rules of this package, sorted by id.
func Rules() []Rule {
	var rules []Rule
	for line := range strings.Lines(ruleLines) {
		id, summary, _ := strings.Cut(line, " ")
		rules = append(rules, Rule{id, strings.TrimSpace(summary)})
	}
	return rules
}
