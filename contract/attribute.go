package contract

import (
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// before is what was known when a request was sent.
type before struct {
	item        *item // a copy; nil where the request is about none
	latest      any
	scope       *openapi.Scope
	observation *observation
}

// remember keeps what is known of the item that an exchange is about.
func (s *session) remember(x *exchange) before {
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

// attribute finds the check whose business a value is.
func (b before) attribute(x *exchange, pointer string) string {
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
		case p.Schema.Mock.Value == openapi.MockNow:
			return checkCreatedAt
		case b.scope != nil && name == b.scope.Property:
			return checkWorkspace
		case p.Schema.Mock.Value == openapi.MockUpdated:
			if check := b.byCause(name); check == checkRefusalChanged || check == checkNeighbour ||
				check == checkSteady {
				return check
			}
			return checkUpdatedAt
		case !b.item.tracks[name]:
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
