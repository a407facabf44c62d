package main

import (
	"context"
	"fmt"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/openapi"
)

// sweepTarget removes what earlier runs have left at a target or, with --dry-run, lists it.
func (f *verifyFlags) sweepTarget(ctx context.Context, e env, doc *openapi.Document, target contract.Target) error {
	sayMadeUp(e, target.APIKey)
	swept, err := contract.Sweep(ctx, doc, target, f.options, f.dryRun)
	if err != nil {
		return usagef("agentmock verify --sweep: %w", err)
	}
	removed, would := 0, 0
	for _, item := range swept.Items {
		what := "would be removed"
		switch {
		case item.Removed:
			what = "removed"
			removed++
		case item.Reason != "":
			what = "left alone, " + item.Reason
		default:
			would++
		}
		in := ""
		if item.Workspace != "" {
			in = " in " + item.Workspace
		}
		_, err := fmt.Fprintf(e.stdout, "%s %s%s, %q: %s\n", item.Collection, item.ID, in, item.Name, what)
		if err != nil {
			return err
		}
	}
	for _, reason := range swept.Unseen {
		e.say("%s", reason)
	}
	summary := fmt.Sprintf("%s removed from %s", count(removed, "item"), target.BaseURL)
	if f.dryRun {
		summary = fmt.Sprintf("nothing was removed: %s would be, from %s", count(would, "item"), target.BaseURL)
	}
	if _, err := fmt.Fprintln(e.stdout, summary); err != nil {
		return err
	}
	switch {
	case swept.Interrupted:
		return &exitError{exitInterrupted, nil}
	case swept.Unreachable != "":
		return &exitError{exitUnreachable, fmt.Errorf("%s %s", target.BaseURL, swept.Unreachable)}
	case !swept.OK():
		return &exitError{exitViolations, nil}
	}
	return nil
}
