//go:build unix

package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// inputs are the ways to name a file that is read.
var inputs = map[string][]string{
	"--spec":           {"serve", "--addr", "127.0.0.1:0", "--spec", "FILE"},
	"spec check":       {"spec", "check", "FILE"},
	"--state":          {"serve", "--addr", "127.0.0.1:0", "--state", "FILE"},
	"--fixtures":       {"verify", "--base-url", "http://127.0.0.1:1", "--fixtures", "FILE"},
	"fixtures":         {"fixtures", "validate", "FILE"},
	"--missing":        {"fixtures", "derive", "--missing", "FILE"},
	"--baseline":       {"verify", "--base-url", "http://127.0.0.1:1", "--baseline", "FILE"},
	"--config":         {"fixtures", "list", "--config", "FILE"},
	"--env-file":       {"fixtures", "list", "--env-file", "FILE"},
	"--undo":           {"seed", "--undo", "FILE"},
	"--ca-file":        {"verify", "--base-url", "https://127.0.0.1:1", "--ca-file", "FILE"},
	"--ca-file, seed":  {"seed", "--base-url", "https://127.0.0.1:1", "--ca-file", "FILE"},
	"--spec, stdin":    {"fixtures", "derive", "--spec", "-"},
	"fixtures, stdin":  {"fixtures", "validate", "-"},
	"--spec and seed":  {"seed", "--count", "1", "--spec", "FILE"},
	"a ledger to seed": {"seed", "--base-url", "http://127.0.0.1:1", "--count", "1", "--ledger", "FILE"},
}

// runOn runs a command on a file, and returns its exit code and what it said.
func runOn(ctx context.Context, args []string, file string) (int, string) {
	args = strings.Split(strings.ReplaceAll(strings.Join(args, "\n"), "FILE", file), "\n")
	var stdout, stderr bytes.Buffer
	code := run(ctx, args, endless{}, &stdout, &stderr)
	return code, stdout.String() + stderr.String()
}

// endless is a text without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// TestEndlessInput: a file without an end is refused, whichever flag names it.
func TestEndlessInput(t *testing.T) {
	for name, args := range inputs {
		t.Run(name, func(t *testing.T) {
			code, said := runOn(t.Context(), args, "/dev/zero")
			clear := strings.Contains(said, "larger than ") || strings.Contains(said, "is not a ledger")
			if code != exitUsage || !clear {
				t.Errorf("exit code %d: %.300s", code, said)
			}
		})
	}
}

// TestInterruptedInput: the first Ctrl-C ends a command that waits for somebody to write into a pipe.
func TestInterruptedInput(t *testing.T) {
	t.Parallel()
	for name, args := range inputs {
		if strings.Contains(name, "stdin") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pipe := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Skipf("SKIPPED: no pipes here: %v", err)
			}
			ctx, interrupt := context.WithCancel(t.Context())
			interrupt()
			if code, said := runOn(ctx, args, pipe); code != exitInterrupted {
				t.Errorf("exit code %d: %s", code, said)
			}
		})
	}
}
