package contract

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// refusal wants the request to have been refused.
func (e *evaluation) refusal() {
	x, status := e.x, e.x.got.answer.Status
	if e.prior != nil && e.prior.item.gone {
		e.itemOf(x).goneSeen = true
	}
	switch {
	case status >= 500: // the business of another check
	case !x.succeeded() && x.wanted.status.Matches(status):
		if x.sent.op.Response(status) == nil {
			note := x.statusFinding("status", nil, x.sent.op.Position,
				"%s refuses with %d, which the document does not describe", x.method(), status)
			note.note = true
			e.add(checkStatus, note)
		}
	case x.refused(): // but not as the fixture says
		right := x.wanted.status.String()
		e.add(checkExpectation, x.statusFinding("status", right, x.position(),
			"%s was refused with %d where %s is right", x.subject(), status, right))
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout:
		e.errorf("%s was answered %d, which says nothing about the request", x.subject(), status)
	default:
		e.accepted()
	}
}

// accepted adds a finding about a request that had to be refused and was not.
func (e *evaluation) accepted() {
	x, status := e.x, e.x.got.answer.Status
	check := attributeAcceptance(x, e.prior)
	if check == checkGone {
		e.add(check, stillThere(x))
		return
	}
	v := x.statusFinding("status", "refused (4xx)", x.position(),
		"%s was accepted with %d; it must be refused (4xx)", x.subject(), status)
	v.Rule = checkRefusal
	if m := e.step.Mutation; m != nil {
		v.In, v.Name, v.Pointer, v.Rule = m.In, m.Name, m.Pointer, cmp.Or(m.Rule, checkRefusal)
	}
	e.add(check, v)
}

// timestampPrecision is the time after which an update must be visible in a timestamp: some have
// whole seconds.
const timestampPrecision = 1100 * time.Millisecond

// later wants timestamps to be later than others, as instants. Two equal ones are a violation only
// where they had the time to differ.
func (e *evaluation) later() {
	for _, pointer := range slices.Sorted(maps.Keys(e.expect.Later)) {
		text := e.expect.Later[pointer]
		value, _ := lookup(e.x.got.body, pointer)
		got, ok := instant(value)
		base, known := instant(text)
		if !known {
			e.errorf("%q is no timestamp for %s to be later than", text, pointer)
			continue
		}
		e.metersUpdatedAt()
		if ok && got.After(base) {
			continue
		}
		d := difference{pointer: pointer, want: "later than " + text, got: value, stale: true,
			schema: e.schemaAt(pointer)}
		if ok && got.Equal(base) && e.x.sent.gap < timestampPrecision {
			d.note = "too little time lay between them to be sure"
		}
		e.add(attribute(e.x, e.prior, d),
			d.finding(fmt.Sprintf("%s must be later than %s, and is %s", pointer, text, quote(d.got))))
	}
}

// list wants certain items in a list, or not in it.
func (e *evaluation) list() {
	want := &e.expect
	if len(want.Contains)+len(want.Excludes)+len(want.Ordered)+want.AtMost == 0 && want.Each == nil {
		return
	}
	list, ok := e.x.got.shown.([]any)
	if !ok {
		e.listFinding("the answer is no list", nil, truncateValue(e.x.got.body))
		return
	}
	for _, part := range e.expect.Contains {
		e.count(list, part, 1)
	}
	for _, part := range e.expect.Excludes {
		e.count(list, part, 0)
	}
	if n := e.expect.AtMost; n > 0 && len(list) > n {
		e.listFinding(fmt.Sprintf("the list must have no more than %d items, and has %d", n, len(list)), n, len(list))
	}
	e.ordered(list)
	if part := e.expect.Each; part != nil {
		if missing := len(list) - matching(e.x.sent.op, list, part); missing > 0 {
			e.listFinding(fmt.Sprintf("every item of the list must have %s, and %d of %d have not", quote(part),
				missing, len(list)), part, nil)
		}
	}
}

