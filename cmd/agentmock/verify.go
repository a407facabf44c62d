package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/coverage"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// verifyFlags holds the flags of verify.
type verifyFlags struct {
	target verifyTargetFlags
	documentFlags
	paths, values, reports []string
	shard                  string
	picked                 selectionFlags
	dryRun, sweep, bail    bool
	judge                  judgeFlags
	flaky                  enumFlag
	budget                 int
	wait                   time.Duration
	coverage               []string
	minima                 []coverage.Minimum
	options                contract.Options
}

func newVerifyCommand(e env) *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that a backend conforms to the document",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return verify(cmd, e, &f) },
	}
	f.register(cmd)
	return cmd
}

// register adds the flags to the command.
func (f *verifyFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.target.register(cmd)
	groupFlags(cmd, "Target")
	f.documentFlags.register(flags)
	groupFlags(cmd, "Document")
	flags.StringArrayVar(&f.paths, "fixtures", nil,
		"`path` of a file or directory with your own fixtures, to run as well (repeatable)")
	f.picked.register(cmd, nil, "standard", "smoke", "full")
	flags.StringArrayVar(&f.values, "value", nil,
		"`pointer=value` to send wherever a body has a value at the JSON pointer, "+
			"for references that only the target knows, such as voices (repeatable)")
	groupFlags(cmd, "Fixtures")
	flags.DurationVar(&f.wait, "wait", contract.DefaultWait, "longest wait for a target that is not there, or not "+
		"there any more; 0: none")
	flags.IntVar(&f.options.Jobs, "jobs", contract.DefaultJobs, "number of fixtures that run at the same time")
	flags.IntVar(&f.budget, "budget", 0, "`number` of requests that the fixtures may take, about, spent first "+
		"on those that can find most; 0: any (at the level smoke by default 500, at full 20000)")
	flags.Lookup("budget").DefValue = strconv.Itoa(contract.DefaultBudget(fixtures.Standard))
	flags.StringArrayVar(&f.coverage, "min-coverage", nil, "`percent` of what requests can exercise of the document "+
		"that the run has to exercise at least, or kind=percent with a kind of operation, parameter, enum, property, "+
		"status and law (repeatable)")
	flags.IntVar(&f.options.MaxFailures, "max-failures", 0, "stop after a `number` of failed fixtures; 0: never")
	flags.BoolVar(&f.bail, "bail", false, "stop after the first failed fixture: --max-failures 1")
	flags.IntVar(&f.options.Repeat, "repeat", 1, "how often all fixtures are executed, a `number`: what fails in some "+
		"rounds only is flaky, see --flaky")
	flags.DurationVar(&f.options.Settle, "settle", 0, "how long reads and lists of the target may lag behind "+
		"writes: they are repeated for so long before they are judged")
	enumVar(cmd, &f.flaky, "flaky", "what becomes of fixtures that fail once and pass when they are repeated: they "+
		"fail the run, or are noted", "fail", "warn")
	flags.BoolVar(&f.dryRun, "dry-run", false, "list what would run, and send nothing")
	flags.BoolVar(&f.sweep, "sweep", false, "run nothing: remove what earlier runs have left, by the marks in the "+
		"names; with --dry-run, only list it")
	flags.Uint64Var(&f.options.Seed, "seed", contract.DefaultSeed,
		"random seed, a `number`: it decides the generated names and secrets")
	flags.StringVar(&f.shard, "shard", "", "run `part/parts` of the fixtures, such as 2/3; report merge puts the "+
		"JSON reports of all parts together")
	groupFlags(cmd, "Run")
	f.judge.register(cmd)
	groupFlags(cmd, "Judgement")
	flags.StringArrayVar(&f.reports, "report", nil,
		"report `format[=file]`, to a file or to standard output: "+strings.Join(formatNames(), ", ")+
			" (repeatable; default: text)")
	groupFlags(cmd, "Others")
}

