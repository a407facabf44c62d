package contract

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/agentmock/agentmock/contract/coverage"
	"github.com/agentmock/agentmock/fixtures"
)

// Merge returns the report of a whole run from those of its shards: of one document, level and seed, each
// shard once. Times, requests and the texts that a run makes up aside, it is the report of one run of all
// fixtures. What was known is to be marked anew. The error says what does not fit together. The reports
// belong to Merge; they are not to be used afterwards.
func Merge(list ...*Report) (*Report, error) {
	if err := mergeable(list); err != nil {
		return nil, err
	}
	list = slices.SortedFunc(slices.Values(list), func(a, b *Report) int {
		return cmp.Compare(a.Shard.Index, b.Shard.Index)
	})
	out := *list[0]
	out.Shard, out.Fixtures, out.Hints, out.Left, out.Vanished, out.Questions = nil, nil, nil, nil, nil, nil
	m := merging{out: &out, placed: make([]*Result, list[0].Shard.Fixtures), success: map[string]bool{},
		run: runFindings{}}
	var coverages []*coverage.Coverage
	end := list[0].StartedAt
	requests := 0
	for _, r := range list {
		if err := m.add(r); err != nil {
			return nil, err
		}
		coverages = append(coverages, r.Coverage)
		if r.StartedAt.Before(out.StartedAt) {
			out.StartedAt = r.StartedAt
		}
		if e := r.StartedAt.Add(time.Duration(r.DurationMS) * time.Millisecond); e.After(end) {
			end = e
		}
		requests += r.Summary.Requests
		out.Interrupted = out.Interrupted || r.Interrupted
		out.Unreachable = cmp.Or(out.Unreachable, r.Unreachable)
		if r != list[0] {
			out.LastRequests = append(out.LastRequests, r.LastRequests...)
		}
	}
	var err error
	if out.Coverage, err = coverage.Merge(coverages...); err != nil {
		return nil, err
	}
	m.finish(list)
	out.DurationMS, out.Summary.Requests = end.Sub(out.StartedAt).Milliseconds(), requests
	out.Count()
	return &out, nil
}

// settings returns what all shards of a run have been given alike.
func (r *Report) settings() string {
	text := fmt.Sprintf("level %s with seed %d", r.Level, r.Seed)
	if r.Repeat > 1 {
		text += fmt.Sprintf(", repeated %d times", r.Repeat)
	}
	return text
}

// mergeable returns why reports are not all the shards of one run.
func mergeable(list []*Report) error {
	if len(list) == 0 {
		return errors.New("there is no report to merge")
	}
	first := list[0]
	seen := map[int]bool{}
	for _, r := range list {
		var what string
		switch {
		case r.Shard == nil:
			return errors.New("a report is of a whole run, not of a shard: merge takes those of verify --shard")
		case r.SchemaVersion != first.SchemaVersion:
			what = fmt.Sprintf("versions of the report, %d and %d", first.SchemaVersion, r.SchemaVersion)
		case r.Document.SHA256 != first.Document.SHA256:
			what = fmt.Sprintf("documents, %s %s (%.12s) and %s %s (%.12s)", first.Document.Name,
				first.Document.Version, first.Document.SHA256, r.Document.Name, r.Document.Version, r.Document.SHA256)
		case r.Tool.Version != first.Tool.Version:
			what = fmt.Sprintf("versions of agentmock, %s and %s", first.Tool.Version, r.Tool.Version)
		case r.settings() != first.settings():
			what = fmt.Sprintf("runs: %s, and %s", first.settings(), r.settings())
		case r.Shard.Of != first.Shard.Of || r.Shard.Fixtures != first.Shard.Fixtures:
			what = fmt.Sprintf("divisions: shards of %d with %d fixtures in all, and of %d with %d", first.Shard.Of,
				first.Shard.Fixtures, r.Shard.Of, r.Shard.Fixtures)
		case seen[r.Shard.Index]:
			return fmt.Errorf("the shard %d/%d is there twice", r.Shard.Index, r.Shard.Of)
		}
		if what != "" {
			return fmt.Errorf("the reports are of different %s", what)
		}
		seen[r.Shard.Index] = true
	}
	var missing []string
	for i := 1; i <= first.Shard.Of && len(missing) < 10; i++ {
		if !seen[i] {
			missing = append(missing, fmt.Sprintf("%d/%d", i, first.Shard.Of))
		}
	}
	if len(missing) > 0 || len(list) != first.Shard.Of {
		return fmt.Errorf("the shard %s is missing", strings.Join(missing, ", "))
	}
	return nil
}

// merging is a report that is being put together.
type merging struct {
	out     *Report
	placed  []*Result // fixtures by their places
	success map[string]bool
	run     runFindings
	left    []string // reasons of what was left behind
	base    int64
}

// add adds the report of a shard.
func (m *merging) add(r *Report) error {
	for operation, succeeded := range r.Shard.Succeeded {
		m.success[operation] = m.success[operation] || succeeded
	}
	nth := 0
	for i := range r.Fixtures {
		f := &r.Fixtures[i]
		m.restore(f)
		if f.Source == SourceRun {
			m.addOwn(f)
			continue
		}
		if nth >= len(r.Shard.Places) {
			return fmt.Errorf("the shard %d/%d has more fixtures than places for them", r.Shard.Index, r.Shard.Of)
		}
		place := r.Shard.Places[nth]
		if nth++; place < 0 || place >= len(m.placed) || m.placed[place] != nil {
			return fmt.Errorf("the shard %d/%d has %s at a place, %d, that another fixture has", r.Shard.Index,
				r.Shard.Of, f.ID, place)
		}
		m.placed[place] = f
	}
	m.base += r.most()
	return nil
}

