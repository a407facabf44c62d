package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/report"
)

// unsaid stands for a number that a format does not say.
const unsaid = -1

// said is what a format says of a run.
type said struct{ fixtures, passed, failed, errored, skipped, violations, known, notes int }

func nothing() said { return said{unsaid, unsaid, unsaid, unsaid, unsaid, unsaid, unsaid, unsaid} }

// judges has for each format what reads it as others do, and finds fault with what is not of the format.
func judges() map[string]func(*testing.T, []byte) said {
	return map[string]func(*testing.T, []byte) said{
		"text": readCounts, "json": readJSON, "junit": readJUnit, "sarif": readSARIF, "github": readGitHub,
		"gitlab": readGitLab, "markdown": readMarkdown, "ctrf": readCTRF, "har": readHAR,
		"html": readHTML,
	}
}

// agree holds all formats of a run together, has each judged, and looks for what they must not have.
func agree(t *testing.T, run *report.Run) {
	t.Helper()
	s := run.Report.Summary
	want := said{s.Fixtures, s.Passed, s.Failed, s.Errored, s.Skipped, s.Violations, s.Known, s.Notes}
	for _, f := range report.Formats() {
		var out, again bytes.Buffer
		for _, w := range []*bytes.Buffer{&out, &again} {
			if err := f.Write(w, run); err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
		if !bytes.Equal(out.Bytes(), again.Bytes()) {
			t.Errorf("%s: written twice, it differs", f.Name)
		}
		harmless(t, f.Name, out.String())
		judge := judges()[f.Name]
		if judge == nil {
			t.Errorf("no judge knows the format %s: enter one in judges", f.Name)
			continue
		}
		got := judge(t, out.Bytes())
		for _, n := range []struct {
			name      string
			got, want int
		}{
			{"fixtures", got.fixtures, want.fixtures}, {"passed", got.passed, want.passed},
			{"failed", got.failed, want.failed}, {"errored", got.errored, want.errored},
			{"skipped", got.skipped, want.skipped}, {"violations", got.violations, want.violations},
			{"known", got.known, want.known}, {"notes", got.notes, want.notes},
		} {
			if n.got != unsaid && n.got != n.want {
				t.Errorf("%s: %d %s, want %d", f.Name, n.got, n.name, n.want)
			}
		}
	}
}

// harmless looks for what acts on a terminal or on a runner.
func harmless(t *testing.T, format, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Errorf("%s is not UTF-8", format)
	}
	lower := strings.ToLower(out)
	for _, command := range []string{"##[", "##vso[", "##teamcity["} {
		if i := strings.Index(lower, command); i >= 0 {
			t.Errorf("%s has a command: %.100q", format, lower[max(0, i-40):])
		}
	}
	for line := range strings.Lines(out) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") && format != "github" {
			t.Errorf("%s has a command: %.100q", format, line)
		}
	}
	for i, r := range out {
		if r != '\n' && r != '\t' && r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r == 0x2028 {
			t.Errorf("%s holds %U: %.100q", format, r, out[max(0, i-40):])
			return
		}
	}
}

var countLine = regexp.MustCompile(`(\d+) fixtures?: (\d+) passed(?:, (\d+) failed)?(?:, (\d+) errored)?` +
	`(?:, (\d+) skipped)?; (\d+) violations?(?:, (\d+) known)?, (\d+) notes?; \d+ requests? in `)

func readCounts(t *testing.T, data []byte) said {
	t.Helper()
	all := countLine.FindAllSubmatch(data, -1)
	if len(all) == 0 {
		t.Fatalf("no numbers in\n%s", data)
	}
	n := make([]int, 9)
	for i, m := range all[len(all)-1] {
		n[i], _ = strconv.Atoi(string(m))
	}
	return said{n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8]}
}

func readJSON(t *testing.T, data []byte) said {
	t.Helper()
	var r contract.Report
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	s := r.Summary
	return said{s.Fixtures, s.Passed, s.Failed, s.Errored, s.Skipped, s.Violations, s.Known, s.Notes}
}

