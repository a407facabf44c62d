// Bench compares the mock to two servers that do less: one that answers a constant, which is what
// net/http and the loopback interface cost alone, and one that keeps state and validates nothing.
//
//	go run ./internal/testonly/load/bench -program bin/agentmock -load bin/bombardier
//
// All three are processes of their own and get the same requests from the same load tool, in turns: a
// round has each kind of request once for each server, so that whatever else the machine does strikes
// all of them alike. Each turn has a fresh server, as the state of the last one would count otherwise.
// It prints a table in Markdown: the medians of the rounds. It fails when any answer has another
// status than it should have, and never because something is slow.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		cancel()
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	program, load string // the mock and the load tool
	rounds        int
	duration      time.Duration
	requests      int // instead of duration; 0 is none
	connections   int
	only          string
	readme        string // a page whose table is replaced; "" is none

	baseline, answer string // to be one of the servers that do less
	status           int
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.program, "program", "bin/agentmock", "the built mock, a `file`")
	flags.StringVar(&o.load, "load", "bin/bombardier", "the built load tool, a `file`")
	flags.IntVar(&o.rounds, "rounds", 5, "`number` of rounds")
	flags.DurationVar(&o.duration, "duration", 2*time.Second,
		"how long a turn takes: one kind of request to one server, at least 1s")
	flags.IntVar(&o.requests, "requests", 0, "`number` of requests of each turn, instead of -duration")
	flags.IntVar(&o.connections, "connections", 32, "`number` of connections, each with one request at a time")
	flags.StringVar(&o.only, "only", "", "kinds of requests to measure, a `list` separated by commas; empty is all")
	flags.StringVar(&o.readme, "readme", "", "`page` in Markdown whose table of an earlier run is replaced")
	flags.StringVar(&o.baseline, "baseline", "", "be the server constant or stateful, instead of measuring")
	flags.StringVar(&o.answer, "answer", "", "`file` with the body that constant answers")
	flags.IntVar(&o.status, "status", 200, "`status` that constant answers")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.baseline != "" {
		return serveBaseline(ctx, o, stderr)
	}
	kinds, err := kindsOf(o.only)
	if err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	b := &bench{options: o, self: self, folder: folder, log: stderr}
	results, err := b.measure(ctx, kinds)
	if err != nil {
		return err
	}
	table := formatTable(o, kinds, results)
	if _, err := io.WriteString(stdout, table); err != nil || o.readme == "" {
		return err
	}
	return replaceTable(o.readme, table)
}

// check rejects values that the types of the flags accept.
func (o *options) check() error {
	switch {
	case o.rounds < 1:
		return fmt.Errorf("-rounds %d is not 1 or more", o.rounds)
	case o.connections < 1:
		return fmt.Errorf("-connections %d is not 1 or more", o.connections)
	case o.requests < 0:
		return fmt.Errorf("-requests %d is not 0 or more", o.requests)
	case o.duration < time.Second:
		return fmt.Errorf("-duration %s is less than 1s, the least that the load tool takes; "+
			"-requests gives shorter turns", o.duration)
	}
	return nil
}

// The marks around the table of a page.
const (
	tableBegin = "<!-- speed: written by make bench -->\n"
	tableEnd   = "<!-- end of speed -->"
)

// replaceTable replaces what stands between the marks of a page.
func replaceTable(file, table string) error {
	page, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(page), tableBegin)
	_, after, ends := strings.Cut(rest, tableEnd)
	if !begins || !ends {
		return fmt.Errorf("%s has no line %q with %q below it", file, strings.TrimSpace(tableBegin), tableEnd)
	}
	return os.WriteFile(file, []byte(before+tableBegin+"\n"+table+"\n"+tableEnd+after), 0o644)
}

// kindsOf returns the kinds of requests that a list names.
func kindsOf(only string) ([]kind, error) {
	if only == "" {
		return kinds, nil
	}
	var chosen []kind
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
next:
	for name := range strings.SplitSeq(only, ",") {
		for _, k := range kinds {
			if k.name == name {
				chosen = append(chosen, k)
				continue next
			}
		}
		return nil, fmt.Errorf("-only %q is none of %q", name, names)
	}
	return chosen, nil
}
