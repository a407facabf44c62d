package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/internal/untrusted"
)

// maxAnnotations is how many errors, warnings and notices of a step GitHub shows, each.
const maxAnnotations = 10

// maxTitle bounds the title of an annotation, in bytes.
const maxTitle = 200

// GitHub writes workflow commands of GitHub Actions, which its runner reads from what a step prints: errors for
// what fails the run, the worst first, warnings for what was accepted, notices for notes, and a notice with the
// verdict. Of each kind there are at most ten, since no more are shown; StepSummary has the others. The error
// is the writer's.
func GitHub(w io.Writer, run *Run) error {
	r := run.Report
	c := &commands{written: map[string]int{}}
	if reason := early(r); reason != "" {
		c.add("error", place{}, "the run did not reach its end", reason)
	}
	c.defects(run, defects(r))
	for _, g := range reasonsOf(r, contract.Errored) {
		at, _ := run.fixtureFile(g.fixtures)
		c.add("error", at, "no verdict", bounded(g.line(), maxMessage))
	}
	slices.SortStableFunc(c.list, func(a, b annotation) int { return cmp.Compare(a.kind, b.kind) }) // errors first
	says, _ := verdict(r)
	verdict := annotation{"notice", command("notice", place{}, "agentmock verify", fmt.Sprintf("%s %s %s\n%s%s",
		r.Target.BaseURL, says, document(r), counts(r), c.leftOut()))}
	for _, a := range append(c.list, verdict) {
		if _, err := io.WriteString(w, a.text); err != nil {
			return err
		}
	}
	return nil
}

// annotation is a command, and its kind: error, notice or warning.
type annotation struct{ kind, text string }

// commands collects commands, up to the limit of each kind.
type commands struct {
	list    []annotation
	written map[string]int // by kind, those that were left out included
}

func (c *commands) defects(run *Run, list []*defect) {
	for _, d := range list {
		kind := [...]string{broken: "error", accepted: "warning", noted: "notice"}[d.severity]
		at := run.places(&d.group)[0]
		message := d.message()
		if !(at.inside && at.what == theRule) && d.finding.Document.File != "" {
			message += " (" + oneLine(d.finding.Document.String()) + ")"
		}
		title := d.rule()
		if d.finding.Request != "" {
			title += ": " + d.finding.Request
		}
		c.add(kind, at, title, message)
	}
}

func (c *commands) add(kind string, at place, title, message string) {
	if c.written[kind]++; c.written[kind] <= limitOf(kind) {
		c.list = append(c.list, annotation{kind, command(kind, at, title, message)})
	}
}

// limitOf returns how many annotations of a kind there are, beside the one with the verdict.
func limitOf(kind string) int {
	if kind == "notice" {
		return maxAnnotations - 1
	}
	return maxAnnotations
}

// leftOut says what there is beyond the limits; "" where there is nothing.
func (c *commands) leftOut() string {
	var list []string
	for _, kind := range []string{"error", "warning", "notice"} {
		if n := c.written[kind] - limitOf(kind); n > 0 {
			list = append(list, plural(n, "more "+kind))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return "\nnot shown here: " + strings.Join(list, ", ") + "; the summary of the step and the JSON report have them"
}

// command returns a workflow command on one line. A file outside of the repository cannot be annotated, so that
// none is named. What is escaped is what the runner unescapes (actions/toolkit, packages/core/src/command.ts).
func command(kind string, at place, title, message string) string {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	properties := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	where := ""
	if at.inside {
		where = fmt.Sprintf("file=%s,line=%d,", properties.Replace(untrusted.Text(at.path)), at.line)
		if at.column > 0 {
			where += fmt.Sprintf("col=%d,", at.column)
		}
	}
	return fmt.Sprintf("::%s %stitle=%s::%s\n", kind, where, properties.Replace(bounded(oneLine(title), maxTitle)),
		data.Replace(untrusted.Text(message)))
}
