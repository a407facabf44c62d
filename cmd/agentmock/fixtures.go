package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

func newFixturesCommand(e env) *cobra.Command {
	return newGroupCommand("fixtures", "List, check or derive the requests that verify replays",
		"  agentmock fixtures list\n  agentmock fixtures validate fixtures/",
		newFixturesListCommand(e), newFixturesValidateCommand(e))
}

func newFixturesListCommand(e env) *cobra.Command {
	var spec string
	cmd := &cobra.Command{
		Use:   "list [FILE|DIRECTORY...]",
		Short: "List the built-in fixtures, those derived from the document, and your own",
		Long: `List the fixtures that verify chooses from, one a line: where it comes from, its
id, and what must hold. One that cannot be run with the document says why.`,
		Example: `  agentmock fixtures list
  agentmock fixtures list --spec petstore.yaml fixtures/ | grep own`,
		RunE: func(_ *cobra.Command, paths []string) error {
			doc, err := loadDocument(e, spec)
			if err != nil {
				return err
			}
			own, err := loadFixtures(e, doc, paths)
			if err != nil {
				return err
			}
			return listFixtures(e, slices.Concat(fixtures.BuiltIn(doc), fixtures.Derive(doc), own))
		},
	}
	cmd.Flags().StringVar(&spec, "spec", "", specUsage)
	return cmd
}

func listFixtures(e env, list []*fixtures.Fixture) error {
	w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	for _, f := range list {
		summary := f.Summary
		if f.Skip != "" {
			summary += " (skipped: " + f.Skip + ")"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", f.Source, f.ID, strings.Join(strings.Fields(summary), " "))
	}
	return w.Flush()
}

func newFixturesValidateCommand(e env) *cobra.Command {
	var spec string
	cmd := &cobra.Command{
		Use:   "validate FILE|DIRECTORY...",
		Short: "Check your own fixtures against the fixture format and the document",
		Long: `Check fixture files, and all .yaml, .yml and .json files in directories. Every
problem is printed as file:line:column: what. The exit code is 0 if there is
none, else 2.`,
		Example: `  agentmock fixtures validate fixtures/
  agentmock fixtures validate --spec petstore.yaml pets.yaml`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("agentmock fixtures validate takes the files or directories to check, such as fixtures/")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, paths []string) error {
			doc, err := loadDocument(e, spec)
			if err != nil {
				return err
			}
			// Here the problems are the result, so they go to stdout.
			results := e
			results.stderr = e.stdout
			list, err := loadFixtures(results, doc, paths)
			if err != nil {
				return err
			}
			skipped := 0
			for _, f := range list {
				if f.Skip != "" {
					skipped++
					fmt.Fprintf(e.stdout, "%s: %s cannot be run with this document: %s\n", f.Position, f.ID, f.Skip)
				}
			}
			if len(list) == 0 {
				return usagef("no fixtures in %s", strings.Join(paths, ", "))
			}
			_, err = fmt.Fprintf(e.stdout, "%s, %d skipped, no problems\n", count(len(list), "fixture"), skipped)
			return err
		},
	}
	cmd.Flags().StringVar(&spec, "spec", "", specUsage)
	return cmd
}

// loadFixtures reads the user's own fixtures. What is wrong with them is said line by line; the error sums it up.
func loadFixtures(e env, doc *openapi.Document, paths []string) ([]*fixtures.Fixture, error) {
	if len(paths) == 0 {
		return nil, nil
	}
	list, err := fixtures.Load(doc, paths...)
	var path *fs.PathError
	switch {
	case err == nil:
		return list, nil
	case errors.As(err, &path):
		return nil, unreadable("fixtures", path.Path, err)
	default:
		e.say("%v", err)
		return nil, usagef("%s: not fixtures to work with", strings.Join(paths, ", "))
	}
}
