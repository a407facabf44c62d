package contract

import (
	"context"

	"github.com/agentmock/agentmock/openapi"
)

// confirmsForeign reports whether a deletion from another workspace was confirmed that had to be
// refused. A deletion is idempotent (RFC 9110 §9.2.2): to confirm that what the caller cannot see is not
// there is lawful, as long as it stays.
func (s *session) confirmsForeign(x *exchange) bool {
	it := s.itemOf(x)
	return x.sent.op.Action == openapi.Delete && x.wanted.kind == wantRefusal && x.succeeded() &&
		x.sent.workspace == otherWorkspace && it != nil && !it.gone
}

// foreignDeletion looks whether a confirmed deletion from another workspace has deleted the item. It
// then belongs to the check that the evaluation names; else it was allowed to be confirmed, which is
// noted.
func (s *session) foreignDeletion(ctx context.Context, x *exchange) ([]Finding, error) {
	it := s.itemOf(x)
	op, request := s.readRequest(it)
	if op == nil {
		return nil, nil
	}
	y, found, err := s.send(ctx, sent{op: op, request: request, byRun: true}, wanted{kind: wantAnything})
	if err != nil {
		return found, err
	}
	if !y.succeeded() {
		return found, nil
	}
	x.wanted.kind = wantAnything
	s.answer(x, questionDeleteUnknown, "", answerAccept)
	return found, nil
}
