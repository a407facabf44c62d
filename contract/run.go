package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// apiKeyVariable stands for the API key in curl commands.
const apiKeyVariable = "AGENTMOCK_API_KEY"

// Run replays fixtures against a target and reports what departs from the document. Fixtures that
// do not disturb one another run at the same time; the report has them in the order of the list.
// The error says that the run did not take place: a target that is no URL, an AgentID that does not
// exist, values that fit nowhere. A target that cannot be reached, or not to the end, is in the
// report, and so is the end of ctx, after which what the run has made is still removed, within
// seconds.
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
	list, err = withValues(list, o.Values)
	if err != nil {
		return nil, err
	}
	r := newRunner(doc, target, o)
	r.guardKey(list)
	defer r.client.close()
	report := r.run(ctx, list)
	return report, r.pointless
}

// runner is one run.
type runner struct {
	doc     *openapi.Document
	target  Target
	options Options
	client  *client
	table   []check
	secrets *secrets
	keeper  keeper
	cancel  context.CancelCauseFunc
	// operations that the target does not offer, and why we think so; fixed before the first
	// fixture
	absent map[string]string

	mu       sync.Mutex
	pinging  sync.Mutex
	success  map[string]bool // operations of which a valid request succeeded
	pending  []dependence    // refusals that still need such a success
	findings runFindings
	order    map[*fixtures.Fixture]int
	left     []string
	statuses map[int]int // of valid requests
	hangs    map[string]int
	lost     string // why the target was given up
	// pointless is why nothing was run at all; set before the first fixture.
	pointless error
	hint      string // about the API key; "" where there is nothing to say
	progress  Progress
}

// dependence is a fixture whose refusals count only if an operation has succeeded somewhere in the
// run.
type dependence struct {
	outcome   *outcome
	operation string
}

// The causes that end a run early.
var (
	errBail = errors.New("not run: an earlier fixture failed")
	errLost = errors.New("the target could not be reached")
)

func newRunner(doc *openapi.Document, t Target, o Options) *runner {
	r := &runner{
		doc: doc, target: t, options: o, client: newClient(t, o),
		secrets: newSecrets(doc.SecretNames()), absent: map[string]string{}, success: map[string]bool{},
		findings: runFindings{}, order: map[*fixtures.Fixture]int{}, statuses: map[int]int{}, hangs: map[string]int{},
	}
	for name, values := range t.Header {
		if sensitive(name) {
			for _, value := range values {
				r.secrets.add(value, variable(name))
			}
		}
	}
	r.table = slices.DeleteFunc(table(), func(c check) bool { return c.ID == o.without })
	r.client.waiting = func(d time.Duration) { r.report(func(p *Progress) { p.Waiting = d }) }
	return r
}

func (r *runner) run(ctx context.Context, list []*fixtures.Fixture) *Report {
	started := r.options.clock()
	r.progress.Total = len(list)
	for i, f := range list {
		r.order[f] = i
	}
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.cancel = cancel
	if r.prepare(inner, list); r.pointless != nil {
		return nil
	}
	outcomes := r.executeAll(inner, list)
	r.repeat(inner, list, outcomes)
	tidy(ctx, r.keeper.close)
	r.resolvePending()
	report := r.buildReport(list, outcomes)
	report.StartedAt, report.DurationMS = started.UTC(), r.options.clock().Sub(started).Milliseconds()
	report.Interrupted = ctx.Err() != nil
	return report
}

// grace bounds what is done after a run was ended, to remove what it has made.
const grace = 10 * time.Second

// tidy does what must be done even after the run was ended.
func tidy(ctx context.Context, do func(context.Context)) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	do(ctx)
}

func (r *runner) executeAll(ctx context.Context, list []*fixtures.Fixture) map[*fixtures.Fixture]*outcome {
	outcomes := make(map[*fixtures.Fixture]*outcome, len(list))
	var mu sync.Mutex
	note := func(o *outcome) {
		mu.Lock()
		defer mu.Unlock()
		outcomes[o.fixture] = o
		r.report(func(p *Progress) {
			p.Done++
			if o.failed() {
				p.Failed++
			}
		})
		if o.failed() && r.options.Bail {
			r.cancel(errBail)
		}
	}
	jobs := r.options.Jobs
	if r.keeper.alone() {
		jobs = 1
	}
	together, alone := separateLists(r.doc, plans(list))
	r.queue(ctx, together, jobs, note)
	r.queue(ctx, alone, 1, note)
	return outcomes
}

