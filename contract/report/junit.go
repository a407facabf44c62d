package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/internal/untrusted"
)

// The elements of a JUnit report as Jenkins' schema has them (junit-10.xsd of the xUnit plugin): it
// knows no other attributes.
type (
	suites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Time     seconds  `xml:"time,attr"`
		Suites   []suite  `xml:"testsuite"`
	}
	suite struct {
		Name       string     `xml:"name,attr"`
		Tests      int        `xml:"tests,attr"`
		Failures   int        `xml:"failures,attr"`
		Errors     int        `xml:"errors,attr"`
		Skipped    int        `xml:"skipped,attr"`
		Time       seconds    `xml:"time,attr"`
		Timestamp  string     `xml:"timestamp,attr,omitempty"`
		Properties []property `xml:"properties>property"`
		Cases      []testcase `xml:"testcase"`
		Out        string     `xml:"system-out,omitempty"`
	}
	property struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	testcase struct {
		Name      string   `xml:"name,attr"`
		Classname string   `xml:"classname,attr"`
		Time      seconds  `xml:"time,attr"`
		Skipped   *message `xml:"skipped"`
		Error     *message `xml:"error"`
		Failure   *message `xml:"failure"`
		// What a test that passes has failed with before, as Maven's Surefire writes it.
		Flaky []message `xml:"flakyFailure"`
		Out   string    `xml:"system-out,omitempty"`
	}
	message struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// seconds is a duration in milliseconds that is written in seconds, with three decimals.
type seconds int64

func (s seconds) MarshalXMLAttr(name xml.Name) (xml.Attr, error) {
	return xml.Attr{Name: name, Value: fmt.Sprintf("%d.%03d", s/1000, s%1000)}, nil
}

// JUnit writes a report as JUnit XML: a testcase for each fixture, a failure where the contract is
// broken, an error where there is no verdict. The output of the suite names each cause once. A run that
// ended early has an error of its own, so that it never looks like a pass. The error is the writer's.
func JUnit(w io.Writer, run *Run) error {
	r := run.Report
	s := suite{
		Name: "agentmock verify", Time: seconds(r.DurationMS),
		Properties: []property{
			{"target", r.Target.BaseURL}, {"document", untrusted.Text(r.Document.Title + " " + r.Document.Version)},
			{"documentSha256", r.Document.SHA256},
			{"seed", fmt.Sprint(r.Seed)}, {"level", r.Level}, {"requests", fmt.Sprint(r.Summary.Requests)},
		},
	}
	if c := r.Coverage; c != nil {
		s.Properties = append(s.Properties, property{"coverage", decimal(c.Percent)})
	}
	if r.LeftOut != nil {
		s.Properties = append(s.Properties, property{"leftOut", fmt.Sprint(r.LeftOut.Fixtures)})
	}
	if !r.StartedAt.IsZero() {
		s.Timestamp = r.StartedAt.UTC().Format("2006-01-02T15:04:05")
	}
	if r.Summary.Known > 0 {
		s.Properties = append(s.Properties, property{"known", fmt.Sprint(r.Summary.Known)})
	}
	list := causes(r)
	names := namesOf(list)
	var notes []string // of the run's own requests, which are no test
	for i := range r.Fixtures {
		c := testcaseOf(&r.Fixtures[i], names)
		if onlyNotes(&r.Fixtures[i]) {
			notes = append(notes, c.Out)
			continue
		}
		s.Cases = append(s.Cases, c)
	}
	if reason := early(r); reason != "" {
		s.Cases = append(s.Cases, testcase{Name: "run", Classname: "agentmock.run",
			Error: &message{Message: reason, Type: "run", Text: reason}})
	}
	s.count()
	said := slices.Concat(named(list), r.Hints, leftOut(r), r.Left, vanished(r), notes)
	s.Out = untrusted.Text(strings.Join(said, "\n"))
	all := suites{Name: "agentmock", Tests: s.Tests, Failures: s.Failures, Errors: s.Errors, Time: s.Time,
		Suites: []suite{s}}
	data, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, data)
	return err
}

// count sets the numbers of the suite's test cases. They are those of the elements, whatever a summary
// counts: readers compare the two.
func (s *suite) count() {
	s.Tests = len(s.Cases)
	for i := range s.Cases {
		switch c := &s.Cases[i]; {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
}

// early returns why the run did not reach its end; "" where it did.
func early(r *contract.Report) string {
	switch {
	case r.Unreachable != "":
		return untrusted.Text("the target " + r.Unreachable)
	case r.Interrupted:
		return "the run was interrupted"
	}
	return ""
}

func testcaseOf(f *contract.Result, causes causeNames) testcase {
	c := testcase{Name: untrusted.Text(f.ID), Classname: untrusted.Text("agentmock." + f.Operation),
		Time: seconds(f.DurationMS)}
	switch f.Outcome {
	case contract.Failed:
		c.Failure = failure(f, causes)
	case contract.Errored:
		c.Error = &message{Message: untrusted.Text(f.Reason), Type: "errored", Text: untrusted.Text(f.Reason)}
	case contract.Skipped:
		c.Skipped = &message{Message: untrusted.Text(f.Reason)}
	}
	var notes []string
	for i := range f.Violations {
		if v := &f.Violations[i]; v.Known {
			notes = append(notes, fmt.Sprintf("known: %s: %s (%s)", v.Check, v.String(), v.Reason))
		}
	}
	for _, n := range f.Notes {
		if n.Flaky && f.Outcome == contract.Passed {
			c.Flaky = append(c.Flaky, message{Message: untrusted.Text(n.Message), Type: n.Check,
				Text: untrusted.Text(n.String())})
			continue
		}
		notes = append(notes, "note: "+n.String())
	}
	c.Out = untrusted.Text(strings.Join(notes, "\n"))
	return c
}

func failure(f *contract.Result, causes causeNames) *message {
	first := &f.Violations[0] // the cause, where the fixture shows it
	m := &message{Message: untrusted.Text(first.Message + causes.of(first)), Type: first.Check}
	if f.Flaky {
		m.Message += " (" + flakiness(f) + ")"
	}
	var out strings.Builder
	for i := range f.Violations {
		v := &f.Violations[i]
		if v.Known {
			continue
		}
		fmt.Fprintf(&out, "\n%s: %s%s\n", v.Check, v.String(), causes.of(v))
		if v.Expected != nil || v.Actual != nil {
			fmt.Fprintf(&out, "  expected  %s\n  found     %s\n", value(v.Expected), value(v.Actual))
		}
		if v.Curl != "" {
			fmt.Fprintf(&out, "  %s\n", indent(v.Curl, "  "))
		}
	}
	m.Text = untrusted.Text(out.String())
	return m
}

// causeNames has, by the cause of a violation, what says best what it is, and in which fixture.
type causeNames map[string]string

func namesOf(list []*cause) causeNames {
	names := causeNames{}
	for _, c := range list {
		names[c.finding.Cause] = c.finding.Check + " in " + c.fixtures[0].ID
	}
	return names
}

// of says of a consequence what its cause is, as the end of a sentence; "" for any other violation.
func (n causeNames) of(f *contract.Finding) string {
	if !f.Consequence {
		return ""
	}
	return " (of the same cause as " + n[f.Cause] + ")"
}

// named returns a line for each cause: how many violations it has, and what says it best.
func named(list []*cause) []string {
	var lines []string
	for _, c := range list {
		lines = append(lines, fmt.Sprintf("%s: %s: %s", plural(c.violations(), "violation"), c.fixtures[0].ID,
			c.finding.Message))
	}
	return lines
}
