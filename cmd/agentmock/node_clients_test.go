package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/agentmock/agentmock/internal/testonly/clients"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// TestNodeClients generates clients of the document that the mock serves. Each must compile as it is, and lose
// nothing by an update.
func TestNodeClients(t *testing.T) {
	t.Parallel()
	if os.Getenv(nodeVariable) == "" {
		t.Skipf("SKIPPED: make node, which sets %s, generates clients", nodeVariable)
	}
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("SKIPPED: no %s in the PATH, so no clients were generated", program)
		}
	}
	mock := mockserver.RunT(t, openapi.Agent(), mockserver.Options{Agents: defaultAgents})
	p, err := clients.New(t.Context(), t.TempDir(), mock.URL, openapi.Agent().JSON(mock.URL))
	if err != nil {
		t.Fatal(err)
	}
	all := clients.TypeScript()
	for _, c := range all {
		if err := p.Generate(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Compile(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			if err := p.Use(t.Context(), c); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("reports", func(t *testing.T) {
		t.Parallel()
		var reports [][]byte
		for _, name := range []string{"full.ctrf", "full.xml"} { // as they are written; TestGolden
			data, err := os.ReadFile("../../contract/report/testdata/" + name)
			if err != nil {
				t.Fatal(err)
			}
			reports = append(reports, data)
		}
		if err := p.Judge(t.Context(), reports[0], reports[1]); err != nil {
			t.Error(err)
		}
		for i, spoil := range [][2]string{{`"specVersion"`, `"version"`}, {"<testcase ", "<case "}} {
			bad := [][]byte{reports[0], reports[1]}
			bad[i] = bytes.Replace(bad[i], []byte(spoil[0]), []byte(spoil[1]), 1)
			if p.Judge(t.Context(), bad[0], bad[1]) == nil {
				t.Errorf("a report with %s is not refused", spoil[1])
			}
		}
	})
	t.Run("playwright", func(t *testing.T) {
		t.Parallel()
		if err := p.Playwright(t.Context()); err != nil {
			t.Error(err)
		}
	})
	odd := httptest.NewServer(http.HandlerFunc(answerOddly))
	defer odd.Close()
	for name, target := range map[string]string{"har": mock.URL, "har of an odd target": odd.URL} {
		t.Run(name, func(t *testing.T) {
			if err := p.JudgeHAR(t.Context(), archive(t, target)); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("oapi-codegen", func(t *testing.T) {
		t.Parallel()
		if err := p.UseGo(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// archive returns the name of a file with all exchanges of a run.
func archive(t *testing.T, target string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "run.har")
	_, _, stderr := verifyArgs(t, "--base-url", target, "--api-key", mutationKey, "--workspace-id", mutationWorkspace,
		"--budget", "150", "--wait", "0s", "--report", "har="+file)
	if content, err := os.ReadFile(file); err != nil || bytes.Count(content, []byte(`"startedDateTime"`)) < 20 {
		t.Fatalf("no archive: %v, %d bytes\n%s", err, len(content), stderr)
	}
	return file
}

// answerOddly answers with what an archive has no place for, or with nothing.
func answerOddly(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPut {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "\xff\x01/json")
	w.Header().Add("Set-Cookie", "\xff=\x02; Expires=never")
	w.Header().Add("Set-Cookie", "a=1; Expires=Wed, 21 Oct 9999 07:28:00 GMT; Path=/\xff")
	if r.Method == http.MethodPost {
		w.WriteHeader(http.StatusTeapot) // nothing was created, or the run would look for it
	}
	_, _ = io.WriteString(w, "[{\"_id\": \"\xff\u2028</script>\"}]")
}