// queue carries out units, as many at a time as there are jobs.
func (r *runner) queue(ctx context.Context, units []unit, jobs int, note func(*outcome)) {
	queue := make(chan unit)
	var workers sync.WaitGroup
	for range jobs {
		workers.Go(func() {
			for u := range queue {
				r.work(ctx, u, note)
			}
		})
	}
	for _, u := range units {
		queue <- u
	}
	close(queue)
	workers.Wait()
}

func (r *runner) work(ctx context.Context, u unit, note func(*outcome)) {
	started := r.options.clock()
	var pending []*fixtures.Fixture
	for _, f := range u.fixtures {
		if reason := r.unfit(ctx, f); reason != "" {
			note(&outcome{fixture: f, skipped: reason})
			continue
		}
		pending = append(pending, f)
	}
	if len(pending) == 0 {
		return
	}
	s := r.newSession(pending[0])
	outcomes := s.executeUnit(ctx, u, pending)
	tidy(ctx, func(ctx context.Context) { r.keeper.finish(ctx, s) })
	took := r.options.clock().Sub(started) / time.Duration(len(outcomes))
	for _, o := range outcomes {
		o.took = took
		r.markEnded(ctx, o)
		note(o)
	}
}

// tell carries out the fixtures of a unit. A panic, which is a mistake of ours, must not keep the
// run from tidying up.
func (s *session) executeUnit(ctx context.Context, u unit, pending []*fixtures.Fixture) (outcomes []*outcome) {
	defer func() {
		if caught := recover(); caught != nil {
			outcomes = nil
			for _, f := range pending {
				o := &outcome{fixture: f}
				o.errorf("the runner broke down over it, which is a mistake of its own: %v", caught)
				outcomes = append(outcomes, o)
			}
		}
	}()
	if u.refusals {
		return s.refusals(ctx, pending)
	}
	s.execute(ctx, pending[0])
	return []*outcome{s.outcome}
}

// unfit says why a fixture is not carried out at all; "" where it is.
func (r *runner) unfit(ctx context.Context, f *fixtures.Fixture) string {
	if f.Skip != "" {
		return f.Skip
	}
	if cause := context.Cause(ctx); cause != nil {
		return r.ended(cause)
	}
	for _, id := range f.Needs() {
		if reason := r.missing(id); reason != "" {
			return reason
		}
	}
	return r.keeper.unfit(f)
}

func (r *runner) ended(cause error) string {
	if errors.Is(cause, errBail) || errors.Is(cause, errLost) {
		return cause.Error()
	}
	return "interrupted"
}

// cutShort turns what went wrong because the run was ended into that reason.
func (r *runner) markEnded(ctx context.Context, o *outcome) {
	if cause := context.Cause(ctx); cause != nil && o.errored != "" && !o.failed() {
		o.errored, o.skipped = "", r.ended(cause)
	}
}

// missing says why an operation cannot be used; "" where it can.
func (r *runner) missing(id string) string {
	if r.doc.Operation(id) == nil {
		return fmt.Sprintf("the document has no operation %s", id)
	}
	return r.absent[id]
}

// scoped says whether a request is about the run's own workspace.
func (r *runner) scoped(request *openapi.Request) bool {
	if r.doc.Scope == nil {
		return true
	}
	values := request.Header.Values(r.doc.Scope.Header)
	return len(values) > 0 && values[0] == r.target.WorkspaceID
}

func (r *runner) succeeded(op *openapi.Operation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.success[op.ID] = true
}

// anyOperation stands for whichever operation succeeds.
const anyOperation = ""

// depend makes a fixture's outcome depend on whether an operation succeeds anywhere in the run.
func (r *runner) requireSuccess(o *outcome, operation string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pending = append(r.pending, dependence{o, operation})
}

// settle decides what depended on the whole run.
func (r *runner) resolvePending() {
	for _, d := range r.pending {
		switch {
		case d.operation == anyOperation && len(r.success) == 0:
			d.outcome.errorf("a refusal proves nothing here: no valid request succeeded in this run")
		case d.operation != anyOperation && !r.success[d.operation]:
			d.outcome.errorf("a refusal proves nothing here: no valid request to %s succeeded in this run", d.operation)
		}
	}
}

// leave names something that the run could not remove or put back.
func (r *runner) recordLeftover(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if text := r.secrets.sentence(fmt.Sprintf(format, args...)); !slices.Contains(r.left, text) {
		r.left = append(r.left, text)
	}
}

func (r *runner) report(change func(*Progress)) {
	r.mu.Lock()
	change(&r.progress)
	r.progress.Requests = int(r.client.requests.Load())
	p := r.progress
	r.progress.Waiting = 0
	r.mu.Unlock()
	r.options.Progress(p)
}
