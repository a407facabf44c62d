package mockserver

import (
	"cmp"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/agentmock/agentmock/fixtures"
)

// The bounds that zero Options stand for.
const (
	DefaultMaxBody        = 4 << 20 // bytes
	DefaultReadTimeout    = 30 * time.Second
	DefaultDrainTimeout   = 10 * time.Second
	DefaultMaxConnections = 1024
)

// Options say how a server behaves. The zero value is an empty server that takes any key, on the
// system's clock.
type Options struct {
	// Seed makes identities, tokens and generated items repeatable. 0 is fixtures.DefaultSeed.
	Seed uint64
	// Clock is the server's time; nil: the system's.
	Clock *Clock

	// State is what the server knows at start, as State gives it: {"agents": […]}. Nil: nothing.
	State json.RawMessage
	// Agents is how many generated items each of Workspaces has at start, besides those of State.
	// Profile is their kind.
	Agents  int
	Profile fixtures.Profile
	// Workspaces are the scope's values that have generated items; empty:
	// fixtures.DefaultWorkspace. The first one also takes the items of a state that do not say
	// where they belong.
	Workspaces []string

	// APIKeys are the credentials that are accepted; empty: any.
	APIKeys []string
	// CORSOrigins are origins whose pages may read answers, besides all of this machine's; "*" is
	// any.
	CORSOrigins []string
	// AllowHosts are names under which the control answers, besides this machine's; "*" is any.
	AllowHosts []string

	MaxBody        int64 // bytes of a request's body; 0: DefaultMaxBody
	JournalEntries int   // 0: DefaultJournalEntries
	JournalBytes   int64 // 0: DefaultJournalBytes

	// The rest is about Serve.

	ReadTimeout    time.Duration // for a whole request to arrive; 0: DefaultReadTimeout
	IdleTimeout    time.Duration // between two requests of a connection; 0: twice ReadTimeout
	DrainTimeout   time.Duration // for requests to end when the server stops; 0: DefaultDrainTimeout
	MaxConnections int           // at once, others wait; 0: DefaultMaxConnections

	// Log gets a line for every request, and what goes wrong; nil: nothing does.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	o.Seed = cmp.Or(o.Seed, fixtures.DefaultSeed)
	o.MaxBody = cmp.Or(o.MaxBody, DefaultMaxBody)
	o.JournalEntries = cmp.Or(o.JournalEntries, DefaultJournalEntries)
	o.JournalBytes = cmp.Or(o.JournalBytes, DefaultJournalBytes)
	o.ReadTimeout = cmp.Or(o.ReadTimeout, DefaultReadTimeout)
	o.IdleTimeout = cmp.Or(o.IdleTimeout, 2*o.ReadTimeout)
	o.DrainTimeout = cmp.Or(o.DrainTimeout, DefaultDrainTimeout)
	o.MaxConnections = cmp.Or(o.MaxConnections, DefaultMaxConnections)
	if o.Clock == nil {
		o.Clock = &Clock{}
	}
	if len(o.Workspaces) == 0 {
		o.Workspaces = []string{fixtures.DefaultWorkspace}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}
