// Package report writes the report of a contract run in the formats that Formats lists: as text for people,
// as JSON for programs, as JUnit XML for CI servers, as SARIF for code scanning.
//
//	run := &report.Run{Report: result}
//	err := report.Text(os.Stdout, run)
//	err = report.JUnit(file, run)
//
// The same run gives the same bytes. Functions are safe for concurrent use as long as nobody changes
// the run. The package opens no files.
package report

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/internal/untrusted"
)

// JSON writes a report as indented JSON, the stable interface for programs; see contract.Report. After
// its members stand the causes, those with the most violations first, which violations name. The error is
// the writer's.
func JSON(w io.Writer, run *Run) error {
	r := run.Report
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	out := jsonReport{Report: r}
	for _, c := range causes(r) {
		if c.finding.Cause != "" {
			out.Causes = append(out.Causes, entryOf(c))
		}
	}
	if err := e.Encode(out); err != nil {
		return err
	}
	_, err := w.Write(untrusted.JSON(text.Bytes()))
	return err
}

type (
	// jsonReport is a JSON report. JSONSchema describes it.
	jsonReport struct {
		*contract.Report
		// Causes are what violations have in common, those with the most violations first.
		Causes []causeEntry `json:"causes,omitempty"`
	}
	// causeEntry is a cause in a JSON report.
	causeEntry struct {
		ID         string `json:"id"` // as violations name it
		Violations int    `json:"violations"`
		// Fixture has the violation that says best what the cause is; the members after it are that one's.
		Fixture string `json:"fixture"`
		Message string `json:"message"`
		groupEntry
		Consequences []groupEntry `json:"consequences,omitempty"`
	}
	// groupEntry is violations of one check at one place of one operation.
	groupEntry struct {
		Check    string `json:"check"`
		Rule     string `json:"rule"`
		Where    string `json:"where"`
		Request  string `json:"request,omitempty"`
		Times    int    `json:"times"`
		Fixtures int    `json:"fixtures"` // that have one of them
	}
)

func entryOf(c *cause) causeEntry {
	e := causeEntry{ID: c.finding.Cause, Violations: c.violations(), Fixture: c.fixtures[0].ID,
		Message: c.finding.Message, groupEntry: c.entry()}
	for i := range c.consequences {
		e.Consequences = append(e.Consequences, c.consequences[i].entry())
	}
	return e
}

func (g *group) entry() groupEntry {
	f := &g.finding
	return groupEntry{Check: f.Check, Rule: f.Rule, Where: f.Place(), Request: f.Request, Times: g.times,
		Fixtures: len(g.fixtures)}
}
