package contract

import (
	"context"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/apiclient"
)

// What the zero Options stand for.
const (
	DefaultJobs    = 8
	DefaultTimeout = apiclient.DefaultTimeout
	DefaultRetries = 2
	DefaultSeed    = 1
)

// Options are the knobs of a run. The zero value is a good start.
type Options struct {
	// Level goes into the report, and a smoke run spares the requests that only say more about what
	// it has found. Selection is what picks fixtures by level.
	Level fixtures.Level
	// Jobs is how many fixtures run at the same time; 0: DefaultJobs. On an item that AgentID
	// names, they take turns.
	Jobs int
	// Rate bounds the requests per second; 0: no bound. A 429 is honoured in any case.
	Rate float64
	// Retries is how often a request is tried again that surely was not delivered; 0:
	// DefaultRetries, negative: never.
	Retries int
	// Timeout bounds one request and its answer; 0: DefaultTimeout.
	Timeout time.Duration
	// Bail ends the run after the first failed fixture.
	Bail bool
	// Seed makes the run's own texts (unique names, secrets); 0: DefaultSeed. The same seed, the
	// same requests.
	Seed uint64
	// Values replace what fixtures send, by JSON pointer into bodies, where a backend takes only
	// values that it knows: phone numbers, voices, keys.
	Values map[string]any
	// Progress is told how far the run is, from several goroutines; nil: nobody is.
	Progress func(Progress)
	// Warn is told what the run is about to do that cannot be undone, before it does it; nil:
	// nobody is.
	Warn func(text string)
	// Version is the tool's own version, for the report and the User-Agent; empty: "dev".
	Version string

	nonce   uint64                                     // makes the identities that the run gives; 0: a random one
	without string                                     // a check that is left out, so that tests can see what it is worth
	sleep   func(context.Context, time.Duration) error // nil: apiclient.Sleep
	clock   func() time.Time                           // nil: time.Now
}

// Progress is how far a run is.
type Progress struct {
	Done, Total int // fixtures
	Failed      int
	Requests    int
	// Waiting is how long the target asked to be left alone (429); 0: it did not.
	Waiting time.Duration
}

func (o Options) normal() Options {
	if o.Level == "" {
		o.Level = fixtures.Standard
	}
	if o.Jobs <= 0 {
		o.Jobs = DefaultJobs
	}
	switch {
	case o.Retries == 0:
		o.Retries = DefaultRetries
	case o.Retries < 0:
		o.Retries = 0
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Seed == 0 {
		o.Seed = DefaultSeed
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	if o.sleep == nil {
		o.sleep = apiclient.Sleep
	}
	if o.clock == nil {
		o.clock = time.Now
	}
	return o
}
