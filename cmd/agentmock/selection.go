package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/known"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// selectionFlags holds the flags that select fixtures, shared by all commands that work with them.
type selectionFlags struct {
	only, filters, tags []string
	level               enumFlag
	// requests is what the fixtures may take; 0: any number. Of those that are far beyond that,
	// underived is the number.
	requests, underived int
}

// register adds the flags to a command. The first level is the default; only is the default of
// --only, nil for all sources.
func (f *selectionFlags) register(cmd *cobra.Command, only []string, levels ...string) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.only, "only", only, "select by `sources`: built-in,derived,files")
	enumVar(cmd, &f.level, "level", "how thorough to be; smoke sends fewer than 60 requests", levels...)
	flags.StringArrayVar(&f.filters, "filter", nil,
		"select by id: a `pattern` that is a glob (update-*) or a regular expression between slashes (/null$/) "+
			"(repeatable)")
	flags.StringSliceVar(&f.tags, "tag", nil, "select by `tags`: fixtures with at least one of them (repeatable)")
}

// fixtures returns the selected ones of the built-in fixtures, those derived from the document, and
// the user's own from paths.
func (f *selectionFlags) fixtures(cmd *cobra.Command, e env, doc *openapi.Document,
	paths []string) ([]*fixtures.Fixture, error) {
	sources, err := f.sources()
	if err != nil {
		return nil, err
	}
	selection := contract.Selection{Level: fixtures.Level(f.level.value), Filters: f.filters, Tags: f.tags,
		Sources: sources}
	if err := selection.Check(); err != nil {
		return nil, usagef("%s: %w", cmd.CommandPath(), err)
	}
	if slices.Equal(sources, []fixtures.Source{fixtures.FromFile}) && len(paths) == 0 {
		return nil, usagef("%s: --only files without any file: %s", cmd.CommandPath(), whereFiles(cmd))
	}
	own, err := loadFixtures(e, doc, paths)
	if err != nil {
		return nil, err
	}
	choice := f.choice(doc)
	candidates, underived := gather(doc, sources, own, choice)
	f.underived = underived
	selected := selection.Select(candidates)
	if len(selected) == 0 { // the message below counts all
		candidates, _ = gather(doc, sources, own, fixtures.Choice{})
	}
	if len(candidates) == 0 {
		return nil, usagef("there are no fixtures for %s: "+
			"none can be derived from its operations, and no files were given", documentName(doc.Name))
	}
	if err := distinctIDs(candidates); err != nil {
		return nil, err
	}
	if len(selected) == 0 {
		return nil, usagef("none of %d fixtures is selected by --level, --filter, --tag and --only; "+
			"agentmock fixtures list shows them", len(candidates))
	}
	return selected, nil
}

// scope returns how much of what there is the flags select.
func (f *selectionFlags) scope() known.Scope {
	if len(f.only)+len(f.filters)+len(f.tags) > 0 {
		return known.Selected
	}
	return known.All
}

// choice returns what is derived of a document: of thousands of operations, all that could be
// derived would take minutes and most of it would not run.
func (f *selectionFlags) choice(doc *openapi.Document) fixtures.Choice {
	c := fixtures.Choice{Level: fixtures.Level(f.level.value)}
	if len(f.filters) == 1 && !strings.HasPrefix(f.filters[0], "/") {
		c.Prefix = f.filters[0]
		if i := strings.IndexAny(c.Prefix, `*?[\`); i >= 0 {
			c.Prefix = c.Prefix[:i]
		}
	}
	if len(f.filters) == 0 && len(f.tags) == 0 && f.requests > 0 {
		c.OfKind = max(2, 2*f.requests/max(1, len(doc.Operations)))
	}
	return c
}

// gather returns the fixtures of the given sources, of all sources where none is given, and how many
// were not derived. Fixtures of other sources do not run, so their ids may repeat.
func gather(doc *openapi.Document, sources []fixtures.Source, own []*fixtures.Fixture,
	choice fixtures.Choice) (list []*fixtures.Fixture, underived int) {
	from := func(s fixtures.Source) bool { return len(sources) == 0 || slices.Contains(sources, s) }
	if from(fixtures.FromSuite) {
		list = append(list, fixtures.BuiltIn(doc)...)
	}
	if from(fixtures.FromDocument) {
		derived, left := choice.Derive(doc)
		list, underived = append(list, derived...), left
	}
	if from(fixtures.FromFile) {
		list = append(list, own...)
	}
	return list, underived
}

// whereFiles returns how to give files to a command.
func whereFiles(cmd *cobra.Command) string {
	switch {
	case cmd.Flags().Lookup("fixtures") != nil:
		return "give --fixtures PATH"
	case cmd.Name() == "list":
		return "name them, as in agentmock fixtures list our-fixtures/"
	}
	return "this command takes none"
}

// sources returns the sources that --only names; none means all.
func (f *selectionFlags) sources() ([]fixtures.Source, error) {
	words := []string{"built-in", "derived", "files"}
	known := []fixtures.Source{fixtures.FromSuite, fixtures.FromDocument, fixtures.FromFile}
	var sources []fixtures.Source
	for _, word := range f.only {
		at := slices.Index(words, strings.TrimSpace(word))
		if at < 0 {
			return nil, usagef("--only %q is not one of built-in, derived, files%s", word, didYouMean(word, words, ""))
		}
		sources = append(sources, known[at])
	}
	return sources, nil
}

// distinctIDs returns an error if two fixtures have the same id.
func distinctIDs(list []*fixtures.Fixture) error {
	seen := map[string]*fixtures.Fixture{}
	for _, f := range list {
		first := seen[f.ID]
		switch {
		case first == nil:
			seen[f.ID] = f
		case first.Source != f.Source:
			return usagef("two fixtures are called %s: the %s one (%s) and %s: "+
				"rename yours, or run your own alone with --only files",
				f.ID, first.Source, first.Position, f.Position)
		default:
			return usagef("two fixtures are called %s: %s and %s: rename one of them", f.ID, first.Position, f.Position)
		}
	}
	return nil
}

// takenIDs returns the ids of the user's fixtures that built-in or derived ones have, too.
func takenIDs(doc *openapi.Document, own []*fixtures.Fixture) []string {
	var taken []string
	others := slices.Concat(fixtures.BuiltIn(doc), fixtures.Derive(doc))
	for _, f := range own {
		if slices.ContainsFunc(others, func(other *fixtures.Fixture) bool { return other.ID == f.ID }) {
			taken = append(taken, f.ID)
		}
	}
	return taken
}
