// Package report writes the report of a contract run: as text for people, as JSON for programs, as
// JUnit XML for CI servers.
//
//	err := report.Text(os.Stdout, result, report.TextOptions{})
//	err = report.JUnit(file, result)
//
// The same report gives the same bytes. Functions are safe for concurrent use as long as nobody
// changes the report. The package opens no files.
package report

import (
	"encoding/json"
	"io"

	"github.com/agentmock/agentmock/contract"
)

// JSON writes a report as indented JSON, the stable interface for programs; see contract.Report.
// The error is the writer's.
func JSON(w io.Writer, r *contract.Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
