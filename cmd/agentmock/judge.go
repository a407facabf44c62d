package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/known"
	"github.com/agentmock/agentmock/internal/source"
)

// The words of --fail-on: each fails a run for what those after it do, and for more.
const (
	failOnErrored   = "errored"
	failOnNote      = "note"
	failOnViolation = "violation"
	failOnNever     = "never"
)

// defaultBaseline is the file that --write-baseline writes where no other is named.
const defaultBaseline = "agentmock-baseline.yaml"

// unnamedBaseline is the value of --write-baseline where it names no file. It is not what somebody writes who means
// the default one, though another is given by --baseline.
const unnamedBaseline = "./" + defaultBaseline

// judgeFlags holds the flags that say what fails a run, or a report.
type judgeFlags struct {
	baseline, write string
	failOn          enumFlag

	known *known.Baseline
	file  *atomicFile // the one to be written; nil: none is
}

// register adds the flags to a command.
func (f *judgeFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.baseline, "baseline", "", "`file` of violations that are known and do not fail the run")
	flags.StringVar(&f.write, "write-baseline", "", "write what is found to a `file` of known violations, with a "+
		"reason to fill in: that of =FILE, or of --baseline, or "+defaultBaseline)
	flags.Lookup("write-baseline").NoOptDefVal = unnamedBaseline
	enumVar(cmd, &f.failOn, "fail-on", "what fails the run: a fixture without a verdict as well as a violation, "+
		"even a note, a violation only, or nothing that is found", failOnErrored, failOnNote, failOnViolation,
		failOnNever)
}

// open reads the baseline, and makes sure that one can be written, before a run is wasted on it.
func (f *judgeFlags) open(ctx context.Context) error {
	into := f.write
	if into == unnamedBaseline {
		into = cmp.Or(f.baseline, defaultBaseline)
	}
	from := cmp.Or(f.baseline, into)
	f.known = &known.Baseline{Name: from}
	if from != "" {
		data, err := readFile(ctx, from, source.MaxFile)
		switch {
		case errors.Is(err, fs.ErrNotExist) && from == into: // it is about to be made
		case errors.Is(err, fs.ErrNotExist):
			return usagef("--baseline: there is no file %s; --write-baseline makes one", from)
		case err != nil:
			return unreadable("--baseline", from, err)
		default:
			if f.known, err = known.Parse(from, data); err != nil {
				return usagef("not a baseline to work with:\n%w", err)
			}
		}
	}
	if into == "" {
		return nil
	}
	file, err := createAtomic(into)
	if err != nil {
		return usagef("--write-baseline: %w", unwritable(into, err))
	}
	f.known.Name, f.write, f.file = into, into, file
	return nil
}

// used reports whether there is a baseline to hold a report against.
func (f *judgeFlags) used() bool { return f.baseline != "" || f.file != nil }

// apply marks in a report what is known, and writes the baseline if that is wanted.
func (f *judgeFlags) apply(e env, r *contract.Report, s known.Scope) error {
	if !f.used() {
		return nil
	}
	if f.file != nil {
		updated, err := f.known.Update(r, s)
		if err != nil {
			e.say("no baseline was written: %v", err)
		} else if err := f.save(e, updated, r); err != nil {
			return err
		}
	}
	f.known.Apply(r, s)
	return nil
}

// save writes the baseline, which is from now on the one that is known.
func (f *judgeFlags) save(e env, b *known.Baseline, r *contract.Report) error {
	if _, err := f.file.Write(b.Marshal()); err != nil {
		return usagef("--write-baseline: %w", unwritable(f.write, err))
	}
	if err := f.file.commit(); err != nil {
		return usagef("--write-baseline: %w", unwritable(f.write, err))
	}
	left := ""
	if r.Summary.Errored > 0 {
		left = fmt.Sprintf("; %s without a verdict cannot be in it", count(r.Summary.Errored, "fixture"))
	}
	e.say("%s knows %s%s", f.write, count(len(b.Known), "violation"), left)
	f.known = b
	return nil
}

// discard removes the file of a baseline that was not written.
func (f *judgeFlags) discard() {
	if f.file != nil {
		f.file.discard()
	}
}

// verdict returns the error, with its exit code, that a report amounts to.
func (f *judgeFlags) verdict(ctx context.Context, r *contract.Report) error {
	failed := r.Summary.Failed > 0
	switch {
	case r.Interrupted || ctx.Err() != nil:
		return &exitError{exitInterrupted, nil}
	case r.Unreachable != "":
		return &exitError{exitUnreachable, fmt.Errorf("%s %s", r.Target.BaseURL, r.Unreachable)}
	case skipped(r) == r.Summary.Fixtures && (r.Shard == nil || r.Summary.Fixtures > 0):
		return usagef("all %d fixtures were skipped: nothing has been checked", r.Summary.Fixtures)
	case f.failOn.value == failOnNever, f.failOn.value == failOnViolation && !failed && !r.MissesCoverage():
		return nil
	case failed || r.Summary.Errored > 0:
		return &exitError{exitViolations, nil}
	case f.failOn.value == failOnNote && r.Summary.Notes > 0:
		return &exitError{exitViolations, fmt.Errorf("%s, and --fail-on note", count(r.Summary.Notes, "note"))}
	}
	return nil
}
