package main

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/fixtures/traffic"
	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi"
)

// importFlags holds the flags of fixtures import.
type importFlags struct {
	out, baseURL, environment string
	check                     bool
}

func newFixturesImportCommand(e env) *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Make fixtures of recorded traffic: HAR files and Postman collections",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s takes files of traffic, such as day.har, or - for standard input", cmd.CommandPath())
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.out, "out", "", "`file` (.yaml) to write to, or directory, in which each fixture gets a file; "+
		"what is there stays as it is (default: standard output)")
	flags.StringVar(&f.baseURL, "base-url", "",
		"`URL` at which the API is, such as https://api.example.com/v2: all else is left out (default: any)")
	flags.StringVar(&f.environment, "postman-environment", "",
		"`file` with the values of a Postman collection's variables, which take the place of its own")
	flags.BoolVar(&f.check, "check", false,
		"write nothing, and fail if an exchange contradicts the document")
	return withDocument(e, cmd, func(_ *cobra.Command, doc *openapi.Document, paths []string) error {
		return f.run(e, doc, paths)
	})
}

func (f *importFlags) run(e env, doc *openapi.Document, paths []string) error {
	o, err := f.options(doc)
	if err != nil {
		return err
	}
	list, err := f.read(e, paths)
	if err != nil {
		return err
	}
	imported := traffic.Import(doc, list, o)
	for i, text := range imported.Contradictions {
		if i == mostContradictions && !f.check {
			e.say("and %s; --check names them", count(len(imported.Contradictions)-i, "more contradiction"))
			break
		}
		e.say("contradicts the document: %s", text)
	}
	where := f.out
	if f.check {
		where = ""
	} else if err := f.write(e, imported.Fixtures); err != nil {
		return err
	}
	sayTraffic(e, imported.Summary, where)
	switch {
	case f.check && len(imported.Contradictions) > 0:
		return &exitError{exitViolations, fmt.Errorf("%s the document",
			verb(len(imported.Contradictions), "exchange contradicts", "exchanges contradict"))}
	case len(imported.Fixtures) == 0 && !f.check && !saidEarlier(imported.Summary):
		return usagef("nothing in %s can become a fixture for this document", strings.Join(paths, ", "))
	}
	return nil
}

// saidEarlier reports whether fixtures that there are say some of it.
func saidEarlier(s traffic.Summary) bool {
	return slices.ContainsFunc(s.Left, func(l traffic.Left) bool { return l.Reason == traffic.SameAsAnother })
}

// mostContradictions is how many contradictions are named without --check.
const mostContradictions = 10

func (f *importFlags) options(doc *openapi.Document) (o traffic.ImportOptions, err error) {
	if f.baseURL != "" {
		if o.BaseURL, err = url.Parse(f.baseURL); err != nil || o.BaseURL.Host == "" {
			return o, usagef("--base-url %q is no address such as https://api.example.com/v2", f.baseURL)
		}
	}
	if f.intoDirectory() && !f.check {
		if o.Earlier, err = traffic.ReadEarlier(doc, f.out); err != nil {
			return o, usagef("--out %s: %w", f.out, withoutPath(err))
		}
	}
	return o, nil
}

// intoDirectory reports whether --out is a directory, or will be one.
func (f *importFlags) intoDirectory() bool {
	if info, err := os.Stat(f.out); err == nil {
		return info.IsDir()
	}
	return f.out != "" && (strings.HasSuffix(f.out, "/") || filepath.Ext(f.out) == "")
}

// read returns the exchanges of all files, in their order.
func (f *importFlags) read(e env, paths []string) ([]traffic.Exchange, error) {
	var o traffic.ReadOptions
	if f.environment != "" {
		data, err := source.ReadFile(f.environment, source.MaxFile)
		if err == nil {
			o.Variables, err = traffic.ReadEnvironment(f.environment, data)
		} else {
			return nil, unreadable("environment", f.environment, err)
		}
		if err != nil {
			return nil, usagef("%w", err)
		}
	}
	var all []traffic.Exchange
	for _, path := range paths {
		list, err := readTraffic(e, path, o)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

func readTraffic(e env, path string, o traffic.ReadOptions) ([]traffic.Exchange, error) {
	from := e.stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, unreadable("traffic", path, err)
		}
		defer func() { _ = file.Close() }()
		if info, err := file.Stat(); err == nil && info.IsDir() {
			return nil, usagef("%s is a directory: name the files of traffic in it", path)
		}
		from = file
	}
	list, err := traffic.Read(documentName(path), from, o)
	if err != nil {
		return nil, usagef("%w", err)
	}
	return list, nil
}

// write writes the fixtures where --out says.
func (f *importFlags) write(e env, list []traffic.File) error {
	if len(list) == 0 {
		return nil
	}
	var all bytes.Buffer
	for _, file := range list {
		all.Write(file.YAML)
	}
	info, err := os.Stat(f.out)
	switch {
	case f.out == "":
		_, err := e.stdout.Write(all.Bytes())
		return err
	case f.intoDirectory():
		return writeFixtures(f.out, list)
	case !slices.Contains([]string{".yaml", ".yml"}, strings.ToLower(filepath.Ext(f.out))) && !special(f.out):
		return usagef("--out %s is no name of a fixture file, which ends in .yaml, nor a directory", f.out)
	case err == nil && info.Mode().IsRegular():
		return usagef("--out %s is there already; remove it, or name another", f.out)
	}
	return writeOnce(f.out, func(w io.Writer) error { _, err := w.Write(all.Bytes()); return err })
}

// writeFixtures writes fixtures to a directory, a file each. None of them is there.
func writeFixtures(dir string, list []traffic.File) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return usagef("cannot make the directory %s: %w", dir, withoutPath(err))
	}
	for _, file := range list {
		name := filepath.Join(dir, file.Fixture.ID+".yaml")
		if err := writeOnce(name, func(w io.Writer) error { _, err := w.Write(file.YAML); return err }); err != nil {
			return err
		}
	}
	return nil
}

// writeOnce writes a file as a whole or not at all.
func writeOnce(name string, write func(io.Writer) error) error {
	file, err := createAtomic(name)
	if err == nil {
		defer file.discard()
		if err = write(file); err == nil {
			err = file.commit()
		}
	}
	if err != nil {
		return usagef("cannot write %s: %w", name, withoutPath(err))
	}
	return nil
}

// sayTraffic says what became of exchanges.
func sayTraffic(e env, s traffic.Summary, where string) {
	into := ""
	if where != "" {
		into = " in " + where
	}
	e.say("%s: %d became %s%s", count(s.Exchanges, "exchange"), s.Kept, count(s.Fixtures, "fixture"), into)
	for _, l := range s.Left {
		e.say("  left out %d: %s", l.Count, l.Reason)
		if l.Reason == traffic.SameAsAnother || l.Reason == traffic.Contradicts {
			continue // what contradicts is said
		}
		for i, example := range l.Examples {
			if i == 3 {
				e.say("    …")
				break
			}
			e.say("    %s", example)
		}
	}
}

// verb returns a count with a noun and its verb.
func verb(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
