package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestHelp wants of every command what a user looks for: a summary, an example, and a description
// of each flag.
func TestHelp(t *testing.T) {
	t.Parallel()
	for _, cmd := range walkCommands(newRootCommand(testEnv())) {
		if cmd.Short == "" || cmd.Example == "" {
			t.Errorf("%s has no summary or no example", cmd.CommandPath())
		}
		if strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s: the summary ends in a full stop: %s", cmd.CommandPath(), cmd.Short)
		}
		for _, line := range strings.Split(cmd.Long, "\n") {
			if len(line) > 80 {
				t.Errorf("%s: wider than a terminal: %s", cmd.CommandPath(), line)
			}
		}
		args := append(strings.Fields(cmd.CommandPath())[1:], "--help")
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr); code != exitOK || stderr.Len() > 0 {
			t.Errorf("%s --help: exit code %d, stderr %q", cmd.CommandPath(), code, &stderr)
		}
		if !strings.Contains(stdout.String(), "Examples:\n  ") {
			t.Errorf("%s --help shows no example:\n%s", cmd.CommandPath(), &stdout)
		}
	}
}
