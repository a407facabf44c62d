package report

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/untrusted"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// The bounds of the text. The JSON report has everything.
const (
	maxGroups = 25
	maxLines  = 8 // of consequences
	maxNames  = 6
	maxValue  = 400 // characters
)

// Text writes a report for people: that the target was lost, which explains the rest; failures, one paragraph
// for each cause with a count of what follows from it, the cause with the most violations first; counts last.
// Control characters are escaped.
// The error is the writer's.
func Text(w io.Writer, run *Run) error {
	t, r := &text{colour: run.Colour, command: run.Command}, run.Report
	if r.Unreachable != "" {
		t.line("%s  the target %s\n", t.paint(red, "UNREACHABLE"), untrusted.Text(r.Unreachable))
	}
	t.failures(r)
	t.known(r)
	t.list("VANISHED", vanished(r))
	t.reasons("ERRORED", red, "without a verdict", r, contract.Errored)
	t.reasons("SKIPPED", yellow, "not applicable", r, contract.Skipped)
	t.notes(r)
	t.coverage(r.Coverage)
	t.list("LEFT OUT", leftOut(r))
	t.list("LEFT BEHIND", r.Left)
	t.list("HINT", r.Hints)
	for _, l := range r.LastRequests {
		t.line("LAST REQUEST  %s\n  %s", untrusted.Text(l.Request+" "+l.Fixture), indent(untrusted.Text(l.Curl), "  "))
	}
	if r.Interrupted {
		t.line("%s  the report covers what ran before that\n", t.paint(yellow, "INTERRUPTED"))
	}
	t.summary(r)
	_, err := io.WriteString(w, t.out.String())
	return err
}

type text struct {
	colour  bool
	command string
	out     strings.Builder
}

func (t *text) line(format string, args ...any) {
	t.out.WriteString(fmt.Sprintf(format, args...) + "\n")
}

func (t *text) failures(r *contract.Report) {
	list := causes(r)
	for i, c := range list {
		if i == maxGroups {
			rest := 0
			for _, c := range list[i:] {
				rest += c.violations()
			}
			t.line("… and %s of other causes; the JSON report has them all\n", plural(rest, "violation"))
			break
		}
		t.cause(c)
	}
}

func (t *text) cause(c *cause) {
	f, fixture := c.finding, c.fixtures[0]
	flaky := ""
	if fixture.Flaky {
		flaky = t.paint(yellow, "  ("+flakiness(fixture)+")")
	}
	t.line("%s  %s%s", t.paint(red, "FAILED"), t.paint(bold, untrusted.Text(fixture.ID)), flaky)
	if fixture.Summary != "" {
		t.line("  %s", untrusted.Text(fixture.Summary))
	}
	t.line("  %s", t.paint(bold, untrusted.Text(f.Message)))
	if f.Expected != nil || f.Actual != nil {
		t.line("    expected  %s", t.paint(green, value(f.Expected)))
		t.line("    found     %s", t.paint(red, value(f.Actual)))
	}
	if f.Suggestion != "" {
		t.line("    nearest   %s", untrusted.Text(f.Suggestion))
	}
	rule := f.Check
	if f.Rule != f.Check {
		rule += ", rule " + f.Rule
	}
	t.line("    check     %s", rule)
	if f.Expired != "" {
		t.line("    expired   it was accepted until %s: %s", f.Expired, untrusted.Text(f.Reason))
	}
	if at := f.Document.String(); at != "" {
		t.line("    document  %s", untrusted.Text(at))
	}
	if at := fixture.Position.String(); at != "" && fixture.Source == string(fixtures.FromFile) {
		t.line("    fixture   %s", untrusted.Text(at))
	}
	if f.Answer != "" {
		answer := untrusted.Text(truncate(strings.TrimSpace(f.Answer), maxValue))
		t.line("    answer    %d %s", f.Status, indent(answer, "              "))
	}
	if f.Curl != "" {
		t.line("    request   %s", indent(untrusted.Text(f.Curl), "              "))
	}
	if t.command != "" {
		t.line("    repeat    %s --filter %s", t.command, fixture.Repeat)
	}
	if others := c.fixtures[1:]; len(others) > 0 {
		t.line("    the same in %s: %s", plural(len(others), "more fixture"), names(others))
	}
	t.consequences(c)
	t.line("")
}

// consequences counts what follows from a cause, a line for each check, place and operation.
func (t *text) consequences(c *cause) {
	if len(c.consequences) == 0 {
		return
	}
	t.line("    and %s of the same cause:", plural(c.following(), "violation"))
	for i, g := range c.consequences {
		if i == maxLines {
			rest := 0
			for _, g := range c.consequences[i:] {
				rest += g.times
			}
			t.line("      %d  elsewhere; the JSON report has them all", rest)
			break
		}
		t.line("      %s", untrusted.Text(g.line()))
	}
}

