package mockserver

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// endpoint is one operation as it is served.
type endpoint struct {
	server     *Server
	operation  *openapi.Operation
	collection *collection // nil where the operation belongs to no resource
	success    *success
	act        func(*call) *answer
	maxBody    int64
}

func newEndpoint(s *Server, op *openapi.Operation, c *collection) *endpoint {
	e := &endpoint{server: s, operation: op, collection: c, success: newSuccess(op), maxBody: s.options.MaxBody}
	e.act = (*call).example
	if c != nil {
		switch op.Action {
		case openapi.List:
			e.act = (*call).list
		case openapi.Create:
			e.act = (*call).create
		case openapi.Read:
			e.act = (*call).read
		case openapi.Update:
			e.act = (*call).update
		case openapi.Replace:
			e.act = (*call).replace
		case openapi.Delete:
			e.act = (*call).delete
		}
	}
	return e
}

// sent is what the journal wants to know of a request.
type sent struct {
	body    []byte
	secrets []string // that must not be shown
	isJSON  bool     // the body is known to be
}

// answer judges a request and does what it asks for. What it learns of the request is left in sent.
func (e *endpoint) answer(w http.ResponseWriter, r *http.Request, parameters map[string]string, sent *sent) *answer {
	body, unread, violation := readBody(w, r, e.maxBody)
	sent.body = body
	c := &call{endpoint: e, request: &openapi.Request{Path: parameters, Query: r.URL.Query(), Header: r.Header,
		Body: body}}
	c.at = e.place(c.request)
	a := c.judge(unread, violation)
	sent.secrets, sent.isJSON = c.secrets, c.value != nil
	if a == nil {
		a = e.act(c)
	}
	return e.asDescribed(a)
}

// place is where a request's item or list lives.
func (e *endpoint) place(r *openapi.Request) place {
	if e.collection == nil {
		return place{}
	}
	at := place{collection: e.collection.resource.CollectionPath, scope: e.server.scopeOf(r.Header)}
	for _, name := range e.collection.resource.Parents {
		at.parents = append(at.parents, r.Path[name])
	}
	return at
}

func (s *Server) scopeOf(h http.Header) string {
	if s.doc.Scope == nil {
		return ""
	}
	return h.Get(s.doc.Scope.Header)
}

// body is the schema and value of what was sent. Only objects can become items.
func (c *call) body() (*jsonvalue.Object, *openapi.Schema, bool) {
	object, ok := c.value.(*jsonvalue.Object)
	var schema *openapi.Schema
	if c.operation.Body != nil {
		if media := c.operation.Body.JSON(); media != nil {
			schema = media.Schema
		}
	}
	if c.value == nil { // no body: an item of what the server makes itself, an update of nothing
		return &jsonvalue.Object{}, schema, true
	}
	return object, schema, ok
}

func (c *call) builder(w *change) *builder {
	return &builder{maker: c.server.maker(w), collection: c.collection}
}

func (s *Server) maker(c *change) *maker {
	return &maker{seed: s.options.Seed, now: s.clock.Now().Truncate(time.Millisecond), change: c,
		secrets: s.doc.SecretNames()}
}

// example answers with what the document shows.
func (c *call) example() *answer { return c.success.answer() }

func (c *call) list() *answer {
	var items []*record
	c.server.store.world().each(c.at, func(r *record) bool {
		items = append(items, r)
		return true
	})
	return c.success.list(items)
}

func (c *call) read() *answer {
	id, _ := c.itemID()
	r := c.server.store.world().get(c.at, id)
	if r == nil { // deleted since it was looked for
		return c.gone(id)
	}
	return c.success.item(r)
}

func (c *call) gone(id string) *answer {
	return refuse(http.StatusNotFound, c.unknownItem(c.collection.resource.ItemParameter, c.collection.name, id))
}

// refused carries a refusal out of a write.
type refused struct{ answer *answer }

func (r *refused) Error() string { return http.StatusText(r.answer.status) }

// write does a change and answers with the item that it made.
func (c *call) write(f func(*change) (*record, error)) *answer {
	var made *record
	err := c.server.store.write(func(w *change) (err error) {
		made, err = f(w)
		return err
	})
	var refusal *refused
	if errors.As(err, &refusal) {
		return refusal.answer
	}
	return c.success.item(made)
}

func (c *call) create() *answer {
	body, schema, ok := c.body()
	if !ok {
		return c.example()
	}
	var id string
	a := c.write(func(w *change) (*record, error) {
		r := c.builder(w).create(c.at, body, schema)
		if w.get(c.at, r.id) != nil || r.id == "" {
			return nil, &refused{c.taken(r)}
		}
		w.add(r)
		id = r.id
		return r, nil
	})
	if c.collection.resource.ItemPath != "" && a.status == http.StatusCreated {
		a.set("Location", itemURL(c.collection.resource, c.request.Path, id))
	}
	return a
}

// taken refuses a second item with the same identity, where clients name items.
func (c *call) taken(r *record) *answer {
	return refuse(http.StatusConflict, openapi.Violation{
		Rule: ruleIdentityTaken, In: "body", Pointer: jsonvalue.Join("", c.collection.resource.Identity),
		Actual: clip(r.id, 200),
		Message: "body " + jsonvalue.Join("", c.collection.resource.Identity) +
			": there is one with this identity already",
	})
}

func (c *call) update() *answer {
	return c.rewrite((*builder).update)
}

func (c *call) replace() *answer {
	return c.rewrite((*builder).replace)
}

func (c *call) rewrite(build func(*builder, *record, *jsonvalue.Object, *openapi.Schema) *record) *answer {
	body, schema, ok := c.body()
	if !ok {
		return c.example()
	}
	id, _ := c.itemID()
	return c.write(func(w *change) (*record, error) {
		old := w.get(c.at, id)
		if old == nil {
			return nil, &refused{c.gone(id)}
		}
		r := build(c.builder(w), old, body, schema)
		w.set(r)
		return r, nil
	})
}

// delete removes an item, and what belongs to it.
func (c *call) delete() *answer {
	id, _ := c.itemID()
	return c.write(func(w *change) (*record, error) {
		old := w.get(c.at, id)
		if old == nil {
			return nil, &refused{c.gone(id)}
		}
		w.remove(old)
		for _, child := range c.collection.children {
			parents := append(slices.Clone(c.at.parents), id)
			w.removeBelow(place{collection: child.resource.CollectionPath, scope: c.at.scope, parents: parents})
		}
		return old, nil
	})
}

// itemURL is the path of an item.
func itemURL(r *openapi.Resource, parameters map[string]string, id string) string {
	return templateVariable.ReplaceAllStringFunc(r.ItemPath, func(variable string) string {
		name := variable[1 : len(variable)-1]
		if name == r.ItemParameter {
			return url.PathEscape(id)
		}
		return url.PathEscape(parameters[name])
	})
}
