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

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/source"
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

// serveFlags holds the flags of serve.
type serveFlags struct {
	documentFlags
	clockFlags
	faultFlags
	addr, port, state       string
	agents                  int
	seed                    uint64
	profile, logFormat      enumFlag
	workspaces              []string
	namedWorkspaces         bool // --workspace was given
	apiKeys, origins, hosts []string
	maxBody, maxState       byteSize
	maxConnections          int
	controlToken            string
	maxItems, maxWorkspaces int
	watch                   bool
	maxSessions             int
	sessionIdle             time.Duration
	tls                     tlsFlags
}

func newServeCommand(e env) *cobra.Command {
	f := &serveFlags{maxBody: mockserver.DefaultMaxBody, maxState: mockserver.DefaultMaxState}
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
	flags := cmd.Flags()
	flags.StringVar(&f.addr, "addr", defaultAddr,
		"`address` to listen on: host:port, a port of this machine alone (28201), or a host; port 0 picks a free one")
	flags.StringVar(&f.port, "port", "", "`number` of the port to listen on, in place of that of --addr")
	f.documentFlags.register(flags)
	f.faultFlags.register(flags)
	f.tls.register(flags)
	flags.IntVar(&f.agents, "agents", defaultAgents, "`number` of generated agents in each workspace at start")
	flags.Uint64Var(&f.seed, "seed", fixtures.DefaultSeed,
		"random seed, a `number`: the same seed gives the same agents")
	enumVar(cmd, &f.profile, "profile", "profile of the generated agents", profileNames()...)
	flags.StringSliceVar(&f.workspaces, "workspace", nil,
		"`workspace` that has agents at start (repeatable, or separated by commas; default: the document's example, "+
			"else "+fixtures.DefaultWorkspace+"); all others start empty")
	flags.StringVar(&f.state, "state", "",
		"`file` to start from instead of generated agents: the body of GET /__mock/state as JSON or YAML, "+
			"or one agent per line (.ndjson)")
	flags.BoolVar(&f.watch, "watch", false,
		"serve the document and the state file as they are after each change; what cannot be used changes nothing")
	f.registerClock(flags)
	flags.StringArrayVar(&f.apiKeys, "api-key", nil, "`key` to accept (repeatable; default: any key)")
	flags.StringSliceVar(&f.origins, "cors-origin", nil,
		"`origin` whose pages may call the API, besides those on localhost: https://app.example.com, "+
			"http://*.test:* for all names and ports, null for files, * for any (repeatable)")
	flags.StringSliceVar(&f.hosts, "allow-host", nil,
		"host `name` besides localhost that requests may use, on any port, for containers (repeatable)")
	flags.StringVar(&f.controlToken, "control-token", "",
		"`token` that calls below /__mock/ must show as \"Authorization: Bearer TOKEN\" "+
			"(default: none on localhost, a random one where other machines can reach it)")
	flags.IntVar(&f.maxConnections, "max-connections", mockserver.DefaultMaxConnections,
		"`number` of connections that may be open at once: idle ones give way to new ones, others wait")
	enumVar(cmd, &f.logFormat, "log-format", "request log format on stderr", "pretty", "json", "none")
	flags.Var(&f.maxBody, "max-body", "largest request body to accept, in bytes, KiB or MiB")
	flags.IntVar(&f.maxItems, "max-items", mockserver.DefaultMaxItems,
		"`number` of items to hold at most, in all collections and workspaces; one more is refused with 507")
	flags.IntVar(&f.maxWorkspaces, "max-workspaces", mockserver.DefaultMaxWorkspaces,
		"`number` of workspaces that may have items")
	flags.Var(&f.maxState, "max-state", "most bytes of items to hold: their JSON, and 200 bytes for each")
	flags.IntVar(&f.maxSessions, "max-sessions", mockserver.DefaultMaxSessions,
		"`number` of sessions that may be at once; one more is refused with 507")
	flags.DurationVar(&f.sessionIdle, "session-idle", mockserver.DefaultSessionIdle,
		"`time` after which a session ends that no request has come to")
	return cmd
}

