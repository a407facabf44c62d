package contract

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/jsonvalue"
	"github.com/agentmock/agentmock/openapi"
)

// before is what was known when a request was sent.
type before struct {
	item        *item // a copy; nil where the request is about none
	latest      any
	scope       *openapi.Scope
	observation *observation
	body        *jsonvalue.Object
}

// remember keeps what is known of the item that an exchange is about.
func (s *story) remember(x *exchange) before {
	b := before{scope: s.run.doc.Scope}
	resource := x.op.Resource
	if resource == nil || resource.Schema == nil {
		return b
	}
	it := s.items["#"+x.request.Path[resource.ItemParameter]]
	if it == nil {
		it = newItem(resource, "")
	} else {
		b.latest = it.latest
	}
	snapshot := *it
	b.item = &snapshot
	b.observation = &observation{item: b.item, how: read, op: x.op}
	if x.op.Action == openapi.Create || x.op.Action == openapi.Update || x.op.Action == openapi.Replace {
		b.observation.sent, _ = x.sent.(*jsonvalue.Object)
	}
	return b
}

// blame finds the check whose business a value is.
func (b before) blame(x *exchange, pointer string) string {
	if x.op.Action == openapi.List {
		return checkList
	}
	tokens := jsonvalue.Tokens(pointer)
	if b.item == nil || len(tokens) == 0 {
		return checkExpectation
	}
	name := tokens[0]
	if p := b.item.resource.Schema.Property(name); p != nil {
		switch {
		case name == b.item.resource.Identity:
			return checkIdentity
		case p.Schema.Mock.Value == nowHint:
			return checkCreatedAt
		case b.scope != nil && name == b.scope.Property:
			return checkWorkspace
		case !tracked(b.item.resource, name):
			return checkExpectation
		}
	}
	return b.byCause(name)
}

func (b before) byCause(name string) string {
	if b.item.id == "" && b.observation.sent == nil {
		return checkExpectation
	}
	switch b.observation.cause(name) {
	case bySending:
		return checkReturned
	case byWriting:
		return checkStored
	case byRefusal:
		return checkRefusalChanged
	case byOthers:
		return checkNeighbour
	case byNothing:
		return checkSteady
	}
	return checkKept
}

