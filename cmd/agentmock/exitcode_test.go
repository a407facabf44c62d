package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

func TestExitCode(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, row := range map[string]struct {
		err  error
		code int
		said string // what is left to say
	}{
		"done":  {nil, exitOK, ""},
		"usage": {usagef("no such %s", "file"), exitUsage, "no such file"},
		"wrapped": {fmt.Errorf("around: %w", &exitError{exitUnreachable, broken}), exitUnreachable,
			"broken"},
		"said":                {&exitError{exitViolations, nil}, exitViolations, ""},
		"cancelled":           {fmt.Errorf("get: %w", context.Canceled), exitInterrupted, "interrupted"},
		"anything else":       {fs.ErrPermission, exitUsage, "permission denied"},
		"said, and cancelled": {&exitError{exitInterrupted, nil}, exitInterrupted, ""},
	} {
		code, err := exitCode(row.err)
		said := ""
		if err != nil {
			said = err.Error()
		}
		if code != row.code || said != row.said {
			t.Errorf("%s: got %d %q, want %d %q", name, code, said, row.code, row.said)
		}
	}
}
