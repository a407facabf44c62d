package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// dryRun writes the requests that a run would send.
func dryRun(e env, doc *openapi.Document, list []*fixtures.Fixture, t contract.Target, o contract.Options) error {
	list, left := contract.Spend(list, o)
	if o.Shards > 1 {
		list, _ = contract.InShard(list, o.Shard, o.Shards)
	}
	w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	steps, skipped, fail := 0, 0, 0
	for _, f := range list {
		if f.Skip != "" {
			skipped++
			word := "skipped"
			if f.Source == fixtures.FromFile && !f.MaySkip {
				fail++
				word = "fails, since it would be skipped"
			}
			fmt.Fprintf(w, "%s\t%s: %s\n", f.ID, word, f.Skip)
			continue
		}
		steps += len(f.Steps)
		fmt.Fprintf(w, "%s\t%s\n", f.ID, requestLine(doc, f))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	beyond := ""
	if left != nil {
		beyond = fmt.Sprintf("; %s went beyond the budget of %d", count(left.Fixtures, "fixture"), left.Budget)
	}
	against := ""
	if t.BaseURL != "" {
		against = " against " + t.BaseURL
	}
	if _, err := fmt.Fprintf(e.stdout, "\nnothing was sent: %s (%d skipped) with %s would run%s, "+
		"besides those that create, read and remove agents%s\n",
		count(len(list), "fixture"), skipped, count(steps, "request"), against, beyond); err != nil {
		return err
	}
	if fail > 0 {
		return &exitError{exitViolations, fmt.Errorf("%s of your own would be skipped, which fails the run; "+
			"those that may be skipped say so: maySkip: true", count(fail, "fixture"))}
	}
	return nil
}

// requestLine returns the first requests of a fixture, and their number if there are more.
func requestLine(doc *openapi.Document, f *fixtures.Fixture) string {
	line := ""
	for i := range f.Steps {
		if i == 3 {
			return line + fmt.Sprintf(", … (%d in all)", len(f.Steps))
		}
		if i > 0 {
			line += ", "
		}
		if op := doc.Operation(f.Steps[i].Request.Operation); op != nil {
			line += op.Method + " " + op.Path
		} else {
			line += f.Steps[i].Request.Operation
		}
	}
	return line
}