// ordered wants items in an order, as far as the list has them.
func (e *evaluation) ordered(list []any) {
	last, before := -1, any(nil)
	for _, part := range e.expect.Ordered {
		at := slices.IndexFunc(list, func(entry any) bool { return matching(e.x.sent.op, []any{entry}, part) == 1 })
		if at >= 0 && at < last {
			e.listFinding(fmt.Sprintf("the list must have %s after %s, and has it before", quote(part), quote(before)),
				nil, nil)
		}
		if at >= 0 {
			last, before = at, part
		}
	}
}

// mustShow reports whether the list must have what is expected of it: no page is missing, no
// parameter of an unknown meaning was sent, and the filters let the item pass as it was last seen.
func (e *evaluation) mustShow(part any) bool {
	id := e.x.sent.op.IdentityText(part)
	for _, it := range e.allItems() {
		if it.resource == e.x.sent.op.Resource && it.id == id && id != "" && !lets(e.x, it) {
			return false
		}
	}
	if walked := e.x.got.walk; walked != nil {
		return walked.ended && !narrowed(e.x)
	}
	return showsAll(e.x)
}

// count wants an exact number of a list's items to match a part. A page of a list may lack what
// another page has.
func (e *evaluation) count(list []any, part any, want int) {
	n := matching(e.x.sent.op, list, part)
	if n == want || n == 0 && !e.mustShow(part) {
		return
	}
	items, expected := "exactly one item", part
	if want == 0 {
		items, expected = "no item", nil
	}
	d := difference{want: expected, got: n, trait: e.listTrait(list, part, n, want)}
	e.listDifference(d, fmt.Sprintf("the list must have %s with %s, and has %d", items, quote(part), n))
}

// listTrait returns the traits of a finding that a list has so many items with a part, and not as many as
// are wanted. Where the list has the very item, but for one member, they are those of the member.
func (e *evaluation) listTrait(list []any, part any, n, want int) trait {
	op := e.x.sent.op
	id := op.IdentityText(part)
	t := trait{item: digest(id), kind: kindLost}
	switch it := e.items[itemKey{op.Resource, id}]; {
	case n > 0 && it != nil && it.gone:
		t.kind = kindGone
	case n > 0 && want == 0:
		t.kind = kindExcess
		t.by, t.refused = e.madeBefore(part)
	case n > 1:
		t.kind = kindTwice
	}
	i := slices.IndexFunc(list, func(entry any) bool { return id != "" && op.IdentityText(entry) == id })
	if n > 0 || i < 0 {
		return t
	}
	differences := violating(compare(namedLike(op, part, list[i]), list[i], true, op.ShownSchema(), ""))
	if len(differences) == 1 {
		d := differences[0]
		t.kind, t.want, t.shown = d.kind(), d.want, d.got
		t.member = member(op.ShownSchema(), jsonvalue.Tokens(d.pointer))
		t.by, t.refused = e.sentBefore(e.x, d.pointer, d.got)
	}
	return t
}

func (e *evaluation) listFinding(message string, want, got any) {
	e.listDifference(difference{want: want, got: got, trait: trait{kind: kindValue}}, message)
}

func (e *evaluation) listDifference(d difference, message string) {
	d.schema = e.schemaAt("")
	e.add(attribute(e.x, e.prior, d), d.finding(message))
}

// matching returns how many items of a list have a part.
func matching(op *openapi.Operation, list []any, part any) int {
	n := 0
	for _, entry := range list {
		if len(violating(compare(namedLike(op, part, entry), entry, true, nil, ""))) == 0 {
			n++
		}
	}
	return n
}

// namedLike returns a part of an item with its identity as an entry of a list writes it, where both name
// the same item: one answer may have a number and another its text.
func namedLike(op *openapi.Operation, part, entry any) any {
	object, isObject := part.(*jsonvalue.Object)
	if r := op.Resource; isObject && r != nil {
		of, _ := entry.(*jsonvalue.Object)
		want, _ := object.Get(r.Identity)
		if got, _ := of.Get(r.Identity); sameName(want, got) {
			named, _ := jsonvalue.Clone(object).(*jsonvalue.Object)
			named.Set(r.Identity, got)
			return named
		}
	}
	return part
}
