package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/openapi"
)

// A target may be lost: it dies of a request, or answers nothing any more. The units of a run are
// executed in rounds. When the target is lost, the round ends; once the target is back, what was under
// way is executed again, one unit at a time and with a look at the target after each request, so that a
// request that makes it fail is known. What else had begun starts again in the next round.

// errDown ends a round.
var errDown = errors.New("the target was lost")

// The bounds of losing the target.
const (
	maxKillers = 8  // requests that are shown to make the target fail
	maxLosses  = 30 // times that it is lost
	maxUnit    = 4  // times that it is lost during one unit
)

// round is one execution of units.
type round struct {
	down    context.CancelCauseFunc
	careful bool // one unit, with a look at the target after each request

	mu       sync.Mutex
	err      error      // why the target counts as lost; nil: it does not
	suspects []suspect  // what was under way then
	recent   []suspect  // what was answered before that, where nothing was under way
	void     []*session // what had begun
}

// suspect is a request that was under way, or was the last one to be answered, when the target was lost.
type suspect struct {
	session *session // nil: the run itself sent it
	x       *exchange
}

// key tells suspects apart between two executions of a fixture.
func (s suspect) key() string {
	if s.session == nil {
		return s.x.sent.op.ID
	}
	return s.session.fixture.ID + "\x00" + s.x.sent.op.ID
}

type roundKey struct{}

func (r *round) in(ctx context.Context) context.Context { return context.WithValue(ctx, roundKey{}, r) }

// roundOf returns the round that a context is of; nil: none.
func roundOf(ctx context.Context) *round {
	r, _ := ctx.Value(roundKey{}).(*round)
	return r
}

// isDown reports whether a context is of a round that has ended because the target was lost.
func isDown(ctx context.Context) bool { return errors.Is(context.Cause(ctx), errDown) }

// lose ends the round because the target does not answer. Requests that surely have not reached it are
// no suspects.
func (r *round) lose(x *exchange, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delivered := !errors.As(err, new(*apiclient.UndeliveredError))
	if r.err == nil || delivered && errors.As(r.err, new(*apiclient.UndeliveredError)) {
		r.err = err
	}
	if delivered {
		r.suspects = append(r.suspects, suspect{x.session, x})
	}
	r.down(errDown)
}

// postpones reports whether a session can only be tidied up after the round, which has lost the target.
func (r *round) postpones(s *session) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil && !slices.Contains(r.void, s) {
		r.void = append(r.void, s)
	}
	return r.err != nil
}

// round executes units, as many at a time as there are jobs. It returns the round if the target was lost
// during it, and what is left to execute.
func (r *runner) round(ctx context.Context, units []unit, jobs int, careful bool,
	done func(*outcome)) (*round, []unit) {
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	now := &round{down: cancel, careful: careful}
	inner = now.in(inner)
	var mu sync.Mutex
	var left []unit
	queue := make(chan unit)
	var workers sync.WaitGroup
	for range min(jobs, len(units)) {
		workers.Go(func() {
			for u := range queue {
				if u.fixtures = r.work(inner, u, done); len(u.fixtures) > 0 {
					mu.Lock()
					left = append(left, u)
					mu.Unlock()
				}
			}
		})
	}
	for _, u := range units {
		queue <- u
	}
	close(queue)
	workers.Wait()
	if now.err == nil {
		return nil, left
	}
	return now, left
}

// queue executes units, as many at a time as there are jobs, in as many rounds as that takes.
func (r *runner) queue(ctx context.Context, units []unit, jobs int, done func(*outcome)) {
	var alone []unit // what was under way when the target was lost
	for len(alone)+len(units) > 0 {
		batch, workers, careful := units, jobs, len(alone) > 0
		if careful {
			batch, workers, alone = alone[:1], 1, alone[1:]
		} else {
			units = nil
		}
		lost, left := r.round(ctx, batch, workers, careful, done)
		if lost == nil {
			for i := range left {
				left[i].again = true
			}
			alone = append(alone, left...)
			continue
		}
		if len(lost.suspects) == 0 && !careful { // it may have died of what it had answered
			lost.recent = slices.Clone(r.recent)
		}
		left = r.blame(lost, left, len(batch) == 1, done)
		r.recover(ctx, lost)
		suspects, others := lost.divide(left)
		alone, units = append(suspects, alone...), append(others, units...)
	}
}

// divide separates the units that were under way from the others.
func (r *round) divide(units []unit) (suspects, others []unit) {
	for _, u := range units {
		if slices.ContainsFunc(slices.Concat(r.suspects, r.recent), func(s suspect) bool {
			return s.session != nil && slices.Contains(u.fixtures, s.session.fixture)
		}) {
			suspects = append(suspects, u)
		} else {
			others = append(others, u)
		}
	}
	return suspects, others
}

