package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

const readmeFile = "../../README.md"

// TestReadme holds the README to its word. With -update, what can be written by a machine (answers,
// flags, rules) is.
func TestReadme(t *testing.T) {
	t.Parallel()
	original, err := os.ReadFile(readmeFile)
	if err != nil {
		t.Fatal(err)
	}
	r := &readme{text: string(original)}
	t.Run("reference", r.testReference)
	t.Run("command lines", r.testCommandLines)
	t.Run("go", r.testGo)
	t.Run("fixtures", r.testFixtures)
	t.Run("control", r.testControl)
	t.Run("curl", r.testCurl)
	if *update && r.text != string(original) && !t.Failed() {
		if err := os.WriteFile(readmeFile, []byte(r.text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

type readme struct{ text string }

// block is a fenced code block.
type block struct {
	info       string // what follows the opening fence: sh, json 200
	text       string
	start, end int // of text, in the README
}

var fence = regexp.MustCompile("(?ms)^```([^\n`]*)\n(.*?)^```$")

func (r *readme) blocks() []block {
	var blocks []block
	for _, m := range fence.FindAllStringSubmatchIndex(r.text, -1) {
		blocks = append(blocks, block{r.text[m[2]:m[3]], r.text[m[4]:m[5]], m[4], m[5]})
	}
	return blocks
}

// replace puts text between the markers of a section that is written by a machine.
func (r *readme) section(t *testing.T, name, want string) {
	t.Helper()
	begin, end := "<!-- "+name+": written by make readme -->\n", "<!-- end of "+name+" -->"
	before, rest, ok := strings.Cut(r.text, begin)
	got, after, closed := strings.Cut(rest, end)
	switch {
	case !ok || !closed:
		t.Errorf("the README has no section between %q and %q", begin, end)
	case *update:
		r.text = before + begin + want + end + after
	case got != want:
		t.Errorf("section %s of the README is not up to date (make readme); it lacks:\n%s\nit has too much:\n%s", name,
			linesBeyond(want, got), linesBeyond(got, want))
	}
}

// linesBeyond are the lines of a that b does not have.
func linesBeyond(a, b string) string {
	known := strings.Split(b, "\n")
	return strings.Join(slices.DeleteFunc(strings.Split(a, "\n"), func(line string) bool { return slices.Contains(known, line) }), "\n")
}

func (r *readme) testReference(t *testing.T) {
	var b strings.Builder
	for _, cmd := range walkCommands(newRootCommand(testEnv())) {
		if !cmd.Runnable() || cmd.HasSubCommands() {
			continue
		}
		fmt.Fprintf(&b, "\n#### %s\n\n%s.\n", strings.TrimSuffix(cmd.UseLine(), " [flags]"), strings.TrimSuffix(cmd.Short, "."))
		if rows := flagRows(cmd); rows != "" {
			b.WriteString("\n| flag | default | |\n|---|---|---|\n" + rows)
		}
	}
	b.WriteString("\n")
	r.section(t, "commands", b.String())

	b.Reset()
	b.WriteString("\n| rule | of | |\n|---|---|---|\n")
	for _, rule := range allRules() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", rule.ID, rule.of, cell(strings.TrimSuffix(rule.Summary, ".")))
	}
	b.WriteString("\n")
	r.section(t, "rules", b.String())
}

func flagRows(cmd *cobra.Command) string {
	var b strings.Builder
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		if value != "" && !strings.Contains(value, "|") {
			value = strings.ToUpper(value)
		}
		preset := f.DefValue
		switch preset {
		case "[]", "false", "0s", "":
			preset = ""
		default:
			preset = "`" + strings.Trim(preset, "[]") + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", cell(strings.TrimSpace("--"+f.Name+" "+value)), cell(preset), cell(usage))
	})
	return b.String()
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// testCommandLines parses every agentmock command line of the README, and runs none.
func (r *readme) testCommandLines(t *testing.T) {
	lines := 0
	for _, b := range r.blocks() {
		if b.info != "sh" {
			continue
		}
		for _, line := range strings.Split(strings.ReplaceAll(b.text, "\\\n", " "), "\n") {
			line = strings.TrimPrefix(line, "go run ./cmd/")
			rest, ok := strings.CutPrefix(line, "agentmock ")
			if !ok {
				continue
			}
			rest, _, _ = strings.Cut(rest, " #")
			rest, _, _ = strings.Cut(rest, " > ")
			rest, _, _ = strings.Cut(rest, " | ")
			cmd, args, err := newRootCommand(testEnv()).Find(strings.Fields(strings.NewReplacer(`"`, "", "'", "").Replace(rest)))
			if err == nil {
				err = cmd.ParseFlags(args)
			}
			if err == nil && cmd.Args != nil {
				err = cmd.Args(cmd, cmd.Flags().Args())
			}
			if err != nil || !cmd.HasParent() {
				t.Errorf("%s: %v", line, err)
			}
			lines++
		}
	}
	if lines == 0 {
		t.Error("the README has no command line")
	}
}

// testGo wants the README's Go to be code that is compiled and run here.
func (r *readme) testGo(t *testing.T) {
	source, err := os.ReadFile("readme_go_test.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, b := range r.blocks() {
		if b.info != "go" {
			continue
		}
		found++
		if !strings.Contains(string(source), b.text) {
			t.Errorf("readme_go_test.go does not have this code of the README:\n%s", b.text)
		}
	}
	if found == 0 {
		t.Error("the README has no Go")
	}
}

// testFixtures runs the README's fixtures against a mock, beside all others and alone.
func (r *readme) testFixtures(t *testing.T) {
	found := 0
	for _, b := range r.blocks() {
		if b.info != "yaml" {
			continue
		}
		found++
		own := filepath.Join(t.TempDir(), "our-fixtures.yaml")
		if err := os.WriteFile(own, []byte(b.text), 0o600); err != nil {
			t.Fatal(err)
		}
		list, err := fixtures.Load(openapi.Agent(), own)
		if err != nil || len(list) == 0 {
			t.Fatal(list, err)
		}
		mock := startServe(t)
		for _, selection := range [][]string{{"--only", "files"}, {"--filter", list[0].ID}} {
			args := append([]string{"--base-url", mock.url, "--fixtures", own}, selection...)
			if code, stdout, stderr := verifyArgs(t, args...); code != exitOK || !strings.Contains(stdout, "1 passed") {
				t.Errorf("verify %v ends with %d:\n%s%s", selection, code, stdout, stderr)
			}
		}
	}
	if found == 0 {
		t.Error("the README has no fixture")
	}
}

// testControl wants every operation of the mock's control to be told.
func (r *readme) testControl(t *testing.T) {
	mock := startServe(t)
	res, err := http.Get(mock.url + "/__mock/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	source, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	control, err := openapi.Parse("control.yaml", source)
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range control.Operations {
		if call := op.Method + " " + strings.Replace(op.Path, "{collection}", "agents", 1); !strings.Contains(r.text, "`"+call+"`") {
			t.Errorf("the README does not tell of %s", call)
		}
	}
}

const readmeAddr = "127.0.0.1:4010"

// testCurl pastes every curl line of the README into a shell, with the mock's port in place of the default one, and compares
// status and body with the block that follows. Times and ids that the mock makes as it goes are not compared.
func (r *readme) testCurl(t *testing.T) {
	for _, tool := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIPPED: no %s in the PATH", tool)
		}
	}
	mock := startServe(t)
	id, _ := firstAgent(t, mock.url)
	r.setID(t, id)
	compared := 0
	for i := range r.blocks() {
		blocks := r.blocks()
		if blocks[i].info != "sh" || !strings.HasPrefix(blocks[i].text, "curl ") {
			continue
		}
		status, body := paste(t, strings.ReplaceAll(blocks[i].text, "http://"+readmeAddr, mock.url))
		if i+1 == len(blocks) || !strings.HasPrefix(blocks[i+1].info, "json ") {
			t.Errorf("no block \"json STATUS\" follows:\n%s", blocks[i].text)
			continue
		}
		compared++
		r.compare(t, blocks[i+1], status, strings.ReplaceAll(body, mock.url, "http://"+readmeAddr))
	}
	if compared == 0 {
		t.Error("the README has no curl line")
	}
}

func (r *readme) compare(t *testing.T, b block, status int, body string) {
	t.Helper()
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(body), "", "  "); err != nil {
		t.Fatalf("the answer is not JSON: %v\n%s", err, body)
	}
	if answered(b, status, body) {
		return
	}
	if !*update {
		t.Errorf("the README's answer (%s) is not the mock's (json %d; make readme):\n--- README\n%s--- mock\n%s", b.info, status, b.text, &indented)
		return
	}
	fenceLine := fmt.Sprintf("```json %d\n", status)
	r.text = r.text[:b.start-len("```"+b.info+"\n")] + fenceLine + strings.TrimSpace(indented.String()) + "\n" + r.text[b.end:]
}

// answered says whether a block is what was answered, but for what differs from run to run.
func answered(b block, status int, body string) bool {
	var got, want any
	if b.info != "json "+strconv.Itoa(status) || json.Unmarshal([]byte(b.text), &want) != nil || json.Unmarshal([]byte(body), &got) != nil {
		return false
	}
	return reflect.DeepEqual(settle(got), settle(want))
}

var (
	madeTime  = regexp.MustCompile(`^\d{4}-\d\d-\d\dT[\d:.]+Z$`)
	madeToken = regexp.MustCompile(`^enc_`)
	objectID  = regexp.MustCompile(`\b[0-9a-f]{24}\b`)
)

// settle puts fixed values in the place of those that differ from run to run.
func settle(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name := range v {
			v[name] = settle(v[name])
		}
		if _, isPlace := v["file"]; isPlace { // a line added elsewhere in the document changes no answer
			delete(v, "line")
			delete(v, "column")
		}
	case []any:
		for i := range v {
			v[i] = settle(v[i])
		}
	case string:
		if madeTime.MatchString(v) {
			return "a time"
		}
		if madeToken.MatchString(v) {
			return "a token"
		}
	}
	return value
}

