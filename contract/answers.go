package contract

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
)

// answers are what the run has seen of open questions: each answer for each place once, as the first
// fixture of the list shows it.
type answers map[answerKey]seenAnswer

type answerKey struct{ question, pointer, answer string }

type seenAnswer struct {
	Answer
	note    Finding // which says it in a sentence
	fixture *fixtures.Fixture
	order   int // of the fixture in the list
}

// answer notes the answer to a question about a place that an exchange shows.
func (s *session) answer(x *exchange, question, pointer, answer string) {
	r := s.run
	s.meters(x.sent.op, question)
	key := answerKey{question, pointer, answer}
	r.mu.Lock()
	have, seen := r.answers[key]
	order := r.order[s.fixture]
	r.mu.Unlock()
	if seen && have.order <= order {
		return
	}
	note := s.report(x, checkExpectation, x.note(question, "%s: %s", question, x.said(question, pointer, answer)))[0]
	evidence := Evidence{Fixture: s.fixture.ID, Request: x.method(), Status: x.got.answer.Status,
		Answer: s.secrets.Text(truncate(string(x.got.answer.Body), maxValue)), Curl: s.curl(x)}
	r.mu.Lock()
	defer r.mu.Unlock()
	if have, seen := r.answers[key]; !seen || order < have.order {
		r.answers[key] = seenAnswer{Answer{Question: question, Pointer: pointer, Answer: answer, Evidence: evidence},
			note, s.fixture, order}
	}
}

// said says what an exchange shows: what came of what it tries, or what the answer means.
func (x *exchange) said(question, pointer, answer string) string {
	meaning := means(question, answer, pointer)
	if m := x.sent.mutation; m == nil || m.What == "" || !strings.HasPrefix(m.Pointer, pointer) {
		return cmp.Or(meaning, answer)
	}
	outcome := "accepted"
	if !x.succeeded() {
		outcome = "refused"
	}
	said := fmt.Sprintf("%s is %s with %d", x.subject(), outcome, x.got.answer.Status)
	if meaning != "" && answer != answerAccept && answer != answerRefuse {
		said += ": " + meaning
	}
	return said
}

// sorted returns the answers in the order of the questions, then by place and answer.
func (a answers) sorted() []seenAnswer {
	rank := map[string]int{}
	for i, q := range Questions() {
		rank[q.ID] = i
	}
	return slices.SortedFunc(maps.Values(a), func(x, y seenAnswer) int {
		return cmp.Or(cmp.Compare(rank[x.Question], rank[y.Question]), cmp.Compare(x.Pointer, y.Pointer),
			cmp.Compare(x.Answer.Answer, y.Answer.Answer))
	})
}

// list returns the answers for the report, that of a shard or not; nil where there are none.
func (a answers) list(shard bool) []Answer {
	var out []Answer
	for _, seen := range a.sorted() {
		if shard {
			note := seen.note
			note.Fingerprint = note.mark(&Result{ID: seen.fixture.ID, Source: string(seen.fixture.Source)})
			seen.Note, seen.Place = &note, seen.order
		}
		out = append(out, seen.Answer)
	}
	return out
}

// note adds a note for each answer to each question, with the places to which it applies, to the first
// fixture that shows it.
func (a answers) note(outcomes map[*fixtures.Fixture]*outcome) {
	places := map[answerKey][]seenAnswer{}
	var order []answerKey
	for _, seen := range a.sorted() {
		key := answerKey{question: seen.Question, answer: seen.Answer.Answer}
		if places[key] == nil {
			order = append(order, key)
		}
		places[key] = append(places[key], seen)
	}
	for _, key := range order {
		list := places[key]
		first := slices.MinFunc(list, func(x, y seenAnswer) int { return cmp.Compare(x.order, y.order) })
		o := outcomes[first.fixture]
		if o == nil {
			continue
		}
		note, others := first.note, []string{}
		for _, other := range list {
			if other.Pointer != first.Pointer {
				others = append(others, strings.TrimPrefix(other.Pointer, "/"))
			}
		}
		if len(others) > 0 {
			note.Message += "; the same for " + strings.Join(others, ", ")
		}
		note.trait.answer = true
		o.notes = append(o.notes, note)
	}
}
