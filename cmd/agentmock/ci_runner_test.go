package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// runner does what a runner of GitHub Actions does with a job, as far as it needs no host: the steps with run, by the
// shell that it would start, and those of our own action. Steps that use other actions are passed.
type runner struct {
	workspace, temp string
	env             []string
	replace         map[string]string // what is another one here, such as a port
	path            []string          // what GITHUB_PATH has got, the last first
	context         map[string]string // vars.X, secrets.X, inputs.X, steps.ID.outputs.NAME, github.X
	log             strings.Builder
	uploaded        []string // the files that actions of others take
	failed          bool
}

// newRunner returns a runner whose programs are those of folder, before those of the machine.
func newRunner(t *testing.T, programs string, context map[string]string) *runner {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("SKIPPED: there is no bash in the PATH")
	}
	root, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	r := &runner{workspace: t.TempDir(), temp: t.TempDir(), context: maps.Clone(context)}
	r.path = []string{programs}
	// Here a few requests will do.
	if err := os.WriteFile(filepath.Join(r.workspace, "agentmock.yaml"), []byte("level: smoke\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.context["github.action_path"], r.context["github.action_ref"] = root, "v1.2.3"
	for _, name := range []string{"path", "output", "summary"} {
		if err := os.WriteFile(filepath.Join(r.temp, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r.env = []string{"HOME=" + r.temp, "CI=true", "GITHUB_ACTIONS=true", "GITHUB_WORKSPACE=" + r.workspace,
		"RUNNER_TEMP=" + r.temp, "GITHUB_PATH=" + filepath.Join(r.temp, "path"), "GITHUB_OUTPUT=" +
			filepath.Join(r.temp, "output"), "GITHUB_STEP_SUMMARY=" + filepath.Join(r.temp, "summary")}
	return r
}

// readYAML reads a file of the repository.
func readYAML(t *testing.T, name string) any {
	t.Helper()
	name = filepath.Join(repository, filepath.FromSlash(name))
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := source.Parse(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return file.Value
}

// at returns the value at a pointer, nil where there is none.
func at(v any, pointer string) any {
	value, _ := jsonvalue.Lookup(v, pointer)
	return value
}

// textsOf returns the members of an object as texts.
func textsOf(v any) map[string]string {
	texts := map[string]string{}
	if o, ok := v.(*jsonvalue.Object); ok {
		for _, m := range o.Members {
			texts[m.Name] = fmt.Sprint(m.Value)
		}
	}
	return texts
}

// baseline writes down what is wrong with a target.
func (r *runner) baseline(t *testing.T, url string) {
	t.Helper()
	r.run(t, objectOf("run", "agentmock verify --write-baseline --api-key k --base-url "+url), "")
	if _, err := os.Stat(filepath.Join(r.workspace, defaultBaseline)); err != nil {
		t.Fatalf("%v\n%s", err, &r.log)
	}
	r.failed = false
}

// workflow runs all jobs of a workflow.
func (r *runner) workflow(t *testing.T, name string) {
	t.Helper()
	for _, job := range at(readYAML(t, name), "/jobs").(*jsonvalue.Object).Members {
		r.steps(t, at(job.Value, "/steps"))
	}
}

// steps runs steps until one fails, and then only those that run all the same.
func (r *runner) steps(t *testing.T, list any) {
	t.Helper()
	for _, step := range list.([]any) {
		condition, _ := at(step, "/if").(string)
		if !r.holds(t, condition) {
			continue
		}
		id, _ := at(step, "/id").(string)
		uses, _ := at(step, "/uses").(string)
		switch {
		case uses == "agentmock/agentmock@v1":
			r.action(t, id, textsOf(at(step, "/with")))
		case uses != "":
			for _, input := range []string{"sarif_file", "path"} {
				if name := textsOf(at(step, "/with"))[input]; name != "" {
					if _, err := os.Stat(filepath.Join(r.workspace, name)); err != nil {
						t.Errorf("%s: %v", uses, err)
					}
					r.uploaded = append(r.uploaded, name)
				}
			}
		default:
			r.run(t, step, id)
		}
	}
}

// action runs our action as a step with an id.
func (r *runner) action(t *testing.T, id string, with map[string]string) {
	t.Helper()
	action := readYAML(t, "action.yml")
	inner := *r
	inner.context = maps.Clone(r.context)
	for _, input := range at(action, "/inputs").(*jsonvalue.Object).Members {
		inner.context["inputs."+input.Name] = r.replaced(fmt.Sprint(at(input.Value, "/default")))
	}
	for name, value := range with {
		if _, known := inner.context["inputs."+name]; !known {
			t.Errorf("the action has no input %s", name)
		}
		inner.context["inputs."+name] = r.replaced(r.expand(t, value))
	}
	inner.log = strings.Builder{}
	inner.steps(t, at(action, "/runs/steps"))
	r.log.WriteString(inner.log.String())
	r.path, r.failed = inner.path, inner.failed
	for name := range textsOf(at(action, "/outputs")) {
		value, _ := at(action, "/outputs/"+name+"/value").(string)
		r.context["steps."+id+".outputs."+name] = inner.expand(t, value)
	}
}

// replaced returns what takes the place of a text.
func (r *runner) replaced(text string) string {
	if other, ok := r.replace[text]; ok {
		return other
	}
	return text
}

// run runs the script of a step.
func (r *runner) run(t *testing.T, step any, id string) {
	t.Helper()
	script, ok := at(step, "/run").(string)
	if !ok || strings.Contains(script, "${{") { // which would let an input be a command
		t.Fatalf("a step has no script, or one with an expression in it: %s", jsonvalue.Marshal(step))
	}
	name := filepath.Join(r.temp, "script.sh")
	if err := os.WriteFile(name, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", name)
	folder, _ := at(step, "/working-directory").(string)
	cmd.Dir = filepath.Join(r.workspace, r.expand(t, folder))
	path := strings.Join(append(r.path, os.Getenv("PATH")), string(os.PathListSeparator))
	cmd.Env = append([]string{"PATH=" + path}, r.env...)
	for name, value := range textsOf(at(step, "/env")) {
		cmd.Env = append(cmd.Env, name+"="+r.expand(t, value))
	}
	out, err := cmd.CombinedOutput()
	r.log.Write(out)
	r.failed = r.failed || err != nil
	for _, line := range r.take(t, "path") {
		r.path = append([]string{line}, r.path...)
	}
	for _, line := range r.take(t, "output") {
		name, value, _ := strings.Cut(line, "=")
		r.context["steps."+id+".outputs."+name] = value
	}
}

// take returns the lines that a step has written to one of the runner's files, and empties it.
func (r *runner) take(t *testing.T, name string) []string {
	t.Helper()
	name = filepath.Join(r.temp, name)
	data, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, nil, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return strings.FieldsFunc(string(data), func(r rune) bool { return r == '\n' })
}

var expression = regexp.MustCompile(`\$\{\{ *([^}]*?) *\}\}`)

// expand returns a text with the values of its expressions, which are names of a context.
func (r *runner) expand(t *testing.T, text string) string {
	t.Helper()
	return expression.ReplaceAllStringFunc(text, func(found string) string {
		name := expression.FindStringSubmatch(found)[1]
		value, known := r.context[name]
		if !known && !strings.HasPrefix(name, "steps.") {
			t.Errorf("the test does not know the expression %s", name)
		}
		return value
	})
}

var comparison = regexp.MustCompile(`^([\w.-]+) (==|!=) '(\w*)'$`)

// holds reports whether a step runs.
func (r *runner) holds(t *testing.T, condition string) bool {
	t.Helper()
	if m := expression.FindStringSubmatch(condition); m != nil {
		condition = m[1]
	}
	if condition == "!cancelled()" || r.failed {
		return condition == "!cancelled()"
	}
	for part := range strings.SplitSeq(condition, " && ") {
		m := comparison.FindStringSubmatch(part)
		if m == nil {
			if condition != "" {
				t.Errorf("the test does not know the condition %s", part)
			}
			continue
		}
		if (r.context[m[1]] == m[3]) != (m[2] == "==") {
			return false
		}
	}
	return true
}

// programs returns a folder with programs for scripts: go, which takes the place of a build and notes what it is
// called with, and others as texts.
func programs(t *testing.T, others map[string]string) string {
	t.Helper()
	agentmock, err := exec.LookPath("agentmock")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	scripts := map[string]string{"go": `printf '%s\n' "$@" > "$(dirname "$0")/go.args"
while [ $# -gt 0 ]; do if [ "$1" = -o ]; then out=$2; fi; shift; done
ln -sf ` + agentmock + ` "${out:-$(dirname "$0")/}agentmock"
`}
	maps.Copy(scripts, others)
	for name, text := range scripts {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// jsonList returns a list of texts in a JSON value.
func jsonList(t *testing.T, v any) []string {
	t.Helper()
	var list []string
	if err := json.Unmarshal(jsonvalue.Marshal(v), &list); err != nil {
		t.Fatal(err)
	}
	return list
}
