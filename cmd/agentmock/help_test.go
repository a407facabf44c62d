package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// TestHelp wants every command to have a summary, an example, lines that fit a terminal, and flags
// with a description.
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
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" || strings.HasSuffix(f.Usage, ".") {
				t.Errorf("%s --%s: %q is no short description", cmd.CommandPath(), f.Name, f.Usage)
			}
		})
		args := append(strings.Fields(cmd.CommandPath())[1:], "--help")
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr); code != exitOK || stderr.Len() > 0 {
			t.Errorf("%s --help: exit code %d, stderr %q", cmd.CommandPath(), code, &stderr)
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !strings.Contains(stdout.String(), "  --"+f.Name+" ") && f.Shorthand == "" {
				t.Errorf("%s --help does not list --%s", cmd.CommandPath(), f.Name)
			}
		})
		if !strings.Contains(stdout.String(), "Examples:\n  ") {
			t.Errorf("%s --help shows no example:\n%s", cmd.CommandPath(), &stdout)
		}
	}
}
