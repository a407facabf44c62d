package main

import (
	"context"
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
	var f documentFlags
	cmd := &cobra.Command{
		Use:   "check [FILE|-]...",
		Short: "Check OpenAPI documents and their examples",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{f.spec}
			}
			return checkDocuments(cmd.Context(), e, f, args)
		},
	}
	f.register(cmd.Flags())
	return cmd
}

// checkDocuments checks documents one after the other, and goes on after one that cannot be used.
func checkDocuments(ctx context.Context, e env, f documentFlags, names []string) error {
	bad := 0
	var last error
	for _, name := range names {
		f.spec = name
		err := checkDocument(ctx, e, &f)
		if err != nil && ctx.Err() == nil && len(names) > 1 {
			e.say("agentmock: %v", err)
		}
		if err != nil {
			bad, last = bad+1, err
		}
		if ctx.Err() != nil {
			break
		}
	}
	if bad > 0 && len(names) > 1 && ctx.Err() == nil {
		return usagef("%d of %d documents cannot be used", bad, len(names))
	}
	return last
}

func checkDocument(ctx context.Context, e env, f *documentFlags) error {
	// Here the problems are the result, so they go to stdout.
	results := e
	results.stderr = e.stdout
	doc, err := f.load(ctx, results)
	if err != nil {
		return err
	}
	problems := doc.Check()
	for _, p := range problems {
		fmt.Fprintln(e.stdout, problemLine(p))
	}
	return summarize(e.stdout, doc, problems)
}

// summarize writes one line about a document that can be used.
func summarize(w io.Writer, doc *openapi.Document, problems []openapi.Problem) error {
	resources := "no resources"
	if len(doc.Resources) > 0 {
		var names []string
		for _, r := range doc.Resources {
			names = append(names, r.Name)
		}
		const most = 30
		if more := len(names) - most; more > 0 {
			names = append(names[:most], fmt.Sprintf("… %d more", more))
		}
		resources = fmt.Sprintf("%s (%s)", count(len(doc.Resources), "resource"), strings.Join(names, ", "))
	}
	verdict := "no problems"
	if len(problems) > 0 {
		verdict = countProblems(problems)
	}
	_, err := fmt.Fprintf(w, "%s: %s, OpenAPI %s: %s, %s, %s\n", documentName(doc.Name), titleOf(doc), doc.OpenAPI,
		count(len(doc.Operations), "operation"), resources, verdict)
	return err
}
