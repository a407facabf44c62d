package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/openapi"
)

// TestShapes makes every document in testdata/shapes come alive as a newcomer would: spec check accepts
// it, seed makes agents where there is a collection, serve starts, and verify at full level conforms to
// it. Each document has one shape that real documents have, and says so in its first comment; skips
// that are right are listed there, too; that of seed means that no items can be made:
//
//	# Shape: a creation answered with a Location and no body.
//	# Skipped: read-thing: give the path parameter thingId an example
func TestShapes(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(repository, "testdata", "shapes", "*.*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("documents %v, %v", files, err)
	}
	for i, file := range files {
		if testing.Short() && i%12 != 0 {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), func(t *testing.T) {
			t.Parallel()
			shape, skips := readShape(t, file)
			if shape == "" {
				t.Error("the first comment of the document says which shape it has: # Shape: …")
			}
			agentmockOK(t, "spec", "check", file)
			doc, err := openapi.Load(file)
			if err != nil {
				t.Fatal(err)
			}
			if doc.DefaultResource() != nil {
				seedShape(t, file, skips["seed"])
				delete(skips, "seed")
			}
			mock := startServe(t, "--spec", file)
			code, stdout, stderr := agentmock(t.Context(), "verify", "--spec", file, "--base-url", mock.url, "--level",
				"full", "--api-key", "key-of-the-shapes", "--report", "json")
			var report contract.Report
			if err := json.Unmarshal([]byte(stdout), &report); err != nil {
				t.Fatalf("%v\n%s", err, stderr)
			}
			if s := report.Summary; code != exitOK || s.Violations > 0 || s.Errored > 0 {
				t.Errorf("exit code %d, %+v\n%s%s", code, s, complaints(&report), stderr)
			}
			expectSkips(t, &report, skips)
			if strings.Contains(mock.log.String(), `level=ERROR`) || strings.Contains(mock.log.String(), "goroutine ") {
				t.Error(mock.log)
			}
		})
	}
}

// seedShape makes items of a document; it expects that there are none where a reason says so.
func seedShape(t *testing.T, file, reason string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "items.json")
	args := []string{"seed", "--spec", file, "--count", "25", "--check", "--out", out}
	if reason == "" {
		agentmockOK(t, args...)
		return
	}
	if code, _, stderr := agentmock(t.Context(), args...); code != exitUsage || !strings.Contains(stderr, reason) {
		t.Errorf("seed: exit code %d, want %d because of %q\n%s", code, exitUsage, reason, stderr)
	}
}

// readShape reads the comment at the beginning of a document.
func readShape(t *testing.T, file string) (shape string, skips map[string]string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	skips = map[string]string{}
	for lines := bufio.NewScanner(strings.NewReader(string(data))); lines.Scan(); {
		word, rest, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "# "), ": ")
		switch word {
		case "Shape":
			shape = rest
		case "Skipped":
			id, reason, _ := strings.Cut(rest, ": ")
			skips[id] = reason
		}
	}
	return shape, skips
}

// agentmockOK runs a command that must succeed.
func agentmockOK(t *testing.T, args ...string) {
	t.Helper()
	if code, stdout, stderr := agentmock(t.Context(), args...); code != exitOK {
		t.Errorf("agentmock %s: exit code %d\n%s%s", strings.Join(args, " "), code, stdout, stderr)
	}
}
