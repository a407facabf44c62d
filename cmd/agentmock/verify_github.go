package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/agentmock/agentmock/contract/report"
)

// annotating is the format of annotations of GitHub Actions.
const annotating = "github"

// What a runner of GitHub Actions sets: that it is one, and the file that the summary of a step is appended to.
const (
	githubVariable  = "GITHUB_ACTIONS"
	summaryVariable = "GITHUB_STEP_SUMMARY"
)

// isAnnotating reports whether an output is of annotations.
func isAnnotating(o output) bool { return o.format.Name == annotating }

// annotations returns the output of annotations to standard output that GitHub Actions gets unasked; none
// elsewhere, or where they go to a file.
func (out *outputs) annotations() []output {
	if out.env.getenv(githubVariable) != "true" || slices.ContainsFunc(out.list, isAnnotating) {
		return nil
	}
	format, err := formatOf(annotating)
	if err != nil {
		return nil
	}
	return []output{{format: format}}
}

// summarize appends the report to the summary of the step, which has what is no annotation. That it cannot is no
// reason to fail: the reports that were asked for are written.
func (out *outputs) summarize(run *report.Run) {
	name := out.env.getenv(summaryVariable)
	if name == "" || !slices.ContainsFunc(out.list, isAnnotating) {
		return
	}
	if err := appendSummary(name, run); err != nil {
		out.env.say("warning: %s: cannot write the summary of the step: %s", summaryVariable, err)
	}
}

func appendSummary(name string, run *report.Run) error {
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil {
		err = report.StepSummary(file, run, info.Size())
	}
	if closing := file.Close(); err == nil && closing != nil {
		err = fmt.Errorf("closing it: %w", closing)
	}
	return err
}
