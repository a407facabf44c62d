package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/internal/untrusted"
)

// severity is how much a defect matters: the worst first.
type severity int

const (
	broken   severity = iota // it fails the run
	accepted                 // it was known before
	noted                    // it does not break the contract
)

// defect is the findings that have one fingerprint, in however many fixtures: an entry of the formats that
// point at lines of files, which would drown in one for each finding.
type defect struct {
	group
	severity severity
	cause    string // of which it is a consequence, as the end of a sentence
	rank     int    // of its cause
}

// defects returns the defects of a report: those that fail the run first, then by the causes with the most
// violations, what says best what the cause is before its consequences.
func defects(r *contract.Report) []*defect {
	list := causes(r)
	ranks, names := map[string]int{}, namesOf(list)
	for i, c := range list {
		ranks[cmp.Or(c.finding.Cause, kindOf(&c.finding))] = i
	}
	var all []*defect
	at := map[string]*defect{}
	add := func(f *contract.Finding, of *contract.Result, s severity) {
		name := fmt.Sprint(s, cmp.Or(f.Fingerprint, kindOf(f)))
		d := at[name]
		if d == nil {
			d = &defect{group: group{finding: *f}, severity: s, rank: ranks[cmp.Or(f.Cause, kindOf(f))]}
			at[name], all = d, append(all, d)
		}
		if d.finding.Consequence && !f.Consequence { // it says best what the cause is
			d.finding = *f
		}
		d.add(of)
	}
	for i := range r.Fixtures {
		of := &r.Fixtures[i]
		for j := range of.Violations {
			s := broken
			if of.Violations[j].Known {
				s = accepted
			}
			add(&of.Violations[j], of, s)
		}
		for j := range of.Notes {
			add(&of.Notes[j], of, noted)
		}
	}
	for _, d := range all {
		d.cause = names.of(&d.finding)
	}
	slices.SortStableFunc(all, func(a, b *defect) int {
		return cmp.Or(cmp.Compare(a.severity, b.severity), cmp.Compare(a.rank, b.rank),
			cmp.Compare(step(a), step(b)), cmp.Compare(b.times, a.times))
	})
	return all
}

// step returns 0 for what says best what its cause is, and 1 for what follows from it.
func step(d *defect) int {
	if d.finding.Consequence {
		return 1
	}
	return 0
}

// rule returns the stable id of what is broken: that of the check and, where it is another one, the rule.
func (d *defect) rule() string { return ruleOf(&d.finding) }

func ruleOf(f *contract.Finding) string {
	if f.Rule == "" || f.Rule == f.Check {
		return f.Check
	}
	return f.Check + "/" + f.Rule
}

// maxMessage bounds a message, in bytes, so that thousands of them are within the limits of services.
const maxMessage = 1500

// message returns what the defect is, complete by itself, with nothing that acts on its reader.
func (d *defect) message() string {
	text := d.finding.Message + d.cause
	switch {
	case d.severity == accepted && d.finding.Reason != "":
		text += "; accepted: " + d.finding.Reason
	case d.finding.Expired != "":
		text += "; it was accepted until " + d.finding.Expired
	}
	return bounded(untrusted.Text(text), maxMessage) + d.counted()
}

// counted says how often the defect was met, and where; "" where the first fixture says it all.
func (d *defect) counted() string {
	times := ""
	if d.times > len(d.fixtures) {
		times = fmt.Sprintf(", %d times", d.times)
	}
	return bounded(untrusted.Text(fmt.Sprintf(" (in %s%s: %s)", plural(len(d.fixtures), "fixture"), times,
		names(d.fixtures))), maxMessage)
}

// bounded cuts a text to a number of bytes, at a character's end.
func bounded(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit-len("…")], "") + "…"
}

// fingerprint returns what names the defect in reports of other runs.
func (d *defect) fingerprint() string {
	if d.finding.Fingerprint != "" {
		return d.finding.Fingerprint
	}
	return digest(kindOf(&d.finding))
}
