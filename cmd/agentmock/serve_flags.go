package main

import (
	"cmp"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// serveFlags holds the flags of serve.
type serveFlags struct {
	addr, port string
	tls        tlsFlags

	apiKeys, origins, hosts []string
	controlToken            string

	documentFlags
	watch bool

	agents          int
	seed            uint64
	profile         enumFlag
	workspaces      []string
	namedWorkspaces bool
	state           string
	clockFlags

	faultFlags

	maxBody, maxState          byteSize
	maxConnections, maxItems   int
	maxWorkspaces, maxSessions int
	sessionIdle                time.Duration

	record string

	logFormat enumFlag
}

// register adds the flags to the command.
func (f *serveFlags) register(cmd *cobra.Command) {
	f.registerAccess(cmd)
	flags := cmd.Flags()
	f.documentFlags.register(flags)
	flags.BoolVar(&f.watch, "watch", false,
		"serve the document and the state file as they are after each change; what cannot be used changes nothing")
	groupFlags(cmd, "Document")
	f.registerContent(cmd)
	f.faultFlags.register(flags)
	groupFlags(cmd, "Faults")
	f.registerBounds(cmd)
	flags.StringVar(&f.record, "record", "",
		"`directory` in which each distinct exchange with the API becomes a fixture, without its secrets")
	enumVar(cmd, &f.logFormat, "log-format", "request log format on stderr", "pretty", "json", "none")
	groupFlags(cmd, "Others")
}

// registerAccess adds the flags about where the mock is, and who may call it.
func (f *serveFlags) registerAccess(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.addr, "addr", defaultAddr,
		"`address` to listen on: host:port, a port of this machine alone (28201), or a host; port 0 picks a free one")
	flags.StringVar(&f.port, "port", "", "`number` of the port to listen on, in place of that of --addr")
	f.tls.register(flags, "serve")
	groupFlags(cmd, "Listening")
	flags.StringArrayVar(&f.apiKeys, "api-key", nil, "`key` to accept (repeatable; default: any key)")
	flags.StringSliceVar(&f.origins, "cors-origin", nil,
		"`origin` whose pages may call the API, besides those on localhost: https://app.example.com, "+
			"http://*.test:* for all names and ports, null for files, * for any (repeatable)")
	flags.StringSliceVar(&f.hosts, "allow-host", nil,
		"host `name` besides localhost that requests may use, on any port, for containers (repeatable)")
	flags.StringVar(&f.controlToken, "control-token", "",
		"`token` that calls below /__mock/ must show as \"Authorization: Bearer TOKEN\" "+
			"(default: none on localhost, a random one where other machines can reach it)")
	groupFlags(cmd, "Access")
}

// registerContent adds the flags about what the mock has at start.
func (f *serveFlags) registerContent(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.IntVar(&f.agents, "agents", defaultAgents, "`number` of generated agents in each workspace at start")
	flags.Uint64Var(&f.seed, "seed", fixtures.DefaultSeed,
		"random seed, a `number`: the same seed gives the same agents")
	enumVar(cmd, &f.profile, "profile", "profile of the generated agents", profileNames()...)
	flags.StringSliceVar(&f.workspaces, "workspace", nil,
		"`workspace` that has agents at start (repeatable, or separated by commas; default: the document's example, "+
			"else "+fixtures.DefaultWorkspace+"); all others start empty")
	f.clockFlags.register(flags)
	flags.StringVar(&f.state, "state", "",
		"`file` to start from instead of generated agents: the body of GET /__mock/state as JSON or YAML, "+
			"or one agent per line (.ndjson)")
	groupFlags(cmd, "Content")
}

// registerBounds adds the flags about how much the mock takes.
func (f *serveFlags) registerBounds(cmd *cobra.Command) {
	f.maxBody, f.maxState = mockserver.DefaultMaxBody, mockserver.DefaultMaxState
	flags := cmd.Flags()
	flags.IntVar(&f.maxItems, "max-items", mockserver.DefaultMaxItems,
		"`number` of items to hold at most, in all collections and workspaces; one more is refused with 507")
	flags.IntVar(&f.maxWorkspaces, "max-workspaces", mockserver.DefaultMaxWorkspaces,
		"`number` of workspaces that may have items")
	flags.Var(&f.maxState, "max-state", "most bytes of items to hold: their JSON, and 200 bytes for each")
	flags.IntVar(&f.maxSessions, "max-sessions", mockserver.DefaultMaxSessions,
		"`number` of sessions that may be at once; one more is refused with 507")
	flags.DurationVar(&f.sessionIdle, "session-idle", mockserver.DefaultSessionIdle,
		"`time` after which a session ends that no request has come to")
	flags.Var(&f.maxBody, "max-body", "largest request body to accept, in bytes, KiB or MiB")
	flags.IntVar(&f.maxConnections, "max-connections", mockserver.DefaultMaxConnections,
		"`number` of connections that may be open at once: idle ones give way to new ones, others wait")
	groupFlags(cmd, "Bounds")
}

func profileNames() []string {
	var names []string
	for _, p := range fixtures.Profiles() {
		names = append(names, string(p))
	}
	return names
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
	if !isToken(f.controlToken) {
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
