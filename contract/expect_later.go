package contract

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// soon is how long an update may go by without its being seen in a timestamp: some are kept in
// whole seconds.
const soon = 1100 * time.Millisecond

// judgeLater compares timestamps as instants. Two that are the same are a violation only where they
// had the time to differ.
func (s *session) judgeLater(x *exchange, e *fixtures.Expect) {
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
		if schema != nil && schema.Mock.Value == openapi.MockUpdated {
			check = checkUpdatedAt
		}
		f := finding{Violation: openapi.Violation{
			Rule: check, In: "state", Pointer: pointer,
			Message:  fmt.Sprintf("%s must be later than %s, and is %s", pointer, text, quote(value)),
			Expected: "later than " + text, Actual: truncateValue(value),
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
