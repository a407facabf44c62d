package mockserver

import (
	"errors"
	"net/http"
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// actions are what the operations of resources do.
var actions = map[openapi.Action]func(*exchange) *response{
	openapi.List:    (*exchange).list,
	openapi.Create:  (*exchange).create,
	openapi.Read:    (*exchange).read,
	openapi.Update:  func(x *exchange) *response { return x.rewrite((*builder).update) },
	openapi.Replace: func(x *exchange) *response { return x.rewrite((*builder).replace) },
	openapi.Delete:  (*exchange).delete,
}

// newEndpoint returns the endpoint of an operation of the API. Its action is inferred by openapi;
// an operation without one responds with its example.
func (s *Server) newEndpoint(op *openapi.Operation) *endpoint {
	e := &endpoint{operation: op, collection: s.collectionOf(op.Resource), success: newSuccess(op)}
	if e.act = actions[op.Action]; e.act == nil {
		e.act = (*exchange).example
	}
	return e
}

func (x *exchange) example() *response { return x.endpoint.success.response() }

func (x *exchange) list() *response {
	return x.endpoint.success.list(x.server.store.snapshot().list(x.key))
}

func (x *exchange) read() *response {
	r := x.server.store.snapshot().get(x.key, x.itemID())
	if r == nil {
		return x.refuseUnknown()
	}
	return x.endpoint.success.item(r)
}

func (x *exchange) create() *response {
	object, schema, ok := x.object()
	if !ok {
		return x.example()
	}
	var id string
	res := x.write(func(t *txn) (*record, *response) {
		r := x.server.newBuilder(t, x.endpoint.collection).create(x.key, object, schema)
		if r.id == "" || !t.add(r) {
			return nil, x.refuseTaken(r.id)
		}
		id = r.id
		return r, nil
	})
	if x.endpoint.collection.ItemPath != "" && res.status == http.StatusCreated {
		res.set("Location", x.itemURL(id))
	}
	return res
}

// rewrite is update and replace.
func (x *exchange) rewrite(build func(*builder, *record, *jsonvalue.Object, *openapi.Schema) *record) *response {
	object, schema, ok := x.object()
	if !ok {
		return x.example()
	}
	return x.change(func(t *txn, old *record) *record {
		r := build(x.server.newBuilder(t, x.endpoint.collection), old, object, schema)
		t.replace(r)
		return r
	})
}

// delete removes an item and all items that belong to it.
func (x *exchange) delete() *response {
	return x.change(func(t *txn, old *record) *record {
		t.remove(old)
		place := append(slices.Clone(x.key.place), old.id)
		for _, child := range x.endpoint.collection.children {
			t.removeBelow(collectionKey{path: child.CollectionPath, place: place})
		}
		return old
	})
}

// change runs an action on the item that the path names.
func (x *exchange) change(act func(*txn, *record) *record) *response {
	return x.write(func(t *txn) (*record, *response) {
		old := t.get(x.key, x.itemID())
		if old == nil {
			return nil, x.refuseUnknown()
		}
		return act(t, old), nil
	})
}

// write runs an action in a transaction, which a refusal undoes, and responds with the action's
// item.
func (x *exchange) write(act func(*txn) (*record, *response)) *response {
	var r *record
	var refusal *response
	err := x.server.store.update(func(t *txn) error {
		if r, refusal = act(t); refusal != nil {
			return errors.New("refused")
		}
		return nil
	})
	if err != nil {
		return refusal
	}
	return x.endpoint.success.item(r)
}

// refuseUnknown is for an item that was deleted after validation.
func (x *exchange) refuseUnknown() *response {
	at := x.endpoint
	return refuse(http.StatusNotFound, x.unknownItem(at.operation.ItemParameter, at.collection.Name, x.itemID())...)
}

// refuseTaken is for a second item with an identity that clients choose.
func (x *exchange) refuseTaken(id string) *response {
	pointer := jsonvalue.Join("", x.endpoint.collection.Identity)
	return refuse(http.StatusConflict, openapi.Violation{
		Rule: ruleIdentityTaken, In: "body", Pointer: pointer, Actual: truncate(id, 200),
		Message: "body " + pointer + ": there is one with this identity already",
	})
}
