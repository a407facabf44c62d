package contract

import (
	"fmt"
	"net/http"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// judgeRefusal looks whether a request was refused that had to be.
func (s *session) judgeRefusal(x *exchange, step *fixtures.Step, b before) {
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
				Rule: checkStatus, In: "status",
				Message: fmt.Sprintf("%s refuses with %d, which the document does not describe", x.method(),
					code), Actual: code,
				Document: x.op.Position,
			}})
		}
		return
	case x.refusal(): // refused, but not as the fixture says
		s.add(x, checkExpectation, finding{Violation: openapi.Violation{
			Rule: checkExpectation, In: "status",
			Message:  fmt.Sprintf("%s was refused with %d where %s is right", x.what(), code, x.status),
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
	if t := step.Mutation; t != nil {
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

// strange says whether a request names another workspace in a sound way: then it is about
// isolation, and not about the header.
func (s *session) strange(x *exchange) bool {
	scope := s.run.doc.Scope
	if scope == nil {
		return false
	}
	values := x.request.Header.Values(scope.Header)
	return len(values) == 1 && values[0] != "" && values[0] != s.run.target.WorkspaceID
}
