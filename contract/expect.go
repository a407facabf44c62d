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
	prior  *observation // of the item before the exchange; nil: there is none
	before *outcome     // what has been found so far
	found  []Finding
	errors []string // why expectations could not be evaluated
}

// evaluate returns what a response lacks of a step's expectations, and why some of them could not
// be evaluated.
func (s *session) evaluate(x *exchange, step *fixtures.Step, prior *observation, before *outcome) ([]Finding,
	[]string) {
	e := &evaluation{session: s, x: x, step: step, prior: prior, before: before}
	if x.wanted.kind == wantRefusal {
		e.refusal()
	}
	// Whatever a fixture says of a response holds for the one that it wants.
	if x.wanted.kind == wantRefusal && x.refused() || x.wanted.kind == wantSuccess && x.succeeded() {
		e.body()
		e.exact()
		e.differs()
		e.absent()
		e.unchanged()
		e.later()
		e.list()
	}
	return e.found, e.errors
}

func (e *evaluation) errorf(format string, args ...any) {
	e.errors = append(e.errors, fmt.Sprintf(format, args...))
}

// add adds findings of a check.
func (e *evaluation) add(check string, list ...Finding) {
	e.found = append(e.found, e.report(e.x, check, list...)...)
}

// expand returns a template of the fixture with its values in it.
func (e *evaluation) expand(pointer string, template any) (any, bool) {
	want, err := e.values.Expand(template)
	if err != nil {
		where := ""
		if pointer != "" {
			where = " at " + pointer
		}
		e.errorf("the expected value%s cannot be computed: %v", where, err)
	}
	return want, err == nil
}

func (e *evaluation) body() {
	if e.step.Expect.Body == nil {
		return
	}
	if want, ok := e.expand("", e.step.Expect.Body); ok {
		e.differences(compare(want, e.x.got.body, e.x.got.body != nil, e.schemaAt(""), ""), "is expected to be")
	}
}

// exact wants a value at a place, with nothing more and nothing less.
func (e *evaluation) exact() {
	for _, pointer := range slices.Sorted(maps.Keys(e.step.Expect.Exact)) {
		want, ok := e.expand(pointer, e.step.Expect.Exact[pointer])
		got, present := lookup(e.x.got.body, pointer)
		if !ok || present && jsonvalue.Equal(want, got) || !present && empty(want) {
			continue
		}
		schema := e.schemaAt(pointer)
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
	for _, pointer := range slices.Sorted(maps.Keys(e.step.Expect.Differs)) {
		want, ok := e.expand(pointer, e.step.Expect.Differs[pointer])
		got, present := lookup(e.x.got.body, pointer)
		if !ok || !present || !jsonvalue.Equal(want, got) {
			continue
		}
		d := difference{pointer: pointer, got: got, schema: e.schemaAt(pointer)}
		e.difference(d, fmt.Sprintf("%s must not be %s", at(pointer), quote(want)))
	}
}

func (e *evaluation) absent() {
	for _, pointer := range e.step.Expect.Absent {
		if got, ok := lookup(e.x.got.body, pointer); ok {
			d := difference{pointer: pointer, got: got, schema: e.schemaAt(pointer)}
			message := fmt.Sprintf("%s must be absent, and it is %s", at(pointer), quote(got))
			e.add(checkExpectation, stateFindings([]difference{d}, func(difference) string { return message })...)
		}
	}
}

func (e *evaluation) unchanged() {
	if len(e.step.Expect.Unchanged) == 0 {
		return
	}
	var earlier any
	if e.prior != nil {
		earlier = e.prior.item.latest
	}
	if since := e.step.Expect.Since; since != "" {
		earlier = e.values[since]
	}
	if earlier == nil {
		e.errorf("no earlier answer shows what must be unchanged in the one to %s", e.x.method())
		return
	}
	for _, pointer := range e.step.Expect.Unchanged {
		want, had := lookup(earlier, pointer)
		got, ok := lookup(e.x.got.body, pointer)
		if (!had || empty(want)) && (!ok || empty(got)) {
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
	e.add(check, stateFindings([]difference{d}, func(difference) string { return message })...)
}

// schemaAt returns the response's schema at a pointer; nil where there is none.
func (e *evaluation) schemaAt(pointer string) *openapi.Schema {
	response := e.x.sent.op.Response(e.x.got.answer.status)
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