// line returns the findings of a group as a line: how many, what, where, and in which fixtures.
func (g *group) line() string {
	rule := g.finding.Check
	if g.finding.Rule != g.finding.Check {
		rule += " (" + g.finding.Rule + ")"
	}
	at := g.finding.Place()
	if p := strings.TrimPrefix(at, "state "); p != at {
		at = p
	}
	switch at {
	case "", "state", "status":
		if at := g.finding.Document.String(); at != "" {
			rule += " (" + at + ")"
		}
	default:
		rule += " at " + at
	}
	return fmt.Sprintf("%d  %s, %s, in %s", g.times, rule, g.finding.Request, names(g.fixtures))
}

// reasons lists the fixtures with an outcome by their reason.
func (t *text) reasons(title string, colour colour, what string, r *contract.Report, outcome contract.Outcome) {
	groups, total := reasonsOf(r, outcome), 0
	for _, g := range groups {
		total += len(g.fixtures)
	}
	if total == 0 {
		return
	}
	t.line("%s  %s, %s", t.paint(colour, title), plural(total, "fixture"), what)
	for i, g := range groups {
		if i == maxGroups {
			t.line("  … for %d more reasons", len(groups)-i)
			break
		}
		t.line("  %s", untrusted.Text(g.reason))
		t.line("    %s", names(g.fixtures))
	}
	t.line("")
}

// known lists the known violations by the reasons for which they are accepted.
func (t *text) known(r *contract.Report) {
	groups := known(r)
	if len(groups) == 0 {
		return
	}
	t.line("%s  %s, which %s accepted", t.paint(yellow, "KNOWN"), plural(r.Summary.Known, "violation"),
		isOrAre(r.Summary.Known))
	var reasons []string
	by := map[string][]string{}
	for _, g := range groups {
		reason := g.finding.Reason
		if by[reason] == nil {
			reasons = append(reasons, reason)
		}
		by[reason] = append(by[reason], g.line())
	}
	for i, reason := range reasons {
		if i == maxGroups {
			t.line("  … for %d more reasons", len(reasons)-i)
			break
		}
		t.line("  %s", untrusted.Text(reason))
		for j, line := range by[reason] {
			if j == maxLines {
				t.line("    … and %d more kinds; the JSON report has them all", len(by[reason])-j)
				break
			}
			t.line("    %s", untrusted.Text(line))
		}
	}
	t.line("")
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// vanished names the known violations that were not met any more.
func vanished(r *contract.Report) []string {
	var lines []string
	for i, a := range r.Vanished {
		if i == maxGroups {
			lines = append(lines, fmt.Sprintf("… and %d more; --write-baseline strikes them all", len(r.Vanished)-i))
			break
		}
		at := a.Position.String()
		if at != "" {
			at = " (" + at + ")"
		}
		lines = append(lines, fmt.Sprintf("%s%s: %s, %s, %s was not met any more: strike it, by hand or by "+
			"--write-baseline", a.Fingerprint, at, cmp.Or(a.Check, "a known violation"), a.Operation, a.Place))
	}
	return lines
}

func (t *text) notes(r *contract.Report) {
	groups := kinds(r.Fixtures)
	if len(groups) == 0 {
		return
	}
	t.line("%s  not forbidden by the document, but worth knowing", t.paint(yellow, "NOTES"))
	for i, g := range groups {
		if i == maxGroups {
			t.line("  … and %d more kinds", len(groups)-i)
			break
		}
		more := ""
		if len(g.fixtures) > 1 {
			more = fmt.Sprintf(" (and in %s)", plural(len(g.fixtures)-1, "more fixture"))
		}
		t.line("  %s: %s%s", untrusted.Text(g.fixtures[0].ID), untrusted.Text(g.finding.Message), more)
	}
	t.line("")
}

func (t *text) list(title string, lines []string) {
	for _, l := range lines {
		t.line("%s  %s", t.paint(yellow, title), untrusted.Text(l))
	}
	if len(lines) > 0 {
		t.line("")
	}
}

func (t *text) summary(r *contract.Report) {
	says, colour := verdict(r)
	t.line("%s %s %s", untrusted.Text(r.Target.BaseURL), t.paint(colour, says), document(r))
	t.line("%s", counts(r))
}

// leftOut says what a run had no requests left for.
func leftOut(r *contract.Report) []string {
	if r.LeftOut == nil {
		return nil
	}
	return []string{fmt.Sprintf("%s (about %s) went beyond the budget of %d, which is spent first on what can "+
		"find most. Run all with --budget 0, or some with --filter", plural(r.LeftOut.Fixtures, "fixture"),
		plural(r.LeftOut.Requests, "request"), r.LeftOut.Budget)}
}

func names(list []*contract.Result) string {
	var out []string
	for i, f := range list {
		if i == maxNames {
			out = append(out, fmt.Sprintf("… and %d more", len(list)-i))
			break
		}
		out = append(out, untrusted.Text(f.ID))
	}
	return strings.Join(out, ", ")
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// value returns a JSON value on one line, "nothing" where there is none.
func value(v any) string {
	if v == nil {
		return "nothing"
	}
	return untrusted.Text(truncate(string(jsonvalue.Marshal(v)), maxValue))
}

func indent(s, by string) string { return strings.ReplaceAll(s, "\n", "\n"+by) }

// paint colours text, or leaves it alone.
func (t *text) paint(c colour, s string) string {
	if !t.colour {
		return s
	}
	return string(c) + s + reset
}
