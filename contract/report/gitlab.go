package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/internal/untrusted"
	"github.com/agentmock/agentmock/openapi"
)

// issue is an entry of a code quality report. GitLab compares those of two branches by their fingerprints.
type issue struct {
	Description string   `json:"description"`
	CheckName   string   `json:"check_name"`
	Fingerprint string   `json:"fingerprint"` // of no other entry
	Severity    string   `json:"severity"`    // info, minor, major, critical or blocker
	Location    location `json:"location"`
}

type location struct {
	Path  string `json:"path"`
	Lines struct {
		Begin int `json:"begin"`
	} `json:"lines"`
}

// GitLab writes a code quality report of GitLab: an entry for each defect, and for each reason why fixtures have
// no verdict. Accepted violations are minor, notes are infos. The error is the writer's.
func GitLab(w io.Writer, run *Run) error {
	r := run.Report
	list := []issue{}
	seen := map[string]int{}
	add := func(at place, check, severity, fingerprint, description string) {
		if len(list) == maxResults {
			return
		}
		seen[fingerprint]++
		if n := seen[fingerprint]; n > 1 {
			fingerprint = digest(fmt.Sprint(fingerprint, n))
		}
		i := issue{Description: untrusted.Text(description), CheckName: untrusted.Text(check), Fingerprint: fingerprint,
			Severity: severity, Location: location{Path: untrusted.Text(at.path)}}
		if !at.inside {
			i.Location.Path = untrusted.Text(path.Base(at.path))
		}
		i.Location.Lines.Begin = at.line
		list = append(list, i)
	}
	if reason := early(r); reason != "" {
		add(run.inDocument(openapi.Position{}), "run", "blocker", digest("run"), reason)
	}
	for _, d := range defects(r) {
		add(run.places(&d.group)[0], d.rule(), gitLabSeverity(d), d.fingerprint(), d.message())
	}
	for _, g := range reasonsOf(r, contract.Errored) {
		at, found := run.fixtureFile(g.fixtures)
		if !found {
			at = run.inDocument(g.fixtures[0].Position)
		}
		add(at, "errored", "major", digest("errored "+g.reason), bounded("no verdict: "+g.line(), maxMessage))
	}
	data, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", bytes.TrimSpace(untrusted.JSON(data)))
	return err
}

// gitLabSeverity returns how bad a defect is. What reveals a secret or the data of others, or loses the target,
// is critical.
func gitLabSeverity(d *defect) string {
	switch d.severity {
	case noted:
		return "info"
	case accepted:
		return "minor"
	}
	switch d.finding.Check {
	case "secret-shown", "workspace-isolation", "neighbour-untouched", "answered", "server-error":
		return "critical"
	}
	return "major"
}
