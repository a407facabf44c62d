package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestActionlint judges the action and all workflows by actionlint, which knows what GitHub accepts.
// AGENTMOCK_ACTIONLINT names its package and version, as make check does.
func TestActionlint(t *testing.T) {
	t.Parallel()
	linter := os.Getenv("AGENTMOCK_ACTIONLINT")
	if linter == "" {
		t.Skip("SKIPPED: make check does this")
	}
	lint := func(spoil func(string) string) (string, error) {
		root := t.TempDir()
		files, err := filepath.Glob("ci/*.yaml")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, filepath.Join(repository, ".github/workflows/check.yml"),
			filepath.Join(repository, "action.yml"))
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			to := filepath.Join(root, "action.yml")
			switch text := string(data); {
			case filepath.Base(name) == "action.yml":
			case !strings.Contains(text, "\non:"):
				continue // not a workflow
			default:
				// as a step of this repository, so that its inputs are checked
				data = []byte(spoil(strings.ReplaceAll(text, "agentmock/agentmock@v1", "./")))
				to = filepath.Join(root, ".github", "workflows", filepath.Base(name))
			}
			for _, folder := range []string{filepath.Dir(to), filepath.Join(root, ".git")} {
				if err := os.MkdirAll(folder, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(to, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		// Other tools, which may be on a machine or not, are no part of the judgement.
		cmd := exec.CommandContext(t.Context(), "go", "run", linter, "-shellcheck=", "-pyflakes=")
		cmd.Dir = root
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := lint(func(text string) string { return text }); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	out, err := lint(func(text string) string { return strings.ReplaceAll(text, "api-key:", "apikey:") })
	if err == nil || !strings.Contains(out, `"apikey" is not defined`) {
		t.Errorf("a wrong input passes: %v\n%s", err, out)
	}
}
