package report

import (
	"io"
	"iter"

	"github.com/agentmock/agentmock/contract"
)

// Run is what reports are written of. Nobody may change it meanwhile.
type Run struct {
	Report *contract.Report
	// Exchanges are the requests of the run and what came of them, by the order of the report's fixtures,
	// those of none of them last. Nil: nobody has kept them; see Exchanges.
	Exchanges iter.Seq2[contract.Exchange, error]
	// Command is the shell command of the run. With " --filter ID" appended it repeats one fixture;
	// empty: no such command is shown.
	Command string
	// Colour highlights with ANSI escape sequences what is written for a terminal.
	Colour bool
	// Root is the directory that names of files are to be relative to, as an absolute path: that of the
	// repository, say; empty: they stay as they are.
	Root string
}

// Format is a format of reports.
type Format struct {
	Name string // in lower case
	// Summary is for whom or what the format is, in a few words.
	Summary string
	// Exchanges is set if the format shows Run.Exchanges.
	Exchanges bool
	// Write writes a report. The same run gives the same bytes. The error is the writer's, or that of
	// Run.Exchanges.
	Write func(io.Writer, *Run) error
}

// Formats returns all formats.
func Formats() []Format {
	return []Format{
		{Name: "text", Summary: "for people, on a terminal", Write: Text},
		{Name: "json", Summary: "for programs: a stable interface with all there is", Write: JSON},
		{Name: "junit", Summary: "XML for CI servers", Write: JUnit},
		{Name: "html", Summary: "one page for people who would rather look, with every exchange", Exchanges: true,
			Write: HTML},
		{Name: "har", Summary: "HTTP Archive 1.2 of all exchanges, for browsers' developer tools", Exchanges: true,
			Write: HAR},
		{Name: "sarif", Summary: "SARIF 2.1.0 for code scanning: defects at the lines of the document", Write: SARIF},
		{Name: "github", Summary: "annotations of GitHub Actions, for the output of a step", Write: GitHub},
		{Name: "gitlab", Summary: "code quality report of GitLab", Write: GitLab},
		{Name: "markdown", Summary: "for comments on pull requests", Write: Markdown},
		{Name: "ctrf", Summary: "Common Test Report Format, a test for each fixture", Write: CTRF},
	}
}
