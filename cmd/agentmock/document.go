package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi"
)

// documentFlags are the flags of every command that reads a document.
type documentFlags struct {
	spec, root string
	strict     bool
}

// register adds the flags to a command.
func (f *documentFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.spec, "spec", "", "OpenAPI `file` to use instead of the built-in document "+
		"(3.0 or 3.1, YAML or JSON; - for standard input)")
	f.registerHow(flags)
}

// registerHow adds the flags that say how to read a document.
func (f *documentFlags) registerHow(flags *pflag.FlagSet) {
	flags.StringVar(&f.root, "spec-root", "", "`directory` that the document and all files it refers to are in "+
		"(default: the document's own)")
	flags.BoolVar(&f.strict, "strict", false, "refuse a document that has warnings")
}

// load reads the document that --spec names: a file, - for standard input, or "" for the built-in
// one. It prints the problems of a document that cannot be used, one a line, and sums them up in the
// error.
func (f *documentFlags) load(ctx context.Context, e env) (*openapi.Document, error) {
	doc, err := interruptible(ctx, func() (*openapi.Document, error) { return f.read(e) })
	var bad *openapi.LoadError
	switch {
	case errors.As(err, &bad):
		return nil, e.refuse(f.spec, "is not a document to work with", bad.Problems)
	case err != nil:
		return nil, err
	case f.strict:
		if found := doc.Check(); len(found) > 0 {
			return nil, e.refuse(doc.Name, "can be used, but not with --strict", found)
		}
	}
	return doc, nil
}

// loadSaying is load, and says in one line that there are warnings.
func (f *documentFlags) loadSaying(ctx context.Context, e env) (*openapi.Document, error) {
	doc, err := f.load(ctx, e)
	if err == nil && len(doc.Warnings()) > 0 {
		e.say("warning: %s is used without what is faulty in it, %s: %s", documentName(doc.Name),
			count(len(doc.Warnings()), "warning"), f.checkCommand())
	}
	return doc, err
}

// read reads the document.
func (f *documentFlags) read(e env) (*openapi.Document, error) {
	switch {
	case f.spec == "" && f.root != "":
		return nil, usagef("--spec-root %s has no effect without --spec: the built-in document has no files", f.root)
	case f.spec == "":
		return openapi.Agent(), nil
	case f.spec == "-" && f.root != "":
		return nil, usagef("--spec-root %s has no effect on standard input: name the file with --spec", f.root)
	case f.spec == "-":
		data, err := source.ReadAll("-", e.stdin, source.MaxFile)
		if err != nil {
			return nil, unreadable("document", f.spec, err)
		}
		return openapi.Parse("-", data)
	}
	if u, err := url.Parse(f.spec); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		return nil, notFetched(u)
	}
	doc, err := openapi.LoadIn(f.root, f.spec)
	var bad *openapi.LoadError
	if err != nil && !errors.As(err, &bad) {
		return nil, unreadable("document", f.spec, err)
	}
	return doc, err
}

// notFetched is the error for a document on the network.
func notFetched(u *url.URL) error {
	file := path.Base(u.Path)
	if ext := path.Ext(file); ext != ".json" && ext != ".yaml" && ext != ".yml" {
		file = "openapi.json"
	}
	return usagef("--spec %s: nothing is fetched from the network; save it first: curl -fsSLo %s %s", u,
		curl.Quote(file), curl.Quote(u.String()))
}

// refuse prints problems, one a line, and returns the error that sums them up.
func (e env) refuse(name, what string, problems []openapi.Problem) error {
	for _, p := range problems {
		e.say("%s", problemLine(p))
	}
	return usagef("%s %s: %s", documentName(name), what, countProblems(problems))
}

// countProblems returns how many errors and warnings there are: "1 error, 2 warnings".
func countProblems(problems []openapi.Problem) string {
	errors, warnings := 0, 0
	for _, p := range problems {
		if p.Warning {
			warnings++
		} else {
			errors++
		}
	}
	switch {
	case warnings == 0:
		return count(errors, "error")
	case errors == 0:
		return count(warnings, "warning")
	}
	return count(errors, "error") + ", " + count(warnings, "warning")
}

// checkCommand returns the command that lists all problems of the document.
func (f *documentFlags) checkCommand() string {
	command := "agentmock spec check " + curl.Quote(f.spec)
	if f.root != "" {
		command += " --spec-root " + curl.Quote(f.root)
	}
	return command
}

// withDocument gives a command the flags of documents, and runs it with the document that they name.
func withDocument(e env, cmd *cobra.Command,
	run func(*cobra.Command, *openapi.Document, []string) error) *cobra.Command {
	var f documentFlags
	f.register(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		doc, err := f.loadSaying(cmd.Context(), e)
		if err != nil {
			return err
		}
		_, err = interruptible(cmd.Context(), func() (any, error) { return nil, run(cmd, doc, args) })
		return err
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
// without the name again. Who is interrupted meanwhile is told nothing of the file.
func unreadable(what, name string, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
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

// problemLine formats a problem as editors and terminals understand it: file:line: error: pointer:
// what.
func problemLine(p openapi.Problem) string {
	line := p.Message
	if p.Pointer != "" {
		line = p.Where() + ": " + line
	}
	if p.Warning {
		line = "warning: " + line
	} else {
		line = "error: " + line
	}
	if at := p.Place(); at != "" {
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
