package main

import (
	"io"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/report"
)

// reportWriter writes a report in one format.
type reportWriter func(io.Writer, *contract.Report) error

// output is one requested report.
type output struct {
	write reportWriter
	name  string // file name; "" for standard output
	file  *atomicFile
}

// outputs are all requested reports.
type outputs struct {
	env  env
	list []output
}

// openReports parses --report, and opens the files before the run, so that a run is not wasted on a
// report that cannot be written. Where all reports go to files, a text goes to standard output.
func openReports(e env, flags []string, command string) (*outputs, error) {
	out := &outputs{env: e}
	onScreen := 0
	for _, flag := range flags {
		format, name, toFile := strings.Cut(flag, "=")
		write := writerOf(e, format, command, toFile)
		if write == nil {
			return nil, usagef("--report %q is not one of text, json, junit%s", format,
				didYouMean(format, []string{"text", "json", "junit"}, ""))
		}
		if toFile && name == "" {
			return nil, usagef("--report %s names no file; --report %s writes to standard output", flag, format)
		}
		if !toFile {
			onScreen++
		} else if slices.ContainsFunc(out.list, func(o output) bool { return o.name == name }) {
			return nil, usagef("--report: two reports cannot both be written to %s", name)
		}
		out.list = append(out.list, output{write: write, name: name})
	}
	if onScreen > 1 {
		return nil, usagef("--report: only one report can be written to standard output; " +
			"give the others a file, such as --report junit=report.xml")
	}
	if onScreen == 0 {
		out.list = append(out.list, output{write: writerOf(e, "text", command, false)})
	}
	return out, out.open()
}

// writerOf returns the writer of a format, nil for an unknown format.
func writerOf(e env, format, command string, toFile bool) reportWriter {
	switch format {
	case "text":
		o := report.TextOptions{Command: command, Colour: !toFile && e.colour(e.stdout)}
		return func(w io.Writer, r *contract.Report) error { return report.Text(w, r, o) }
	case "json":
		return report.JSON
	case "junit":
		return report.JUnit
	}
	return nil
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
	return nil
}

// write writes all reports: files first, so that a printed report means that the files are there.
// Each file is written whole or not at all.
func (out *outputs) write(r *contract.Report) error {
	for i := range out.list {
		o := &out.list[i]
		if o.name == "" {
			continue
		}
		if err := o.write(o.file, r); err != nil {
			return err
		}
		if err := o.file.commit(); err != nil {
			return err
		}
	}
	for _, o := range out.list {
		if o.name == "" {
			return o.write(out.env.stdout, r)
		}
	}
	return nil
}

// discard removes the files of reports that were not written.
func (out *outputs) discard() {
	for _, o := range out.list {
		o.file.discard()
	}
}
