package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/openapi"
)

// eventually waits until a condition holds.
func (s *served) eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(readyLimit); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s; the log:\n%s", what, s.log)
		}
	}
}

// says waits until the log has a text.
func (s *served) says(t *testing.T, text string) {
	t.Helper()
	s.eventually(t, "the log says "+text, func() bool { return strings.Contains(s.log.String(), text) })
}

// answer returns the body of the answer to a request.
func (s *served) answer(t *testing.T, method, path, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Api-Key", "k")
	r.Header.Set("X-Workspace-Id", "ws-demo")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// replaceFile puts another file in the place of one, as editors do that never leave half a file.
func replaceFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name+"~", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(name+"~", name); err != nil {
		t.Fatal(err)
	}
}

// TestServeWatch edits a document in two files, and a state, while they are served.
func TestServeWatch(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	spec, models := filepath.Join(folder, "api.yaml"), filepath.Join(folder, "models.yaml")
	state := filepath.Join(folder, "state.json")
	source := string(openapi.Agent().Source())
	split := strings.ReplaceAll(source, "$ref: '#/components/schemas/LlmModel'", "$ref: models.yaml")
	if split == source {
		t.Fatal("the document has no reference to the models")
	}
	const oldModels, newModels = "type: string\nenum: [gpt-5]\n", "type: string\nenum: [gpt-5, gpt-6]\n"
	replaceFile(t, spec, split)
	replaceFile(t, models, oldModels)
	replaceFile(t, state, agentNamed("First"))
	s := startServe(t, "--watch", "--spec", spec, "--state", state)
	const path, update = "/v1/api/agents/a1", `{"llmModel":"gpt-6"}`
	if res := s.answer(t, "PUT", path, update); !strings.Contains(res, "validation_failed") {
		t.Fatal(res)
	}

	// A file that the document refers to.
	replaceFile(t, models, newModels)
	s.says(t, "document changed, and is served")
	if res := s.answer(t, "PUT", path, update); !strings.Contains(res, `"llmModel":"gpt-6"`) {
		t.Errorf("the new model is refused: %s", res)
	}

	// One that cannot be used leaves the other in place, and says which line is wrong.
	replaceFile(t, models, "type: string\nenum: [gpt-5\n")
	s.says(t, "models.yaml:2: error:")
	s.says(t, "cannot be used (1 error): the mock goes on with the one before")
	if res := s.answer(t, "PUT", path, update); !strings.Contains(res, `"llmModel":"gpt-6"`) {
		t.Errorf("the document that was good is gone: %s", res)
	}
	replaceFile(t, models, oldModels)
	s.eventually(t, "the model is refused again", func() bool {
		return strings.Contains(s.answer(t, "PUT", path, update), "validation_failed")
	})
	if res := s.answer(t, "GET", path, ""); !strings.Contains(res, "First") {
		t.Errorf("the agent is gone: %s", res)
	}

	// A state, which also is what a reset returns to.
	replaceFile(t, state, `{"agents": [{"name": 5}]}`)
	s.says(t, "state.json changed, and cannot be used")
	replaceFile(t, state, agentNamed("Second"))
	s.says(t, "state changed, and is what the mock holds now")
	s.answer(t, "DELETE", path, "")
	s.answer(t, "POST", "/__mock/reset", "")
	if res := s.answer(t, "GET", path, ""); !strings.Contains(res, "Second") {
		t.Errorf("a reset does not return to the new state: %s", res)
	}
}

func agentNamed(name string) string {
	return `{"agents": [{"_id": "a1", "name": "` + name + `", "llmModel": "gpt-5", "ttsModel": {}}]}`
}

// TestServeNoticesChanges wants one line, and no more, about a document that has changed and is not watched.
func TestServeNoticesChanges(t *testing.T) {
	t.Parallel()
	spec := filepath.Join(t.TempDir(), "api.yaml")
	source := string(openapi.Agent().Source())
	replaceFile(t, spec, source)
	s := startServe(t, "--spec", spec)
	replaceFile(t, spec, source+"# a remark\n")
	s.says(t, "api.yaml changed; the mock goes on with what it has read at start (with --watch it follows)")
	replaceFile(t, spec, source+"# another one\n")
	if code := s.stop(); code != exitOK || strings.Count(s.log.String(), "api.yaml changed") != 1 {
		t.Errorf("exit code %d:\n%s", code, s.log)
	}
}
