package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// selectionFlags pick fixtures, for every command that deals in them.
type selectionFlags struct {
	only    []string
	level   choice
	filters []string
	tags    []string
}

// register adds the flags. The first level is the default one; only is the default of --only, nil for fixtures from everywhere.
func (f *selectionFlags) register(cmd *cobra.Command, only []string, levels ...string) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.only, "only", only, "fixtures from these `sources` only: built-in,derived,files")
	choiceVar(cmd, &f.level, "level", "how deep to go; smoke takes less than 60 requests", levels...)
	flags.StringArrayVar(&f.filters, "filter", nil, "fixtures whose id matches a `pattern` only: a glob (update-*), or a regular expression between slashes (/null$/) (repeatable)")
	flags.StringSliceVar(&f.tags, "tag", nil, "fixtures that have one of these `tags` only (repeatable)")
}

// fixtures are those that the flags pick: built in, derived from the document, and the user's own from paths.
func (f *selectionFlags) fixtures(cmd *cobra.Command, e env, doc *openapi.Document, paths []string) ([]*fixtures.Fixture, error) {
	sources, err := f.sources()
	if err != nil {
		return nil, err
	}
	selection := contract.Selection{Level: fixtures.Level(f.level.value), Filters: f.filters, Tags: f.tags, Sources: sources}
	if err := selection.Check(); err != nil {
		return nil, usagef("%s: %w", cmd.CommandPath(), err)
	}
	own, err := loadFixtures(e, doc, paths)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(fixtures.BuiltIn(doc), fixtures.Derive(doc), own)
	if err := distinctIDs(all); err != nil {
		return nil, err
	}
	selected := selection.Select(all)
	if len(selected) == 0 {
		return nil, usagef("none of %d fixtures is selected by --level, --filter, --tag and --only; agentmock fixtures list shows them", len(all))
	}
	return selected, nil
}

func (f *selectionFlags) sources() ([]fixtures.Source, error) {
	known := map[string]fixtures.Source{"built-in": fixtures.FromSuite, "derived": fixtures.FromDocument, "files": fixtures.FromFile}
	var sources []fixtures.Source
	for _, word := range f.only {
		source, ok := known[strings.TrimSpace(word)]
		if !ok {
			return nil, usagef("--only %q is not one of built-in, derived, files%s", word, didYouMean(word, []string{"built-in", "derived", "files"}, ""))
		}
		sources = append(sources, source)
	}
	return sources, nil
}

func distinctIDs(list []*fixtures.Fixture) error {
	seen := map[string]*fixtures.Fixture{}
	for _, f := range list {
		if first := seen[f.ID]; first != nil {
			return usagef("two fixtures are called %s: %s and %s", f.ID, first.Position, f.Position)
		}
		seen[f.ID] = f
	}
	return nil
}
