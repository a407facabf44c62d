package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// Flags of targets that are wrong are refused by every command in the same words, before anything
// is sent.
func TestTargetFlags(t *testing.T) {
	t.Parallel()
	ledger := filepath.Join(t.TempDir(), "ledger")
	for _, c := range []struct{ flag, value, want string }{
		{"--api-key", "a\nb", "the API key has a line break or another control character"},
		{"--header", "x-note: a\rb", "--header x-note: its value has a line break"},
		{"--header", "x note: a", `--header "x note": a name has letters, digits and hyphens`},
		{"--timeout", "1ns", "--timeout 1ns is too short"},
		{"--retries", "-1", "--retries -1 is less than none"},
		{"--ca-file", "none.pem", "cannot read the certificates none.pem"},
		{"--base-url", "http://me:s3cret@h", "must not have a user and password"},
	} {
		for _, command := range [][]string{{"verify"}, {"seed", "--ledger", ledger}} {
			code, _, stderr := agentmock(t.Context(), append(command, "--base-url", "http://127.0.0.1:1",
				c.flag+"="+c.value)...)
			if code != exitUsage || !strings.Contains(stderr, c.want) || strings.Contains(stderr, "127.0.0.1") {
				t.Errorf("%s %s %q: exit code %d: %s", command[0], c.flag, c.value, code, stderr)
			}
		}
	}
}
