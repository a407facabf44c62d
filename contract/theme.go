package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// theme is what violations say that follow from nothing.
type theme struct {
	list    []*violation // all that have the cause
	own     []*violation // those that say it themselves
	answers map[int64]bool
	kind    string
	says    string // what all of them say, to begin their messages with
	parent  string // the object below the item that has the member; "": the item
}

// themes returns the violations by what they say, or by what that says from which they follow; in the
// order of the report.
func (e *explanation) themes() []*theme {
	var list []*theme
	by := map[string]*theme{}
	for _, v := range e.list {
		key := e.theme(v.origin())
		t := by[key]
		if t == nil {
			of := v.origin().trait
			t = &theme{answers: map[int64]bool{}, kind: of.kind,
				parent: of.member[:max(0, strings.LastIndexByte(of.member, '/'))]}
			for _, says := range []string{shownAsBefore, clears} {
				if strings.HasPrefix(key, says) {
					t.says = says
				}
			}
			by[key] = t
			list = append(list, t)
		}
		t.list = append(t.list, v)
		if v.because == nil {
			t.own = append(t.own, v)
		}
		for _, answer := range v.trait.answers {
			t.answers[answer] = true
		}
	}
	return list
}

// clears begins the messages, and the themes, of updates that leave nothing of what they leave out.
const clears = "the update clears what it leaves out: "

// shownAsBefore begins the messages, and the themes, of items that are shown as they were before the last
// write.
const shownAsBefore = "the answer shows the state before the update: "

// theme returns what a violation says that follows from nothing, without the fixture and the values.
func (e *explanation) theme(v *violation) string {
	t := &v.trait
	switch {
	case t.kind == kindLost:
		return key(t.kind, fmt.Sprint(v.Check == checkRefusalChanged))
	case v.Check == checkServerError && e.fails && !v.result.firm:
		return key(v.Check, "now and then")
	case v.Check == checkServerError:
		return key(v.Check, v.Document.String())
	case v.Check == checkStatus:
		return key(v.Check, v.Name, t.member, fmt.Sprint(v.Status))
	case v.Check == checkSecret, v.Check == checkContentType:
		return key(v.Check, t.kind)
	case refuses(v.Check) && (v.Status/100 != 2 || t.hollow): // it may be a refusal, with a wrong status
		return key(v.Check, "said with", fmt.Sprint(v.Status/100))
	case refuses(v.Check):
		return key(v.Check, v.Rule, v.In, v.Name, t.member)
	case v.In != "state" || t.member == "":
		return key(v.Check, v.Rule, v.In, v.Name, t.member, t.kind)
	}
	return e.stateTheme(v)
}

// stateTheme is theme for a difference between a member of an item and what is known of it.
func (e *explanation) stateTheme(v *violation) string {
	t := &v.trait
	switch {
	case t.by != 0:
		return key("refused, and done")
	case t.old && e.lags(v.Request):
		if !e.answersOld[v.Request] { // what was written is not there when it is looked at
			return shownAsBefore
		}
		return key(shownAsBefore, v.Request)
	case strings.Contains(t.kind, ","):
		return key(t.kind)
	case t.cleared:
		return key(clears, v.Request)
	case t.kind == kindMissing, t.kind == kindType:
		return key(t.member, t.kind)
	}
	return key(t.member, t.kind, fmt.Sprint(scene(t.event)))
}

// lags reports whether an operation shows items as they were before the last write: at least one answer
// shows more than one member like this, and one of them that no answer shows like this alone.
func (e *explanation) lags(request string) bool {
	for _, members := range e.old[request] {
		if slices.ContainsFunc(members, func(m string) bool { return m != members[0] }) &&
			slices.ContainsFunc(members, func(m string) bool { return !e.partly[[2]string{request, m}] }) {
			return true
		}
	}
	return false
}

func key(parts ...string) string { return strings.Join(parts, "\x00") }

// together joins themes of the same kind, or of members of the same object, that show in the same answers:
// one in no answer without the other, and in half of those of the other at least.
func together(list []*theme) []*theme {
	bySize := slices.Clone(list)
	slices.SortStableFunc(bySize, func(a, b *theme) int { return cmp.Compare(len(b.answers), len(a.answers)) })
	into := map[*theme]*theme{}
	for i, t := range bySize {
		for _, u := range bySize[:i] {
			if into[u] == nil && t.like(u) && 2*len(t.answers) >= len(u.answers) && t.within(u) {
				into[t] = u
				break
			}
		}
	}
	for t, u := range into {
		u.list = append(u.list, t.list...)
	}
	return slices.DeleteFunc(list, func(t *theme) bool { return into[t] != nil })
}

// like reports whether themes are of the same kind, or of members of the same object.
func (t *theme) like(u *theme) bool {
	return t.kind != "" && (t.kind == u.kind || t.parent != "" && t.parent == u.parent)
}

// within reports whether a theme shows in no answer that does not show another one as well.
func (t *theme) within(u *theme) bool {
	for answer := range t.answers {
		if answer == 0 || !u.answers[answer] {
			return false
		}
	}
	return true
}

// name gives causes their names, those with the most violations first, and says which violations are
// consequences.
func name(list []*theme) {
	slices.SortStableFunc(list, func(a, b *theme) int { return cmp.Compare(len(b.list), len(a.list)) })
	for i, t := range list {
		lead := t.lead()
		for _, v := range t.list {
			v.Cause = causeName(i + 1)
			v.Consequence = v.place() != lead.place()
			if v.because == nil {
				v.Message = t.says + v.Message
			}
		}
	}
}

// lead returns the violation that says best what the cause is: one of the first check, at the place at which
// it finds most.
func (t *theme) lead() *violation {
	first := slices.MinFunc(t.own, func(a, b *violation) int { return cmp.Compare(a.rank, b.rank) })
	times := map[string]int{}
	for _, v := range t.own {
		if v.Check == first.Check {
			times[v.place()] = 1
		}
	}
	for _, v := range t.list {
		if times[v.place()] > 0 {
			times[v.place()]++
		}
	}
	return slices.MinFunc(t.own, func(a, b *violation) int {
		return cmp.Or(cmp.Compare(times[b.place()], times[a.place()]), cmp.Compare(a.order, b.order))
	})
}

func causeName(n int) string { return fmt.Sprintf("cause-%d", n) }

// place returns what findings of one line of a report have in common.
func (f *Finding) place() string {
	return key(f.Check, f.Rule, f.In, f.Name, cmp.Or(f.Member, f.Pointer), f.Request, f.Document.String())
}
