package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// verifyFlags holds the flags of verify.
type verifyFlags struct {
	target                 verifyTargetFlags
	spec                   string
	paths, values, reports []string
	picked                 selectionFlags
	dryRun                 bool
	options                contract.Options
}

func newVerifyCommand(e env) *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that a backend conforms to the document",
		Long: `Send requests to a backend and compare its responses with the document. Each
violation is reported with the field, the rule, the line of the document, and a
curl command that sends the same request again.

The run creates agents of its own, whose names begin with agentmock-, and
removes them. Where the target cannot create agents, name an existing one with
--agent-id: it is restored as far as responses show it. A key of another service
(elevenLabsApiKey) that it has is lost then, because no response shows it.

--base-url, --api-key, --workspace-id and --agent-id may also come from the
environment: AGENTMOCK_BASE_URL, AGENTMOCK_API_KEY, AGENTMOCK_WORKSPACE_ID and
AGENTMOCK_AGENT_ID. Other users of the machine can see a key on the command
line, but not one in the environment.

Exit code: 0 the target conforms, 1 violations, 2 nothing could be run, 3 the
target cannot be reached, 130 interrupted.`,
		Example: `  agentmock verify --base-url http://127.0.0.1:4010
  agentmock verify --base-url https://staging.example.com --level smoke --rate 60/m
  agentmock verify --base-url $URL --agent-id 678c6a17c3f1e80b52d49a07 --sandbox-only
  agentmock verify --base-url $URL --filter 'update-*' --report text --report junit=report.xml
  agentmock verify --base-url $URL --value /phoneNumberIds/0=678c5e02b4a7d90f31c8e6a1
  agentmock verify --base-url $URL --fixtures our-fixtures/ --only files --dry-run`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return verify(cmd, e, &f) },
	}
	f.register(cmd)
	return cmd
}

// register adds the flags to the command.
func (f *verifyFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	f.target.register(cmd)
	flags.StringVar(&f.spec, "spec", "", specUsage)
	flags.StringArrayVar(&f.paths, "fixtures", nil,
		"`path` of a file or directory with your own fixtures, to run as well (repeatable)")
	f.picked.register(cmd, nil, "standard", "smoke", "full")
	flags.StringArrayVar(&f.values, "value", nil,
		"`pointer=value` to send wherever a body has a value at the JSON pointer, "+
			"for references that only the target knows, such as voices (repeatable)")
	flags.IntVar(&f.options.Jobs, "jobs", contract.DefaultJobs, "number of fixtures that run at the same time")
	flags.BoolVar(&f.options.Bail, "bail", false, "stop after the first failed fixture")
	flags.BoolVar(&f.dryRun, "dry-run", false, "list what would run, and send nothing")
	flags.Uint64Var(&f.options.Seed, "seed", contract.DefaultSeed,
		"random seed, a `number`: it decides the generated names and secrets")
	flags.StringArrayVar(&f.reports, "report", nil,
		"report `format[=file]`: text, json or junit, to a file or to standard output (repeatable; default: text)")
}

// verify runs the command.
func verify(cmd *cobra.Command, e env, f *verifyFlags) error {
	doc, err := loadDocument(e, f.spec)
	if err != nil {
		return err
	}
	target, err := f.target.resolve(e, doc)
	if err != nil {
		return err
	}
	if err := f.complete(doc); err != nil {
		return err
	}
	list, err := f.picked.fixtures(cmd, e, doc, f.paths)
	if err != nil {
		return err
	}
	if f.dryRun {
		return dryRun(e, doc, list, target)
	}
	outputs, err := openReports(e, f.reports, f.repeatCommand(cmd, doc, &target))
	if err != nil {
		return err
	}
	defer outputs.discard()
	sayMadeUp(e, target.APIKey)
	bar := newProgressBar(e)
	f.options.Progress = func(p contract.Progress) {
		if p.Waiting > 0 {
			bar.wait(p.Waiting)
		}
		bar.show(p.Done, p.Total, fmt.Sprintf("fixtures, %d failed, %d requests", p.Failed, p.Requests))
	}
	f.options.Warn = func(text string) { e.say("warning: %s", text) }
	result, err := contract.Run(cmd.Context(), doc, list, target, f.options)
	bar.clear()
	if err != nil {
		return usagef("agentmock verify: %w", err)
	}
	if err := outputs.write(result); err != nil {
		return usagef("cannot write the report: %w", err)
	}
	return verdict(cmd.Context(), result)
}

// verdict returns the error, with its exit code, that a report amounts to.
func verdict(ctx context.Context, r *contract.Report) error {
	switch {
	case r.Interrupted || ctx.Err() != nil:
		return &exitError{exitInterrupted, nil}
	case r.Unreachable != "":
		return &exitError{exitUnreachable, fmt.Errorf("%s %s", r.Target.BaseURL, r.Unreachable)}
	case !r.OK():
		return &exitError{exitViolations, nil}
	case r.Summary.Passed == 0:
		return usagef("all %d fixtures were skipped: nothing has been checked", r.Summary.Skipped)
	}
	return nil
}

// complete validates the remaining flags and sets the options of the run.
func (f *verifyFlags) complete(doc *openapi.Document) error {
	o := &f.options
	if o.Jobs < 1 {
		return usagef("--jobs %d is less than one", o.Jobs)
	}
	o.Timeout, o.Retries, o.Rate = f.target.timeout, f.target.retries, f.target.rate.perSecond
	if o.Retries == 0 {
		o.Retries = -1
	}
	o.Level, o.Version = fixtures.Level(f.picked.level.value), programVersion()
	values, err := parseValues(f.values)
	if err != nil {
		return err
	}
	o.Values, err = fittingValues(doc, values)
	return err
}
