package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/report"
)

// output is one requested report.
type output struct {
	format report.Format
	name   string // file name; "" for standard output
	file   *atomicFile
}

// outputs are all requested reports.
type outputs struct {
	env       env
	command   string // repeats the run
	list      []output
	kept      *os.File // where exchanges are kept until they are written; nil: no format shows them
	exchanges *report.Exchanges
}

// openReports parses --report, and opens the files before the run, so that a run is not wasted on a
// report that cannot be written. Where all reports go to files, a text goes to standard output, and in GitHub
// Actions annotations, too.
func openReports(e env, flags []string, command string) (*outputs, error) {
	out := &outputs{env: e, command: command}
	onScreen := 0
	for _, flag := range flags {
		name, file, toFile := strings.Cut(flag, "=")
		format, err := formatOf(name)
		if err != nil {
			return nil, err
		}
		if toFile && file == "" {
			return nil, usagef("--report %s names no file; --report %s writes to standard output", flag, name)
		}
		if !toFile {
			onScreen++
		} else if slices.ContainsFunc(out.list, func(o output) bool {
			return o.name != "" && filepath.Clean(o.name) == filepath.Clean(file)
		}) {
			return nil, usagef("--report: two reports cannot both be written to %s", file)
		}
		out.list = append(out.list, output{format: format, name: file})
	}
	if onScreen > 1 {
		return nil, usagef("--report: only one report can be written to standard output; " +
			"give the others a file, such as --report junit=report.xml")
	}
	if onScreen == 0 {
		out.list = append(out.list, output{format: report.Formats()[0]})
		out.list = append(out.list, out.annotations()...)
	}
	return out, out.open()
}

// formatOf returns the format of a name.
func formatOf(name string) (report.Format, error) {
	names := formatNames()
	if i := slices.Index(names, name); i >= 0 {
		return report.Formats()[i], nil
	}
	return report.Format{}, usagef("--report %q is not one of %s%s", name, strings.Join(names, ", "),
		didYouMean(name, names, ""))
}

// formatNames returns the names of all formats.
func formatNames() []string {
	var names []string
	for _, f := range report.Formats() {
		names = append(names, f.Name)
	}
	return names
}

func (out *outputs) open() error {
	for i := range out.list {
		o := &out.list[i]
		if o.name == "" {
			continue
		}
		file, err := createAtomic(o.name)
		if err != nil {
			out.discard()
			return usagef("--report: %w", unwritable(o.name, err))
		}
		o.file = file
	}
	if !slices.ContainsFunc(out.list, func(o output) bool { return o.format.Exchanges }) {
		return nil
	}
	kept, err := os.CreateTemp("", "agentmock-exchanges-*")
	if err != nil {
		out.discard()
		return usagef("--report: there is no room for the exchanges of the run: %w", err)
	}
	_ = os.Remove(kept.Name()) // so that it is gone however the program ends; not all systems allow that
	out.kept, out.exchanges = kept, report.NewExchanges(kept)
	return nil
}

// exchanged returns what keeps the exchanges of a run; nil where no format shows them.
func (out *outputs) exchanged() func(contract.Exchange) {
	if out.exchanges == nil {
		return nil
	}
	return out.exchanges.Add
}

// write writes all reports: files first, so that a printed report without an error means that the files are
// there. Each file is written whole or not at all. One that cannot be written is no reason to lose the others,
// for which a whole run was made.
func (out *outputs) write(r *contract.Report) error {
	run := report.Run{Report: r, Command: out.command, Root: repositoryRoot()}
	if out.exchanges != nil {
		run.Exchanges = out.exchanges.Of(r)
	}
	var wrong []error
	for _, o := range out.list {
		if o.name == "" {
			continue
		}
		err := o.format.Write(o.file, &run)
		if err == nil {
			err = o.file.commit()
		}
		wrong = append(wrong, err)
	}
	run.Colour = out.env.colour(out.env.stdout)
	for _, o := range out.list {
		if o.name == "" {
			wrong = append(wrong, o.format.Write(out.env.stdout, &run))
		}
	}
	out.summarize(&run)
	return errors.Join(wrong...)
}

// discard removes the files of reports that were not written, and the exchanges.
func (out *outputs) discard() {
	for _, o := range out.list {
		o.file.discard()
	}
	if out.kept != nil {
		out.kept.Close()
		os.Remove(out.kept.Name())
	}
}

// repositoryRoot returns the directory of the repository around the working directory, which names of
// files in reports are relative to; the working directory itself where there is none.
func repositoryRoot() string {
	here, err := os.Getwd()
	if err != nil {
		return ""
	}
	for dir := here; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return here
		}
	}
}
