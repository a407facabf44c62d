package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/report"
	"github.com/agentmock/agentmock/openapi"
)

var update = flag.Bool("update", false, "write what was found into the golden files")

// full is a report in which everything happens.
func full() *contract.Report {
	broken := contract.Finding{
		Violation: openapi.Violation{
			Rule: "left-out-keeps", In: "state", Pointer: "/name",
			Message:  `/name was "Renewals", an update left it out, and now it is ""`,
			Expected: "Renewals", Actual: "", Document: openapi.Position{File: "agent.yaml", Line: 212},
		},
		Check: "left-out-keeps", Request: "PUT /v1/api/agents/{agentId}", Status: 200, Answer: `{"_id":"1","name":""}`,
		Curl: "curl -i -X PUT http://127.0.0.1:4010/v1/api/agents/1 \\\n" +
			"  -H 'x-api-key: '\"$AGENTMOCK_API_KEY\" \\\n  --data-raw '{\"llmModel\":\"gpt-5\"}'",
	}
	hostile := contract.Finding{
		Violation: openapi.Violation{
			Rule: "enum", In: "body", Pointer: "/llmModel",
			Message: "accepted \x1b[31m\x00 \u202egnol\xff <&\"']]>", Expected: []any{"gpt-5"},
			Actual:     map[string]any{"a": "\x07"},
			Suggestion: "gpt-5", Document: openapi.Position{File: "agent.yaml", Line: 99},
		},
		Check: "refusal-accepted", Request: "POST /v1/api/agents", Status: 201,
		Answer: "bell \x07 and\nnext line", Curl: "curl -i 'http://127.0.0.1:4010/\x7f'",
	}
	note := contract.Finding{Violation: openapi.Violation{Rule: "null-value", In: "state",
		Message: "null-value: null for name is accepted with 200"}, Check: "expectation"}
	once := contract.Finding{Violation: openapi.Violation{Rule: "server-error", In: "status",
		Message: "GET made the target fail with 500; it did not come again when that was repeated"},
		Check: "server-error", Flaky: true}
	r := &contract.Report{
		SchemaVersion: contract.SchemaVersion, Tool: contract.Tool{Name: "agentmock", Version: "v1.2.3"},
		Document: contract.DocumentInfo{Name: "agent.yaml", Title: "Call agent API", Version: "1.0.0", SHA256: "ab12"},
		Target:   contract.TargetInfo{BaseURL: "http://127.0.0.1:4010", WorkspaceID: "ws-demo"},
		Seed:     1, Level: "standard", StartedAt: time.Date(2025, 1, 20, 9, 14, 2, 0, time.UTC), DurationMS: 1903,
		LeftOut: &contract.LeftOut{Budget: 500, Fixtures: 1234, Requests: 5678},
		Hints:   []string{"no valid request succeeded"}, Left: []string{"agents 678c: DELETE was answered 500"},
		Fixtures: []contract.Result{
			{ID: "update-one", Summary: "A field that an update leaves out keeps its value.",
				Operation: "updateAgent", Source: "built-in", Outcome: contract.Failed,
				Violations: []contract.Finding{broken, hostile}, Notes: []contract.Finding{}, Curl: broken.Curl,
				DurationMS: 12, Repeat: "update-one"},
			{ID: "update-two", Summary: "Two.", Operation: "updateAgent", Source: "file",
				Outcome: contract.Failed, Violations: []contract.Finding{broken}, Notes: []contract.Finding{},
				Curl: broken.Curl, DurationMS: 7, Repeat: "update-two",
				Position: openapi.Position{File: "ours.yaml", Line: 3, Column: 3}},
			{ID: "create-null", Operation: "createAgent", Outcome: contract.Failed, Flaky: true,
				Violations: []contract.Finding{hostile}, Notes: []contract.Finding{note}, Curl: hostile.Curl,
				DurationMS: 1001, Repeat: "create-null"},
			{ID: "without-key", Operation: "updateAgent", Outcome: contract.Errored,
				Reason: "a refusal proves nothing here: \x01 401", Violations: []contract.Finding{},
				Notes: []contract.Finding{}},
			{ID: "list", Operation: "listAgents", Outcome: contract.Skipped,
				Reason:     "the target does not offer listAgents: it was answered 404",
				Violations: []contract.Finding{}, Notes: []contract.Finding{}},
			{ID: "read", Operation: "getAgent", Outcome: contract.Passed, Violations: []contract.Finding{},
				Notes: []contract.Finding{note, once}, DurationMS: 3, Flaky: true},
		},
	}
	r.Summary = contract.Summary{Fixtures: 6, Passed: 1, Failed: 3, Errored: 1, Skipped: 1, Violations: 4,
		Notes: 3, Requests: 1024}
	return r
}

