package mockserver

import (
	"cmp"
	"crypto/tls"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/fixtures/traffic"
	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
)

// Defaults of Options.
const (
	DefaultMaxBody        = 4 << 20 // bytes
	DefaultReadTimeout    = 30 * time.Second
	DefaultDrainTimeout   = 10 * time.Second
	DefaultMaxConnections = 1024
	DefaultMaxItems       = 10_000_000
	DefaultMaxWorkspaces  = 100_000
	DefaultMaxState       = 2 << 30 // bytes
)

// Options are the settings of a server. The zero value is a server without items that accepts any
// key and follows the system's clock.
type Options struct {
	// Seed determines identities, tokens and generated items. 0 is fixtures.DefaultSeed.
	Seed uint64
	// Clock is the server's clock. Nil is a new one, which follows the system's.
	Clock *Clock

	// ReadyAfter is how long after its creation an item becomes what the document says that it is then: agents
	// are pending at first, and then ready. 0 is as long as the document says (x-mock: {after: …}), for the
	// built-in one no time at all; a negative duration is no time, whatever it says.
	ReadyAfter time.Duration

	// State is the state at start, in any form that Server.SetState accepts: {"agents": […]}. Nil
	// is no items.
	State any
	// Agents is the number of generated items that each of Workspaces has at start, in addition to
	// those of State.
	Agents int
	// Profile is the kind of generated items. "" is fixtures.Realistic.
	Profile fixtures.Profile
	// Workspaces are the values of the scope header that get generated items. Items of a state that
	// do not name a workspace belong to the first one. Empty is DefaultWorkspace of the document.
	Workspaces []string

	// BaseTime is the present of generated items: all were made before it, and calls have just begun. Zero is
	// fixtures.DefaultBaseTime, so that they are the same each time. BaseTimeNow makes it the time on the clock,
	// so that the items look current; identities stay the same.
	BaseTime    time.Time
	BaseTimeNow bool

	// Backend answers the requests to the API in place of the mock, which passes them on as they are and judges both
	// directions: package proxy makes one of a URL, and any handler will do. There are no items, sessions and
	// faults then, and the options about them have no effect. MaxBody is the longest body that is judged.
	Backend http.Handler
	// BackendName is what people call it, such as its URL without secrets.
	BackendName string
	// Passed is called for each exchange with Backend once it is judged and in the journal, one after the other
	// in the journal's order, and never from the goroutine of a request. It must not read the journal. Nil is
	// nothing.
	Passed func(Passed)

	// APIKeys are the accepted credentials. Empty accepts any.
	APIKeys []string
	// CORSOrigins are the origins whose pages may read responses, in addition to all origins on
	// this machine: "https://app.example.com". "*" is any, for the API alone.
	CORSOrigins []string
	// AllowHosts are the host names under which the API and the control API can be called, in addition
	// to this machine's, on any port: one that a name has here is ignored. "*" is any.
	AllowHosts []string
	// ControlToken is what calls of the control API must show as "Authorization: Bearer …". "" is
	// nothing, as befits a server that only this machine can reach.
	ControlToken string

	// Faults are met in every session from its start, each session with counts of its own. Latency delays all
	// requests, RateLimit refuses more than that of a credential (429); they are faults, too, which the control
	// API shows and can remove.
	Faults    []Fault
	Latency   Delay
	RateLimit Rate

	// Bounds of the state. What would exceed one is refused (507), and nothing is dropped.

	MaxItems      int   // of all collections and workspaces; 0 is DefaultMaxItems
	MaxWorkspaces int   // that have items; 0 is DefaultMaxWorkspaces
	MaxState      int64 // JSON of all items, and 200 bytes for each; 0 is DefaultMaxState

	MaxBody        int64 // of a request, in bytes; 0 is DefaultMaxBody
	JournalEntries int   // of each session; 0 is DefaultJournalEntries
	JournalBytes   int64 // of each session, and 16 times as much of all; 0 is DefaultJournalBytes

	// MaxSessions may be at once, besides the shared one; 0 is DefaultMaxSessions. One that no
	// request has come to for SessionIdle ends; 0 is DefaultSessionIdle.
	MaxSessions int
	SessionIdle time.Duration

	// TLS encrypts the connections of Serve, over which HTTP/2 is spoken then, too. It has certificates. Nil
	// is plain HTTP.
	TLS *tls.Config

	// Bounds of Serve.

	ReadTimeout  time.Duration // for a whole request to arrive; 0 is DefaultReadTimeout
	IdleTimeout  time.Duration // between two requests of a connection; 0 is twice ReadTimeout
	DrainTimeout time.Duration // for running requests when the server stops; 0 is DefaultDrainTimeout
	// MaxConnections may be open at once: for a new one the longest idle one is closed, and where none is
	// idle it waits. One whose request does not go on is idle, too. 0 is DefaultMaxConnections.
	MaxConnections int

	// Recorded is given each exchange with the API, before its answer is sent, but for those that a fault has
	// spoilt; traffic.Recorder makes fixtures of them. It must not wait, nor change anything. Nil: nobody is.
	Recorded func(traffic.Exchange)

	// Log gets a record for each request to the API, and for defects. Nil discards them.
	Log *slog.Logger
}

func (o Options) withDefaults(doc *openapi.Document) Options {
	o.Seed = cmp.Or(o.Seed, fixtures.DefaultSeed)
	o.MaxItems = cmp.Or(o.MaxItems, DefaultMaxItems)
	o.MaxWorkspaces = cmp.Or(o.MaxWorkspaces, DefaultMaxWorkspaces)
	o.MaxState = cmp.Or(o.MaxState, DefaultMaxState)
	o.MaxBody = cmp.Or(o.MaxBody, DefaultMaxBody)
	o.JournalEntries = cmp.Or(o.JournalEntries, DefaultJournalEntries)
	o.JournalBytes = cmp.Or(o.JournalBytes, DefaultJournalBytes)
	o.MaxSessions = cmp.Or(o.MaxSessions, DefaultMaxSessions)
	o.SessionIdle = cmp.Or(o.SessionIdle, DefaultSessionIdle)
	o.ReadTimeout = cmp.Or(o.ReadTimeout, DefaultReadTimeout)
	o.IdleTimeout = cmp.Or(o.IdleTimeout, 2*o.ReadTimeout)
	o.DrainTimeout = cmp.Or(o.DrainTimeout, DefaultDrainTimeout)
	o.MaxConnections = cmp.Or(o.MaxConnections, DefaultMaxConnections)
	if o.Clock == nil {
		o.Clock = &Clock{}
	}
	if len(o.Workspaces) == 0 {
		o.Workspaces = []string{DefaultWorkspace(doc)}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// DefaultWorkspace returns the value of the scope header that has generated items where none is named: the
// document's example, with which its operations are tried, else fixtures.DefaultWorkspace.
func DefaultWorkspace(doc *openapi.Document) string {
	return cmp.Or(doc.ScopeExample(), fixtures.DefaultWorkspace)
}

// secrets returns what must not be shown, wherever it stands.
func (o Options) secrets() []string {
	keys := slices.DeleteFunc(slices.Clone(o.telling(o.APIKeys)), func(key string) bool {
		return len(key) < redact.ShortestSecret
	})
	if o.ControlToken == "" {
		return keys
	}
	return append(keys, o.ControlToken)
}
