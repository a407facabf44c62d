package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// defaultSeedCount is the default of --count.
const defaultSeedCount = 20

// seedFlags are the flags of seed as they were given.
type seedFlags struct {
	count               int
	seed                uint64
	profile, as, format enumFlag
	documentFlags
	workspace, out, baseTime, undo string
	check                          bool
	target                         seedTargetFlags
	changed                        func(flag string) bool
}

func newSeedCommand(e env) *cobra.Command {
	var f seedFlags
	cmd := &cobra.Command{
		Use:   "seed",
		Short: "Generate realistic agents, to a file or at a target",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.changed = func(name string) bool { return onCommandLine(cmd.Flags().Lookup(name)) }
			if !f.changed("base-url") { // an address in a file alone creates nothing, as one in the environment does
				f.target.configured, f.target.baseURL = f.target.baseURL, ""
			}
			return seed(cmd, e, &f)
		},
	}
	f.register(cmd)
	return cmd
}

func (f *seedFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.IntVar(&f.count, "count", defaultSeedCount, "number of agents")
	flags.Uint64Var(&f.seed, "seed", fixtures.DefaultSeed,
		"random seed, a `number`: the same seed gives the same agents")
	enumVar(cmd, &f.profile, "profile", "profile of the agents", profileNames()...)
	enumVar(cmd, &f.as, "as", "whole agents as in responses, or request bodies", "response", "create", "update")
	flags.StringVar(&f.workspace, "workspace", "",
		"`id` of the workspace of the agents (default "+fixtures.DefaultWorkspace+")")
	enumVar(cmd, &f.format, "format", "output format", "json", "ndjson", "yaml")
	flags.StringVar(&f.out, "out", "",
		"output `file`, which appears when it is complete (default: standard output)")
	flags.StringVar(&f.baseTime, "base-time", fixtures.DefaultBaseTime,
		"the present `time` of the generated data: RFC 3339, or now")
	flags.BoolVar(&f.check, "check", false, "validate all agents against the document, not only the first hundred")
	groupFlags(cmd, "Agents")
	f.documentFlags.register(flags)
	groupFlags(cmd, "Document")
	f.target.register(cmd)
	flags.StringVar(&f.undo, "undo", "", "remove exactly what the runs recorded in this ledger `file` created")
	groupFlags(cmd, "Target")
}

func seed(cmd *cobra.Command, e env, f *seedFlags) error {
	if err := f.conflicts(); err != nil {
		return err
	}
	doc, err := f.loadSaying(cmd.Context(), e)
	if err != nil {
		return err
	}
	if f.undo != "" {
		return undoSeed(cmd.Context(), e, doc, f)
	}
	g, err := f.generator(doc)
	if err != nil {
		return err
	}
	if f.creates() {
		return createSeed(cmd.Context(), e, doc, g, f)
	}
	return writeSeed(cmd.Context(), e, g, f)
}

// creates reports whether the agents go to a target.
func (f *seedFlags) creates() bool { return f.target.baseURL != "" || f.target.create }

// conflicts refuses flags that would have no effect.
func (f *seedFlags) conflicts() error {
	elsewhere := func(reason string, names ...string) error {
		for _, name := range names {
			if f.changed(name) {
				return usagef("agentmock seed: --%s %s", name, reason)
			}
		}
		return nil
	}
	switch {
	case f.count < 0:
		return usagef("--count %d is less than none", f.count)
	case f.undo != "":
		return elsewhere("has no effect with --undo, which goes by the ledger", "count", "seed", "profile", "as",
			"format", "out", "base-time", "check", "workspace", "ledger", "with-phone-numbers", "with-keys",
			"with-callbacks")
	case f.creates():
		return elsewhere("has no effect where agents are created at a target", "as", "check")
	}
	return elsewhere("needs --base-url (or --create): it is about creating agents at a target", "api-key",
		"header", "rate", "retries", "timeout", "insecure", "ca-file", "ledger", "with-phone-numbers",
		"with-keys", "with-callbacks")
}

func (f *seedFlags) generator(doc *openapi.Document) (*fixtures.Generator, error) {
	g := fixtures.NewGenerator(doc, f.seed)
	g.Profile, g.Workspace, g.Check = fixtures.Profile(f.profile.value), f.workspace, f.check
	at, isNow, err := readBaseTime(f.baseTime)
	if err != nil {
		return nil, err
	}
	if g.BaseTime = at; isNow {
		g.BaseTime = time.Now()
	}
	_, err = g.Collection()
	return g, err
}

// maker appends agent i to a buffer.
type maker func(dst []byte, i int) ([]byte, error)

// maker returns the function that makes agents in the form that --as names.
func (f *seedFlags) maker(g *fixtures.Generator) maker {
	switch f.as.value {
	case "create":
		return g.AppendCreateBody
	case "update":
		return g.AppendUpdateBody
	}
	return g.AppendAgent
}
