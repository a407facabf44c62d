package contract

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// One defect of a target shows in many fixtures, by many checks. A reader wants to see it once, what
// says it best first. explain finds out from evidence which violations have one cause:
//
//   - A violation follows from another one where that explains what it has found; see why. All that it
//     has found must be explained: it is about one place, and another place has a violation of its own.
//   - What follows from nothing has the same cause as another where they say the same, of whichever
//     fixture or operation; see theme.
//   - Themes that show in the same answers, in the same way, have one cause; see together.
//
// Each violation is looked at by itself: two defects at one place are two causes as soon as one answer
// shows the second one without what the first one explains. Where no answer does, the second one is
// counted, with its check, its place and its operation, among the consequences of the first.
func explain(results []Result) {
	e := explanation{byAnswer: map[int64][]*violation{}, byMember: map[[2]string][]*violation{},
		bySeen: map[seen]*violation{}, items: map[[2]any]*violation{}, old: map[string]map[int64][]string{},
		partly: map[[2]string]bool{}, answersOld: map[string]bool{}}
	rank := map[string]int{}
	for i, c := range table() {
		rank[c.ID] = i
	}
	for i := range results {
		for j := range results[i].Violations {
			e.list = append(e.list, &violation{Finding: &results[i].Violations[j], result: &results[i],
				order: len(e.list)})
		}
	}
	byRank := slices.Clone(e.list)
	slices.SortStableFunc(byRank, func(a, b *violation) int { // what is around a place before the place
		return cmp.Or(compareBool(a.trait.right, b.trait.right), cmp.Compare(rank[a.Check], rank[b.Check]),
			compareBool(a.Rule == openapi.AndMore, b.Rule == openapi.AndMore),
			cmp.Compare(strings.Count(a.trait.member, "/"), strings.Count(b.trait.member, "/")),
			compareBool(a.trait.event != eventNothing, b.trait.event != eventNothing))
	})
	for i, v := range byRank {
		v.rank = i
		v.because = e.why(v)
		e.enter(v)
	}
	e.follow()
	name(together(e.themes()))
	for i := range results { // the cause before what follows from it
		slices.SortStableFunc(results[i].Violations, func(a, b Finding) int {
			return compareBool(a.Consequence, b.Consequence)
		})
	}
}

// compareBool compares two truths: false comes first.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// violation is a violation in a report.
type violation struct {
	*Finding
	result  *Result
	order   int        // in the report
	rank    int        // those of lower rank may explain it
	because *violation // what it follows from; nil: nothing
	likely  bool       // it does so by likeness alone: no answer, item or session shows both
}

// origin returns the violation from which this one follows at last; itself where it follows from none.
func (v *violation) origin() *violation {
	for v.because != nil {
		v = v.because
	}
	return v
}

// seen is a place at which a violation was found: in the items of a session, or with one value.
type seen struct {
	session       int64
	member        string
	wanted, value uint64
}

type explanation struct {
	list     []*violation
	byAnswer map[int64][]*violation
	byMember map[[2]string][]*violation // by member and kind, one after each event
	bySeen   map[seen]*violation
	items    map[[2]any]*violation // by item and kind: those that say that it is gone, or lost
	// old are the answers that show an item as it was before the last write, by operation, with the members
	// in which they do; partly has the operations and members that others show like this.
	old    map[string]map[int64][]string
	partly map[[2]string]bool
	// answersOld are the operations that show what they were sent as it was before.
	answersOld map[string]bool
	// accepted are those that a value of a wrong type was accepted.
	accepted []*violation
	fails    bool // the target fails now and then
}

// enter lets a violation explain those after it.
func (e *explanation) enter(v *violation) {
	t := &v.trait
	for _, answer := range t.answers {
		e.byAnswer[answer] = append(e.byAnswer[answer], v)
	}
	if v.Check == checkRefusal && v.Rule == "type" && v.In == "body" && t.member != "" {
		e.accepted = append(e.accepted, v)
	}
	e.fails = e.fails || v.sporadic()
	kind := t.kind
	if v.Check == checkGone {
		kind = kindGone
	}
	if e.items[[2]any{t.item, kind}] == nil {
		e.items[[2]any{t.item, kind}] = v
	}
	if t.member != "" && t.kind != "" {
		e.enterPlace(v)
	}
}

// enterPlace lets a violation about a member explain those after it that are about that, too.
func (e *explanation) enterPlace(v *violation) {
	t := &v.trait
	place := [2]string{t.member, t.kind}
	if !slices.ContainsFunc(e.byMember[place], func(u *violation) bool { return u.trait.event == t.event }) {
		e.byMember[place] = append(e.byMember[place], v)
	}
	for _, at := range v.seen() {
		if e.bySeen[at] == nil {
			e.bySeen[at] = v
		}
	}
	switch {
	case v.In != "state" || v.because != nil:
	case !t.old:
		e.partly[[2]string{v.Request, t.member}] = true
	default:
		e.answersOld[v.Request] = e.answersOld[v.Request] || t.event == eventSent
		if e.old[v.Request] == nil {
			e.old[v.Request] = map[int64][]string{}
		}
		for _, answer := range t.answers {
			e.old[v.Request][answer] = append(e.old[v.Request][answer], t.member)
		}
	}
}