func passed() *contract.Report {
	r := full()
	r.Fixtures, r.Hints, r.Left = r.Fixtures[5:], nil, nil
	r.Fixtures[0].Notes, r.Fixtures[0].Flaky = nil, false
	r.Summary = contract.Summary{Fixtures: 1, Passed: 1, Requests: 3}
	return r
}

// caused is a report in which one defect shows in many places, and another one once.
func caused() *contract.Report {
	finding := func(check, pointer, request, message, cause string, consequence bool) contract.Finding {
		return contract.Finding{Check: check, Request: request, Cause: cause, Consequence: consequence, Status: 200,
			Violation: openapi.Violation{Rule: check, In: "state", Pointer: pointer, Message: message}}
	}
	const put, get = "PUT /v1/api/agents/{agentId}", "GET /v1/api/agents/{agentId}"
	moved := finding("created-at-kept", "/createdAt", put, "/createdAt never changes, but was A, and now it is B",
		"cause-1", false)
	seen := finding("created-at-kept", "/createdAt", get, "/createdAt never changes, but was A, and now it is B",
		"cause-1", true)
	refused := finding("refusal-changed-state", "/createdAt", get, "/createdAt was A before a refusal", "cause-1", true)
	inList := finding("list-consistent", "/gaps/0/days", "GET /v1/api/agents", "an entry", "cause-1", true)
	inList.Member = "/gaps/*/days"
	secret := finding("secret-shown", "", put, "the answer 200 shows the secret $SECRET in clear", "cause-2", false)
	secret.In = "body"
	r := passed()
	r.Fixtures = nil
	add := func(id string, violations ...contract.Finding) {
		r.Fixtures = append(r.Fixtures, contract.Result{ID: id, Operation: "updateAgent", Outcome: contract.Failed,
			Violations: violations, Notes: []contract.Finding{}, Repeat: id})
		r.Summary.Violations += len(violations)
	}
	add("secret", secret)
	add("refusal", refused)
	add("first", moved, seen, refused)
	add("second", moved, inList)
	r.Summary.Fixtures, r.Summary.Failed, r.Summary.Passed = 4, 4, 0
	return r
}

// TestCausesAreCounted wants each violation to be counted under one cause, the one with the most first, in
// whatever order the fixtures are.
func TestCausesAreCounted(t *testing.T) {
	t.Parallel()
	for range 4 {
		r := caused()
		r.Fixtures = append(r.Fixtures[1:], r.Fixtures[0])
		var out bytes.Buffer
		if err := report.JSON(&out, &report.Run{Report: r}); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Causes []struct {
				ID, Check, Where  string
				Violations, Times int
				Consequences      []struct{ Times int }
			}
		}
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || len(got.Causes) != 2 {
			t.Fatalf("%v: %+v", err, got)
		}
		first, counted := got.Causes[0], 0
		for _, c := range first.Consequences {
			counted += c.Times
		}
		if first.ID != "cause-1" || first.Check != "created-at-kept" || first.Violations != 6 || first.Times != 2 ||
			counted != 4 || got.Causes[1].Violations != 1 {
			t.Errorf("%+v", got)
		}
	}
}

func lost() *contract.Report {
	r := passed()
	r.Unreachable, r.Interrupted = "could not be reached: connect: connection refused", true
	return r
}

