package report

import (
	"fmt"
	"strings"

	"github.com/agentmock/agentmock/contract"
)

// group is the findings with the same cause, in however many fixtures.
type group struct {
	finding  contract.Finding // the first one
	fixtures []*contract.Result
}

// grouped groups findings by check, rule, place, operation and position in the document, in the
// order of the first of each.
func grouped(list []contract.Result, of func(*contract.Result) []contract.Finding) []group {
	var groups []group
	at := map[string]int{}
	for i := range list {
		for _, f := range of(&list[i]) {
			key := strings.Join([]string{f.Check, f.Rule, f.Where(), f.Request, f.Document.String()}, "\x00")
			g, ok := at[key]
			if !ok {
				g = len(groups)
				at[key] = g
				groups = append(groups, group{finding: f})
			}
			if n := len(groups[g].fixtures); n == 0 || groups[g].fixtures[n-1] != &list[i] {
				groups[g].fixtures = append(groups[g].fixtures, &list[i])
			}
		}
	}
	return groups
}

func violationsIn(groups []group) int {
	n := 0
	for _, g := range groups {
		n += len(g.fixtures)
	}
	return n
}

// truncate bounds a text, in characters.
func truncate(s string, limit int) string {
	if short := fmt.Sprintf("%.*s", limit, s); short != s {
		return short + "…"
	}
	return s
}

type colour string

const (
	red    colour = "\x1b[31m"
	green  colour = "\x1b[32m"
	yellow colour = "\x1b[33m"
	bold   colour = "\x1b[1m"
	reset         = "\x1b[0m"
)

// paint colours text, or leaves it alone.
func (o TextOptions) paint(c colour, s string) string {
	if !o.Colour {
		return s
	}
	return string(c) + s + reset
}
