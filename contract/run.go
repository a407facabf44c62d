package contract

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/agentmock/agentmock/contract/coverage"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/internal/ownership"
	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
)

// apiKeyVariable stands for the API key in curl commands.
const apiKeyVariable = "AGENTMOCK_API_KEY"

// Run replays fixtures against a target and reports where its responses differ from the document.
// Fixtures that do not disturb one another run concurrently; the report has them in the order of
// the list, which is not changed.
//
// The error means that the run did not take place, and the report is nil: a target that is no URL,
// an AgentID that does not exist, values that fit nowhere, a fixture of a user's own that the document
// contradicts (a *fixtures.LoadError). An unreachable target is in the report, and so is the end of
// ctx, after which the items of the run are still removed, within seconds.
// Runs are independent of each other and may be concurrent.
func Run(ctx context.Context, doc *openapi.Document, list []*fixtures.Fixture, t Target, o Options) (*Report, error) {
	target, err := t.normal()
	if err != nil {
		return nil, err
	}
	o = o.normal()
	list, err = fixtures.Bind(doc, list...)
	if err != nil {
		return nil, err
	}
	if err := fixtures.Check(doc, list...); err != nil {
		return nil, err
	}
	list, err = withValues(list, o.Values)
	if err != nil {
		return nil, err
	}
	list, left := Spend(list, o)
	r := newRunner(doc, target, o)
	if o.Shards > 1 {
		r.shard = &Shard{Index: o.Shard, Of: o.Shards, Fixtures: len(list)}
		list, r.shard.Places = InShard(list, o.Shard, o.Shards)
	}
	r.leftOut = left
	r.guardKey(list)
	defer r.client.Close()
	report := r.run(ctx, list)
	return report, r.pointless
}

// runner is one run.
type runner struct {
	doc     *openapi.Document
	target  Target
	options Options
	client  *apiclient.Client
	table   []check
	secrets *redact.Set
	sandbox *sandbox // nil: every session creates items of its own
	// what is known of the items of each resource whose items have an identity
	registries map[*openapi.Resource]*ownership.Registry
	cancel     context.CancelCauseFunc
	graceOver  context.Context // ends some time after the user has interrupted the run
	// operations that the target does not offer, with the reason; not changed after the first
	// fixture
	absent map[string]string
	// what there is only once, by resource and place, and the reasons why the items of creations
	// cannot be told, by operation; guarded by opening and by mu
	opening    sync.Mutex
	singletons map[string]*sandbox
	unnamed    map[string]string
	borrowed   map[*openapi.Resource]borrowed // guarded by opening

	mu      sync.Mutex
	pinging sync.Mutex
	large   sync.Mutex // held while a large answer is judged
	doubts
	failed   map[*fixtures.Fixture]bool // in any round
	success  map[string]bool            // operations that got a valid request, and whether one succeeded
	findings runFindings
	answers  answers
	// whether operations showed old values for a while, and how often the time to settle passed in vain
	lags        bool
	vainSettles int
	order       map[*fixtures.Fixture]int
	left        []string // what the run could not remove or put back
	remains     []string // what there was no way to remove or to put back
	strays
	statuses  map[int]int         // of valid requests
	failures  map[string]failures // by operation
	stubborn  map[string]int      // deletions that failed again and again, by operation
	judged    atomic.Bool         // an answer was
	numbers   atomic.Int64        // given to exchanges and sessions; see trait
	sent      atomic.Int64        // exchanges that Options.Exchanged was told of
	lost      string              // why the target was given up
	last      []LastRequest       // what was under way then
	recent    []suspect           // the last requests that were answered
	neverCame bool                // waiting for the target to start was; guarded by pinging
	// what is known of the times that the target was lost; used between rounds
	losses, killers, came, searches int
	blamed                          map[string]int // suspects, by their keys
	lostDuring                      map[*fixtures.Fixture]int
	breaks                          int // requests whose connection broke off; guarded by mu
	leftOut                         *LeftOut
	shard                           *Shard          // nil: all fixtures
	meter                           *coverage.Meter // what the run exercises of the document
	// pointless is why no fixture is executed; set before the first one.
	pointless error
	hint      string // about the API key; "" where there is nothing to say
	progress  Progress
}

// The causes that end a run early.
var (
	errBail = errors.New("not run: an earlier fixture failed")
	errLost = errors.New("the target could not be reached")
)