// at returns a run of the repository that this package is the root of.
func at(command string, r *contract.Report) report.Run {
	root, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	return report.Run{Report: r, Root: root, Command: command}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		run   report.Run
		write func(io.Writer, *report.Run) error
	}{
		"full.txt": {report.Run{Report: full(), Command: "agentmock verify --base-url http://127.0.0.1:4010"},
			report.Text},
		"full-colour.txt": {report.Run{Report: full(), Colour: true}, report.Text},
		"full.json":       {report.Run{Report: full()}, report.JSON},
		"full.xml":        {report.Run{Report: full()}, report.JUnit},
		"caused.txt":      {report.Run{Report: caused()}, report.Text},
		"caused.json":     {report.Run{Report: caused()}, report.JSON},
		"caused.xml":      {report.Run{Report: caused()}, report.JUnit},
		"passed.txt":      {report.Run{Report: passed()}, report.Text},
		"passed.xml":      {report.Run{Report: passed()}, report.JUnit},
		"full.github":     {at("agentmock verify", full()), report.GitHub},
		"full.gitlab":     {at("agentmock verify", full()), report.GitLab},
		"full.md":         {at("agentmock verify", full()), report.Markdown},
		"full.ctrf":       {at("agentmock verify", full()), report.CTRF},
		"full.sarif":      {at("agentmock verify", full()), report.SARIF},
		"lost.txt":        {report.Run{Report: lost()}, report.Text},
		"lost.xml":        {report.Run{Report: lost()}, report.JUnit},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got bytes.Buffer
			if err := c.write(&got, &c.run); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%s is not what was found (-update writes it); found:\n%s", file, &got)
			}
		})
	}
}

// The last lines say what the run means for the target; the worst of it wins.
func TestVerdict(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		report contract.Report
		want   string
	}{
		{contract.Report{Summary: contract.Summary{Passed: 1}}, "conforms to"},
		{contract.Report{Summary: contract.Summary{Passed: 1, Skipped: 1}}, "conforms to"},
		{contract.Report{Summary: contract.Summary{Passed: 1, Errored: 1}}, "could not be fully compared with"},
		{contract.Report{Summary: contract.Summary{Failed: 1, Errored: 1}}, "does not conform to"},
		{contract.Report{Summary: contract.Summary{Passed: 1}, Interrupted: true}, "was not fully compared with"},
		{contract.Report{Summary: contract.Summary{Skipped: 2}}, "was not compared with"},
		{contract.Report{Summary: contract.Summary{Failed: 1}, Unreachable: "was lost"}, "is unreachable and was not"},
	} {
		c.report.Target.BaseURL = "http://target.test"
		var out bytes.Buffer
		if err := report.Text(&out, &report.Run{Report: &c.report}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "http://target.test "+c.want+" ") {
			t.Errorf("%+v: want %q\n%s", c.report.Summary, c.want, &out)
		}
	}
}

// What people and parsers read holds no byte that does something to them.
func TestNothingHostileGetsThrough(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(io.Writer, *report.Run) error{"text": report.Text, "junit": report.JUnit} {
		var out bytes.Buffer
		r := full()
		r.Hints = append(r.Hints, "::error::hint", "##[error]hint")
		for i := range r.Fixtures {
			for j := range r.Fixtures[i].Violations {
				r.Fixtures[i].Violations[j].Answer = "{\n\u00a0 ::error::answer\n"
			}
		}
		if err := write(&out, &report.Run{Report: r}); err != nil {
			t.Fatal(err)
		}
		if !utf8.Valid(out.Bytes()) {
			t.Errorf("%s is not UTF-8", name)
		}
		for line := range strings.Lines(out.String()) {
			if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
				t.Errorf("%s has a command: %s", name, line)
			}
		}
		for _, r := range out.String() {
			if r != '\n' && r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u202e' {
				t.Errorf("%s holds %U", name, r)
			}
		}
	}
}

// The rules of Jenkins' schema that a parser of any JUnit report relies on.
func TestJUnitIsWhatJenkinsReads(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := report.JUnit(&out, &report.Run{Report: full()}); err != nil {
		t.Fatal(err)
	}
	allowed := map[string]string{
		"testsuites": "name tests failures errors time",
		"testsuite":  "name tests failures errors skipped time timestamp",
		"testcase":   "name classname time", "failure": "message type", "error": "message type",
		"skipped": "message type", "flakyFailure": "message type",
		"properties": "", "property": "name value", "system-out": "",
	}
	counts := map[string]int{}
	decoder := xml.NewDecoder(&out)
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		names, known := allowed[element.Name.Local]
		if !known {
			t.Errorf("the schema has no element %s", element.Name.Local)
		}
		counts[element.Name.Local]++
		for _, a := range element.Attr {
			if !strings.Contains(" "+names+" ", " "+a.Name.Local+" ") {
				t.Errorf("the schema has no attribute %s of %s", a.Name.Local, element.Name.Local)
			}
		}
	}
	if got := fmt.Sprint(counts["testcase"], counts["failure"], counts["error"], counts["skipped"]); got != "6 3 1 1" {
		t.Errorf("testcases, failures, errors and skipped are %s, want 6 3 1 1", got)
	}
}

