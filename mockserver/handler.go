package mockserver

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/agentmock/agentmock/openapi"
)

// The way of a request to the API, from ServeHTTP to its journal entry:
//
//	    step         fails with     where
//	    session     400, 507       sessions.go: the one that is named, or the shared one
//	 1  body read                   body.go; judged in step 6
//	 2  route        404, 405       router.go; recent.go remembers it
//	    faults                     fault_inject.go: what was asked for goes wrong, if anything was
//	 3  credentials  401            openapi/credential.go: missing or empty; credentials.go: unknown
//	 4  parameters   400            openapi/validate_parameter.go: missing, empty, against the schema
//	 5  media type   415            openapi/validate_request.go, body.go
//	 6  body length  413, 408, 400  body.go
//	 7  item exists  404            validate.go
//	 8  body         400            openapi/validate_request.go
//	 9  action       409            actions.go: by item.go in a transaction (txn.go) on a snapshot (snapshot.go)
//	10  response                    success.go, or refusal.go and error_body.go: in the operation's schema
//	11  journal                     kept.go, journal.go; then the response is sent
//
// Steps 3 to 8 all run, so that a refusal lists everything that is wrong; the first that fails
// decides the status (validate.go). Calls of the control API take the steps 1 to 10, too; their
// actions are in control.go.

// exchange is one request on its way through these steps.
type exchange struct {
	server   *Server
	session  *Session
	api      *api
	http     *http.Request
	received time.Time // on the session's clock
	now      int64     // on it, in milliseconds, when an item is shown that changes by it; 0: none is yet
	body     body
	writer   http.ResponseWriter
	injected *injection // what goes wrong on purpose; nil for nothing
	// The rest is set once a route is found.
	endpoint *endpoint          // nil: no operation has this path and method
	request  *openapi.Request   // the same request, as openapi validates it
	key      collectionKey      // where its item, or its list, lives
	value    *openapi.BodyValue // of the body; nil where there is none or it is not JSON
	searched bool               // for secrets
	hidden   []string           // those that were found
}

// service performs the operations of one document: the API's, or the control API's.
type service struct {
	faulty    bool // its requests may meet faults
	router    *router
	endpoints map[*openapi.Operation]*endpoint
}

// endpoint is one operation as the server performs it.
type endpoint struct {
	operation  *openapi.Operation
	collection *collection // nil where the operation belongs to no resource
	success    *success
	created    *success                  // of an update or replacement that creates; else success
	act        func(*exchange) *response // performs a valid request
	variants   []*endpoint               // the same in other representations of the success
	strict     bool                      // it refuses what it does not take; see undeclared
	// errorExamples are examples of the bodies of refusals, by *openapi.MediaType
	errorExamples sync.Map
}

func newService(operations []*openapi.Operation, newEndpoint func(*openapi.Operation) *endpoint) (*service, error) {
	r, err := newRouter(operations)
	if err != nil {
		return nil, err
	}
	s := &service{router: r, endpoints: make(map[*openapi.Operation]*endpoint, len(operations))}
	for _, op := range operations {
		s.endpoints[op] = newEndpoint(op)
	}
	return s, nil
}

// ServeHTTP serves the API, the control API, the document and an index. No request makes it panic,
// nor respond with a 5xx status, except 507 where the state is full; unless a fault was asked for, of which some
// panic with http.ErrAbortHandler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.options.Backend != nil {
		s.serveBackend(w, r)
		return
	}
	r = withoutBase(r)
	s.setCORS(w, r)
	var res *response
	switch {
	case isControl(r):
		res = s.respondControl(w, r)
	case isPreflight(r):
		res = s.preflight(r, s.api().router.methods(r.URL))
	default:
		res = s.page(r)
	}
	if res == nil {
		s.serveAPI(w, r)
		return
	}
	s.send(w, r, res)
}

// send sends a response that is not in the journal.
func (s *Server) send(w http.ResponseWriter, r *http.Request, res *response) {
	res.setHeaders(w.Header())
	res.send(w, r)
	s.memory.settle()
}

// serveAPI responds to a request to the API and records it in the journal.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	session, res := s.sessionNamed(r)
	if session == nil {
		session = s.Session
	}
	x := s.newExchange(session, r)
	x.received = session.clock.Now()
	res = cmp.Or(s.refuseForeignHost(r), res)
	if res == nil {
		res = x.api.serve(x, w, s.options.MaxBody)
	}
	header := w.Header()
	res.setHeaders(header)
	if x.injected != nil {
		x.injected.mark(header)
	}
	ended := time.Now()
	k := x.keep(res, header, ended.Sub(began))
	if record := s.options.Recorded; record != nil && x.injected == nil {
		record(x.seen(res, header))
	}
	session.record(k) // before sending: whoever has the response finds the request in the journal
	if x.injected.breaksOff() {
		x.log(k, ended)
		x.injected.breakOff(w, res)
	}
	res.send(w, r)
	x.log(k, ended)
}

