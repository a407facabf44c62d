package mockserver

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// actions are what the operations of resources do.
var actions = map[openapi.Action]func(*exchange) *response{
	openapi.List:    (*exchange).list,
	openapi.Create:  (*exchange).create,
	openapi.Read:    (*exchange).read,
	openapi.Update:  (*exchange).update,
	openapi.Replace: (*exchange).replace,
	openapi.Delete:  (*exchange).delete,
}

// newEndpoint returns the endpoint of an operation of the API. Its action is inferred by openapi;
// an operation without one responds with its example.
func (a *api) newEndpoint(op *openapi.Operation) *endpoint {
	e := a.newVariant(op, "")
	if e.collection != nil {
		e.collection.noteAround(op)
	}
	if r := documentedSuccess(op); r != nil {
		for _, m := range r.Content {
			if name := concreteType(m); name != e.success.mediaType {
				e.variants = append(e.variants, a.newVariant(op, name))
			}
		}
	}
	return e
}

// newVariant returns the endpoint that responds in one representation of a success; "" for the mock's
// own choice.
func (a *api) newVariant(op *openapi.Operation, mediaType string) *endpoint {
	e := &endpoint{operation: op, collection: a.collectionOf(op.Resource)}
	e.success = newSuccess(op, documentedSuccess(op), mediaType, a.examples)
	e.created = e.success
	if r := op.Response(http.StatusCreated); op.Creates && r != nil && r.StatusCode() == http.StatusCreated {
		e.created = newSuccess(op, r, mediaType, a.examples)
	}
	for _, shown := range []*success{e.success, e.created} {
		if shown.view != nil {
			e.collection.views = append(e.collection.views, shown.view)
		}
	}
	if e.act = actions[op.Action]; e.act == nil {
		e.act = (*exchange).example
	}
	return e
}

func (x *exchange) example() *response { return x.endpoint.success.response() }

func (x *exchange) list() *response {
	p, wrong := x.page(x.session.store.snapshot().list(x.key))
	if wrong != nil {
		return refuse(http.StatusBadRequest, *wrong)
	}
	for i, r := range p.items {
		p.items[i] = x.shown(r)
	}
	return x.showPage(p)
}

func (x *exchange) read() *response {
	r := x.session.store.latest().find(x.key, x.itemID())
	switch {
	case r != nil:
		return x.endpoint.success.shows(x.shown(r))
	case x.endpoint.collection.always:
		return x.endpoint.success.shows(x.shown(x.newBuilder(nil).initial(x.key, x.itemID())))
	}
	return x.refuseUnknown()
}

// shown returns an item as it is by the clock when the first item of the response is shown.
func (x *exchange) shown(r *record) *record {
	if r.turn == nil {
		return r
	}
	if x.now == 0 {
		x.now = x.session.clock.milliseconds()
	}
	return x.endpoint.collection.settled(r, x.now, false)
}

func (x *exchange) newBuilder(t *txn) *builder {
	return x.session.newBuilder(x.api, t, x.endpoint.collection)
}

// create makes an item; several where the body has several, or none of them.
func (x *exchange) create() *response {
	body := x.sent()
	var made []*record
	refusal := x.transact((*store).update, func(t *txn) *response {
		for i, object := range body.items {
			id := ""
			if x.endpoint.collection.Singleton {
				id = onlyID
				if old := t.find(x.key, id); old != nil {
					t.remove(old)
				}
			}
			b := x.newBuilder(t)
			b.around = body.around
			r := b.create(x.key, id, object, body.schema)
			if r.id == "" || !t.add(r) {
				return x.refuseTaken(i, r.id)
			}
			made = append(made, r)
		}
		return nil
	})
	if refusal != nil {
		return refusal
	}
	return x.created(made...)
}

// update changes an item: by a patch where the body is one, else it merges the body's members.
func (x *exchange) update() *response {
	switch {
	case x.isJSONPatch():
		return x.patch(x.applyJSONPatch)
	case x.contentType() == "application/merge-patch+json":
		return x.patch(x.applyMergePatch)
	}
	return x.write((*builder).update)
}

func (x *exchange) replace() *response { return x.write((*builder).replace) }

// write writes an item anew from the item of the body.
func (x *exchange) write(build func(*builder, *record, written, *openapi.Schema) *record) *response {
	body := x.sent()
	return x.rewrite(func(b *builder, old *record) (*record, *response) {
		b.around = body.around
		return build(b, old, body.item(), body.schema), nil
	})
}

