package main

import (
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// TestReadme executes what the pages of the repository show: command lines are parsed, curl lines
// are sent, Go is part of a test, YAML is loaded. With -update, what can be generated (answers,
// flags, rules) is written into the pages.
func TestReadme(t *testing.T) {
	t.Parallel()
	found := map[string]int{}
	for _, p := range pages(t) {
		original := p.text
		t.Run(p.path, func(t *testing.T) {
			p.testReference(t)
			found["command line"] += p.testCommandLines(t)
			found["make target"] += p.testMakeTargets(t)
			found["Go"] += p.testGo(t)
			found["fixture"] += p.testYAML(t)
			found["curl line"] += p.testCurl(t)
			p.testJavaScript(t)
			if p.path == "mockserver/README.md" {
				p.testControl(t)
			}
			if *update && p.text != original && !t.Failed() {
				p.save(t)
			}
		})
	}
	testSchemaFile(t)
	for _, kind := range []string{"command line", "make target", "Go", "fixture", "curl line"} {
		if found[kind] == 0 && (kind != "curl line" || canPaste()) {
			t.Errorf("no page has any %s", kind)
		}
	}
}

// testCommandLines parses every agentmock command line of the page without running it, and returns
// how many there are.
func (p *page) testCommandLines(t *testing.T) (lines int) {
	t.Helper()
	for _, b := range p.blocks("sh") {
		for _, line := range strings.Split(strings.ReplaceAll(b.text, "\\\n", " "), "\n") {
			line = strings.TrimPrefix(line, "go run ./cmd/")
			rest, ok := strings.CutPrefix(line, "agentmock ")
			if !ok {
				continue
			}
			rest, _, _ = strings.Cut(rest, " #")
			rest, _, _ = strings.Cut(rest, " > ")
			rest, _, _ = strings.Cut(rest, " | ")
			words := strings.Fields(strings.NewReplacer(`"`, "", "'", "").Replace(rest))
			cmd, args, err := newRootCommand(testEnv()).Find(words)
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
	return lines
}

var makeTarget = regexp.MustCompile("(?m)(?:^|`)(?:[A-Z]+=\\S+ )*make ([a-z]+)")

// testMakeTargets wants the make targets that the page names to exist, and returns how many it
// names.
func (p *page) testMakeTargets(t *testing.T) int {
	t.Helper()
	makefile, err := os.ReadFile(filepath.Join(repository, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	named := makeTarget.FindAllStringSubmatch(p.text, -1)
	for _, m := range named {
		if !strings.Contains(string(makefile), "\n"+m[1]+":") {
			t.Errorf("the Makefile has no target %s", m[1])
		}
	}
	return len(named)
}

// testGo wants the Go of the page to be part of a test in the page's folder or below it, where it is
// compiled and run. Indentation aside, it is the same text.
func (p *page) testGo(t *testing.T) int {
	t.Helper()
	blocks := p.blocks("go")
	if len(blocks) == 0 {
		return 0
	}
	source := filesBelow(t, p.folder(), "_test.go")
	for _, b := range blocks {
		if !strings.Contains(source, flush(b.text)) {
			t.Errorf("no test in %s has this code:\n%s", p.folder(), b.text)
		}
	}
	return len(blocks)
}

// filesBelow returns the text of all files in a folder and below it whose names end in suffix,
// without indentation.
func filesBelow(t *testing.T, folder, suffix string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(filepath.Join(repository, folder), func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, suffix) {
			return err
		}
		data, err := os.ReadFile(name)
		all.WriteString(flush(string(data)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// flush returns a text without indentation, between newlines.
func flush(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return "\n" + strings.Join(lines, "\n") + "\n"
}

// testYAML loads the YAML of the page: fixtures are run against a mock, documents are checked, and
// anything else must be quoted from a YAML file in the page's folder. It returns the number of
// fixture blocks.
func (p *page) testYAML(t *testing.T) (found int) {
	t.Helper()
	for _, b := range p.blocks("yaml") {
		switch {
		case strings.Contains(b.text, "steps:"):
			found++
			runFixtures(t, b.text)
		case strings.HasPrefix(b.text, "openapi:"):
			doc, err := openapi.Parse("readme.yaml", []byte(b.text))
			if err != nil {
				t.Errorf("a document is not sound: %v\n%s", err, b.text)
			} else if problems := doc.Check(); len(problems) > 0 {
				t.Errorf("a document has problems: %v\n%s", problems, b.text)
			}
		case !strings.Contains(filesBelow(t, p.folder(), ".yaml"), flush(b.text)):
			t.Errorf("this YAML is neither a fixture nor a document, and no file in %s has it:\n%s", p.folder(), b.text)
		}
	}
	return found
}

// testJavaScript wants Node to read the modules of the page. It runs none: what they import is not here.
func (p *page) testJavaScript(t *testing.T) {
	t.Helper()
	blocks := slices.DeleteFunc(p.blocks("js"), func(b block) bool { return b.info != "js" })
	if len(blocks) == 0 {
		return
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Log("SKIPPED: the JavaScript, because there is no node in the PATH")
		return
	}
	for i, b := range blocks {
		name := filepath.Join(t.TempDir(), fmt.Sprintf("block%d.mjs", i))
		if err := os.WriteFile(name, []byte(b.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), node, "--check", name).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

// runFixtures runs fixtures against a mock, beside all others and alone.
func runFixtures(t *testing.T, source string) {
	t.Helper()
	own := filepath.Join(t.TempDir(), "our-fixtures.yaml")
	if err := os.WriteFile(own, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := fixtures.Load(openapi.Agent(), own)
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	mock := startServe(t)
	passed := fmt.Sprintf("%d passed", len(list))
	alone := []string{}
	for _, f := range list {
		alone = append(alone, "--filter", f.ID)
	}
	for _, selection := range [][]string{{"--only", "files"}, alone} {
		args := append([]string{"--base-url", mock.url, "--fixtures", own}, selection...)
		if code, stdout, stderr := verifyArgs(t, args...); code != exitOK || !strings.Contains(stdout, passed) {
			t.Errorf("verify %v ends with %d:\n%s%s", selection, code, stdout, stderr)
		}
	}
}

// testControl wants the page to describe every operation of the mock's control API.
func (p *page) testControl(t *testing.T) {
	t.Helper()
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
		call := op.Method + " " + strings.Replace(op.Path, "{collection}", "agents", 1)
		if !slices.ContainsFunc([]string{call, op.Method + " " + op.Path},
			func(call string) bool { return strings.Contains(p.text, "`"+call+"`") }) {
			t.Errorf("%s does not describe %s", p.path, call)
		}
	}
}
