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

// judgeExpectations holds an answer against what the fixture expects of it. The status of a success
// is the business of a check of its own.
func (s *session) judgeExpectations(x *exchange, step *fixtures.Step, b before) {
	if x.open {
		return
	}
	e := &step.Expect
	if x.refused {
		s.judgeRefusal(x, step, b)
		if !x.refusal() {
			return
		}
	}
	if !x.succeeded() && !x.refused {
		return
	}
	s.judgeBody(x, e, b)
	s.judgePointers(x, e, b)
	s.judgeUnchanged(x, e, b)
	s.judgeLater(x, e)
	s.judgeList(x, e)
}

func (s *session) judgeBody(x *exchange, e *fixtures.Expect, b before) {
	if e.Body == nil {
		return
	}
	want, err := s.values.Expand(e.Body)
	if err != nil {
		s.outcome.errorf("what is expected cannot be told: %v", err)
		return
	}
	s.differ(x, b, shows(want, x.shown, x.shown != nil, s.answerSchema(x), ""), "is expected to be")
}

// differ files differences under the checks whose business they are.
func (s *session) differ(x *exchange, b before, differences []difference, words string) {
	for _, d := range differences {
		check := b.attribute(x, d.pointer)
		if check == checkStored && b.showed(d) {
			check = checkReturned // the answer to the write had it like this already
		}
		for _, f := range state(check, []difference{d}, func(d difference) string {
			return fmt.Sprintf("%s %s %s, and %s", at(d.pointer), words, quote(d.want), found(d))
		}) {
			if x.op.Action != openapi.NoAction && s.alreadyFound(check, d.pointer) {
				continue
			}
			s.add(x, check, f)
		}
	}
}

// showed says whether the answer before had the same at the place of a difference.
func (b before) showed(d difference) bool {
	got, ok := lookup(b.latest, d.pointer)
	return b.latest != nil && ok != d.absent && jsonvalue.Equal(got, d.got)
}

// alreadyFound says whether a check has found something at this very place on its own.
func (s *session) alreadyFound(check, pointer string) bool {
	return slices.ContainsFunc(slices.Concat(s.outcome.findings, s.outcome.notes),
		func(f Finding) bool { return f.Check == check && f.Pointer == pointer })
}

func at(pointer string) string {
	if pointer == "" {
		return "the body"
	}
	return pointer
}

func (s *session) answerSchema(x *exchange) *openapi.Schema {
	response := x.op.Response(x.answer.status)
	if response == nil || response.JSON() == nil {
		return nil
	}
	return response.JSON().Schema
}

func (s *session) schemaAt(x *exchange, pointer string) *openapi.Schema {
	return s.answerSchema(x).At(pointer)
}

// judgePointers holds values at places of the body against what the fixture expects there.
func (s *session) judgePointers(x *exchange, e *fixtures.Expect, b before) {
	for _, pointer := range slices.Sorted(maps.Keys(e.Exact)) {
		if want, ok := s.expandAt(pointer, e.Exact[pointer]); ok {
			s.judgeExact(x, b, pointer, want)
		}
	}
	for _, pointer := range slices.Sorted(maps.Keys(e.Differs)) {
		want, ok := s.expandAt(pointer, e.Differs[pointer])
		if got, there := lookup(x.shown, pointer); ok && there && jsonvalue.Equal(want, got) {
			s.expectation(x, b.attribute(x, pointer), pointer, fmt.Sprintf("%s must not be %s", at(pointer),
				quote(want)), nil, got)
		}
	}
	for _, pointer := range e.Absent {
		if got, ok := lookup(x.shown, pointer); ok {
			s.expectation(x, checkExpectation, pointer, fmt.Sprintf("%s must be absent, and it is %s",
				at(pointer), quote(got)), nil, got)
		}
	}
}

func (s *session) expandAt(pointer string, template any) (any, bool) {
	want, err := s.values.Expand(template)
	if err != nil {
		s.outcome.errorf("what is expected at %s cannot be told: %v", pointer, err)
	}
	return want, err == nil
}

// judgeExact wants a value at a place, with nothing more and nothing less.
func (s *session) judgeExact(x *exchange, b before, pointer string, want any) {
	got, ok := lookup(x.shown, pointer)
	if ok && jsonvalue.Equal(want, got) || !ok && empty(want) {
		return
	}
	schema := s.schemaAt(x, pointer)
	differences := shows(want, got, ok, schema, pointer)
	if len(differences) == 0 {
		if schema != nil && schema.Format == "date-time" {
			return
		}
		differences = []difference{{pointer: pointer, want: want, got: got, absent: !ok}} // it has more than it should
	}
	s.differ(x, b, differences, "is expected to be exactly")
}

func (s *session) expectation(x *exchange, check, pointer, message string, want, got any) {
	v := openapi.Violation{Rule: check, In: "state", Pointer: pointer, Message: message, Expected: truncateValue(want),
		Actual: truncateValue(got)}
	if schema := s.schemaAt(x, pointer); schema != nil {
		v.Document = schema.Position
	}
	s.add(x, check, finding{Violation: v})
}

func (s *session) judgeUnchanged(x *exchange, e *fixtures.Expect, b before) {
	earlier := b.latest
	if e.Since != "" {
		earlier = s.values[e.Since]
	}
	if len(e.Unchanged) > 0 && earlier == nil {
		s.outcome.errorf("no earlier answer shows what must be unchanged in the one to %s", x.method())
		return
	}
	for _, pointer := range e.Unchanged {
		want, had := lookup(earlier, pointer)
		got, ok := lookup(x.shown, pointer)
		schema := s.schemaAt(x, pointer)
		if (!had || empty(want)) && (!ok || empty(got)) {
			continue
		}
		if !had {
			s.differ(x, b, []difference{{pointer: pointer, want: nil, got: got}},
				"was not there, must be unchanged, was")
			continue
		}
		differences := shows(want, got, ok, schema, pointer)
		if len(differences) == 0 && empty(want) {
			differences = []difference{{pointer: pointer, want: want, got: got}}
		}
		s.differ(x, b, differences, "must be unchanged, was")
	}
}

func violating(differences []difference) []difference {
	return slices.DeleteFunc(differences, func(d difference) bool { return d.note != "" })
}

func (s *session) expand(template any) (any, bool) {
	value, err := s.values.Expand(template)
	if err != nil {
		s.outcome.errorf("what is expected cannot be told: %v", err)
	}
	return value, err == nil
}

// lookup finds a value at a pointer of an answer's body; the pointer "" is the whole body.
func lookup(body any, pointer string) (any, bool) {
	if body == nil || (pointer != "" && !strings.HasPrefix(pointer, "/")) {
		return nil, false
	}
	return jsonvalue.Lookup(body, pointer)
}