// rewrite stores another form of the item that the path names. An item that does not exist is
// created from the body, if the operation does that.
func (x *exchange) rewrite(form func(*builder, *record) (*record, *response)) *response {
	var written struct {
		*record
		created bool
	}
	refusal := x.transact((*store).revise, func(t *txn) *response {
		b := x.newBuilder(t)
		old := t.find(x.key, x.itemID())
		isNew := old == nil
		if isNew && x.endpoint.collection.always {
			old = b.initial(x.key, x.itemID())
		}
		var r *record
		var refusal *response
		switch written.created = false; {
		case old != nil:
			r, refusal = form(b, b.collection.settled(old, b.now.UnixMilli(), true))
		case x.endpoint.operation.Creates:
			written.created = true
			r, refusal = x.createNamed(b)
		default:
			refusal = x.refuseUnknown()
		}
		switch written.record = r; {
		case refusal != nil:
		case isNew:
			t.add(r)
		default:
			t.replace(r)
		}
		return refusal
	})
	switch {
	case refusal != nil:
		return refusal
	case written.created:
		return x.created(written.record)
	}
	return x.endpoint.success.shows(x.shown(written.record))
}

// createNamed makes the item that the path names.
func (x *exchange) createNamed(b *builder) (*record, *response) {
	body, id := x.sent(), x.itemID()
	for _, v := range b.identitySchema().Validate(pathValue(b.identitySchema(), id), openapi.ResponseView) {
		where := v.Where()
		v.In, v.Name, v.Pointer = "path", x.endpoint.operation.ItemParameter, ""
		v.Message = v.Where() + strings.TrimPrefix(v.Message, where)
		return nil, x.refuse(http.StatusBadRequest, v)
	}
	b.around = body.around
	return b.create(x.key, id, body.item(), body.schema), nil
}

// created responds to a creation, and says where the item is.
func (x *exchange) created(items ...*record) *response {
	s := x.endpoint.created
	for i, r := range items {
		items[i] = x.shown(r)
	}
	res := s.shows(items...)
	if len(items) != 1 || x.endpoint.collection.ItemPath == "" || s.status != http.StatusCreated && s.location == nil {
		return res
	}
	return res.set("Location", x.location(items[0]))
}

// location is the address of an item in the form that the document wants: its path, the whole address,
// or an end of the path.
func (x *exchange) location(r *record) string {
	path, header := x.itemURL(r), x.endpoint.created.location
	if header == nil {
		return path
	}
	whole := x.server.origin(x.http) + path
	if header.Schema.Format == "uri" {
		return whole
	}
	forms := []string{path, whole}
	for i, c := range path {
		if c == '/' && i > 0 {
			forms = append(forms, path[i:])
		}
	}
	for _, form := range forms {
		if len(header.ValidateText(form, openapi.ResponseView)) == 0 {
			return form
		}
	}
	return path
}

// delete removes an item and all items that belong to it.
func (x *exchange) delete() *response {
	var old *record
	refusal := x.transact((*store).update, func(t *txn) *response {
		old = t.find(x.key, x.itemID())
		switch {
		case old != nil:
			t.remove(old)
		case !x.endpoint.collection.always:
			return x.refuseUnknown()
		default:
			old = x.newBuilder(t).initial(x.key, x.itemID())
			return nil
		}
		place := append(slices.Clone(old.key.place), old.id)
		for _, child := range x.endpoint.collection.children {
			t.removeBelow(collectionKey{path: child.CollectionPath, place: place})
		}
		return nil
	})
	if refusal != nil {
		return refusal
	}
	return x.endpoint.success.shows(x.shown(old))
}

// transact runs an action in a transaction, which a refusal undoes; so does a state that would be full.
func (x *exchange) transact(run func(*store, func(*txn) error) error, act func(*txn) *response) *response {
	err := run(x.session.store, func(t *txn) error {
		if !x.session.store.isOf(x.api.generation) {
			return errOutdated
		}
		if refusal := act(t); refusal != nil {
			return refused{refusal}
		}
		return nil
	})
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errOutdated):
		return x.again()
	}
	if full, ok := errors.AsType[*StateError](err); ok {
		return refuse(http.StatusInsufficientStorage, full.Violations...)
	}
	refusal, _ := errors.AsType[refused](err) // there are no other errors
	return refusal.response
}

// refused is the error of a transaction that a refusal undoes.
type refused struct{ *response }

func (refused) Error() string { return "refused" }

// refuseUnknown is for an item that was deleted after validation.
func (x *exchange) refuseUnknown() *response {
	at := x.endpoint
	return refuse(http.StatusNotFound, x.unknownItem(at.operation.ItemParameter, at.collection.Name, x.itemID())...)
}

// refuseTaken is for a second item with an identity that clients choose: item i of the body.
func (x *exchange) refuseTaken(i int, id string) *response {
	op := x.endpoint.operation
	pointer := op.BodyWrapper
	if op.Bulk {
		pointer += fmt.Sprintf("/%d", i)
	}
	pointer = jsonvalue.Join(pointer, x.endpoint.collection.Identity)
	return refuse(http.StatusConflict, openapi.Violation{
		Rule: ruleIdentityTaken, In: "body", Pointer: pointer, Actual: truncate(id, 200),
		Message: "body " + pointer + ": there is one with this identity already",
	})
}