func profileNames() []string {
	var names []string
	for _, p := range fixtures.Profiles() {
		names = append(names, string(p))
	}
	return names
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
	log := f.logger(out, e.colour(e.stderr))
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
	return server.Serve(ctx, listener)
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

// check rejects values that the types of the flags accept.
func (f *serveFlags) check() error {
	if f.agents < 0 || f.agents > mockserver.MaxSeedCount {
		return usagef("agentmock serve: --agents %d is not between 0 and %d", f.agents, mockserver.MaxSeedCount)
	}
	if err := f.checkWatch(); err != nil {
		return err
	}
	if f.state == "-" {
		return usagef("agentmock serve: --state - is no file; standard input is read for --spec alone")
	}
	if f.maxItems < 1 {
		return usagef("agentmock serve: --max-items %d is not 1 or more", f.maxItems)
	}
	if strings.ContainsFunc(f.controlToken, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return usagef("agentmock serve: --control-token has characters that a header cannot have in a token: " +
			"use letters, digits and punctuation")
	}
	if f.maxConnections < 1 {
		return usagef("agentmock serve: --max-connections %d is not 1 or more", f.maxConnections)
	}
	if f.maxSessions < 1 {
		return usagef("agentmock serve: --max-sessions %d is not 1 or more", f.maxSessions)
	}
	if f.sessionIdle <= 0 {
		return usagef("agentmock serve: --session-idle %s is no time after which a session can end; 1h is, and 5m",
			f.sessionIdle)
	}
	if f.maxWorkspaces < 1 {
		return usagef("agentmock serve: --max-workspaces %d is not 1 or more", f.maxWorkspaces)
	}
	for _, host := range f.hosts {
		if !isHost(host) {
			return usagef("agentmock serve: --allow-host %q is not a name, such as mock or mock.internal: "+
				"leave out what is before and behind it", host)
		}
	}
	for _, origin := range f.origins {
		if err := mockserver.CheckOrigin(origin); err != nil {
			return usagef("agentmock serve: --cors-origin %w", err)
		}
	}
	return f.tls.check()
}

// options returns the options of the mock.
func (f *serveFlags) options(doc *openapi.Document, log *slog.Logger) (mockserver.Options, error) {
	o := mockserver.Options{
		Seed: f.seed, Agents: f.agents, Profile: fixtures.Profile(f.profile.value), Workspaces: f.workspaces,
		APIKeys: f.apiKeys, CORSOrigins: f.origins, AllowHosts: f.hosts, MaxBody: int64(f.maxBody), Log: log,
		ControlToken: f.controlToken, MaxConnections: f.maxConnections,
		MaxItems: f.maxItems, MaxWorkspaces: f.maxWorkspaces, MaxState: int64(f.maxState),
		MaxSessions: f.maxSessions, SessionIdle: f.sessionIdle,
	}
	err := cmp.Or(f.setClock(&o), f.setFaults(&o, doc))
	if err != nil || f.state == "" {
		return o, err
	}
	o.State, err = f.readState(doc)
	return o, err
}

// readState reads the state of --state.
func (f *serveFlags) readState(doc *openapi.Document) (any, error) {
	state, err := source.ReadFile(f.state, max(int64(f.maxState), source.MaxFile))
	if err != nil {
		return nil, unreadable("state", f.state, err)
	}
	return stateFrom(doc, f.state, state)
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

// logger returns the logger of requests.
func (f *serveFlags) logger(out io.Writer, colour bool) *slog.Logger {
	pretty := &prettyHandler{out: out, level: slog.LevelInfo, colour: colour}
	switch f.logFormat.value {
	case "json":
		return slog.New(slog.NewJSONHandler(out, nil))
	case "none":
		pretty.level = slog.LevelWarn
	}
	return slog.New(pretty)
}