// The members that programs rely on.
func TestJSONIsStable(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := report.JSON(&out, &report.Run{Report: full()}); err != nil {
		t.Fatal(err)
	}
	var r map[string]any
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	has := func(where string, v any, names string) map[string]any {
		object, _ := v.(map[string]any)
		for _, name := range strings.Fields(names) {
			if _, ok := object[name]; !ok {
				t.Errorf("%s has no %s", where, name)
			}
		}
		return object
	}
	has("the report", r, "schemaVersion tool document target seed summary fixtures")
	has("tool", r["tool"], "name version")
	has("document", r["document"], "title version sha256")
	has("summary", r["summary"], "fixtures passed failed errored skipped violations notes requests")
	list, _ := r["fixtures"].([]any)
	first := has("a fixture", list[0], "id operation outcome violations notes curl durationMs")
	violations, _ := first["violations"].([]any)
	has("a violation", violations[0], "rule in pointer message expected actual document check")
}

func TestWritersFail(t *testing.T) {
	t.Parallel()
	for _, f := range report.Formats() {
		if f.Write(fullDisk{}, &report.Run{Report: full()}) == nil {
			t.Errorf("%s: a disk that is full is not noticed", f.Name)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func ExampleText() {
	r := &contract.Report{
		Document: contract.DocumentInfo{Title: "Call agent API", Version: "1.0.0"},
		Target:   contract.TargetInfo{BaseURL: "http://127.0.0.1:4010"},
		Summary:  contract.Summary{Fixtures: 2, Passed: 2, Requests: 9}, DurationMS: 1200,
	}
	if err := report.Text(os.Stdout, &report.Run{Report: r}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// http://127.0.0.1:4010 conforms to Call agent API 1.0.0
	// 2 fixtures: 2 passed; 0 violations, 0 notes; 9 requests in 1.2s
}

// TestJUnitCounts wants the numbers of a suite to be those of its elements, whatever the summary says.
func TestJUnitCounts(t *testing.T) {
	t.Parallel()
	lost, interrupted, uncounted := full(), full(), full()
	lost.Unreachable, interrupted.Interrupted, uncounted.Summary = "was lost", true, contract.Summary{}
	for name, r := range map[string]*contract.Report{"as it is": full(), "lost": lost, "interrupted": interrupted,
		"uncounted": uncounted, "empty": {}} {
		var out bytes.Buffer
		if err := report.JUnit(&out, &report.Run{Report: r}); err != nil {
			t.Fatal(err)
		}
		var read struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Errors   int `xml:"errors,attr"`
			Suites   []struct {
				Tests    int `xml:"tests,attr"`
				Failures int `xml:"failures,attr"`
				Errors   int `xml:"errors,attr"`
				Skipped  int `xml:"skipped,attr"`
				Cases    []struct {
					Failure *struct{} `xml:"failure"`
					Error   *struct{} `xml:"error"`
					Skipped *struct{} `xml:"skipped"`
				} `xml:"testcase"`
			} `xml:"testsuite"`
		}
		if err := xml.Unmarshal(out.Bytes(), &read); err != nil || len(read.Suites) != 1 {
			t.Fatalf("%s: %v", name, err)
		}
		s := read.Suites[0]
		failures, errs, skipped := 0, 0, 0
		for _, c := range s.Cases {
			if c.Failure != nil {
				failures++
			}
			if c.Error != nil {
				errs++
			}
			if c.Skipped != nil {
				skipped++
			}
		}
		if s.Tests != len(s.Cases) || s.Failures != failures || s.Errors != errs || s.Skipped != skipped ||
			read.Tests != s.Tests || read.Failures != s.Failures || read.Errors != s.Errors {
			t.Errorf("%s: the counts are not those of the elements:\n%s", name, &out)
		}
	}
}
