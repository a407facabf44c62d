package main

import (
	"context"
	"errors"
	"fmt"
)

// The exit codes. README.md explains them to users.
const (
	exitOK          = 0
	exitViolations  = 1   // the run took place and found something
	exitUsage       = 2   // flags, documents, fixtures, files: the run could not take place
	exitUnreachable = 3   // the target cannot be reached
	exitInterrupted = 130 // Ctrl-C or SIGTERM before the end: 128 + SIGINT, as shells count
)

// exitError ends the program with a code. Its err is printed to stderr as
// "agentmock: err", unless it is nil: then everything has been said already.
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

// usagef is an exitError for what the user can put right.
func usagef(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// exitCode is the code for what a command returned, and what is left to be said about it (nil:
// nothing). An error that does not say otherwise is one of usage, and a cancelled context means
// that the user ended the command.
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
