package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// evaluation holds one response against what a step of a fixture expects of it. The status of a
// success is the business of a check of its own.
type evaluation struct {
	*session
	x      *exchange
	step   *fixtures.Step
	expect fixtures.Expect // with values in the place of templates
	prior  *observation    // of the item before the exchange; nil: there is none
	before *outcome        // what has been found so far
	found  []Finding
	err    error // why an expectation could not be evaluated, the first one
}

// evaluate returns what a response lacks of a step's expectations. The error is why one of them could
// not be evaluated; the others are all the same.
func (s *session) evaluate(x *exchange, step *fixtures.Step, prior *observation, before *outcome) ([]Finding, error) {
	e := &evaluation{session: s, x: x, step: step, prior: prior, before: before}
	if x.wanted.kind == wantRefusal {
		e.refusal()
	}
	// Whatever a fixture says of a response holds for the one that it wants.
	if x.wanted.kind == wantRefusal && x.refused() || x.wanted.kind == wantSuccess && x.succeeded() {
		e.expand()
		e.body()
		e.exact()
		e.differs()
		e.types()
		e.absent()
		e.unchanged()
		e.later()
		e.list()
	}
	return e.found, e.err
}

// expand computes the expected values.
func (e *evaluation) expand() {
	expect, err := e.step.Expect.Map(func(member, pointer string, template any) (any, error) {
		value, err := e.values.Expand(template)
		if op := e.x.sent.op; op.Resource != nil && (member == "body" || member == "exact") {
			value = e.asSent(op, pointer, value)
		}
		return value, err
	})
	e.expect = expect
	if err != nil {
		e.errorf("the expected value cannot be computed: %w", err)
	}
}

func (e *evaluation) errorf(format string, args ...any) {
	if e.err == nil {
		e.err = fmt.Errorf(format, args...)
	}
}

// add adds findings of a check.
func (e *evaluation) add(check string, list ...Finding) {
	for i := range list {
		list[i].trait.expected = true
	}
	e.found = append(e.found, e.report(e.x, check, list...)...)
}

func (e *evaluation) body() {
	if response := e.x.sent.op.Response(e.x.got.answer.Status); e.x.got.body == nil && response != nil &&
		len(response.Content) == 0 && e.fixture.Source == fixtures.FromDocument {
		return // the document has no body for this status
	}
	if want := e.expect.Body; want != nil {
		got := e.x.ofFirst(want)
		e.differences(compare(want, got, got != nil, e.schemaAt(""), ""), "is expected to be")
	}
}

// exact wants a value at a place, with nothing more and nothing less.
func (e *evaluation) exact() {
	for _, pointer := range slices.Sorted(maps.Keys(e.expect.Exact)) {
		want := e.expect.Exact[pointer]
		got, present := lookup(e.x.got.body, pointer)
		schema := e.schemaAt(pointer)
		if present && jsonvalue.Equal(want, documented(want, got, schema)) || !present && empty(want) {
			continue
		}
		differences := compare(want, got, present, schema, pointer)
		if len(differences) == 0 {
			if schema != nil && schema.Format == "date-time" {
				continue
			}
			differences = []difference{{pointer: pointer, want: want, got: got, absent: !present}} // it has more
		}
		e.differences(differences, "is expected to be exactly")
	}
}

func (e *evaluation) differs() {
	for _, pointer := range slices.Sorted(maps.Keys(e.expect.Differs)) {
		want := e.expect.Differs[pointer]
		if got, ok := lookup(e.x.got.body, pointer); ok && sameAs(want, got) {
			d := difference{pointer: pointer, got: got, schema: e.schemaAt(pointer)}
			e.difference(d, fmt.Sprintf("%s must not be %s", at(pointer), quote(want)))
		}
	}
}

// sameAs reports whether a value is another one, which has members beside its own where the other is
// a list of objects: a server may have added them.
func sameAs(want, got any) bool {
	if _, isList := want.([]any); isList && !empty(want) {
		return len(violating(compare(want, got, true, nil, ""))) == 0
	}
	return jsonvalue.Equal(want, got)
}

// types wants values to be there, and to be of a type.
func (e *evaluation) types() {
	for _, pointer := range slices.Sorted(maps.Keys(e.expect.Types)) {
		want := e.expect.Types[pointer]
		got, ok := lookup(e.x.got.body, pointer)
		schema := e.schemaAt(pointer)
		if got == nil && ok && schema != nil && schema.Allows("null") || ok && jsonvalue.TypeOf(got) == want {
			continue
		}
		d := difference{pointer: pointer, want: want, got: got, absent: !ok, schema: schema}
		e.add(checkExpectation, d.finding(fmt.Sprintf("%s must be there as %s, and %s", at(pointer), aType(want),
			d.found())))
	}
}

