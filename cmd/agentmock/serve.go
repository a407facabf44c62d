package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// By default the mock is reachable from this machine only, on a port that front-end tools leave free.
const (
	defaultHost = "127.0.0.1"
	defaultPort = "4010"
	defaultAddr = defaultHost + ":" + defaultPort
)

// defaultAgents makes a list worth looking at.
const defaultAgents = 12

func newServeCommand(e env) *cobra.Command {
	f := &serveFlags{}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the API of a document on localhost, with state",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			// A state file is the whole state, unless --agents asks for more.
			if f.state != "" && !cmd.Flags().Changed("agents") {
				f.agents = 0
			}
			f.namedWorkspaces = cmd.Flags().Changed("workspace")
			return serve(cmd.Context(), e, f)
		},
	}
	f.register(cmd)
	return cmd
}

func serve(ctx context.Context, e env, f *serveFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	addr, err := resolveAddr(f.addr, f.port)
	if err != nil {
		return err
	}
	before := marks(append(f.stateFiles(), f.spec))
	doc, err := f.load(ctx, e)
	if err != nil {
		return err
	}
	if f.namedWorkspaces && doc.Scope == nil {
		return usagef("agentmock serve: --workspace: %s does not keep workspaces apart "+
			"(x-mock: {scope: …} at its root does)", documentName(doc.Name))
	}
	if !f.namedWorkspaces {
		f.workspaces = []string{mockserver.DefaultWorkspace(doc)}
	}
	out := newLineWriter(e.stderr)
	defer func() { _ = out.Flush() }()
	log := newLogger(f.logFormat.value, out, e.colour(e.stderr))
	f.sayWarnings(e, doc, log)
	reloads := newReloader(e, f, doc, log, before)
	options, err := interruptible(ctx, func() (mockserver.Options, error) { return f.options(doc, log) })
	if err != nil {
		return err
	}
	listener, err := listen(ctx, addr)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	f.guardControl(&options, listener)
	if options.TLS, err = f.tls.config(listener, f.hosts); err != nil {
		return err
	}
	recorder, err := startRecording(e, "serve", f.record, doc, append(options.APIKeys, options.ControlToken),
		f.logFormat.value, log, out)
	if err != nil {
		return err
	}
	defer recorder.close()
	if recorder != nil {
		options.Recorded = recorder.Record
	}
	server, err := mockserver.New(doc, options)
	if err != nil {
		return f.refused(err)
	}
	b := newBanner(f, doc, options, server, listener)
	if f.logFormat.value == "json" {
		b.log(log)
	} else {
		b.print(e)
	}
	following, stop := context.WithCancel(ctx)
	defer stop()
	go reloads.follow(following, server)
	ended := make(chan struct{})
	defer close(ended)
	context.AfterFunc(ctx, func() { explainDelay(log, ended) })
	return recorder.end(server.Serve(ctx, listener))
}

// guardControl makes a token for the control API where other machines can reach the listener, and none
// was given.
func (f *serveFlags) guardControl(o *mockserver.Options, listener net.Listener) {
	if o.ControlToken == "" && public(listener) {
		o.ControlToken = rand.Text()
	}
}

// shownWarnings is how many warnings of a document serve prints.
const shownWarnings = 5

// sayWarnings prints the first of the document's warnings, in the form of the log.
func (f *serveFlags) sayWarnings(e env, doc *openapi.Document, log *slog.Logger) {
	say := func(text string) { e.say("%s", text) }
	if f.logFormat.value == "json" {
		say = func(text string) { log.Warn(text) }
	}
	warnings := doc.Warnings()
	for _, p := range warnings[:min(len(warnings), shownWarnings)] {
		say(problemLine(p))
	}
	if more := len(warnings) - shownWarnings; more > 0 {
		say(fmt.Sprintf("and %s: %s", count(more, "more warning"), f.checkCommand()))
	}
}

// patience is the time after which a slow shutdown is explained.
const patience = 300 * time.Millisecond

// explainDelay logs why a shutdown takes long.
func explainDelay(log *slog.Logger, ended <-chan struct{}) {
	select {
	case <-ended:
	case <-time.After(patience):
		log.Warn("waiting for the requests under way; Ctrl-C again ends it at once")
	}
}

// isHost reports whether a text is a host name, * or an IP address, as a Host header has it: with a port or
// without one.
func isHost(text string) bool {
	name := strings.Trim(text, "[]")
	if host, port, err := net.SplitHostPort(text); err == nil {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return false
		}
		name = host
	}
	return name != "" && (!strings.ContainsAny(name, "/@?#:[] ") || net.ParseIP(name) != nil)
}

// refused returns the error for options that the mock rejects; a bad state is named by its file.
func (f *serveFlags) refused(err error) error {
	var state *mockserver.StateError
	if errors.As(err, &state) && f.state != "" {
		return usagef("cannot use the state %s: %w", f.state, err)
	}
	return cmp.Or(f.refusedFault(err), usagef("agentmock serve: %w", err))
}

// newLogger returns the logger of requests in a format of --log-format.
func newLogger(format string, out io.Writer, colour bool) *slog.Logger {
	pretty := &prettyHandler{out: out, level: slog.LevelInfo, colour: colour}
	switch format {
	case "json":
		return slog.New(slog.NewJSONHandler(out, nil))
	case "none":
		pretty.level = slog.LevelWarn
	}
	return slog.New(pretty)
}