// judgeExpectations holds an answer against what the fixture expects of it. The status of a success is the business of a check of its
// own.
func (s *story) judgeExpectations(x *exchange, step *fixtures.Step, b before) {
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

// judgeRefusal looks whether a request was refused that had to be.
func (s *story) judgeRefusal(x *exchange, step *fixtures.Step, b before) {
	code := x.answer.status
	if b.item != nil && b.item.gone {
		s.items["#"+b.item.id].goneSeen = true
	}
	switch {
	case code >= 500:
		return // that is another check's
	case !x.succeeded() && x.status.Matches(code):
		if x.op.Response(code) == nil {
			s.add(x, checkStatus, finding{note: true, Violation: openapi.Violation{
				Rule: checkStatus, In: "status", Message: fmt.Sprintf("%s refuses with %d, which the document does not describe", x.method(), code), Actual: code,
				Document: x.op.Position,
			}})
		}
		return
	case x.refusal(): // refused, but not as the fixture says
		s.add(x, checkExpectation, finding{Violation: openapi.Violation{
			Rule: checkExpectation, In: "status", Message: fmt.Sprintf("%s was refused with %d where %s is right", x.what(), code, x.status),
			Expected: x.status.String(), Actual: code, Document: x.place(),
		}})
		return
	case code == http.StatusTooManyRequests, code == http.StatusRequestTimeout:
		s.outcome.errorf("%s was answered %d, which says nothing about the request", x.what(), code)
		return
	case b.item != nil && b.item.gone:
		s.add(x, checkGone, finding{Violation: s.stillThere(x, b.item)})
		return
	}
	v := openapi.Violation{
		Rule: checkRefusal, In: "status", Expected: "refused (4xx)", Actual: code, Document: x.place(),
		Message: fmt.Sprintf("%s was accepted with %d; it must be refused (4xx)", x.what(), code),
	}
	if t := step.Tries; t != nil {
		v.In, v.Name, v.Pointer = t.In, t.Name, t.Pointer
		if t.Rule != "" {
			v.Rule = t.Rule
		}
	}
	check := checkRefusal
	if !x.scoped && s.strange(x) {
		check = checkIsolation
	}
	s.add(x, check, finding{Violation: v})
}

// strange says whether a request names another workspace in a sound way: then it is about isolation, and not about the header.
func (s *story) strange(x *exchange) bool {
	scope := s.run.doc.Scope
	if scope == nil {
		return false
	}
	values := x.request.Header.Values(scope.Header)
	return len(values) == 1 && values[0] != "" && values[0] != s.run.target.WorkspaceID
}

func (s *story) judgeBody(x *exchange, e *fixtures.Expect, b before) {
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
func (s *story) differ(x *exchange, b before, differences []difference, words string) {
	for _, d := range differences {
		check := b.blame(x, d.pointer)
		if check == checkStored && b.showed(d) {
			check = checkReturned // the answer to the write had it like this already
		}
		for _, f := range state(check, []difference{d}, func(d difference) string {
			return fmt.Sprintf("%s %s %s, and %s", at(d.pointer), words, brief(d.want), found(d))
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
func (s *story) alreadyFound(check, pointer string) bool {
	return slices.ContainsFunc(slices.Concat(s.outcome.findings, s.outcome.notes), func(f Finding) bool { return f.Check == check && f.Pointer == pointer })
}

func at(pointer string) string {
	if pointer == "" {
		return "the body"
	}
	return pointer
}

func (s *story) answerSchema(x *exchange) *openapi.Schema {
	response := x.op.Response(x.answer.status)
	if response == nil || response.JSON() == nil {
		return nil
	}
	return response.JSON().Schema
}

func (s *story) schemaAt(x *exchange, pointer string) *openapi.Schema {
	schema := s.answerSchema(x)
	for _, token := range jsonvalue.Tokens(pointer) {
		if schema == nil {
			return nil
		}
		if schema.Items != nil && schema.Property(token) == nil {
			schema = schema.Items
			continue
		}
		schema = member(schema, token)
	}
	return schema
}

func (s *story) judgePointers(x *exchange, e *fixtures.Expect, b before) {
	for _, pointer := range slices.Sorted(maps.Keys(e.Exact)) {
		want, err := s.values.Expand(e.Exact[pointer])
		if err != nil {
			s.outcome.errorf("what is expected at %s cannot be told: %v", pointer, err)
			continue
		}
		got, ok := lookup(x.shown, pointer)
		if ok && jsonvalue.Equal(want, got) || !ok && empty(want) {
			continue
		}
		schema := s.schemaAt(x, pointer)
		differences := shows(want, got, ok, schema, pointer)
		if len(differences) == 0 && schema != nil && schema.Format == "date-time" {
			continue
		}
		if len(differences) == 0 { // it has more than it should
			differences = []difference{{pointer: pointer, want: want, got: got, absent: !ok}}
		}
		s.differ(x, b, differences, "is expected to be exactly")
	}
	for _, pointer := range slices.Sorted(maps.Keys(e.Differs)) {
		want, err := s.values.Expand(e.Differs[pointer])
		if err != nil {
			s.outcome.errorf("what is expected at %s cannot be told: %v", pointer, err)
			continue
		}
		if got, ok := lookup(x.shown, pointer); ok && jsonvalue.Equal(want, got) {
			s.expectation(x, b.blame(x, pointer), pointer, fmt.Sprintf("%s must not be %s", at(pointer), brief(want)), nil, got)
		}
	}
	for _, pointer := range e.Absent {
		if got, ok := lookup(x.shown, pointer); ok {
			s.expectation(x, checkExpectation, pointer, fmt.Sprintf("%s must be absent, and it is %s", at(pointer), brief(got)), nil, got)
		}
	}
}

func (s *story) expectation(x *exchange, check, pointer, message string, want, got any) {
	v := openapi.Violation{Rule: check, In: "state", Pointer: pointer, Message: message, Expected: cut(want), Actual: cut(got)}
	if schema := s.schemaAt(x, pointer); schema != nil {
		v.Document = schema.Position
	}
	s.add(x, check, finding{Violation: v})
}

func (s *story) judgeUnchanged(x *exchange, e *fixtures.Expect, b before) {
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
			s.differ(x, b, []difference{{pointer: pointer, want: nil, got: got}}, "was not there, must be unchanged, was")
			continue
		}
		differences := shows(want, got, ok, schema, pointer)
		if len(differences) == 0 && empty(want) {
			differences = []difference{{pointer: pointer, want: want, got: got}}
		}
		s.differ(x, b, differences, "must be unchanged, was")
	}
}

// soon is how long an update may go by without its being seen in a timestamp: some are kept in whole seconds.
const soon = 1100 * time.Millisecond

// judgeLater compares timestamps as instants. Two that are the same are a violation only where they had the time to differ.
func (s *story) judgeLater(x *exchange, e *fixtures.Expect) {
	for _, pointer := range slices.Sorted(maps.Keys(e.Later)) {
		text, err := s.values.Text(e.Later[pointer])
		if err != nil {
			s.outcome.errorf("what %s must be later than cannot be told: %v", pointer, err)
			continue
		}
		value, _ := lookup(x.shown, pointer)
		got, ok := instant(value)
		base, known := instant(text)
		if !known {
			s.outcome.errorf("%q is no timestamp for %s to be later than", text, pointer)
			continue
		}
		if ok && got.After(base) {
			continue
		}
		check := checkExpectation
		schema := s.schemaAt(x, pointer)
		if schema != nil && schema.Mock.Value == updatedHint {
			check = checkUpdatedAt
		}
		f := finding{Violation: openapi.Violation{
			Rule: check, In: "state", Pointer: pointer, Message: fmt.Sprintf("%s must be later than %s, and is %s", pointer, text, brief(value)),
			Expected: "later than " + text, Actual: cut(value),
		}}
		if schema != nil {
			f.Document = schema.Position
		}
		if ok && got.Equal(base) && x.gap < soon {
			f.note = true
			f.Message += "; too little time lay between them to be sure"
		}
		s.add(x, check, f)
	}
}

func (s *story) judgeList(x *exchange, e *fixtures.Expect) {
	if len(e.Contains) == 0 && len(e.Excludes) == 0 && e.Each == nil {
		return
	}
	list, ok := entries(x.op.Resource, x.shown)
	if !ok {
		s.expectation(x, checkList, "", "the answer is no list", nil, cut(x.shown))
		return
	}
	check := checkList
	if s.strange(x) {
		check = checkIsolation
	}
	count := func(part any) int {
		n := 0
		for _, entry := range list {
			if len(violating(shows(part, entry, true, nil, ""))) == 0 {
				n++
			}
		}
		return n
	}
	for _, template := range e.Contains {
		if part, ok := s.expand(template); ok {
			if n := count(part); n != 1 && !(n == 0 && s.paged(x.op)) {
				s.expectation(x, check, "", fmt.Sprintf("the list must have exactly one item with %s, and has %d", brief(part), n), part, n)
			}
		}
	}
	for _, template := range e.Excludes {
		if part, ok := s.expand(template); ok {
			if n := count(part); n != 0 {
				s.expectation(x, check, "", fmt.Sprintf("the list must have no item with %s, and has %d", brief(part), n), nil, n)
			}
		}
	}
	if part, ok := s.expand(e.Each); ok && e.Each != nil {
		if n := count(part); n != len(list) {
			s.expectation(x, check, "", fmt.Sprintf("every item of the list must have %s, and %d of %d have not", brief(part), len(list)-n, len(list)), part, nil)
		}
	}
}

func violating(differences []difference) []difference {
	return slices.DeleteFunc(differences, func(d difference) bool { return d.note != "" })
}

func (s *story) expand(template any) (any, bool) {
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