// seen returns where the same may be found again: the wrong value in the session, or anything in the
// session, or the same value in the place of the same one in any session. Of values that there are only
// two of, the last says nothing.
func (v *violation) seen() []seen {
	t := &v.trait
	list := []seen{{session: t.session, member: t.member, value: t.value}, {session: t.session, member: t.member}}
	if _, isBool := v.Actual.(bool); !isBool && v.Actual != nil {
		list = append(list, seen{member: t.member, wanted: t.wanted, value: t.value})
	}
	return list
}

// sporadic reports whether the target failed with a request, and did not when that was repeated.
func (v *violation) sporadic() bool { return v.Check == checkServerError && v.result.Flaky }

// why returns the violation that explains another one; nil: none does. That is
//
//   - that a request was accepted which sent the value that is shown since;
//   - one that says of the same answer that it is not what it should be, there or as a whole;
//   - one that has found the same wrong value before, at the same place, in the same session, or the same
//     in the place of the same one in another session, unless it is there after a refused request;
//   - any at the same place in the same session, where the value is the one that was written, or it is
//     held against the one that was found wrong, unless it is there after a refused request;
//   - that a request was accepted which sent a value of another type for the object around the place;
//   - one that has found the same kind of difference at the same place, after an event that is part of
//     what has happened here, too.
func (e *explanation) why(v *violation) *violation {
	t := &v.trait
	if t.by != 0 && !t.refused {
		if i := slices.IndexFunc(e.byAnswer[t.by], func(u *violation) bool { return refuses(u.Check) }); i >= 0 {
			return e.byAnswer[t.by][i]
		}
	}
	if u := e.spoiler(v); u != nil {
		return u
	}
	if u := e.items[[2]any{t.item, t.kind}]; u != nil && (t.kind == kindGone || t.kind == kindLost) {
		return u
	}
	if u := e.unchecked(v); u != nil {
		return u
	}
	if v.In == "state" && t.member != "" && t.value != 0 {
		return e.before(v)
	}
	return nil
}

// before returns the violation about the same member that explains another one; nil: none does.
func (e *explanation) before(v *violation) *violation {
	t := &v.trait
	for i, at := range append(v.seen(), seen{session: t.session, member: t.member, value: t.wanted}) {
		if u := e.bySeen[at]; u != nil && (i != 1 || t.right) && (i < 2 || t.event != eventRefusal) {
			v.likely = at.session == 0
			return u
		}
	}
	for _, u := range e.byMember[[2]string{t.member, t.kind}] {
		if u.covers(v) {
			v.likely = true
			return u
		}
	}
	return nil
}

// unchecked returns the violation that any value was accepted for an object in which one was; nil: none.
func (e *explanation) unchecked(v *violation) *violation {
	if v.Check != checkRefusal || v.In != "body" {
		return nil
	}
	for _, u := range e.accepted {
		if u.Request == v.Request && strings.HasPrefix(v.trait.member, u.trait.member+"/") {
			v.likely = true
			return u
		}
	}
	return nil
}

// spoiler returns a violation that explains what was found in an answer by what that is; nil unless each
// of the answers that show it has one.
func (e *explanation) spoiler(v *violation) *violation {
	var because *violation
	for _, answer := range v.trait.answers {
		i := slices.IndexFunc(e.byAnswer[answer], func(u *violation) bool { return u.spoils(v) })
		if i < 0 {
			return nil
		}
		because = cmp.Or(because, e.byAnswer[answer][i])
	}
	return because
}

// refuses reports whether a check wants requests to be refused.
func refuses(check string) bool {
	return check == checkRefusal || check == checkIsolation || check == checkGone
}

// spoils reports whether what a violation says of an answer explains another one about the same answer.
func (v *violation) spoils(w *violation) bool {
	switch {
	case refuses(v.Check), v.Check == checkServerError:
		return !refuses(w.Check)
	case v.trait.by != 0 && v.trait.refused: // the request was refused, and done
		return w.Check == checkRefusalChanged && v.Check == checkRefusalChanged
	case v.Check == checkStatus, v.Check == checkContentType:
		return w.trait.kind == kindMissing || w.In == "body" && w.trait.member == ""
	}
	return v.Check == checkSchema && v.In == "body" && v.Rule != openapi.AndMore && v.breaks(w)
}

// breaks reports whether an answer that breaks its schema explains another violation about it.
func (v *violation) breaks(w *violation) bool {
	switch {
	case w.Rule == openapi.AndMore:
		return true
	case v.trait.hollow && w.trait.kind == kindMissing:
		return true
	case v.trait.member == "": // it is no item, or no JSON
		return w.In == "state" || w.Check == checkSchema && w.trait.member != ""
	}
	inside := w.trait.member == v.trait.member || strings.HasPrefix(w.trait.member, v.trait.member+"/")
	return inside && (w.In == "state" || w.trait.member != v.trait.member)
}

// covers reports whether what makes one difference makes another one at the same place, of the same kind.
// What an answer leaves out, or writes in another way, it may do whenever it shows the item. A value that
// changes by itself may also have done so while something was sent; one that an update changes was not
// changed by a refused request.
func (v *violation) covers(w *violation) bool {
	if k := v.trait.kind; k == kindMissing || k == kindType || strings.Contains(k, ",") {
		return true
	}
	return v.trait.event == eventNothing || scene(v.trait.event) == scene(w.trait.event)
}

// scene returns the event that stands for those of which one is part of the other.
func scene(e event) event {
	if e == eventWritten || e == eventLeftOut {
		return eventSent
	}
	return e
}