// restore makes a result what it was before causes were looked for and anything was known.
func (m *merging) restore(f *Result) {
	for _, list := range [][]Finding{f.Violations, f.Notes} {
		for j := range list {
			v := &list[j]
			v.untrace(m.base)
			for _, says := range []string{shownAsBefore, clears} {
				v.Message = strings.TrimPrefix(v.Message, says)
			}
			v.Cause, v.Consequence, v.Follows = "", false, nil
			v.Known, v.Reason, v.Expired = false, "", ""
		}
		slices.SortStableFunc(list, func(a, b Finding) int { return cmp.Compare(nthOf(a), nthOf(b)) })
	}
	f.Notes = slices.DeleteFunc(f.Notes, func(v Finding) bool { return v.Trace != nil && v.Trace.IsAnswer })
	if len(f.Violations) > 0 {
		f.Outcome, f.Curl = Failed, f.Violations[0].Curl
	}
	f.firm, f.Firm = f.Firm, false
}

func nthOf(f Finding) int {
	if f.Trace == nil {
		return 0
	}
	return f.Trace.Nth
}

// addOwn adds what is about the run's own requests.
func (m *merging) addOwn(f *Result) {
	if f.ID == leftBehindID {
		m.left = append(m.left, f.Reason)
		return
	}
	for _, list := range [][]Finding{f.Violations, f.Notes} {
		for _, v := range list {
			v.operation = f.Operation
			m.run.add(runFinding{Finding: v, fixture: &fixtures.Fixture{ID: cmp.Or(v.trait.fixture, f.Repeat)},
				order: v.trait.place})
		}
	}
}

// finish puts the results in order, and says what holds of all of them.
func (m *merging) finish(list []*Report) {
	m.out.Fixtures = []Result{}
	m.questions(list)
	for _, f := range m.placed {
		if f == nil {
			continue
		}
		if f.Needs != nil {
			m.prove(f)
		}
		m.out.Fixtures = append(m.out.Fixtures, *f)
	}
	m.out.Fixtures = append(m.out.Fixtures, m.run.results()...)
	for _, r := range list {
		m.out.Left = append(m.out.Left, r.Left...)
		m.out.Hints = append(m.out.Hints, m.hints(list, r)...)
	}
	m.out.Left = slices.Compact(slices.Sorted(slices.Values(m.out.Left)))
	if len(m.left) > 0 {
		left := leftBehind(m.out.Left)
		left.Reason = strings.Join(m.left, "; ")
		m.out.Fixtures = append(m.out.Fixtures, left)
	}
	explain(m.out.Fixtures)
	for i := range m.out.Fixtures {
		f := &m.out.Fixtures[i]
		for _, list := range [][]Finding{f.Violations, f.Notes} {
			for j := range list {
				list[j].Trace = nil
			}
		}
	}
}

// prove decides again what a shard could not, since what would prove it was in another one.
func (m *merging) prove(f *Result) {
	o := &outcome{needs: f.Needs, findings: f.Violations}
	r := &runner{success: m.success}
	r.resolve(o)
	f.Needs, f.Reason = nil, cmp.Or(o.errored, o.skipped)
	switch {
	case o.failed():
		f.Outcome = Failed
	case o.errored != "":
		f.Outcome = Errored
	case o.skipped != "":
		f.Outcome = Skipped
	default:
		f.Outcome = Passed
	}
}

// hints returns the hints of a shard that hold of the whole run, each once: that no request succeeded has to
// be so in all of them.
func (m *merging) hints(all []*Report, r *Report) (hints []string) {
	for _, hint := range r.Hints {
		everywhere := !slices.ContainsFunc(all, func(other *Report) bool { return !slices.Contains(other.Hints, hint) })
		aboutAll := strings.HasPrefix(hint, "every valid request") || strings.HasPrefix(hint, "no valid request")
		if !slices.Contains(m.out.Hints, hint) && (everywhere || !aboutAll) {
			hints = append(hints, hint)
		}
	}
	return hints
}

// questions keeps each answer once, as the first fixture shows it, which has the note about it.
func (m *merging) questions(list []*Report) {
	seen := answers{}
	at := map[int]*fixtures.Fixture{}
	outcomes := map[*fixtures.Fixture]*outcome{}
	for _, r := range list {
		for _, a := range r.Questions {
			key := answerKey{a.Question, a.Pointer, a.Answer}
			have, there := seen[key]
			if a.Note == nil || there && have.order <= a.Place || a.Place < 0 || a.Place >= len(m.placed) {
				continue
			}
			if at[a.Place] == nil {
				at[a.Place] = &fixtures.Fixture{}
				outcomes[at[a.Place]] = &outcome{}
			}
			note, place := *a.Note, a.Place
			a.Note, a.Place = nil, 0
			seen[key] = seenAnswer{a, note, at[place], place}
		}
	}
	seen.note(outcomes)
	for place, f := range at {
		if m.placed[place] != nil {
			m.placed[place].Notes = append(m.placed[place].Notes, outcomes[f].notes...)
		}
	}
	m.out.Questions = seen.list(false)
}
