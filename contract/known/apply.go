package known

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/fixtures"
)

// Scope is how much of what there is a run has looked at.
type Scope int

// The scopes.
const (
	// Selected is a run of some fixtures, as filters chose them.
	Selected Scope = iota
	// All is a run of all fixtures of its level.
	All
)

// Accepts reports whether a violation is known and accepted on a day.
func (b *Baseline) Accepts(fingerprint string, day time.Time) bool {
	i := slices.IndexFunc(b.Known, func(a contract.Accepted) bool { return a.Fingerprint == fingerprint })
	return i >= 0 && !expired(&b.Known[i], dayOf(day))
}

func dayOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func expired(a *contract.Accepted, day string) bool { return a.Expires != "" && a.Expires < day }

// Apply marks the violations of a report that are known, and counts again: a fixture that has no others has
// passed. What follows from a known violation, and is not known itself, is known for the same reason: see
// contract.Finding.Follows. Those that were accepted until a day before the run fail again, and say so.
// Vanished are the known ones that the run looked for and did not meet. What an earlier Apply has marked is
// judged anew.
func (b *Baseline) Apply(r *contract.Report, s Scope) {
	day := dayOf(r.StartedAt)
	by := map[string]*contract.Accepted{}
	for i := range b.Known {
		by[b.Known[i].Fingerprint] = &b.Known[i]
	}
	met := map[string]bool{}
	for i := range r.Fixtures {
		f := &r.Fixtures[i]
		for j := range f.Violations {
			v := &f.Violations[j]
			v.Known, v.Reason, v.Expired = false, "", ""
			met[v.Fingerprint] = true
			switch a := by[v.Fingerprint]; {
			case a == nil:
				accept(v, by, day)
			case expired(a, day):
				v.Expired, v.Reason = a.Expires, a.Reason
			default:
				v.Known, v.Reason = true, a.Reason
			}
		}
		settle(f)
	}
	r.Vanished = b.vanished(r, s, met)
	r.Count()
}

// accept marks a violation that is not known itself and follows from a known one.
func accept(v *contract.Finding, by map[string]*contract.Accepted, day string) {
	for _, mark := range v.Follows {
		if a := by[mark]; a != nil && !expired(a, day) {
			v.Known, v.Reason = true, a.Reason
			return
		}
	}
}

// settle gives a fixture the outcome that its violations amount to, those that fail it first.
func settle(f *contract.Result) {
	if len(f.Violations) == 0 {
		return
	}
	slices.SortStableFunc(f.Violations, func(a, b contract.Finding) int {
		return cmp.Compare(number(a.Known), number(b.Known))
	})
	f.Outcome, f.Curl = contract.Failed, f.Violations[0].Curl
	if f.Violations[0].Known {
		f.Outcome, f.Curl = contract.Passed, ""
	}
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// vanished returns the known violations that a run has looked for and not met.
func (b *Baseline) vanished(r *contract.Report, s Scope, met map[string]bool) []contract.Accepted {
	if r.Interrupted || r.Unreachable != "" {
		return nil
	}
	looked := lookedAt(r)
	whole := s == All && r.Shard == nil && r.LeftOut == nil && fixtures.Level(r.Level).Includes(b.Level)
	var list []contract.Accepted
	for _, a := range b.Known {
		missing := slices.ContainsFunc(a.Fixtures, func(id string) bool {
			passed, there := looked[id]
			return there && !passed || !there && (!whole || a.Own)
		})
		if !met[a.Fingerprint] && !missing && (len(a.Fixtures) > 0 || whole && r.OK()) {
			list = append(list, a)
		}
	}
	return list
}

// lookedAt returns the fixtures of a report, and whether each has passed: those that fail may have ended
// before they came to what is known.
func lookedAt(r *contract.Report) map[string]bool {
	looked := map[string]bool{}
	for i := range r.Fixtures {
		if f := &r.Fixtures[i]; f.Source != contract.SourceRun {
			looked[f.ID] = f.Outcome == contract.Passed
		}
	}
	return looked
}

// Unfilled is the reason of a known violation that nobody has given one.
const Unfilled = "TODO: why is this accepted?"

// maxFixtures is how many fixtures an entry names.
const maxFixtures = 4

// maxMessage is the length of a message in a baseline, in characters.
const maxMessage = 300

// Update returns a baseline that knows the violations of a report: those that it knew already with their
// reasons and days, new ones with a reason to be filled in. It leaves out what has vanished, and keeps what
// the run did not look for. The error says why a report is no ground for one: it does not cover the run.
func (b *Baseline) Update(r *contract.Report, s Scope) (*Baseline, error) {
	switch {
	case r.Unreachable != "":
		return nil, fmt.Errorf("the target %s", r.Unreachable)
	case r.Interrupted:
		return nil, fmt.Errorf("the run was interrupted")
	}
	b.Apply(r, s)
	out := &Baseline{Name: b.Name, Level: b.Level}
	if level := fixtures.Level(r.Level); out.Level == "" || level.Includes(out.Level) {
		out.Level = level
	}
	gone := func(a contract.Accepted) bool {
		return slices.ContainsFunc(r.Vanished, func(v contract.Accepted) bool { return v.Fingerprint == a.Fingerprint })
	}
	at := map[string]int{}
	for _, a := range b.Known {
		if !gone(a) {
			at[a.Fingerprint] = len(out.Known)
			a.Fixtures = slices.Clone(a.Fixtures)
			out.Known = append(out.Known, a)
		}
	}
	before := len(out.Known)
	for i := range r.Fixtures {
		f := &r.Fixtures[i]
		for j := range f.Violations {
			v := &f.Violations[j]
			k, known := at[v.Fingerprint]
			switch {
			case known && k >= before:
				out.Known[k].Fixtures = add(out.Known[k].Fixtures, f)
				out.Known[k].Own = out.Known[k].Own && own(f)
			case !known && !v.Known:
				at[v.Fingerprint] = len(out.Known)
				out.Known = append(out.Known, acceptedOf(v, f))
			}
		}
	}
	slices.SortFunc(out.Known, func(a, b contract.Accepted) int {
		return cmp.Or(cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Check, b.Check),
			cmp.Compare(a.Place, b.Place), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	return out, nil
}

func acceptedOf(v *contract.Finding, f *contract.Result) contract.Accepted {
	message := []rune(strings.ToValidUTF8(v.Message, "\ufffd"))
	if len(message) > maxMessage {
		message = append(message[:maxMessage], '…')
	}
	return contract.Accepted{Fingerprint: v.Fingerprint, Reason: Unfilled, Check: v.Check, Operation: v.Request,
		Place: v.Place(), Message: string(message), Fixtures: add(nil, f), Own: own(f)}
}

// own reports whether a fixture is a user's own: others of a level are in every run of it.
func own(f *contract.Result) bool {
	return f.Source == string(fixtures.FromFile) || f.Source == string(fixtures.FromGo)
}

// add adds the fixture that shows a violation.
func add(list []string, f *contract.Result) []string {
	id := cmp.Or(f.Repeat, f.ID)
	if len(list) >= maxFixtures || slices.Contains(list, id) {
		return list
	}
	return append(list, id)
}
