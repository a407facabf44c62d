package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
	"github.com/agentmock/agentmock/internal/testonly/nodebackend"
)

// nodeVariable makes a test run try the backend that is not written in Go, as make node does.
const nodeVariable = "AGENTMOCK_NODE"

// startNode runs a backend in Node until the test ends.
func startNode(t *testing.T, defect string) string {
	t.Helper()
	if os.Getenv(nodeVariable) == "" {
		t.Skipf("SKIPPED: make node, which sets %s, tries the backend in Node", nodeVariable)
	}
	return nodebackend.Start(t, nodebackend.Options{APIKey: mutationKey, Defect: defect})
}

// verifyAt runs verify against a target and returns its exit code and report.
func verifyAt(t *testing.T, base string, args ...string) (int, *contract.Report, string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	args = append([]string{"verify", "--base-url", base, "--api-key", mutationKey, "--workspace-id", mutationWorkspace,
		"--report", "json", "--timeout", "20s"}, args...)
	code := run(t.Context(), args, nil, &stdout, &stderr)
	var report contract.Report
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatalf("exit code %d: no report: %v\n%s", code, err, stderr.String())
	}
	return code, &report, complaints(&report) + stderr.String()
}

func TestNodeConforms(t *testing.T) {
	t.Parallel()
	code, report, details := verifyAt(t, startNode(t, ""))
	if code != exitOK || report.Summary.Violations > 0 || report.Summary.Errored > 0 {
		t.Errorf("a sound backend in Node: exit code %d, %+v\n%s", code, report.Summary, details)
	}
	if len(report.Left) > 0 {
		t.Errorf("left behind: %q", report.Left)
	}
}

// TestNodeDefects wants mistakes to be caught that only such a backend makes.
func TestNodeDefects(t *testing.T) {
	t.Parallel()
	for _, defect := range nodebackend.Defects() {
		t.Run(defect, func(t *testing.T) {
			t.Parallel()
			base := startNode(t, defect)
			code, report, details := verifyAt(t, base, "--timeout", "3s")
			if code != exitViolations || report.Summary.Violations == 0 {
				t.Errorf("not caught: exit code %d after %d requests\n%s", code, report.Summary.Requests, details)
			}
		})
	}
}

// TestNodePlanted plants some of the catalogue's defects in a proxy before the backend.
func TestNodePlanted(t *testing.T) {
	t.Parallel()
	planted := []string{"update-not-stored", "key-clear-in-read", "list-doubles", "callback-off-clears-gaps",
		"refused-update-creates-agent", "updated-before-created", "parallel-updates-lost", "numbers-rounded"}
	for _, d := range mutants.Catalogue() {
		if !slices.Contains(planted, d.ID) {
			continue
		}
		t.Run(d.ID, func(t *testing.T) {
			t.Parallel()
			target, err := url.Parse(startNode(t, ""))
			if err != nil {
				t.Fatal(err)
			}
			proxy := &httputil.ReverseProxy{ErrorLog: quietLog(), Rewrite: func(r *httputil.ProxyRequest) {
				r.SetURL(target)
				r.Out.Header["X-Forwarded-For"] = nil
			}}
			srv := httptest.NewServer(d.Plant(http.Handler(proxy)))
			defer srv.Close()
			if code, report, details := verifyAt(t, srv.URL); code != exitViolations || report.Summary.Violations == 0 {
				t.Errorf("not caught: exit code %d after %d requests\n%s", code, report.Summary.Requests, details)
			}
		})
	}
}
