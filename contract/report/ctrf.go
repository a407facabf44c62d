package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/internal/untrusted"
)

// ctrfVersion is the version of the Common Test Report Format that CTRF writes.
const ctrfVersion = "0.0.0"

// The objects of a CTRF report, as its schema has them: it allows no other members.
type (
	ctrfReport struct {
		ReportFormat string      `json:"reportFormat"`
		SpecVersion  string      `json:"specVersion"`
		Timestamp    string      `json:"timestamp,omitempty"`
		GeneratedBy  string      `json:"generatedBy"`
		Results      ctrfResults `json:"results"`
	}
	ctrfResults struct {
		Tool    ctrfTool       `json:"tool"`
		Summary ctrfSummary    `json:"summary"`
		Tests   []ctrfTest     `json:"tests"`
		Extra   map[string]any `json:"extra"`
	}
	ctrfTool struct {
		Name    string `json:"name"`
		Version string `json:"version,omitempty"`
	}
	ctrfSummary struct {
		Tests    int            `json:"tests"`
		Passed   int            `json:"passed"`
		Failed   int            `json:"failed"`
		Skipped  int            `json:"skipped"`
		Pending  int            `json:"pending"`
		Other    int            `json:"other"` // errored
		Flaky    int            `json:"flaky"`
		Start    int64          `json:"start"` // in milliseconds since 1970, as Stop
		Stop     int64          `json:"stop"`
		Duration int64          `json:"duration"` // in milliseconds
		Extra    map[string]any `json:"extra"`
	}
	ctrfTest struct {
		Name      string         `json:"name"`
		Status    string         `json:"status"`
		Duration  int64          `json:"duration"` // in milliseconds
		Suite     []string       `json:"suite,omitempty"`
		Message   string         `json:"message,omitempty"`
		Trace     string         `json:"trace,omitempty"`
		Line      int            `json:"line,omitempty"`
		RawStatus string         `json:"rawStatus"`
		FilePath  string         `json:"filePath,omitempty"`
		Flaky     bool           `json:"flaky,omitempty"`
		Extra     map[string]any `json:"extra,omitempty"`
	}
)

// maxTrace bounds what a test of a CTRF report says, in bytes.
const maxTrace = 16 << 10

// CTRF writes a report in the Common Test Report Format: a test for each fixture. A fixture without a verdict
// has the status other, and errored as its own; so has the run itself where it ended early. The error is the
// writer's.
func CTRF(w io.Writer, run *Run) error {
	r := run.Report
	out := ctrfReport{ReportFormat: "CTRF", SpecVersion: ctrfVersion, GeneratedBy: "agentmock", Results: ctrfResults{
		Tool: ctrfTool{Name: "agentmock", Version: untrusted.Text(r.Tool.Version)}, Tests: []ctrfTest{},
		Extra: map[string]any{"target": untrusted.Text(r.Target.BaseURL), "document": document(r),
			"documentSha256": r.Document.SHA256, "seed": r.Seed, "level": r.Level}}}
	if !r.StartedAt.IsZero() {
		out.Timestamp = moment(r.StartedAt.Add(time.Duration(r.DurationMS) * time.Millisecond))
		out.Results.Summary.Start = r.StartedAt.UnixMilli()
	}
	s := &out.Results.Summary
	s.Stop, s.Duration = s.Start+r.DurationMS, r.DurationMS
	s.Extra = map[string]any{"violations": r.Summary.Violations, "known": r.Summary.Known, "notes": r.Summary.Notes,
		"requests": r.Summary.Requests}
	if lines := remarks(r); len(lines) > 0 {
		s.Extra["remarks"] = bounded(untrusted.Text(strings.Join(lines, "\n")), maxTrace)
	}
	if r.Coverage != nil {
		s.Extra["coverage"] = r.Coverage.Percent
	}
	names := namesOf(causes(r))
	for i := range r.Fixtures {
		if f := &r.Fixtures[i]; !onlyNotes(f) {
			out.Results.add(ctrfTestOf(run, f, names))
		}
	}
	if reason := early(r); reason != "" {
		out.Results.add(ctrfTest{Name: "run", Status: "other", RawStatus: string(contract.Errored), Message: reason})
	}
	data, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", untrusted.JSON(data))
	return err
}

// add adds a test and counts it.
func (out *ctrfResults) add(t ctrfTest) {
	s := &out.Summary
	s.Tests++
	*map[string]*int{"passed": &s.Passed, "failed": &s.Failed, "skipped": &s.Skipped, "other": &s.Other}[t.Status]++
	if t.Flaky {
		s.Flaky++
	}
	out.Tests = append(out.Tests, t)
}

func ctrfTestOf(run *Run, f *contract.Result, causes causeNames) ctrfTest {
	t := ctrfTest{Name: untrusted.Text(f.ID), Status: string(f.Outcome), RawStatus: string(f.Outcome),
		Duration: f.DurationMS, Suite: []string{untrusted.Text(f.Operation)},
		Flaky:   f.Flaky && f.Outcome == contract.Passed,
		Message: bounded(untrusted.Text(f.Reason), maxTrace)}
	if f.Outcome == contract.Errored {
		t.Status = "other"
	}
	if at, ok := run.fixtureFile([]*contract.Result{f}); ok {
		t.FilePath, t.Line = untrusted.Text(at.path), at.line
	}
	if f.Outcome == contract.Failed {
		m := failure(f, causes)
		t.Message, t.Trace = bounded(m.Message, maxTrace), bounded(m.Text, maxTrace)
	}
	var rules, notes []string
	for i := range f.Violations {
		v := &f.Violations[i]
		rules = append(rules, untrusted.Text(strings.TrimSpace(ruleOf(v)+" "+v.Fingerprint)))
	}
	for i := range f.Notes {
		notes = append(notes, bounded(untrusted.Text(f.Notes[i].String()), maxMessage))
	}
	t.Extra = map[string]any{}
	if len(rules) > 0 {
		t.Extra["violations"] = rules
	}
	if len(notes) > 0 {
		t.Extra["notes"] = notes
	}
	return t
}

// onlyNotes reports whether a result is no fixture, but carries notes about the run's own requests.
func onlyNotes(f *contract.Result) bool {
	return f.Source == contract.SourceRun && f.Outcome == contract.Passed
}
