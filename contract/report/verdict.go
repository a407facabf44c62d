package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/internal/untrusted"
)

// verdict returns what the run means for the target, as the middle of a sentence; the worst of it wins.
func verdict(r *contract.Report) (string, colour) {
	s := r.Summary
	switch {
	case r.Unreachable != "":
		return "is unreachable and was not compared with", red
	case s.Failed > 0:
		return "does not conform to", red
	case s.Errored > 0:
		return "could not be fully compared with", red
	case r.Interrupted:
		return "was not fully compared with", yellow
	case s.Passed == 0:
		return "was not compared with", yellow
	case s.Known > 0:
		return "conforms, but for what is known, to", green
	}
	return "conforms to", green
}

// document returns the title and the version of the document, on one line.
func document(r *contract.Report) string {
	return oneLine(r.Document.Title + " " + r.Document.Version)
}

// oneLine returns a text without line breaks, in which nothing acts on its reader.
func oneLine(s string) string { return strings.Join(strings.Fields(untrusted.Text(s)), " ") }

// counts returns the numbers of a run, as a line.
func counts(r *contract.Report) string {
	s := r.Summary
	list := []string{fmt.Sprintf("%d passed", s.Passed)}
	for _, c := range []struct {
		n    int
		name string
	}{{s.Failed, "failed"}, {s.Errored, "errored"}, {s.Skipped, "skipped"}} {
		if c.n > 0 {
			list = append(list, fmt.Sprintf("%d %s", c.n, c.name))
		}
	}
	known := ""
	if s.Known > 0 {
		known = fmt.Sprintf(", %d known", s.Known)
	}
	return fmt.Sprintf("%s: %s; %s%s, %s; %s in %s", plural(s.Fixtures, "fixture"), strings.Join(list, ", "),
		plural(s.Violations, "violation"), known, plural(s.Notes, "note"), plural(s.Requests, "request"), lasted(r))
}

// lasted returns how long a run took.
func lasted(r *contract.Report) time.Duration {
	return (time.Duration(r.DurationMS) * time.Millisecond).Round(100 * time.Millisecond)
}
