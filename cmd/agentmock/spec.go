package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/openapi"
)

func newSpecCommand(e env) *cobra.Command {
	return newGroupCommand("spec", "Print or check an OpenAPI document",
		newSpecPrintCommand(e), newSpecCheckCommand(e))
}

func newSpecPrintCommand(e env) *cobra.Command {
	return withDocument(e, &cobra.Command{
		Use:   "print",
		Short: "Print the OpenAPI document, byte for byte",
		Args:  noArguments,
	}, func(_ *cobra.Command, doc *openapi.Document, _ []string) error {
		_, err := e.stdout.Write(doc.Source())
		return err
	})
}

func newSpecCheckCommand(e env) *cobra.Command {
	return &cobra.Command{
		Use:   "check [FILE|-]",
		Short: "Check an OpenAPI document and its examples",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("agentmock spec check takes one file, but was given %d", len(args))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			return checkDocument(e, strings.Join(args, "")) // at most one
		},
	}
}

func checkDocument(e env, name string) error {
	// Here the problems are the result, so they go to stdout.
	results := e
	results.stderr = e.stdout
	doc, err := loadDocument(results, name)
	if err != nil {
		return err
	}
	problems := doc.Check()
	for _, p := range problems {
		fmt.Fprintln(e.stdout, problemLine(p))
	}
	if len(problems) > 0 {
		return usagef("%s can be served, but has %s", documentName(doc.Name), count(len(problems), "problem"))
	}
	return summarize(e.stdout, doc)
}

// summarize writes one line about a sound document.
func summarize(w io.Writer, doc *openapi.Document) error {
	resources := "no resources"
	if len(doc.Resources) > 0 {
		var names []string
		for _, r := range doc.Resources {
			names = append(names, r.Name)
		}
		resources = fmt.Sprintf("%s (%s)", count(len(names), "resource"), strings.Join(names, ", "))
	}
	_, err := fmt.Fprintf(w, "%s: %s %s, OpenAPI %s: %s, %s, no problems\n",
		documentName(doc.Name), doc.Title, doc.Version, doc.OpenAPI, count(len(doc.Operations), "operation"), resources)
	return err
}
