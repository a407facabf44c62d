package contract

import (
	"slices"
	"strings"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// answerOpen notes the answer to the question that a fixture asks. The prior observation is of the item
// before the request.
func (s *session) answerOpen(x *exchange, f *fixtures.Fixture, prior *observation) {
	pointer := ""
	if m := x.sent.mutation; m != nil && m.In == "body" && f.Open != questionUnknownField {
		pointer = m.Pointer
	}
	switch {
	case !x.succeeded():
		s.answer(x, f.Open, pointer, answerRefuse)
	case f.Open == questionNull:
		s.answer(x, f.Open, pointer, ofNull(x, prior))
	case f.Open == questionUnknownField:
		s.answer(x, f.Open, pointer, ofUnknown(x))
	case f.Open == questionDuplicates:
		s.answer(x, f.Open, pointer, ofDuplicates(x))
	default:
		s.answer(x, f.Open, pointer, answerAccept)
	}
}

// tried returns the value that an answer shows at the place that the request tries; false where the
// answer does not show the item, or has nothing there.
func (x *exchange) tried() (value any, shown, present bool) {
	item, m := x.got.item(), x.sent.mutation
	if item == nil || m == nil {
		return nil, false, false
	}
	value, present = jsonvalue.Lookup(item, m.Pointer)
	return value, true, present
}

// ofNull returns what null did that was accepted.
func ofNull(x *exchange, prior *observation) string {
	value, shown, present := x.tried()
	if !shown {
		return answerAccept
	}
	var before any
	if prior != nil && prior.item.latest != nil {
		before, _ = jsonvalue.Lookup(prior.item.latest, x.sent.mutation.Pointer)
	}
	schema := x.sent.op.SentSchema().At(x.sent.mutation.Pointer)
	switch {
	case present && value == nil:
		return answerStore
	case empty(before) && empty(value):
		return answerAccept // whatever it did, it left nothing
	case !present || empty(value):
		return answerClear
	case jsonvalue.Equal(value, before):
		return answerIgnore
	case schema != nil && schema.HasDefault && jsonvalue.Equal(value, schema.Default):
		return answerDefault
	}
	return answerAccept
}

func ofUnknown(x *exchange) string {
	switch _, shown, present := x.tried(); {
	case !shown:
		return answerAccept
	case present:
		return answerStore
	}
	return answerDrop
}

func ofDuplicates(x *exchange) string {
	value, _, _ := x.tried()
	list, ok := value.([]any)
	sent, _ := x.sent.mutation.Value.([]any)
	switch {
	case !ok:
		return answerAccept
	case len(list) < len(sent):
		return answerDrop
	}
	return answerKeep
}

// answerBy notes the answers to open questions that an exchange gives by the way.
func (s *session) answerBy(x *exchange, prior *observation) {
	writes := x.sent.op.Action == openapi.Update || x.sent.op.Action == openapi.Create
	if !writes || prior == nil || x.sent.workspace != ownWorkspace || x.wanted.kind != wantSuccess ||
		x.got.answer.Status >= 500 {
		return
	}
	sent := x.sent.item()
	if s.answerReadOnly(x, prior, sent); !x.succeeded() || x.got.item() == nil {
		return
	}
	for _, m := range sent.Members {
		got, present := x.got.item().Get(m.Name)
		pointer := jsonvalue.Join("", m.Name)
		switch value := m.Value.(type) {
		case []any:
			s.answerList(x, pointer, value, got, present)
		case *jsonvalue.Object:
			s.answerObject(x, prior, m, got)
		}
		if !prior.item.tracks[m.Name] || m.Value == nil || !empty(m.Value) {
			continue
		}
		if present && got != nil {
			s.answer(x, questionEmpty, pointer, answerShow)
		} else {
			s.answer(x, questionEmpty, pointer, answerOmit)
		}
	}
	s.answerNothing(x, prior, sent)
}

// answerReadOnly notes whether a member that only the server writes was refused or ignored.
func (s *session) answerReadOnly(x *exchange, prior *observation, sent *jsonvalue.Object) {
	if x.wanted.status == nil || !x.succeeded() && !x.refused() {
		return
	}
	for _, m := range sent.Members {
		p := prior.item.resource.Schema.Property(m.Name)
		if p == nil || !p.Schema.ReadOnly || x.sent.op.SentSchema().Member(m.Name) != nil {
			continue
		}
		answer := answerIgnore
		if !x.succeeded() {
			answer = answerRefuse
		}
		s.answer(x, questionReadOnly, jsonvalue.Join("", m.Name), answer)
	}
}

// answerList notes whether a list keeps what it has twice.
func (s *session) answerList(x *exchange, pointer string, sent []any, got any, present bool) {
	list, _ := got.([]any)
	once := distinct(sent)
	if !present || len(once) == len(sent) || !isStringList(x.sent.op.SentSchema().At(pointer)) {
		return
	}
	switch len(list) {
	case len(sent):
		s.answer(x, questionDuplicates, pointer, answerKeep)
	case len(once):
		s.answer(x, questionDuplicates, pointer, answerDrop)
	}
}

// answerObject notes whether an object of an update was merged into the one before: a member that it
// left out is still there, as it was.
func (s *session) answerObject(x *exchange, prior *observation, m jsonvalue.Member, got any) {
	schema := x.sent.op.SentSchema().Member(m.Name)
	sent, _ := m.Value.(*jsonvalue.Object)
	shown, ok := got.(*jsonvalue.Object)
	if x.sent.op.Action != openapi.Update || schema == nil || prior.item.latest == nil || sent == nil || !ok {
		return
	}
	was, _ := lookup(prior.item.latest, jsonvalue.Join("", m.Name))
	before, _ := was.(*jsonvalue.Object)
	if before == nil {
		return
	}
	question := questionFree
	if len(schema.Properties) > 0 {
		question = questionNested
	}
	for _, member := range before.Members {
		of := schema.Member(member.Name)
		_, again := sent.Get(member.Name)
		if again || empty(member.Value) || of == nil && question == questionNested ||
			of != nil && of.Mock.Value == openapi.MockSecret {
			continue
		}
		answer := answerReplace
		if value, kept := shown.Get(member.Name); kept && jsonvalue.Equal(value, member.Value) {
			answer = answerMerge
		} else if kept {
			continue
		}
		s.answer(x, question, jsonvalue.Join("", m.Name), answer)
		return
	}
}

// answerName notes that an item was created with the name of another one.
func (s *session) answerName(x *exchange) {
	for _, m := range x.sent.item().Members {
		text, isText := m.Value.(string)
		if !isText || !strings.HasPrefix(text, "agentmock-") {
			continue
		}
		for _, it := range s.allItems() {
			latest, _ := it.latest.(*jsonvalue.Object)
			if name, _ := latest.Get(m.Name); !it.gone && it.resource == x.sent.op.Resource && name == text {
				s.answer(x, questionName, jsonvalue.Join("", m.Name), answerAccept)
			}
		}
	}
}

// answerNothing notes whether an update that changes nothing moves the time of the last update. That it
// does not shows only where it had the time to.
func (s *session) answerNothing(x *exchange, prior *observation, sent *jsonvalue.Object) {
	latest, _ := prior.item.latest.(*jsonvalue.Object)
	if x.sent.op.Action != openapi.Update || latest == nil || hasSecret(sent, x.sent.op.SentSchema()) {
		return
	}
	changes := slices.ContainsFunc(sent.Members, func(m jsonvalue.Member) bool {
		value, _ := latest.Get(m.Name)
		return !jsonvalue.Equal(value, m.Value)
	})
	for _, p := range prior.item.resource.Schema.Properties {
		if changes || p.Schema.Mock.Value != openapi.MockUpdated {
			continue
		}
		was, _ := latest.Get(p.Name)
		is, _ := x.got.item().Get(p.Name)
		before, known := instant(was)
		after, shown := instant(is)
		switch {
		case !known || !shown:
		case after.After(before):
			s.answer(x, questionNothing, jsonvalue.Join("", p.Name), answerMove)
		case after.Equal(before) && x.sent.gap > max(2*resolution(is), time.Millisecond):
			s.answer(x, questionNothing, jsonvalue.Join("", p.Name), answerKeep)
		}
	}
}
