package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/report"
)

// reportWriter writes a report in one format.
type reportWriter func(io.Writer, *contract.Report) error

// output is a report that is asked for.
type output struct {
	write reportWriter
	name  string   // of the file; "": standard output
	file  *os.File // a temporary one beside it, which takes its name in the end
}

// outputs are all reports that are asked for.
type outputs struct {
	env  env
	list []output
}

// openReports understands --report, and makes sure before the run that the files can be written. Somebody who only asks for files gets a
// text to read, too.
func openReports(e env, flags []string, command string) (*outputs, error) {
	out := &outputs{env: e}
	onScreen := 0
	for _, flag := range flags {
		format, name, toFile := strings.Cut(flag, "=")
		write := writerOf(e, format, command, toFile)
		if write == nil {
			return nil, usagef("--report %q is not one of text, json, junit%s", format, didYouMean(format, []string{"text", "json", "junit"}, ""))
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
		return nil, usagef("--report: only one report can be written to standard output; give the others a file, such as --report junit=report.xml")
	}
	if onScreen == 0 {
		out.list = append(out.list, output{write: writerOf(e, "text", command, false)})
	}
	return out, out.open()
}

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
		if info, err := os.Stat(o.name); err == nil && info.IsDir() {
			out.discard()
			return usagef("--report: %s is a directory", o.name)
		} else if err == nil && !info.Mode().IsRegular() {
			continue // a device or a pipe is written to as it is
		}
		file, err := os.CreateTemp(filepath.Dir(o.name), "."+filepath.Base(o.name)+"-*")
		if err != nil {
			out.discard()
			return usagef("--report: %s cannot be written: %w", o.name, err)
		}
		o.file = file
	}
	return nil
}

// write writes all reports: files first, so that what is printed last is true. A file is there as a whole or not at all.
func (out *outputs) write(r *contract.Report) error {
	for i := range out.list {
		o := &out.list[i]
		if o.name == "" {
			continue
		}
		if err := o.save(r); err != nil {
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

func (o *output) save(r *contract.Report) error {
	var data bytes.Buffer
	if err := o.write(&data, r); err != nil {
		return err
	}
	if o.file == nil {
		return os.WriteFile(o.name, data.Bytes(), 0o644)
	}
	_, err := o.file.Write(data.Bytes())
	if err == nil {
		err = o.file.Chmod(0o644) // CI servers read it as somebody else
	}
	if closing := o.file.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(o.file.Name(), o.name)
	}
	if err == nil {
		o.file = nil
	}
	return err
}

// discard removes what has not become a report.
func (out *outputs) discard() {
	for i := range out.list {
		if file := out.list[i].file; file != nil {
			file.Close()
			os.Remove(file.Name())
			out.list[i].file = nil
		}
	}
}
