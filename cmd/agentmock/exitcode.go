package main

import (
	"context"
	"errors"
	"fmt"
)

// The exit codes. The README beside this file explains them to users.
const (
	exitOK          = 0
	exitViolations  = 1   // the run took place and found something
	exitUsage       = 2   // flags, documents, fixtures, files: the run could not take place
	exitUnreachable = 3   // the target cannot be reached
	exitInterrupted = 130 // Ctrl-C or SIGTERM before the end: 128 + SIGINT, as shells count
)

// exitError is an error with an exit code. Its err is printed to stderr as "agentmock: err"; nil
// prints nothing, for results that have been reported already.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usagef returns an exitError with code exitUsage, for what the user can correct.
func usagef(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// exitCode returns the exit code for the error of a command, and the error to print (nil: none). An
// error without a code of its own counts as one of usage; a cancelled context means that the user
// interrupted the command.
func exitCode(err error) (int, error) {
	var exit *exitError
	switch {
	case err == nil:
		return exitOK, nil
	case errors.As(err, &exit):
		return exit.code, exit.err
	case errors.Is(err, context.Canceled):
		return exitInterrupted, errors.New("interrupted")
	default:
		return exitUsage, err
	}
}