// setID checks that the agent of the README's URLs exists at start, or puts in one that does.
func (r *readme) setID(t *testing.T, id string) {
	t.Helper()
	used := slices.Compact(objectID.FindAllString(strings.Join(regexp.MustCompile(`agents/[0-9a-f]{24}`).FindAllString(r.text, -1), " "), -1))
	for _, old := range used {
		if old == id {
			continue
		}
		if !*update {
			t.Errorf("the README speaks of agent %s; the first one is %s (make readme)", old, id)
		}
		r.text = strings.ReplaceAll(r.text, old, id)
	}
}

// paste runs a command line in a shell whose curl also tells the status.
func paste(t *testing.T, script string) (status int, body string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), readyLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", "curl() { command curl -sS -w '\\n%{http_code}' \"$@\"; }\n"+script)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
	end := bytes.LastIndexByte(out, '\n')
	status, err = strconv.Atoi(string(out[end+1:]))
	if err != nil {
		t.Fatalf("%s: no status\n%s", script, out)
	}
	return status, string(out[:end])
}

// rule is a rule, and by whom it is kept.
type rule struct {
	openapi.Rule
	of string
}

// allRules lists the rules that violations may name: those of documents, what only the mock keeps, and the checks of a contract
// run, sorted by id.
func allRules() []rule {
	var rules []rule
	for _, r := range openapi.Rules() {
		rules = append(rules, rule{r, "documents"})
	}
	for _, r := range mockserver.Rules() {
		rules = append(rules, rule{r, "the mock"})
	}
	for _, check := range contract.Checks() {
		rules = append(rules, rule{openapi.Rule(check), "a contract run"})
	}
	slices.SortStableFunc(rules, func(a, b rule) int { return strings.Compare(a.ID, b.ID) })
	return slices.CompactFunc(rules, func(a, b rule) bool { return a.ID == b.ID })
}