// blame reports a request with which the target was lost twice, the second time when nothing else was
// under way. It returns what is left to execute.
func (r *runner) blame(lost *round, left []unit, single bool, done func(*outcome)) []unit {
	r.losses++
	var guilty *suspect
	for i, s := range lost.suspects {
		if r.blamed[s.key()]++; single && r.blamed[s.key()] > 1 && s.session != nil {
			guilty = &lost.suspects[i]
		}
	}
	if !single || len(left) == 0 {
		return left
	}
	u := left[0]
	if guilty != nil {
		f := guilty.session.fixture
		r.killers++
		o := &outcome{fixture: f, proven: true}
		r.record(o, guilty.finding(lost.err))
		if !o.failed() { // the finding is about the run's own requests
			o.errorf("the target was lost: %v", lost.err)
		}
		done(o)
		u.fixtures = slices.DeleteFunc(slices.Clone(u.fixtures), func(g *fixtures.Fixture) bool { return g == f })
	}
	first := left[0].fixtures[0]
	if r.lostDuring[first]++; r.lostDuring[first] >= maxUnit {
		for _, f := range u.fixtures {
			done(&outcome{fixture: f, proven: true, errored: "the target was lost each time that it was executed"})
		}
		u.fixtures = nil
	}
	if len(u.fixtures) == 0 {
		return nil
	}
	return []unit{u}
}

// finding says what became of the target.
func (s suspect) finding(err error) []Finding {
	message := fmt.Sprintf("the target was lost while it handled %s (%v)", s.x.method(), err)
	if answer := s.x.got.answer; answer != nil {
		message = fmt.Sprintf("the target was lost as soon as it had answered %s with %d (%v)", s.x.method(),
			answer.Status, err)
	}
	return s.session.report(s.x, checkAnswered, Finding{Violation: openapi.Violation{In: "status",
		Document: s.x.sent.op.Position, Message: message + ", and was lost again when nothing else was under way"}})
}

// recover waits until the target is back, and removes what the sessions have made that its loss has
// ended. A target that does not come back, or is lost again and again, is given up.
func (r *runner) recover(ctx context.Context, lost *round) {
	back := r.await(ctx, lost.err)
	switch {
	case ctx.Err() != nil:
	case !back:
		r.giveUp(lost.err, lost.suspects)
	case r.killers >= maxKillers:
		r.giveUp(fmt.Errorf("%d requests have made it fail, which are reported", r.killers), lost.suspects)
	case r.losses >= maxLosses:
		r.giveUp(fmt.Errorf("it was lost %d times, the last time with: %w", r.losses, lost.err), lost.suspects)
	}
	for _, s := range lost.void {
		r.tidy(ctx, s.finish)
	}
	if !back {
		return
	}
	r.mu.Lock()
	r.came++
	r.mu.Unlock()
	for _, registry := range r.registries { // it may have started anew, with other items
		registry.Restarted()
	}
}

// LastRequest is a request that was under way when the target was lost or, where none was, one of the
// last that were answered.
type LastRequest struct {
	Fixture string `json:"fixture,omitempty"`
	Request string `json:"request"`
	Status  int    `json:"status,omitempty"` // 0: it was not answered
	Curl    string `json:"curl"`
}

// maxLast bounds the last requests that are named.
const maxLast = 8

// lastRequests returns suspects as the report has them.
func (r *runner) lastRequests(list []suspect) []LastRequest {
	out := []LastRequest{}
	for _, s := range list[:min(len(list), maxLast)] {
		last := LastRequest{Request: s.x.method()}
		if s.session != nil {
			last.Fixture, last.Curl = s.session.fixture.ID, s.session.curl(s.x)
		} else {
			last.Curl = curl.Command(curl.Request{Method: s.x.sent.op.Method, URL: s.x.sent.url,
				Header: s.x.sent.request.Header, Body: s.x.sent.request.Body}, r.secrets)
		}
		if s.x.got.answer != nil {
			last.Status = s.x.got.answer.Status
		}
		out = append(out, last)
	}
	return out
}

// lastNamed names the last requests, as the end of a sentence.
func lastNamed(list []LastRequest) string {
	var out []string
	for _, l := range list {
		text := l.Request
		if l.Fixture != "" {
			text += " (" + l.Fixture + ")"
		}
		out = append(out, text)
	}
	if len(out) == 0 {
		return ""
	}
	return "; the last requests: " + strings.Join(out, ", ")
}

// await waits until the target answers, for as long as Options.Wait says. It reports whether it does.
func (r *runner) await(ctx context.Context, why error) bool {
	r.pinging.Lock()
	defer r.pinging.Unlock()
	if r.gone() || r.neverCame {
		return false
	}
	until := r.options.clock()
	if !speaksNoHTTP(why) { // that will not change
		until = until.Add(r.options.Wait)
	}
	for attempt := 1; ; attempt++ {
		answered, ready := r.ping(ctx)
		over := !r.options.clock().Before(until)
		switch {
		case ready, answered && over:
			return true
		case over && attempt >= 3:
			r.neverCame = !r.judged.Load()
			return false
		case attempt == 2 && r.options.Wait > 0:
			r.options.Warn(fmt.Sprintf("%s is not there (%s): waiting %s for it", r.target.BaseURL,
				r.secrets.Text(whyLost(why)), r.options.Wait))
		}
		if r.options.sleep(ctx, min(time.Duration(attempt)*100*time.Millisecond, 500*time.Millisecond)) != nil {
			return false
		}
	}
}

func whyLost(err error) string {
	if err == nil {
		return "it is not ready"
	}
	return strings.TrimSpace(err.Error())
}