func newRunner(doc *openapi.Document, t Target, o Options) *runner {
	r := &runner{
		doc: doc, target: t, options: o, doubts: newDoubts(), graceOver: context.Background(),
		absent: map[string]string{}, singletons: map[string]*sandbox{}, unnamed: map[string]string{},
		borrowed: map[*openapi.Resource]borrowed{},
		success:  map[string]bool{},
		findings: runFindings{}, answers: answers{}, order: map[*fixtures.Fixture]int{}, statuses: map[int]int{},
		strays: newStrays(), blamed: map[string]int{}, lostDuring: map[*fixtures.Fixture]int{},
		failed:   map[*fixtures.Fixture]bool{},
		failures: map[string]failures{}, stubborn: map[string]int{}, meter: newMeter(doc),
	}
	r.secrets = r.newSecrets()
	r.registries = registries(doc, o)
	r.table = slices.DeleteFunc(table(), func(c check) bool { return c.ID == o.without })
	r.client = apiclient.New(apiclient.Options{
		Transport: t.Transport, TLS: t.TLS, Connections: 2 * o.Jobs,
		Timeout: o.Timeout, Retries: o.Retries, Rate: o.Rate, UserAgent: "agentmock/" + o.Version,
		Now: o.clock, Sleep: o.sleep,
		Observe: r.observer(),
		OnPause: func(d time.Duration) { r.progressed(func(p *Progress) { p.Waiting = d }) },
	})
	return r
}

func (r *runner) run(ctx context.Context, list []*fixtures.Fixture) *Report {
	started := r.options.clock()
	r.progress.Total = len(list) * r.options.Repeat
	for i, f := range list {
		r.order[f] = i
		if r.shard != nil {
			r.order[f] = r.shard.Places[i]
		}
	}
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.cancel = cancel
	defer r.beginGrace(ctx)()
	if r.prepare(inner, list); r.pointless != nil {
		return nil
	}
	outcomes := r.executeRounds(inner, list)
	if r.options.Repeat == 1 { // else the rounds have told what is flaky
		r.repeat(inner, list, outcomes)
	}
	r.repeatOwn(inner)
	r.tidy(ctx, r.restoreAll)
	r.tidy(ctx, r.removeStrays)
	r.resolveNeeds(outcomes)
	report := r.buildReport(list, outcomes)
	report.StartedAt, report.DurationMS = started.UTC(), r.options.clock().Sub(started).Milliseconds()
	report.Interrupted = ctx.Err() != nil
	return report
}

// missing returns why an operation cannot be used; "" where it can.
func (r *runner) missing(id string) string {
	if r.doc.Operation(id) == nil {
		return fmt.Sprintf("the document has no operation %s", id)
	}
	return r.absent[id]
}

// workspaceOf returns the workspace that a request names.
func (r *runner) workspaceOf(request *openapi.Request) workspace {
	if r.doc.Scope == nil {
		return ownWorkspace
	}
	switch values := slices.Compact(slices.Clone(request.Header.Values(r.doc.Scope.Header))); {
	case len(values) == 1 && values[0] == r.target.WorkspaceID:
		return ownWorkspace
	case len(values) == 1 && values[0] != "":
		return otherWorkspace
	}
	return unclearWorkspace
}

// resolveNeeds decides the outcomes that need a success anywhere in the run.
func (r *runner) resolveNeeds(outcomes map[*fixtures.Fixture]*outcome) {
	for _, o := range outcomes {
		if o.errored == "" && o.skipped == "" {
			if r.resolve(o); o.errored != "" || o.skipped != "" {
				o.unproved = o.needs
			}
			continue
		}
		r.resolve(o)
	}
}

// resolve decides an outcome that needs a success.
func (r *runner) resolve(o *outcome) {
	for _, operation := range o.needs {
		succeeded, asked := r.success[operation]
		switch {
		case operation == anyOperation && !slices.Contains(slices.Collect(maps.Values(r.success)), true):
			o.errorf("a refusal proves nothing here: no valid request succeeded in this run")
		case operation == anyOperation || succeeded:
		case asked || o.failed():
			o.errorf("a refusal proves nothing here: no valid request to %s succeeded in this run", operation)
		default:
			o.end(&skipError{fmt.Sprintf("a refusal proves nothing here: the run had nothing to send a valid "+
				"request to %s about", operation)})
		}
	}
}

// progressed updates the progress and passes it on.
func (r *runner) progressed(change func(*Progress)) {
	r.mu.Lock()
	change(&r.progress)
	r.progress.Requests = r.client.Requests()
	p := r.progress
	r.progress.Waiting = 0
	r.mu.Unlock()
	r.options.Progress(p)
}
