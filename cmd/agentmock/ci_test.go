package main

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestAction runs each step of the action by the shell that a runner starts.
func TestAction(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("other processes do this")
	}
	mock := startServe(t, "--api-key", "right")
	bin := programs(t, nil)
	verify := func(with map[string]string) *runner {
		r := newRunner(t, bin, map[string]string{})
		with["base-url"] = mock.url
		r.action(t, "agentmock", with)
		return r
	}
	args := "--filter=lifecycle\n\n--report=junit=a report.xml\n--value=/name=$(touch injected)\n"
	r := verify(map[string]string{"api-key": "right", "args": args, "workspace-id": "ws-action"})
	if r.failed || !strings.Contains(r.log.String(), " conforms to ") {
		t.Errorf("verify fails:\n%s", &r.log)
	}
	report, err := os.ReadFile(filepath.Join(r.workspace, "a report.xml"))
	if !bytes.Contains(report, []byte("<testsuite")) {
		t.Errorf("there is no report: %v", err)
	}
	if _, err := os.Stat(filepath.Join(r.workspace, "injected")); err == nil {
		t.Error("an argument was run as a command")
	}
	res, err := http.Get(mock.url + "/__mock/requests?workspace=ws-action")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if requests, err := io.ReadAll(res.Body); err != nil || !bytes.Contains(requests, []byte("/v1/api/agents")) {
		t.Errorf("the workspace was not used: %v", err)
	}
	built, err := os.ReadFile(filepath.Join(bin, "go.args"))
	root := r.context["github.action_path"]
	if want := "build\n-C\n" + root + "\n"; err != nil || !strings.HasPrefix(string(built), want) ||
		!strings.Contains(string(built), "main.version=v1.2.3\n") ||
		!strings.HasSuffix(string(built), "/\n./cmd/agentmock\n") {
		t.Errorf("go was called with %q, %v", built, err)
	}
	if r := verify(map[string]string{"api-key": "wrong", "args": "--filter=lifecycle"}); !r.failed {
		t.Errorf("a wrong key passes:\n%s", &r.log)
	}
	if r := verify(map[string]string{"command": "verfy"}); !r.failed ||
		!strings.Contains(r.log.String(), "not: verfy") {
		t.Errorf("a wrong command: %s", &r.log)
	}
	if r := verify(map[string]string{"command": "install"}); r.failed || len(r.path) != 2 || r.log.Len() > 0 {
		t.Errorf("install: %s", &r.log)
	}
	if r := verify(map[string]string{"command": "serve", "port": "none"}); !r.failed ||
		!strings.Contains(r.log.String(), `--port "none"`) {
		t.Errorf("serve on a wrong port: %s", &r.log)
	}
}

// TestWorkflows runs the steps of the example workflows against a mock.
func TestWorkflows(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("other processes do this")
	}
	mock := startServe(t)
	bin := programs(t, map[string]string{
		"docker": `test "$*" = "compose up --detach"`,
		"npm": `if [ "$1" = ci ]; then exit; fi
curl -fsS -H x-api-key:k -H x-workspace-id:ws-demo "$API_URL/v1/api/agents"`,
	})
	for name, want := range map[string]string{ // what the log has
		"staging.yaml":      " conforms to ",
		"pull-request.yaml": " conforms to ",
		"end-to-end.yaml":   `"llmModel":`,
	} {
		r := newRunner(t, bin, map[string]string{"vars.STAGING_URL": mock.url, "secrets.STAGING_KEY": "k"})
		r.replace = map[string]string{"http://127.0.0.1:8080": mock.url, "4010": "0"}
		if name == "staging.yaml" {
			r.baseline(t, mock.url)
		}
		r.workflow(t, "cmd/agentmock/ci/"+name)
		if pid, err := strconv.Atoi(r.context["steps.mock.outputs.pid"]); err == nil { // a runner ends it with the job
			process, err := os.FindProcess(pid)
			if err == nil {
				err = process.Kill()
			}
			if err != nil {
				t.Error(err)
			}
		}
		if r.failed || !strings.Contains(r.log.String(), want) {
			t.Errorf("%s fails:\n%s", name, &r.log)
		}
	}
	defective := startServe(t, "--fault", "getAgent:500")
	r := newRunner(t, bin, map[string]string{"vars.STAGING_URL": defective.url, "secrets.STAGING_KEY": "k"})
	r.baseline(t, mock.url)
	r.workflow(t, "cmd/agentmock/ci/staging.yaml")
	if !r.failed || !strings.Contains(r.log.String(), "::error ") || len(r.uploaded) < 2 {
		t.Errorf("a defective backend passes, or its reports are not uploaded: %v\n%s", r.uploaded, &r.log)
	}
	r.failed = false
	r.baseline(t, defective.url)
	r.log.Reset()
	if r.workflow(t, "cmd/agentmock/ci/staging.yaml"); r.failed || !strings.Contains(r.log.String(), "known") {
		t.Errorf("what is known fails the run:\n%s", &r.log)
	}
}

