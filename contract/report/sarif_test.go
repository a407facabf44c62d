package report_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/report"
	"github.com/agentmock/agentmock/openapi"
)

// sarifOf writes a log and has the published schema, which the library holds, judge it.
func sarifOf(t *testing.T, run *report.Run) *sarif.Run {
	t.Helper()
	var out bytes.Buffer
	if err := report.SARIF(&out, run); err != nil {
		t.Fatal(err)
	}
	return judgeSARIF(t, out.Bytes())
}

func judgeSARIF(t *testing.T, data []byte) *sarif.Run {
	t.Helper()
	log, err := sarif.FromBytes(data, sarif.WithStrictValidation())
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Validate(); err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	// What the library does not know would be lost, and not judged.
	var again bytes.Buffer
	if err := log.Write(&again); err != nil {
		t.Fatal(err)
	}
	if got, want := compact(t, again.Bytes()), compact(t, data); got != want {
		t.Fatalf("the library reads\n%s\nof\n%s", got, want)
	}
	if len(log.Runs) != 1 {
		t.Fatalf("%d runs", len(log.Runs))
	}
	return log.Runs[0]
}

func compact(t *testing.T, data []byte) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestSARIFPlaces wants each result where a service looks for it: paths relative to the root of the repository,
// the fixture's file beside the rule.
func TestSARIFPlaces(t *testing.T) {
	t.Parallel()
	at := func(name, document, source string, builtIn bool) report.Run {
		r := passed()
		r.Document.Name, r.Document.BuiltIn = "specs/api.yaml", builtIn
		r.Fixtures = []contract.Result{{ID: "one", Operation: "op", Outcome: contract.Failed, Source: source,
			Position: openapi.Position{File: "own/a b#[1].yaml", Line: 5, Column: 3}, Violations: []contract.Finding{{
				Check: "status", Violation: openapi.Violation{Rule: "status", In: "status", Message: name}}}}}
		if document != "" {
			r.Fixtures[0].Violations[0].Document = openapi.Position{File: document, Line: 7, Column: 9}
		}
		root, err := filepath.Abs("..")
		if err != nil {
			t.Fatal(err)
		}
		return report.Run{Report: r, Root: root}
	}
	elsewhere, err := filepath.Abs("../../elsewhere.yaml")
	if err != nil {
		t.Fatal(err)
	}
	outside := "file:///" + strings.TrimPrefix(filepath.ToSlash(elsewhere), "/")
	for _, row := range []struct {
		name, document, source string
		builtIn                bool
		want                   string
	}{
		{"a rule", "specs/api.yaml", "derived", false, "[report/specs/api.yaml 7:9 %SRCROOT%]"},
		{"a rule, own fixture", "specs/api.yaml", "file", false,
			"[report/specs/api.yaml 7:9 %SRCROOT%][report/own/a%20b%23%5B1%5D.yaml 5:3 %SRCROOT%]"},
		{"no rule, own fixture", "", "file", false, "[report/own/a%20b%23%5B1%5D.yaml 5:3 %SRCROOT%]"},
		{"no rule", "", "derived", false, "[report/own/a%20b%23%5B1%5D.yaml 5:3 %SRCROOT%]"},
		{"outside", "../../elsewhere.yaml", "derived", false, "[" + outside + " 7:9 ]"},
		{"outside, absolute", elsewhere, "file", false, "[report/own/a%20b%23%5B1%5D.yaml 5:3 %SRCROOT%]" +
			"[" + outside + " 7:9 ]"},
		{"standard input", "-", "derived", false, "[stdin 7:9 ]"},
		{"built in", "agent.yaml", "derived", true, "[agent.yaml 7:9 ]"},
		{"built in, own fixture", "agent.yaml", "file", true,
			"[report/own/a%20b%23%5B1%5D.yaml 5:3 %SRCROOT%][agent.yaml 7:9 ]"},
	} {
		run := at(row.name, row.document, row.source, row.builtIn)
		result := sarifOf(t, &run).Results[0]
		got := ""
		for _, l := range append(result.Locations, result.RelatedLocations...) {
			p := l.PhysicalLocation
			base := ""
			if p.ArtifactLocation.URIBaseID != nil {
				base = *p.ArtifactLocation.URIBaseID
			}
			got += fmt.Sprintf("[%s %d:%d %s]", *p.ArtifactLocation.URI, *p.Region.StartLine, *p.Region.StartColumn,
				base)
		}
		if got != row.want {
			t.Errorf("%s: got %s, want %s", row.name, got, row.want)
		}
	}
}

// TestSARIFResults wants one result for each defect, however many fixtures show it, and those that are accepted
// suppressed.
func TestSARIFResults(t *testing.T) {
	t.Parallel()
	r := full()
	for i := range r.Fixtures {
		for j := range r.Fixtures[i].Violations {
			v := &r.Fixtures[i].Violations[j]
			v.Fingerprint = "fp-" + v.Check
			v.Known, v.Reason = v.Check == "refusal-accepted", "later [x](http://evil.test)"
		}
	}
	log := sarifOf(t, &report.Run{Report: r})
	var got []string
	for _, result := range log.Results {
		got = append(got, fmt.Sprint(*result.RuleID, " ", result.Level, " ", *result.OccurrenceCount, " ",
			len(result.Suppressions), " ", result.PartialFingerprints["agentmock/v1"][:3]))
		if rule := log.Tool.Driver.Rules[result.RuleIndex]; *rule.ID != *result.RuleID {
			t.Errorf("the rule of %s is %s", *result.RuleID, *rule.ID)
		}
		if strings.Contains(*result.Message.Text, "](") {
			t.Errorf("the message has a link: %s", *result.Message.Text)
		}
	}
	want := []string{"left-out-keeps error 2 0 fp-", "refusal-accepted/enum error 2 1 fp-"}
	if strings.Join(got[:2], "; ") != strings.Join(want, "; ") || len(got) != 4 {
		t.Errorf("got %q, want %q and two notes", got, want)
	}
}

// TestSARIFLimits wants a log of what no service would take to be cut to what it takes, and to say so.
func TestSARIFLimits(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("one goroutine, and no race")
	}
	r := passed()
	random := rand.New(rand.NewPCG(1, 2))
	noise := func() string {
		b := make([]byte, 1600)
		for i := range b {
			b[i] = byte(33 + random.IntN(94))
		}
		return string(b)
	}
	for i := range 10 {
		of := contract.Result{ID: fmt.Sprint("f", i), Outcome: contract.Failed}
		for j := range 501 {
			of.Violations = append(of.Violations, contract.Finding{Check: "status", Fingerprint: fmt.Sprint(i, "-", j),
				Violation: openapi.Violation{Rule: "status", Message: noise()}})
		}
		r.Fixtures = append(r.Fixtures, of)
	}
	var out, packed bytes.Buffer
	if err := report.SARIF(&out, &report.Run{Report: r}); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	z.Write(out.Bytes())
	z.Close()
	var log struct {
		Runs []struct {
			Results     []struct{}
			Invocations []struct {
				ToolExecutionNotifications []struct{ Message struct{ Text string } }
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	if n := len(log.Runs[0].Results); n != 5000 || packed.Len() > 10_000_000 {
		t.Errorf("%d results in %d bytes", n, packed.Len())
	}
	if said := log.Runs[0].Invocations[0].ToolExecutionNotifications[0].Message.Text; !strings.HasPrefix(said,
		"10 results of 5010 are left out") {
		t.Errorf("it says %q", said)
	}
}
