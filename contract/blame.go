package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// divide separates the units that were under way from the others. What was lost alone is tried once more,
// and watched for longer.
func (r *round) divide(units []unit) (suspects, others []unit) {
	for _, u := range units {
		switch {
		case r.watch > 0:
			u.watch = longWatch
			suspects = append(suspects, u)
		case r.suspected(u):
			suspects = append(suspects, u)
		default:
			others = append(others, u)
		}
	}
	return suspects, others
}

func (r *round) suspected(u unit) bool {
	return slices.ContainsFunc(r.suspects, func(s suspect) bool {
		return s.session != nil && slices.Contains(u.fixtures, s.session.fixture)
	})
}

// answeredLast returns the last requests that were answered, the last one first.
func (r *runner) answeredLast() []suspect {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := slices.Clone(r.recent)
	slices.Reverse(list)
	return list
}

// search returns groups of units with what was answered before the target was lost: it may have died of
// that, some time after the answer. They are executed only if nothing that was under way makes the target
// fail. Those that are left to execute anyway are taken out of the others.
func (r *runner) search(lost *round, others *[]unit) [][]unit {
	if len(lost.recent) == 0 || len(lost.suspects) > 0 && r.searches >= maxSearch {
		return nil
	}
	r.searches++
	var found []unit
	seen := map[*fixtures.Fixture]bool{}
	for _, s := range lost.recent {
		if s.session == nil || seen[s.session.fixture] || len(found) == maxRepeats {
			continue
		}
		f := s.session.fixture
		seen[f] = true
		holds := func(u unit) bool { return slices.Contains(u.fixtures, f) }
		i := slices.IndexFunc(*others, holds)
		switch _, ofRun := r.order[f]; {
		case !ofRun || lost.suspected(unit{fixtures: []*fixtures.Fixture{f}}) || slices.ContainsFunc(found, holds):
		case i >= 0:
			found, *others = append(found, (*others)[i]), slices.Delete(*others, i, i+1)
		default:
			found = append(found, unit{fixtures: []*fixtures.Fixture{f}, refusals: sharesItem(f), repeated: true})
		}
	}
	for i := range found {
		found[i].search = r.killers + 1
	}
	return slices.Collect(slices.Chunk(found, groupSize))
}

// together executes a group of what was answered before the target was lost. Where it is lost again, it
// returns them, to be executed alone.
func (r *runner) together(ctx context.Context, group []unit, done func(*outcome)) []unit {
	lost, left := r.round(ctx, group, 1, 0, reported(group, done))
	switch {
	case lost != nil:
		r.losses++
	case r.survives(ctx, longWatch):
		return left
	default:
		r.losses++
		lost = &round{err: errLate}
	}
	r.recover(ctx, lost)
	for i := range group {
		f := group[i].fixtures[0]
		isLeft := func(u unit) bool { return slices.Contains(u.fixtures, f) }
		group[i].repeated = group[i].repeated || !slices.ContainsFunc(left, isLeft)
	}
	return group
}

// errLate is why a target counts as lost that was there when a request was answered, and a while later
// was not.
var errLate = errors.New("nothing is answered any more")

// foundSince reports whether the search for what makes the target fail, for which a unit is executed, has
// ended.
func (r *runner) foundSince(u unit) bool { return u.search > 0 && r.killers >= u.search }

// pending returns the units that have not been executed yet.
func pending(units []unit) []unit {
	return slices.DeleteFunc(slices.Clone(units), func(u unit) bool { return u.repeated })
}

// reported returns what the outcomes of units are passed to: that of a repeated one counts only if it
// shows what makes the target fail.
func reported(units []unit, done func(*outcome)) func(*outcome) {
	return func(o *outcome) {
		repeated := slices.ContainsFunc(units, func(u unit) bool {
			return u.repeated && slices.Contains(u.fixtures, o.fixture)
		})
		if !repeated || o.proven && o.failed() {
			done(o)
		}
	}
}

// convicts reports whether it was the suspect with which the target was lost: nothing else was under way,
// and the target had survived the answer before. Of what was answered itself, that is sure only where the
// answers before were watched for long.
func (r *round) convicts(s suspect) bool {
	return r.watch >= longWatch || r.watch > 0 && s.x.got.answer == nil
}

// blame reports a request with which the target was lost twice, the second time when nothing else was
// under way. It returns what is left to execute.
func (r *runner) blame(lost *round, left []unit, done func(*outcome)) []unit {
	r.losses++
	var guilty *suspect
	for i, s := range lost.suspects {
		if r.blamed[s.key()]++; r.blamed[s.key()] > 1 && s.session != nil && lost.convicts(s) {
			guilty = &lost.suspects[i]
		}
	}
	if lost.watch == 0 || len(left) == 0 {
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
		message = fmt.Sprintf("the target was lost right after it had answered %s with %d (%v)", s.x.method(),
			answer.Status, err)
	}
	return s.session.report(s.x, checkAnswered, Finding{Violation: openapi.Violation{In: "status",
		Document: s.x.sent.op.Position, Message: message + ", and was lost again when nothing else was under way"}})
}