func readJUnit(t *testing.T, data []byte) said {
	t.Helper()
	var read struct {
		Suites []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Errors   int `xml:"errors,attr"`
			Skipped  int `xml:"skipped,attr"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(data, &read); err != nil || len(read.Suites) != 1 {
		t.Fatalf("%v\n%s", err, data)
	}
	s, n := read.Suites[0], nothing()
	n.fixtures, n.failed, n.errored, n.skipped = s.Tests, s.Failures, s.Errors, s.Skipped
	n.passed = s.Tests - s.Failures - s.Errors - s.Skipped
	return n
}

func readSARIF(t *testing.T, data []byte) said {
	t.Helper()
	log := judgeSARIF(t, data)
	var s contract.Summary
	summary, err := json.Marshal(log.Properties.Properties["summary"])
	if err == nil {
		err = json.Unmarshal(summary, &s)
	}
	if err != nil {
		t.Fatal(err)
	}
	n := said{fixtures: s.Fixtures, passed: s.Passed, failed: s.Failed, errored: s.Errored, skipped: s.Skipped}
	for _, result := range log.Results {
		switch {
		case result.Level == "note":
			n.notes += *result.OccurrenceCount
		case len(result.Suppressions) > 0:
			n.known += *result.OccurrenceCount
		default:
			n.violations += *result.OccurrenceCount
		}
	}
	return n
}

// annotation is what the runner of GitHub takes for a command (actions/runner, ActionCommand.cs), of those that
// the format has.
var annotation = regexp.MustCompile(`^::(error|warning|notice) (?:file=[^:,\r\n]+,line=\d+,(?:col=\d+,)?)?` +
	`title=[^:,\r\n]*::[^\r\n]*\n$`)

func readGitHub(t *testing.T, data []byte) said {
	t.Helper()
	kinds := map[string]int{}
	for line := range strings.Lines(string(data)) {
		m := annotation.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("no annotation: %q", line)
		}
		kinds[m[1]]++
	}
	for kind, n := range kinds {
		if n > 10 {
			t.Errorf("%d annotations of the kind %s", n, kind)
		}
	}
	return readCounts(t, data)
}

var times = regexp.MustCompile(`\(in (\d+) fixtures?(?:, (\d+) times)?: [^(]*$`)

// readGitLab reads an array of what GitLab documents (docs.gitlab.com/ci/testing/code_quality).
func readGitLab(t *testing.T, data []byte) said {
	t.Helper()
	var list []struct {
		Description string `json:"description"`
		CheckName   string `json:"check_name"`
		Fingerprint string `json:"fingerprint"`
		Severity    string `json:"severity"`
		Location    struct {
			Path  string `json:"path"`
			Lines struct {
				Begin int `json:"begin"`
			} `json:"lines"`
		} `json:"location"`
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil {
		t.Fatal(err)
	}
	n := nothing()
	n.violations, n.known, n.notes = 0, 0, 0
	seen := map[string]bool{}
	for _, i := range list {
		if i.Description == "" || i.CheckName == "" || i.Fingerprint == "" || seen[i.Fingerprint] ||
			!strings.Contains(" info minor major critical blocker ", " "+i.Severity+" ") ||
			i.Location.Path == "" || strings.HasPrefix(i.Location.Path, "/") ||
			strings.HasPrefix(i.Location.Path, "./") ||
			i.Location.Lines.Begin < 1 {
			t.Errorf("not an entry: %+v", i)
		}
		seen[i.Fingerprint] = true
		m := times.FindStringSubmatch(i.Description)
		if i.CheckName == "errored" || i.CheckName == "run" || m == nil {
			continue
		}
		found, _ := strconv.Atoi(m[1])
		if m[2] != "" {
			found, _ = strconv.Atoi(m[2])
		}
		*map[string]*int{"info": &n.notes, "minor": &n.known, "major": &n.violations,
			"critical": &n.violations}[i.Severity] += found
	}
	return n
}

// ours is the HTML that the format itself has.
var ours = regexp.MustCompile(`^(<!-- agentmock verify -->\n?|<details><summary>[\w :,.%()]*(<code>[^<>]*</code>)?` +
	`[\w ()]*</summary>\n?|</details>\n?)$`)

// readMarkdown renders a comment as GitHub does, and looks for what is no code and not of the format.
func readMarkdown(t *testing.T, data []byte) said {
	t.Helper()
	if len(data) > 65536 {
		t.Errorf("%d bytes", len(data))
	}
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(data))
	open := 0
	err := ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.CodeSpan, *ast.FencedCodeBlock:
			return ast.WalkSkipChildren, nil
		case *ast.Link, *ast.Image, *ast.AutoLink, *ast.RawHTML, *ast.CodeBlock, *ast.Blockquote:
			t.Errorf("there is a %s in\n%s", n.Kind(), data)
		case *ast.HTMLBlock:
			block := ""
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				block += string(line.Value(data))
			}
			if !ours.MatchString(block) {
				t.Errorf("HTML of others: %q", block)
			}
			open += strings.Count(block, "<details>") - strings.Count(block, "</details>")
		case *ast.Text:
			if s := string(n.Segment.Value(data)); strings.Contains(s, "injected") || strings.ContainsAny(s, "@#<") {
				t.Errorf("text of others: %q", s)
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil || open != 0 {
		t.Errorf("%v, %d elements are open at the end", err, open)
	}
	row := regexp.MustCompile(`(?m)^` + strings.Repeat(`\| (\d+) `, 8) + `\| \d+ \| [\w.]+ \|$`).FindSubmatch(data)
	if row == nil {
		t.Fatalf("no numbers in\n%s", data)
	}
	n := make([]int, 9)
	for i := range row {
		n[i], _ = strconv.Atoi(string(row[i]))
	}
	return said{n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8]}
}

func readCTRF(t *testing.T, data []byte) said {
	t.Helper()
	var read struct {
		Results struct {
			Summary struct {
				Tests, Passed, Failed, Skipped, Other int
				Extra                                 struct{ Violations, Known, Notes int }
			}
			Tests []struct{ Status string }
		}
	}
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	s, found := read.Results.Summary, map[string]int{}
	for _, test := range read.Results.Tests {
		found[test.Status]++
	}
	if want := map[string]int{"passed": s.Passed, "failed": s.Failed, "skipped": s.Skipped, "other": s.Other}; len(
		read.Results.Tests) != s.Tests || found["passed"] != want["passed"] || found["failed"] != want["failed"] ||
		found["skipped"] != want["skipped"] || found["other"] != want["other"] {
		t.Errorf("%v are %v", want, found)
	}
	return said{s.Tests, s.Passed, s.Failed, s.Other, s.Skipped, s.Extra.Violations, s.Extra.Known, s.Extra.Notes}
}

// readHAR: the format has the exchanges, and says nothing of what was found in them. TestHAR judges it.
func readHAR(t *testing.T, data []byte) said {
	t.Helper()
	var read struct{ Log struct{ Version string } }
	if err := json.Unmarshal(data, &read); err != nil || read.Log.Version != "1.2" {
		t.Errorf("%v in\n%s", err, data)
	}
	return nothing()
}

// TestFormatsAgree holds the numbers of all formats together.
func TestFormatsAgree(t *testing.T) {
	t.Parallel()
	accepted := full()
	for i := range accepted.Fixtures {
		for j := range accepted.Fixtures[i].Violations {
			v := &accepted.Fixtures[i].Violations[j]
			if v.Known = v.Check == "refusal-accepted"; v.Known {
				v.Reason = "it is to be fixed | @everyone"
				accepted.Summary.Known++
				accepted.Summary.Violations--
			}
		}
	}
	many := passed()
	for i := range 300 {
		many.Fixtures = append(many.Fixtures, contract.Result{ID: fmt.Sprint("f", i), Outcome: contract.Failed,
			Violations: []contract.Finding{{Check: "status", Request: fmt.Sprint("GET /", i)}}})
	}
	many.Summary = contract.Summary{Fixtures: 301, Passed: 1, Failed: 300, Violations: 300}
	own := passed()
	own.Fixtures = append(own.Fixtures, contract.Result{ID: "run", Source: "run", Outcome: contract.Passed,
		Notes: full().Fixtures[5].Notes[:1]})
	own.Summary.Notes = 1
	for name, r := range map[string]*contract.Report{"full": full(), "caused": caused(), "passed": passed(),
		"accepted": accepted, "many": many, "own": own, "empty": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			agree(t, &report.Run{Report: r, Command: "agentmock verify --base-url http://127.0.0.1:4010"})
		})
	}
}
