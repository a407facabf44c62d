package contract

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/agentmock/agentmock/internal/apiclient"
)

// round is one execution of units.
type round struct {
	down  context.CancelCauseFunc
	watch time.Duration // how long the target is watched after each answer, to the only unit; 0: not at all

	mu       sync.Mutex
	err      error      // why the target counts as lost; nil: it does not
	suspects []suspect  // what was under way then
	recent   []suspect  // what was answered before that, the last one first
	void     []*session // what had begun
}

// suspect is a request that was under way, or was the last one to be answered, when the target was lost.
type suspect struct {
	session *session // nil: the run itself sent it
	x       *exchange
	at      time.Time // when it was answered; zero: it was not, or that does not matter
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
		r.suspects = append(r.suspects, suspect{session: x.session, x: x})
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

// lostWith reports whether a request of a session was under way when the target was lost.
func (r *round) lostWith(s *session) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.suspects, func(of suspect) bool { return of.session == s })
}

// round executes units, as many at a time as there are jobs. It returns the round if the target was lost
// during it, and what is left to execute.
func (r *runner) round(ctx context.Context, units []unit, jobs int, watch time.Duration,
	done func(*outcome)) (*round, []unit) {
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	now := &round{down: cancel, watch: watch}
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
	var alone []unit    // what may have made the target fail
	var groups [][]unit // what may have done so before it was lost
	for len(alone)+len(groups)+len(units) > 0 {
		var batch, left []unit
		var lost *round
		switch {
		case len(alone) > 0:
			batch, alone = alone[:1], alone[1:]
			if r.foundSince(batch[0]) {
				units = append(units, pending(batch)...)
				continue
			}
			lost, left = r.round(ctx, batch, 1, max(batch[0].watch, shortWatch), reported(batch, done))
		case len(groups) > 0:
			batch, groups = groups[0], groups[1:]
			if r.foundSince(batch[0]) {
				units = append(units, pending(batch)...)
				continue
			}
			if left = r.together(ctx, batch, done); left != nil {
				alone = left
			}
			continue
		default:
			if lost, left = r.round(ctx, units, jobs, 0, done); lost != nil {
				lost.recent = r.answeredLast()
			}
			units = nil
		}
		if lost == nil {
			for i := range left {
				left[i].again = true
			}
			alone = append(alone, left...)
			continue
		}
		left = r.blame(lost, left, reported(batch, done))
		r.recover(ctx, lost)
		suspects, others := lost.divide(left)
		groups = append(groups, r.search(lost, &others)...)
		alone, units = append(suspects, alone...), append(others, units...)
	}
}
