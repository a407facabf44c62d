package contract

import (
	"cmp"
	"context"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/internal/ownership"
)

// The defaults of Options.
const (
	DefaultJobs    = 8
	DefaultTimeout = apiclient.DefaultTimeout
	DefaultRetries = 2
	DefaultSeed    = 1
	DefaultWait    = 5 * time.Second
)

// Options are the options of a run. The zero value is ready to use.
type Options struct {
	// Level is stated in the report; "": fixtures.Standard. A smoke run saves the requests that
	// only narrow down what it has found. Level selects no fixtures: see Selection.
	Level fixtures.Level
	// Jobs is the number of fixtures that run concurrently; 0: DefaultJobs. On the item that
	// AgentID names, they take turns.
	Jobs int
	// Budget is how many requests the fixtures may take, about; 0: DefaultBudget of the level,
	// negative: any number. Where that is too little for all, the report says how many are LeftOut.
	Budget int
	// Underived is the number of fixtures that were not even derived for want of requests; the
	// report adds it to those that are left out.
	Underived int
	// Rate is the maximum of requests per second; 0: none. A 429 is honoured in any case.
	Rate float64
	// Retries is how often a request is sent again that certainly was not delivered, or that changes
	// nothing and was not answered for a reason that may pass; 0: DefaultRetries, negative: never.
	Retries int
	// Timeout bounds one request and its response; 0: DefaultTimeout.
	Timeout time.Duration
	// Wait is how long the run waits for a target that is not there, or not there any more, to come (back);
	// 0: DefaultWait, negative: hardly at all.
	Wait time.Duration
	// MaxFailures ends the run when so many fixtures have failed; 0: it goes on to its end.
	MaxFailures int
	// Shard and Shards divide the fixtures among several runs: this one executes the part Shard, from 1, of
	// Shards; see Merge. 0 and 1 Shards: it executes all.
	Shard, Shards int
	// Known, if not nil, reports whether the violation with a fingerprint is known and accepted. A fixture
	// that has no others does not count as a failure while the run goes on; the report is for the package
	// contract/known to mark. Known is called from several goroutines.
	Known func(fingerprint string) bool
	// Repeat is how often each fixture is executed, all of them before any is executed once more; 0: once. What
	// fails in some rounds only is flaky. The budget is that of one round.
	Repeat int
	// Settle is how long reads and lists may lag behind writes: after a write, those that are not as
	// they should be are repeated for so long before they count; 0: not at all.
	Settle time.Duration
	// FlakyPasses lets fixtures pass that failed once and passed when they were repeated: what they found
	// becomes notes.
	FlakyPasses bool
	// Seed determines the texts that the run makes up; 0: DefaultSeed. The same seed gives the same
	// requests, but for what tells runs apart: a part of each name and identity that they give.
	Seed uint64
	// Values replace what fixtures send, by JSON pointer into bodies, where a backend takes only
	// values that it knows: phone numbers, voices, keys.
	Values map[string]any
	// Progress, if not nil, is called after each step of the run, from several goroutines.
	Progress func(Progress)
	// Warn, if not nil, is called before the run does something that cannot be undone, and when it has to
	// wait for the target.
	Warn func(text string)
	// Exchanged, if not nil, is called with every request that was sent and what came of it, those that are
	// sent again and the run's own included, from several goroutines. The run waits for it.
	Exchanged func(Exchange)
	// Version is the tool's own version, for the report and the User-Agent; empty: "dev".
	Version string

	nonce   uint64                                     // tells the run from others; 0: a random one
	without string                                     // a check that tests leave out
	sleep   func(context.Context, time.Duration) error // nil: apiclient.Sleep
	clock   func() time.Time                           // nil: time.Now
}

// Progress is the progress of a run.
type Progress struct {
	Done, Total int // fixtures
	Failed      int // but for those that show nothing new; see Options.Known
	Requests    int
	// Waiting is how long the target has just asked to wait (429); 0: it has not.
	Waiting time.Duration
}

func (o Options) normal() Options {
	o.Level, o.Version = cmp.Or(o.Level, fixtures.Standard), cmp.Or(o.Version, "dev")
	o.Seed, o.Retries = cmp.Or(o.Seed, DefaultSeed), max(cmp.Or(o.Retries, DefaultRetries), 0)
	o.Budget, o.nonce = cmp.Or(o.Budget, DefaultBudget(o.Level)), cmp.Or(o.nonce, ownership.Nonce())
	o.Wait = max(cmp.Or(o.Wait, DefaultWait), 0)
	o.Repeat = max(o.Repeat, 1)
	if o.Jobs <= 0 {
		o.Jobs = DefaultJobs
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	if o.sleep == nil {
		o.sleep = apiclient.Sleep
	}
	if o.clock == nil {
		o.clock = time.Now
	}
	return o
}
