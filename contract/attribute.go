package contract

import (
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// attribute returns the check that a difference belongs to which a fixture's expectation has shown.
// The prior observation is of the item before the exchange; nil where the exchange is about none.
func attribute(x *exchange, prior *observation, d difference) string {
	switch tokens := jsonvalue.Tokens(d.pointer); {
	case d.stale && d.schema != nil && d.schema.Mock.Value == openapi.MockUpdated:
		return checkUpdatedAt
	case d.stale:
		return checkExpectation
	case x.sent.op.Action == openapi.List && x.sent.workspace == otherWorkspace:
		return checkIsolation
	case x.sent.op.Action == openapi.List:
		return checkList
	case prior == nil, len(tokens) == 0:
		return checkExpectation
	default:
		return attributeProperty(prior, tokens[0], d)
	}
}

// attributeProperty attributes a difference in a property of the item or below it.
func attributeProperty(prior *observation, name string, d difference) string {
	check := attributeEvent(prior, name, d)
	p := prior.item.resource.Schema.Property(name)
	switch {
	case p == nil:
		return check
	case name == prior.item.resource.Identity:
		return checkIdentity
	case p.Schema.Mock.Value == openapi.MockNow:
		return checkCreatedAt
	case prior.scope != nil && name == prior.scope.Property:
		return checkWorkspace
	case p.Schema.Mock.Value == openapi.MockUpdated:
		if check == checkRefusalChanged || check == checkNeighbour || check == checkSteady {
			return check
		}
		return checkUpdatedAt
	case !prior.item.tracks[name]:
		return checkExpectation
	}
	return check
}

// attributeEvent attributes a difference by what happened since the item was last seen.
func attributeEvent(prior *observation, name string, d difference) string {
	if prior.item.id == "" && prior.sent == nil {
		return checkExpectation // an item of which nothing is known
	}
	switch prior.event(name) {
	case eventSent:
		return checkReturned
	case eventWritten:
		got, ok := lookup(prior.item.latest, d.pointer)
		if prior.item.latest != nil && ok != d.absent && jsonvalue.Equal(got, d.got) {
			return checkReturned // the response to the write had it like this already
		}
		return checkStored
	case eventRefusal:
		return checkRefusalChanged
	case eventOtherItem:
		return checkNeighbour
	case eventNothing:
		return checkSteady
	}
	return checkKept
}

// attributeAcceptance returns the check that a success belongs to where a refusal is wanted.
func attributeAcceptance(x *exchange, prior *observation) string {
	switch {
	case prior != nil && prior.item.gone:
		return checkGone
	case x.sent.workspace == otherWorkspace:
		return checkIsolation
	}
	return checkRefusal
}

// attributeLoss returns the check that an item's being unknown to the target belongs to.
func attributeLoss(it *item) string {
	if it.refused {
		return checkRefusalChanged
	}
	return checkStored
}

// prior returns an observation of the item that an exchange is about, as it was known before; nil
// where there is none.
func (s *session) prior(x *exchange) *observation {
	resource := x.sent.op.Resource
	if resource == nil || resource.Schema == nil {
		return nil
	}
	it := s.itemOf(x)
	if it == nil {
		it = newItem(resource, "")
	}
	snapshot := *it
	o := &observation{item: &snapshot, kind: readResponse, op: x.sent.op, scope: s.run.doc.Scope}
	switch x.sent.op.Action {
	case openapi.Create, openapi.Update, openapi.Replace:
		o.sent = x.sent.item()
	}
	return o
}
