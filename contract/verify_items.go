package contract

import (
	"context"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// verifyItems looks at every item of which something must be shown that no response has shown yet.
func (s *session) verifyItems(ctx context.Context) ([]Finding, error) {
	var found []Finding
	for _, it := range s.allItems() {
		var list []Finding
		var err error
		switch {
		case it.gone && !it.goneSeen:
			list, err = s.verifyGone(ctx, it)
		case it.gone, !it.unseen, it.latest == nil && len(it.known) == 0:
		default:
			list, err = s.verifyItem(ctx, it)
		}
		found = append(found, list...)
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

// verifyItem makes one request that shows an item as it is: a read or, where there is none, an
// update that changes nothing.
func (s *session) verifyItem(ctx context.Context, it *item) ([]Finding, error) {
	op, request := s.readRequest(it)
	if op == nil {
		return nil, nil
	}
	seen := s.untilSettled(ctx, func() look { return s.lookAt(ctx, it, op, request) })
	return seen.found, seen.err
}

// lookAt sends a request that shows an item and judges it.
func (s *session) lookAt(ctx context.Context, it *item, op *openapi.Operation, request *openapi.Request) look {
	x, found, err := s.patiently(ctx, func() (*exchange, []Finding, error) {
		return s.send(ctx, sent{op: op, request: request, byRun: true}, wanted{})
	})
	if err != nil {
		return look{x, found, err}
	}
	if !x.refused() {
		return look{x, append(found, s.track(x)...), nil}
	}
	it.lost = true
	return look{x, append(found, s.report(x, attributeLoss(it), x.statusFinding("state", "2xx", op.Position,
		"the item that was there is unknown to %s: it was answered %d", x.method(), x.got.answer.Status))...), errStop}
}

// verifyGone makes sure that a read does not find an item that was deleted.
func (s *session) verifyGone(ctx context.Context, it *item) ([]Finding, error) {
	op := it.resource.Read
	if op == nil || s.run.missing(op.ID) != "" {
		return nil, nil
	}
	x, found, err := s.patiently(ctx, func() (*exchange, []Finding, error) {
		return s.send(ctx, sent{op: op, request: s.run.about(it, op, nil), byRun: true},
			wanted{wantRefusal, fixtures.Status{fixtures.Refused}})
	})
	if err != nil {
		return found, err
	}
	it.goneSeen = true
	s.meters(it.resource.Delete, checkGone)
	if x.succeeded() {
		found = append(found, s.report(x, checkGone, stillThere(x))...)
	}
	return found, nil
}

// stillThere is the finding about a deleted item that the target knows.
func stillThere(x *exchange) Finding {
	return x.statusFinding("state", fixtures.Refused, x.sent.op.Position,
		"the item was deleted, and %s is answered %d all the same", x.method(), x.got.answer.Status)
}

// readRequest returns a request that shows an item; nil where there is none.
func (s *session) readRequest(it *item) (*openapi.Operation, *openapi.Request) {
	if op := it.resource.Read; op != nil && s.run.missing(op.ID) == "" {
		return op, s.run.about(it, op, nil)
	}
	return s.run.probe(it)
}
