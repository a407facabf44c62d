package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// lawfulSkips lists, by document, the fixtures that cannot run against its mock, with the reason that
// the report gives. Everything else must run.
var lawfulSkips = map[string]map[string]string{}

// TestVerifyEveryDocument verifies the mock of every document in testdata, and of the built-in one, at
// full level: no violation, exit code 0, and nothing skipped but what is known to be impossible.
func TestVerifyEveryDocument(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("SKIPPED: runs at full level are made without -short")
	}
	files, err := filepath.Glob(filepath.Join(repository, "testdata", "*.*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("documents %v, %v", files, err)
	}
	for _, file := range append(files, filepath.Join(repository, "openapi", "agent.yaml"),
		filepath.Join(repository, "fixtures", "testdata", "library.yaml")) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			doc, err := openapi.Load(file)
			if err != nil {
				t.Fatal(err)
			}
			mock := mockserver.RunT(t, doc, mockserver.Options{})
			code, stdout, stderr := verifyArgs(t, "--spec", file, "--base-url", mock.URL, "--level", "full",
				"--report", "json")
			var report contract.Report
			if err := json.Unmarshal([]byte(stdout), &report); err != nil {
				t.Fatalf("exit code %d: %v\n%s", code, err, stderr)
			}
			if code != exitOK || report.Summary.Violations > 0 || report.Summary.Errored > 0 {
				t.Errorf("exit code %d, %+v\n%s%s", code, report.Summary, complaints(&report), stderr)
			}
			expectSkips(t, &report, lawfulSkips[filepath.Base(file)])
		})
	}
	for name := range lawfulSkips {
		if _, err := os.Stat(filepath.Join(repository, "testdata", name)); err != nil {
			t.Error(err)
		}
	}
}

// expectSkips wants exactly the given fixtures to be skipped, for these reasons.
func expectSkips(t *testing.T, r *contract.Report, want map[string]string) {
	t.Helper()
	skipped := map[string]bool{}
	for _, f := range r.Fixtures {
		if f.Outcome != contract.Skipped {
			continue
		}
		skipped[f.ID] = true
		if reason, ok := want[f.ID]; !ok || !strings.Contains(f.Reason, reason) {
			t.Errorf("%s is skipped: %s", f.ID, f.Reason)
		}
	}
	for id := range want {
		if !skipped[id] {
			t.Errorf("%s is not skipped any more: strike it from the list", id)
		}
	}
}
