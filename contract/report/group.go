package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/contract"
)

// cause is the violations that have one cause.
type cause struct {
	group                // what says best what it is
	consequences []group // what follows from it
}

// violations returns how many there are, consequences included.
func (c *cause) violations() int { return c.times + c.following() }

// following returns how many consequences there are.
func (c *cause) following() int {
	n := 0
	for _, g := range c.consequences {
		n += g.times
	}
	return n
}

// group is the findings that say the same, in however many fixtures.
type group struct {
	finding  contract.Finding // the first one
	fixtures []*contract.Result
	times    int
}

// add counts a finding of a fixture.
func (g *group) add(of *contract.Result) {
	g.times++
	if n := len(g.fixtures); n == 0 || g.fixtures[n-1] != of {
		g.fixtures = append(g.fixtures, of)
	}
}

// causes returns the causes of all violations that are not known, those with the most violations first; and
// the consequences of each, those that are met most often first. A violation without a cause
// has its own, which those of the same kind share.
func causes(r *contract.Report) []*cause {
	var list []*cause
	at := map[string]*cause{}
	for i := range r.Fixtures {
		of := &r.Fixtures[i]
		for _, f := range of.Violations {
			if f.Known {
				continue
			}
			name := cmp.Or(f.Cause, kindOf(&f))
			c := at[name]
			if c == nil {
				c = &cause{}
				at[name] = c
				list = append(list, c)
			}
			c.enter(f, of)
		}
	}
	slices.SortStableFunc(list, func(a, b *cause) int { return cmp.Compare(b.violations(), a.violations()) })
	for _, c := range list {
		slices.SortStableFunc(c.consequences, func(a, b group) int { return cmp.Compare(b.times, a.times) })
		if c.times == 0 { // nothing says that it is more than a consequence
			c.group, c.consequences = c.consequences[0], c.consequences[1:]
		}
	}
	return list
}

// enter files a violation of a fixture.
func (c *cause) enter(f contract.Finding, of *contract.Result) {
	if !f.Consequence {
		if c.times == 0 {
			c.finding = f
		}
		c.add(of)
		return
	}
	i := slices.IndexFunc(c.consequences, func(g group) bool { return kindOf(&g.finding) == kindOf(&f) })
	if i < 0 {
		i = len(c.consequences)
		c.consequences = append(c.consequences, group{finding: f})
	}
	c.consequences[i].add(of)
}

// known groups the known violations, in the order of the first of each.
func known(r *contract.Report) []group {
	return groupsOf(r.Fixtures, func(f *contract.Result) []contract.Finding {
		return slices.DeleteFunc(slices.Clone(f.Violations), func(v contract.Finding) bool { return !v.Known })
	})
}

// kinds groups notes, in the order of the first of each.
func kinds(list []contract.Result) []group {
	return groupsOf(list, func(f *contract.Result) []contract.Finding { return f.Notes })
}

func groupsOf(list []contract.Result, of func(*contract.Result) []contract.Finding) []group {
	var groups []group
	at := map[string]int{}
	for i := range list {
		for _, f := range of(&list[i]) {
			g, ok := at[kindOf(&f)]
			if !ok {
				g = len(groups)
				at[kindOf(&f)] = g
				groups = append(groups, group{finding: f})
			}
			groups[g].add(&list[i])
		}
	}
	return groups
}

// kindOf returns what findings of the same kind have in common: check, rule, place, operation and position
// in the document.
func kindOf(f *contract.Finding) string {
	return strings.Join([]string{f.Check, f.Rule, f.Place(), f.Request, f.Document.String()}, "\x00")
}

// flakiness says in what way a fixture is flaky.
func flakiness(f *contract.Result) string {
	if f.Failures > 0 {
		return fmt.Sprintf("flaky: it failed in %s, and passed in others", plural(f.Failures, "round"))
	}
	return "flaky: it passed when it was repeated"
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
