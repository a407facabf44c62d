package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi"
)

func newFixturesCommand(e env) *cobra.Command {
	return newGroupCommand("fixtures", "List, validate, derive or import fixtures, the requests that verify sends",
		newFixturesListCommand(e), newFixturesValidateCommand(e), newFixturesDeriveCommand(e),
		newFixturesImportCommand(e))
}

func newFixturesListCommand(e env) *cobra.Command {
	var picked selectionFlags
	cmd := &cobra.Command{
		Use:   "list [FILE|DIRECTORY...]",
		Short: "List the built-in fixtures, those derived from the document, and your own",
	}
	picked.register(cmd, nil, "full", "standard", "smoke")
	return withDocument(e, cmd, func(cmd *cobra.Command, doc *openapi.Document, paths []string) error {
		list, err := picked.fixtures(cmd, e, doc, paths)
		if err != nil {
			return err
		}
		return listFixtures(e, list)
	})
}

// listFixtures writes one line per fixture.
func listFixtures(e env, list []*fixtures.Fixture) error {
	for _, f := range list {
		summary := strings.Join(strings.Fields(f.Summary), " ")
		if f.Skip != "" {
			summary += " (skipped: " + f.Skip + ")"
		}
		if _, err := fmt.Fprintf(e.stdout, "%-8s  %-50s  %s\n", f.Source, f.ID, summary); err != nil {
			return err
		}
	}
	return nil
}

func newFixturesValidateCommand(e env) *cobra.Command {
	return withDocument(e, &cobra.Command{
		Use:   "validate FILE|DIRECTORY...",
		Short: "Validate your own fixtures against the fixture format and the document",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s takes the files or directories to check, such as our-fixtures/", cmd.CommandPath())
			}
			return nil
		},
	}, func(_ *cobra.Command, doc *openapi.Document, paths []string) error {
		return validateFixtures(e, doc, paths)
	})
}

// validateFixtures prints the problems of the user's own fixtures, or that there are none.
func validateFixtures(e env, doc *openapi.Document, paths []string) error {
	// Here the problems are the result, so they go to stdout.
	results := e
	results.stderr = e.stdout
	list, err := loadFixtures(results, doc, paths)
	if err == nil {
		err = distinctIDs(list)
	}
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return usagef("no fixtures in %s", strings.Join(paths, ", "))
	}
	skipped, fail := 0, 0
	for _, f := range list {
		if f.Skip == "" {
			continue
		}
		skipped++
		if !f.MaySkip {
			fail++
		}
		fmt.Fprintf(e.stdout, "%s:%d: %s cannot be run with this document: %s\n", f.Position, f.Position.Column, f.ID,
			f.Skip)
	}
	if taken := takenIDs(doc, list); len(taken) > 0 {
		e.say("warning: built-in or derived fixtures have the same id as %s; "+
			"rename yours, or run your own alone with --only files", someOf(taken))
	}
	if fail > 0 {
		return usagef("%s: %s cannot be run, and fixtures that may be skipped say so: maySkip: true",
			strings.Join(paths, ", "), count(fail, "fixture"))
	}
	_, err = fmt.Fprintf(e.stdout, "%s, %d skipped, no problems\n", count(len(list), "fixture"), skipped)
	return err
}

// someOf returns a list of a few names and the number of the others.
func someOf(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

func newFixturesDeriveCommand(e env) *cobra.Command {
	var picked selectionFlags
	var format enumFlag
	var missing bool
	cmd := &cobra.Command{
		Use:   "derive [--missing [REPORT.json]]",
		Short: "Write the fixtures that are derived from the document, or those that a run lacks",
		Args: func(cmd *cobra.Command, args []string) error {
			if !missing {
				return noArguments(cmd, args)
			}
			return onlyMissing(cmd, args)
		},
	}
	picked.register(cmd, []string{"derived"}, "full", "standard", "smoke")
	cmd.Flags().BoolVar(&missing, "missing", false, "write the fixtures that exercise what a run has not, as its JSON "+
		"report tells; without a report, what the default fixtures leave")
	enumVar(cmd, &format, "format", "output format", "yaml", "json")
	return withDocument(e, cmd, func(cmd *cobra.Command, doc *openapi.Document, args []string) error {
		derive := func() ([]*fixtures.Fixture, error) { return picked.fixtures(cmd, e, doc, nil) }
		if missing {
			derive = func() ([]*fixtures.Fixture, error) { return missingFixtures(cmd.Context(), e, doc, args) }
		}
		list, err := derive()
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(f *fixtures.Fixture) bool {
			if f.Skip != "" {
				e.say("left out: %s cannot be run: %s", f.ID, f.Skip)
			}
			return f.Skip != ""
		})
		if format.value == "json" {
			return fixtures.WriteJSON(e.stdout, list)
		}
		return fixtures.WriteYAML(e.stdout, list)
	})
}

// onlyMissing returns the error for what does not go with --missing.
func onlyMissing(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usagef("%s --missing takes one report, and was given %d", cmd.CommandPath(), len(args))
	}
	for _, name := range []string{"only", "level", "filter", "tag"} {
		if cmd.Flags().Changed(name) {
			return usagef("--%s does not go with --missing, which chooses by what is not covered", name)
		}
	}
	return nil
}

// loadFixtures loads the user's own fixtures. It prints their problems, one a line, and sums them up
// in the error.
func loadFixtures(e env, doc *openapi.Document, paths []string) ([]*fixtures.Fixture, error) {
	list, err := readFixtures(e, doc, paths)
	var path *fs.PathError
	var bad *fixtures.LoadError
	switch {
	case err == nil:
		return list, nil
	case errors.As(err, &bad):
		e.say("%v", err)
		return nil, usagef("%s: not fixtures to work with: %s", strings.Join(paths, ", "),
			count(len(bad.Problems), "problem"))
	case errors.As(err, &path):
		return nil, unreadable("fixtures", path.Path, err)
	default:
		return nil, usagef("cannot read the fixtures: %w", err)
	}
}

// readFixtures reads fixtures from files, directories and, for -, standard input.
func readFixtures(e env, doc *openapi.Document, paths []string) ([]*fixtures.Fixture, error) {
	files := slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return path == "-" })
	list, err := fixtures.Load(doc, files...)
	var bad, more *fixtures.LoadError
	if err != nil && !errors.As(err, &bad) || len(files) == len(paths) {
		return list, err
	}
	data, readErr := source.ReadAll("-", e.stdin, source.MaxFile)
	if readErr != nil {
		return nil, readErr
	}
	piped, pipeErr := fixtures.Parse(doc, "-", data)
	if errors.As(pipeErr, &more) && bad != nil { // all problems together
		return nil, &fixtures.LoadError{Problems: append(bad.Problems, more.Problems...)}
	}
	return append(list, piped...), cmp.Or(err, pipeErr)
}
