package main

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// defaultAddr is where the mock listens: this machine alone, on a port that front-end tools leave
// free.
const defaultAddr = "127.0.0.1:4010"

// defaultAgents is enough for a list worth looking at.
const defaultAgents = 12

// serveFlags are the flags of serve, as the user gave them.
type serveFlags struct {
	addr       string
	spec       string
	agents     int
	seed       uint64
	profile    choice
	workspaces []string
	// namedWorkspaces says that workspaces are not the default ones.
	namedWorkspaces bool
	state           string
	apiKeys         []string
	origins         []string
	hosts           []string
	logFormat       choice
	maxBody         byteSize
}

func newServeCommand(e env) *cobra.Command {
	f := &serveFlags{maxBody: mockserver.DefaultMaxBody}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the API of a document on localhost, with state",
		Long: `Serve the API of a document (the built-in one, or --spec) on localhost, with
memory: what is created can be listed, read, updated and deleted, and what the
document forbids is refused. Ctrl-C ends it after the requests under way; a
second one ends it at once.

Control is under /__mock/ (health, reset, state, requests), and the document at
/openapi.yaml and /openapi.json.`,
		Example: `  agentmock serve
  agentmock serve --addr 127.0.0.1:0 --agents 100 --workspace ws-a,ws-b
  agentmock serve --spec petstore.yaml --state pets.json --log-format json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			// A state that is brought along is all there is, unless agents are asked for.
			if f.state != "" && !cmd.Flags().Changed("agents") {
				f.agents = 0
			}
			f.namedWorkspaces = cmd.Flags().Changed("workspace")
			return serve(cmd.Context(), e, f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.addr, "addr", defaultAddr, "the `address` to listen on, host:port; port 0 takes a free one")
	flags.StringVar(&f.spec, "spec", "", specUsage)
	flags.IntVar(&f.agents, "agents", defaultAgents, "the `number` of agents that each workspace has at start")
	flags.Uint64Var(&f.seed, "seed", fixtures.DefaultSeed, "the `number` that decides which agents these are")
	choiceVar(cmd, &f.profile, "profile", "what kind of agents they are", profileNames()...)
	flags.StringSliceVar(&f.workspaces, "workspace", []string{fixtures.DefaultWorkspace},
		"a `workspace` that has agents at start (repeatable, or separated by commas); all others start empty")
	flags.StringVar(&f.state, "state", "",
		"the `file` to start from, instead of generated agents: as GET /__mock/state answers it, in JSON or YAML, or agents one a line (.ndjson)")
	flags.StringArrayVar(&f.apiKeys, "api-key", nil, "a `key` to accept (repeatable); by default any is")
	flags.StringSliceVar(&f.origins, "cors-origin", nil,
		"an `origin` whose pages may call the API, besides those on localhost: https://app.example.com, or * for any (repeatable)")
	flags.StringSliceVar(&f.hosts, "allow-host", nil,
		"a `name` besides localhost by which requests may call the mock, for containers (repeatable)")
	choiceVar(cmd, &f.logFormat, "log-format", "how each request is told on stderr", "pretty", "json", "none")
	flags.Var(&f.maxBody, "max-body", "the longest request body to take, in bytes, KiB or MiB")
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
	doc, err := loadDocument(e, f.spec)
	if err != nil {
		return err
	}
	if f.namedWorkspaces && doc.Scope == nil {
		return usagef("agentmock serve: --workspace: %s does not keep workspaces apart (x-mock: {scope: …} at its root does)", documentName(doc.Name))
	}
	log := f.logger(e)
	options, err := f.options(doc, log)
	if err != nil {
		return err
	}
	server, err := mockserver.New(doc, options)
	if err != nil {
		return f.refused(err)
	}
	listener, err := listen(ctx, f.addr)
	if err != nil {
		return err
	}
	g := newGreeting(f, doc, options, listener)
	if f.logFormat.value == "json" {
		g.log(log)
	} else {
		g.print(e)
	}
	ended := make(chan struct{})
	defer close(ended)
	context.AfterFunc(ctx, func() { explainDelay(log, ended) })
	return server.Serve(ctx, listener)
}

// patience is how long an end may take before it needs an explanation.
const patience = 300 * time.Millisecond

func explainDelay(log *slog.Logger, ended <-chan struct{}) {
	select {
	case <-ended:
	case <-time.After(patience):
		log.Warn("waiting for the requests under way; Ctrl-C again ends it at once")
	}
}

// check refuses what no flag's type can.
func (f *serveFlags) check() error {
	if f.agents < 0 || f.agents > mockserver.MaxSeedCount {
		return usagef("agentmock serve: --agents %d is not between 0 and %d", f.agents, mockserver.MaxSeedCount)
	}
	for _, host := range f.hosts {
		if strings.ContainsAny(host, "/@ ") {
			return usagef("agentmock serve: --allow-host %q is not a name, such as mock or mock.internal: leave out what is before and behind it", host)
		}
	}
	for _, origin := range f.origins {
		if err := checkOrigin(origin); err != nil {
			return err
		}
	}
	return nil
}

// options are what the mock is told.
func (f *serveFlags) options(doc *openapi.Document, log *slog.Logger) (mockserver.Options, error) {
	o := mockserver.Options{
		Seed:        f.seed,
		Agents:      f.agents,
		Profile:     fixtures.Profile(f.profile.value),
		Workspaces:  f.workspaces,
		APIKeys:     f.apiKeys,
		CORSOrigins: f.origins,
		AllowHosts:  f.hosts,
		MaxBody:     int64(f.maxBody),
		Log:         log,
	}
	if f.state == "" {
		return o, nil
	}
	state, err := os.ReadFile(f.state)
	if err != nil {
		return o, unreadable("state", f.state, err)
	}
	o.State, err = stateFrom(doc, f.state, state)
	return o, err
}

// checkOrigin refuses what no browser sends as an origin (RFC 6454 §7), and would therefore never
// match.
func checkOrigin(origin string) error {
	u, err := url.Parse(origin)
	isOrigin := err == nil && u.Scheme != "" && u.Host != "" && strings.TrimSuffix(origin, "/") == u.Scheme+"://"+u.Host
	if origin == "*" || isOrigin {
		return nil
	}
	return usagef("agentmock serve: --cors-origin %q is not an origin, such as https://app.example.com or http://localhost:3000", origin)
}

// refused says why the mock did not take its options: for a state, line by line.
func (f *serveFlags) refused(err error) error {
	var state *mockserver.StateError
	if errors.As(err, &state) {
		return usagef("cannot use the state %s: %w", f.state, err)
	}
	return usagef("agentmock serve: %w", err)
}

// logger is what tells of each request on stderr.
func (f *serveFlags) logger(e env) *slog.Logger {
	switch f.logFormat.value {
	case "json":
		return slog.New(slog.NewJSONHandler(e.stderr, nil))
	case "none":
		return slog.New(newPrettyHandler(e, slog.LevelWarn))
	default:
		return slog.New(newPrettyHandler(e, slog.LevelInfo))
	}
}