// aType returns the name of a JSON type as part of a sentence.
func aType(name string) string {
	if name == "array" || name == "object" {
		return "an " + name
	}
	return "a " + name
}

func (e *evaluation) absent() {
	for _, pointer := range e.expect.Absent {
		if got, ok := lookup(e.x.got.body, pointer); ok {
			d := difference{pointer: pointer, got: got, schema: e.schemaAt(pointer)}
			e.add(checkExpectation, d.finding(fmt.Sprintf("%s must be absent, and it is %s", at(pointer), quote(got))))
		}
	}
}

func (e *evaluation) unchanged() {
	if len(e.expect.Unchanged) == 0 {
		return
	}
	var earlier any
	partial := false // it may lack what there was
	if e.prior != nil {
		earlier, partial = e.prior.item.latest, e.prior.item.partial
	}
	if since := e.expect.Since; since != "" {
		earlier = e.values[since]
		partial = slices.ContainsFunc(e.given, func(it *item) bool {
			return it != nil && it.partial && jsonvalue.Equal(it.value(), earlier)
		})
	}
	if earlier == nil {
		e.errorf("no earlier answer shows what must be unchanged in the one to %s", e.x.method())
		return
	}
	earlier = e.x.wrapped(earlier)
	for _, pointer := range e.expect.Unchanged {
		want, had := lookup(earlier, pointer)
		want = documented(nil, want, e.schemaAt(pointer))
		got, ok := lookup(e.x.got.body, pointer)
		if empty(want) && empty(got) || e.names(pointer) && sameName(want, got) {
			continue
		}
		if !had && (partial || !e.readable(pointer)) {
			continue
		}
		if !had {
			e.differences([]difference{{pointer: pointer, got: got}}, "was not there, must be unchanged, was")
			continue
		}
		differences := compare(want, got, ok, e.schemaAt(pointer), pointer)
		if len(differences) == 0 && empty(want) {
			differences = []difference{{pointer: pointer, want: want, got: got}}
		}
		e.differences(differences, "must be unchanged, was")
	}
}

// names reports whether the identity of the item stands at a pointer into the answer.
func (e *evaluation) names(pointer string) bool {
	op := e.x.sent.op
	return op.Resource != nil && pointer == op.Wrapper+op.Resource.IdentityPointer()
}

// readable reports whether a read shows what an answer has at a pointer.
func (e *evaluation) readable(pointer string) bool {
	op := e.x.sent.op
	if op.Resource == nil || op.Resource.Read == nil || op.Resource.Read.ShownSchema() == nil {
		return true
	}
	inside, ok := below(pointer, op.Wrapper)
	return !ok || op.Resource.Read.ShownSchema().At(inside) != nil
}

// differences adds a finding for each difference: the pointer, what is demanded of it, the wanted
// value and what was found.
func (e *evaluation) differences(list []difference, demand string) {
	for _, d := range list {
		e.difference(d, fmt.Sprintf("%s %s %s, and %s", at(d.pointer), demand, quote(d.want), d.found()))
	}
}

// difference adds a finding under the check that the difference belongs to, unless that check has
// found something at this very place by itself.
func (e *evaluation) difference(d difference, message string) {
	check := attribute(e.x, e.prior, d)
	again := e.before.has(check, d.pointer) ||
		slices.ContainsFunc(e.found, func(f Finding) bool { return f.Check == check && f.Pointer == d.pointer })
	if again && e.x.sent.op.Action != openapi.NoAction && d.pointer != "" {
		return
	}
	if inside, ok := below(d.pointer, e.x.sent.op.Wrapper); ok && e.prior != nil {
		e.prior.mark(&d, e.x.got.shown, inside)
	}
	e.add(check, d.finding(message))
}

// schemaAt returns the response's schema at a pointer; nil where there is none.
func (e *evaluation) schemaAt(pointer string) *openapi.Schema {
	response := e.x.sent.op.Response(e.x.got.answer.Status)
	if response == nil || response.JSON() == nil {
		return nil
	}
	return response.JSON().Schema.At(pointer)
}

// at names a place in a sentence.
func at(pointer string) string {
	if pointer == "" {
		return "the body"
	}
	return pointer
}

// lookup returns the value at a pointer of a response body; the pointer "" is the whole body.
func lookup(body any, pointer string) (any, bool) {
	if body == nil || (pointer != "" && !strings.HasPrefix(pointer, "/")) {
		return nil, false
	}
	return jsonvalue.Lookup(body, pointer)
}
