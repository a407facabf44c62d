package contract

import (
	"fmt"

	"github.com/agentmock/agentmock/fixtures"
)

// judgeList holds a list against what the fixture expects of its items.
func (s *session) judgeList(x *exchange, e *fixtures.Expect) {
	if len(e.Contains) == 0 && len(e.Excludes) == 0 && e.Each == nil {
		return
	}
	list, ok := entries(x.op.Resource, x.shown)
	if !ok {
		s.expectation(x, checkList, "", "the answer is no list", nil, truncateValue(x.shown))
		return
	}
	check := checkList
	if s.strange(x) {
		check = checkIsolation
	}
	for _, template := range e.Contains {
		s.judgePart(x, check, list, template, 1)
	}
	for _, template := range e.Excludes {
		s.judgePart(x, check, list, template, 0)
	}
	if part, ok := s.expand(e.Each); ok && e.Each != nil {
		if n := having(list, part); n != len(list) {
			s.expectation(x, check, "", fmt.Sprintf("every item of the list must have %s, and %d of %d have not",
				quote(part), len(list)-n, len(list)), part, nil)
		}
	}
}

// judgePart wants exactly so many items of a list to have a part. A page of a list may lack what
// stands on another one.
func (s *session) judgePart(x *exchange, check string, list []any, template any, want int) {
	part, ok := s.expand(template)
	if !ok {
		return
	}
	n := having(list, part)
	if n == want || n == 0 && s.paged(x.op) {
		return
	}
	words, expected := "exactly one item", part
	if want == 0 {
		words, expected = "no item", nil
	}
	s.expectation(x, check, "", fmt.Sprintf("the list must have %s with %s, and has %d", words, quote(part), n),
		expected, n)
}

// having counts the items of a list that have a part.
func having(list []any, part any) int {
	n := 0
	for _, entry := range list {
		if len(violating(shows(part, entry, true, nil, ""))) == 0 {
			n++
		}
	}
	return n
}
