package contract

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/agentmock/agentmock/fixtures"
)

// outcome is what became of one fixture. Not for concurrent use.
type outcome struct {
	fixture  *fixtures.Fixture
	findings []Finding // violations
	notes    []Finding
	errored  string        // why it could not be judged
	skipped  string        // why it does not apply
	ended    bool          // that is because the run was ended
	passing  *passingError // the same, where it may be judged when it is executed again
	took     time.Duration
	flaky    bool
	rounds   int  // in which it was executed
	failures int  // those in which it failed, or had no verdict
	firm     bool // it failed again when it was repeated
	proven   bool // it was executed again already: it makes the target fail
	// needs are operations that must have succeeded somewhere in the run, or its refusals prove
	// nothing; see anyOperation.
	needs []string
	// unproved are the needs that the run has not met
	unproved []string
}

// anyOperation stands for whichever operation succeeds.
const anyOperation = ""

// errStop ends a session where what comes next would make no sense, for a reason that has been
// reported.
var errStop = errors.New("the session cannot go on")

// skipError ends a session that turns out not to apply.
type skipError struct{ reason string }

func (e *skipError) Error() string { return e.reason }

// clone returns a copy to which findings can be added.
func (o *outcome) clone() *outcome {
	out := *o
	out.findings, out.notes, out.needs = slices.Clone(o.findings), slices.Clone(o.notes), slices.Clone(o.needs)
	return &out
}

// mustRun reports whether the fixture was skipped and fails for it: it is of a user's own, who counts on
// it.
func (o *outcome) mustRun() bool {
	own := o.fixture.Source == fixtures.FromFile || o.fixture.Source == fixtures.FromGo
	return o.skipped != "" && !o.ended && own && !o.fixture.MaySkip
}

func (o *outcome) failed() bool { return len(o.findings) > 0 }

// errorf states why the fixture could not be judged. The first reason counts.
func (o *outcome) errorf(format string, args ...any) {
	if o.errored == "" {
		o.errored = fmt.Sprintf(format, args...)
	}
}

// end states why the fixture was not executed to its end; nil: it was.
func (o *outcome) end(err error) {
	var skip *skipError
	switch {
	case err == nil, errors.Is(err, errStop):
	case errors.As(err, &skip):
		o.skipped = skip.reason
	default:
		o.errorf("%v", err)
		errors.As(err, &o.passing)
	}
}

// add files findings under the fixture, each once.
func (o *outcome) add(list ...Finding) {
	for _, f := range list {
		same := func(have Finding) bool { return have.root() == f.root() && have.Message == f.Message }
		switch i := slices.IndexFunc(o.findings, same); {
		case i >= 0:
			o.findings[i].trait.also(f.trait)
		case slices.ContainsFunc(o.notes, same):
		case f.note:
			o.notes = append(o.notes, f)
		default:
			o.findings = append(o.findings, f)
		}
	}
}

func (o *outcome) any(match func(Finding) bool) bool {
	return slices.ContainsFunc(o.findings, match) || slices.ContainsFunc(o.notes, match)
}

// has reports whether a check has found something at a place.
func (o *outcome) has(check, pointer string) bool {
	return o.any(func(f Finding) bool { return f.Check == check && f.Pointer == pointer })
}

// hasRoot reports whether a violation has a root.
func (o *outcome) hasRoot(root string) bool {
	return slices.ContainsFunc(o.findings, func(f Finding) bool { return f.root() == root })
}