// verify runs the command.
func verify(cmd *cobra.Command, e env, f *verifyFlags) error {
	doc, err := f.loadSaying(cmd.Context(), e)
	if err != nil {
		return err
	}
	if err := f.complete(cmd, doc); err != nil {
		return err
	}
	target, err := interruptible(cmd.Context(), func() (contract.Target, error) {
		return f.target.resolve(e, doc, f.dryRun && !f.sweep)
	})
	if err != nil {
		return err
	}
	if f.sweep {
		return f.sweepTarget(cmd.Context(), e, doc, target)
	}
	f.picked.requests = f.options.Budget
	list, err := interruptible(cmd.Context(), func() ([]*fixtures.Fixture, error) {
		return f.picked.fixtures(cmd, e, doc, f.paths)
	})
	if err != nil {
		return err
	}
	f.options.Underived = f.picked.underived
	if f.dryRun {
		return dryRun(e, doc, list, target, f.options)
	}
	if err := f.judge.open(cmd.Context()); err != nil {
		return err
	}
	defer f.judge.discard()
	outputs, err := openReports(e, f.reports, f.repeatCommand(cmd, doc, &target))
	if err != nil {
		return err
	}
	defer outputs.discard()
	f.options.Exchanged = outputs.exchanged()
	sayMadeUp(e, target.APIKey)
	bar := newProgressBar(e)
	f.options.Progress = func(p contract.Progress) {
		if p.Waiting > 0 {
			bar.wait(p.Waiting)
		}
		bar.show(p.Done, p.Total, fmt.Sprintf("fixtures, %d failed, %d requests", p.Failed, p.Requests))
	}
	if f.judge.used() {
		today := time.Now()
		f.options.Known = func(fingerprint string) bool { return f.judge.known.Accepts(fingerprint, today) }
	}
	f.options.Warn = func(text string) { e.say("warning: %s", text) }
	end := bar.onInterrupt(cmd.Context(), "interrupted: removing what the run has made")
	result, err := contract.Run(cmd.Context(), doc, list, target, f.options)
	end()
	bar.clear()
	if err != nil {
		return usagef("agentmock verify: %w", err)
	}
	result.RequireCoverage(f.minima...)
	if err := f.judge.apply(e, result, f.picked.scope()); err != nil {
		return err
	}
	if err := outputs.write(result); err != nil {
		return usagef("cannot write the report: %w", err)
	}
	return f.judge.verdict(cmd.Context(), result)
}

// skipped returns how many fixtures were skipped, those included that fail for it.
func skipped(r *contract.Report) int {
	n := 0
	for i := range r.Fixtures {
		if r.Fixtures[i].Skipped || r.Fixtures[i].Outcome == contract.Skipped {
			n++
		}
	}
	return n
}

// maxRounds bounds --repeat: what fails more rarely is for another tool.
const maxRounds = 1000

// maxSettle is the longest time that a target may lag: longer, nobody would wait for a run.
const maxSettle = time.Minute

// checkNumbers returns an error for the first flag whose number is out of its bounds.
func (f *verifyFlags) checkNumbers() error {
	o := &f.options
	switch {
	case o.Jobs < 1:
		return usagef("--jobs %d is less than one", o.Jobs)
	case o.Repeat < 1 || o.Repeat > maxRounds:
		return usagef("--repeat %d is not between 1 and %d", o.Repeat, maxRounds)
	case o.Settle < 0 || o.Settle > maxSettle:
		return usagef("--settle %s is not between 0s and %s", o.Settle, maxSettle)
	case o.MaxFailures < 0:
		return usagef("--max-failures %d is less than nothing; 0 is never to stop", o.MaxFailures)
	case f.bail && o.MaxFailures > 1:
		return usagef("--bail is --max-failures 1, and --max-failures is %d: give one of them", o.MaxFailures)
	case f.wait < 0:
		return usagef("--wait %s is less than nothing; 0 is not to wait", f.wait)
	case f.budget < 0:
		return usagef("--budget %d is less than nothing; 0 is any number of requests", f.budget)
	}
	return nil
}

// complete validates the remaining flags and sets the options of the run.
func (f *verifyFlags) complete(cmd *cobra.Command, doc *openapi.Document) error {
	o := &f.options
	if err := f.checkNumbers(); err != nil {
		return err
	}
	o.Timeout, o.Retries, o.Rate = f.target.timeout, f.target.retries, f.target.rate.perSecond
	if o.Retries == 0 {
		o.Retries = -1
	}
	if f.bail {
		o.MaxFailures = 1
	}
	var err error
	if o.Shard, o.Shards, err = parseShard(f.shard); err != nil {
		return err
	}
	o.FlakyPasses = f.flaky.value == "warn"
	if o.Wait = f.wait; f.wait == 0 {
		o.Wait = -1
	}
	o.Level, o.Version = fixtures.Level(f.picked.level.value), programVersion()
	switch {
	case !cmd.Flags().Changed("budget"):
		o.Budget = contract.DefaultBudget(o.Level)
	case f.budget == 0:
		o.Budget = -1
	default:
		o.Budget = f.budget
	}
	for _, text := range f.coverage {
		minimum, err := coverage.ParseMinimum(text)
		if err != nil {
			return usagef("--min-coverage %s: %w", text, err)
		}
		f.minima = append(f.minima, minimum)
	}
	values, err := parseValues(f.values)
	if err != nil {
		return err
	}
	o.Values, err = fittingValues(doc, values)
	return err
}
