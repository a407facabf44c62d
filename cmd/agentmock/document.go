package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/openapi"
)

// specUsage is the help of --spec.
const specUsage = "OpenAPI `file` to use instead of the built-in document " +
	"(3.0 or 3.1, YAML or JSON; - for standard input)"

// loadDocument loads the document that --spec names: a file, - for standard input, or "" for the
// built-in one. It prints the problems of a bad document, one a line, and sums them up in the error.
func loadDocument(e env, name string) (*openapi.Document, error) {
	var doc *openapi.Document
	var err error
	switch name {
	case "":
		return openapi.Agent(), nil
	case "-":
		var data []byte
		if data, err = io.ReadAll(e.stdin); err == nil {
			doc, err = openapi.Parse("-", data)
		}
	default:
		doc, err = openapi.Load(name)
	}
	var bad *openapi.LoadError
	switch {
	case err == nil:
		return doc, nil
	case errors.As(err, &bad):
		for _, p := range bad.Problems {
			e.say("%s", problemLine(p))
		}
		return nil, usagef("%s is not a document to work with: %s", documentName(name),
			count(len(bad.Problems), "problem"))
	default:
		return nil, unreadable("document", name, err)
	}
}

// withDocument gives a command the flag --spec, and runs it with the document that the flag names.
func withDocument(e env, cmd *cobra.Command,
	run func(*cobra.Command, *openapi.Document, []string) error) *cobra.Command {
	spec := cmd.Flags().String("spec", "", specUsage)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		doc, err := loadDocument(e, *spec)
		if err != nil {
			return err
		}
		return run(cmd, doc, args)
	}
	return cmd
}

// documentName returns how messages call a file that is given as name on the command line.
func documentName(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

// unreadable returns the error for a file that cannot be read: what it is, its name, and the reason
// without the name again.
func unreadable(what, name string, err error) error {
	return usagef("cannot read the %s %s: %w", what, documentName(name), withoutPath(err))
}

// withoutPath returns the reason of an error about a file, for messages that name the file already.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// problemLine formats a problem as editors and terminals understand it: file:line: pointer: what.
func problemLine(p openapi.Problem) string {
	line := p.Message
	if p.Pointer != "" {
		line = p.Pointer + ": " + line
	}
	if at := p.Position.String(); at != "" {
		line = at + ": " + line
	}
	return line
}

// count returns n with a noun: "1 problem", "3 problems".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