// TestGitLab runs the job of the template for GitLab against a mock.
func TestGitLab(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("other processes do this")
	}
	mock := startServe(t)
	bin := programs(t, nil)
	r := newRunner(t, bin, map[string]string{})
	job := at(readYAML(t, "cmd/agentmock/ci/gitlab.yaml"), "/agentmock")
	variables := map[string]string{"STAGING_URL": mock.url, "STAGING_KEY": "k"}
	r.env = r.env[:1] // without GitHub's
	for name, value := range textsOf(at(job, "/variables")) {
		r.env = append(r.env, name+"="+os.Expand(value, func(name string) string { return variables[name] }))
	}
	for _, part := range []string{"/before_script", "/script"} {
		r.run(t, objectOf("run", strings.Join(jsonList(t, at(job, part)), "\n")), "")
	}
	if r.failed || !strings.Contains(r.log.String(), " conforms to ") {
		t.Errorf("the job fails:\n%s", &r.log)
	}
	for _, name := range jsonList(t, at(job, "/artifacts/paths")) {
		if _, err := os.Stat(filepath.Join(r.workspace, name)); err != nil {
			t.Error(err)
		}
	}
	for _, m := range at(job, "/artifacts/reports").(*jsonvalue.Object).Members {
		if _, err := os.Stat(filepath.Join(r.workspace, m.Value.(string))); err != nil {
			t.Error(err)
		}
	}
	if args, err := os.ReadFile(filepath.Join(bin, "go.args")); err != nil ||
		string(args) != "install\ngithub.com/agentmock/agentmock/cmd/agentmock@v1\n" {
		t.Errorf("go was called with %q, %v", args, err)
	}
}

// TestHooks runs the hooks as pre-commit does: with the files of a commit that their patterns match, and the
// arguments of the example.
func TestHooks(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("other processes do this")
	}
	folder := t.TempDir()
	document, err := os.ReadFile("../../openapi/agent.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const sound = "id: own\nsummary: It is there.\nsteps:\n  - request: {operation: listAgents}\n"
	files := map[string]string{"api/openapi.yaml": string(document), "tests/fixtures/own.yaml": sound,
		"fixtures.yaml": "x", "README.md": "x"}
	write := func(name, text string) {
		name = filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		write(name, text)
	}
	names := slices.Sorted(maps.Keys(files))
	for id, out := range runHooks(t, folder, names) {
		if out != "" {
			t.Errorf("%s: %s", id, out)
		}
	}
	write("api/openapi.yaml", "openapi: 3.1.0\ninfo: {title: x}\n")
	for id, out := range runHooks(t, folder, names) {
		if !strings.Contains(out, "api/openapi.yaml:2:") {
			t.Errorf("%s finds nothing: %s", id, out)
		}
	}
}

// runHooks returns what the hooks of the example say, by their ids; "" of those that pass.
func runHooks(t *testing.T, folder string, files []string) map[string]string {
	t.Helper()
	hooks := map[string]any{}
	for _, hook := range readYAML(t, ".pre-commit-hooks.yaml").([]any) {
		hooks[at(hook, "/id").(string)] = hook
	}
	said := map[string]string{}
	for _, used := range at(readYAML(t, "cmd/agentmock/ci/pre-commit.yaml"), "/repos/0/hooks").([]any) {
		id := at(used, "/id").(string)
		words := strings.Fields(at(hooks[id], "/entry").(string))
		if args := at(used, "/args"); args != nil {
			words = append(words, jsonList(t, args)...)
		}
		pattern, ok := at(used, "/files").(string)
		if !ok {
			pattern = at(hooks[id], "/files").(string)
		}
		matched := slices.DeleteFunc(slices.Clone(files), func(name string) bool {
			return !regexp.MustCompile(pattern).MatchString(name)
		})
		if len(matched) != 1 {
			t.Errorf("%s is for %v", id, matched)
		}
		cmd := exec.CommandContext(t.Context(), words[0], append(words[1:], matched...)...)
		cmd.Dir = folder
		out, err := cmd.CombinedOutput()
		if said[id] = string(out); err == nil {
			said[id] = ""
		}
		delete(hooks, id)
	}
	if len(hooks) > 0 {
		t.Errorf("the example does not use %v", hooks)
	}
	return said
}