func (s *Server) newExchange(session *Session, r *http.Request) *exchange {
	return &exchange{server: s, session: session, api: s.api(), http: r}
}

// serve takes an exchange through the steps 1 to 10. A panic, which is a defect of the server, becomes
// a logged 500.
func (s *service) serve(x *exchange, w http.ResponseWriter, maxBody int64) (res *response) {
	defer x.recovering(&res)
	x.body, x.writer = readBody(w, x.http, maxBody), w
	return s.respond(x)
}

// respond takes an exchange whose body is read through the steps 2 to 10.
func (s *service) respond(x *exchange) *response {
	if refusal := s.route(x); refusal != nil {
		return refusal
	}
	if !s.faulty || !x.mayMeet() {
		return x.perform()
	}
	if res := x.inject(); res != nil {
		return res
	}
	res := x.perform()
	if x.injected != nil {
		res = x.spoil(res)
	}
	return res
}

// route finds the operation of an exchange; the refusal where there is none.
func (s *service) route(x *exchange) *response {
	route, ok := s.router.find(x.http.Method, x.http.URL)
	if !ok {
		return s.router.unmatched(x.http, x.api.known)
	}
	var query url.Values
	if x.http.URL.RawQuery != "" {
		query = x.http.URL.Query()
	}
	route = route.selected(query, x.http.Header)
	x.endpoint = s.endpoints[route.operation].accepting(x.http.Header)
	x.request = &openapi.Request{Path: route.parameters, Query: query, Header: x.http.Header, Body: x.body.raw}
	x.key = x.collectionKey()
	return nil
}

// perform takes a routed exchange through the steps 3 to 10.
func (x *exchange) perform() *response {
	res := x.validate()
	if res == nil {
		res = x.endpoint.act(x)
	}
	x.endpoint.describeError(res, x.http.Header)
	return res
}

// collectionKey returns where the request's item or list lives. The key is open in the places of
// parents that the path does not name.
func (x *exchange) collectionKey() collectionKey {
	c := x.endpoint.collection
	if c == nil {
		return collectionKey{}
	}
	key := collectionKey{path: c.CollectionPath, place: make([]string, 0, 1+len(c.Parents))}
	if x.api.doc.Scope != nil {
		key.place = append(key.place, x.api.scopeOf(x.http.Header))
	}
	parents := x.endpoint.operation.Parents
	for i, name := range c.Parents {
		if len(parents) == len(c.Parents) { // two ways may call a parent differently
			name = parents[i]
		}
		value, named := x.request.Path[name]
		if !slices.Contains(parents, name) { // the item of a flat way may be called as a parent is
			value, named = "", false
		}
		key.place = append(key.place, value)
		if !named {
			key.open = append(key.open, make([]bool, len(key.place)-len(key.open))...)
			key.open[len(key.open)-1] = true
		}
	}
	if key.open != nil {
		key.open = append(key.open, make([]bool, len(key.place)-len(key.open))...)
	}
	return key
}

// onlyID is the identity of the one item of a singleton.
const onlyID = "only"

// itemID returns the identity that the path names; "" for operations on a list.
func (x *exchange) itemID() string {
	if x.endpoint.collection.Singleton {
		return onlyID
	}
	return x.request.Path[x.endpoint.operation.ItemParameter]
}

// itemURL returns the path of an item of the request's collection.
func (x *exchange) itemURL(r *record) string {
	c := x.endpoint.collection
	parents := r.key.place[len(r.key.place)-len(c.Parents):]
	return basePath(x.http).path + inTemplate(c.ItemPath, func(name string) string {
		if name == c.ItemParameter {
			return url.PathEscape(r.id)
		}
		if i := slices.Index(c.Parents, name); i >= 0 {
			return url.PathEscape(parents[i])
		}
		return url.PathEscape(x.request.Path[name])
	})
}

// recovering turns a panic into a 500. It is to be deferred.
func (x *exchange) recovering(res **response) {
	caught := recover()
	switch caught {
	case nil:
		return
	case http.ErrAbortHandler:
		panic(caught)
	}
	path := oneLine(x.api.redactor.Target(x.http.URL.RequestURI()), 500)
	x.server.options.Log.Error("panic", "method", x.http.Method, "path", path, "panic", fmt.Sprint(caught), "stack",
		string(debug.Stack()))
	*res = refuse(http.StatusInternalServerError)
}
