package mockserver

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
)

// Server is a mock of the API that a document describes. It is an http.Handler, safe for concurrent
// use.
type Server struct {
	doc         *openapi.Document
	options     Options
	clock       *Clock
	redactor    *redact.Set // of what was sent: by the names of secrets, and by the keys
	known       *redact.Set // of our own words, which speak of those names: by the keys alone
	exposed     string      // headers that pages may read
	router      *router
	endpoints   map[*openapi.Operation]*endpoint
	collections []*collection
	control     *control

	store     *store
	start     *world // what Reset goes back to
	journal   *journal
	listening atomic.Pointer[string] // the address, while Serve runs
}

// New makes a server for a document. The error says what is wrong with the document's paths, or
// with Options: a *StateError for a state that the document does not allow, or what keeps agents
// from being generated.
func New(doc *openapi.Document, o Options) (*Server, error) {
	s := &Server{doc: doc, options: o.withDefaults(), collections: newCollections(doc), store: newStore(newWorld())}
	s.clock = s.options.Clock
	s.redactor = redact.New(append(doc.SecretNames(), credentialNames(doc)...), o.APIKeys)
	s.known = redact.New(nil, o.APIKeys)
	s.exposed = s.exposedHeaders()
	s.journal = newJournal(s.options.JournalEntries, s.options.JournalBytes)
	var err error
	if s.router, err = newRouter(doc.Operations); err != nil {
		return nil, err
	}
	s.endpoints = make(map[*openapi.Operation]*endpoint, len(doc.Operations))
	for _, op := range doc.Operations {
		s.endpoints[op] = newEndpoint(s, op, s.collectionOf(op.Resource))
	}
	if s.control, err = newControl(s); err != nil {
		return nil, err
	}
	if err := s.populate(); err != nil {
		return nil, err
	}
	s.start = s.store.world()
	return s, nil
}

// populate makes what is there at start.
func (s *Server) populate() error {
	if s.options.State != nil {
		if err := s.SetState(s.options.State); err != nil {
			return err
		}
	}
	if s.options.Agents == 0 || s.seedable() == nil {
		return nil
	}
	for _, workspace := range s.options.Workspaces {
		if _, err := s.Seed(SeedOptions{Count: s.options.Agents, Profile: s.options.Profile,
			Workspace: workspace}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) collectionOf(r *openapi.Resource) *collection {
	i := slices.IndexFunc(s.collections, func(c *collection) bool { return c.resource == r })
	if r == nil || i < 0 {
		return nil
	}
	return s.collections[i]
}

// credentialNames lists the headers, query parameters and cookies that carry credentials.
func credentialNames(doc *openapi.Document) []string {
	var names []string
	for _, op := range doc.Operations {
		for _, alternative := range op.Security {
			for _, c := range alternative {
				if !slices.Contains(names, c.Name) {
					names = append(names, c.Name)
				}
			}
		}
	}
	return names
}

// Clock is the server's time: Options.Clock, or its own.
func (s *Server) Clock() *Clock { return s.clock }

// Reset takes the state back to what it was at start. The journal and the clock stay as they are.
func (s *Server) Reset() { s.store.replace(s.start) }

// Requests is the journal's part that a filter takes.
func (s *Server) Requests(f Filter) Journal { return s.journal.read(f) }

// ClearRequests empties the journal.
func (s *Server) ClearRequests() { s.journal.clear() }

// ServeHTTP serves the API, the control and the document. No request makes it panic or answer with
// a 5xx.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.cors(w, r)
	if r.URL.Path == controlPath || strings.HasPrefix(r.URL.Path, controlPath+"/") {
		s.safely(r, func() *answer { return s.control.answer(w, r) }).write(w, r)
		return
	}
	if isPreflight(r) {
		s.preflight(r, s.router.methods(r.URL)).write(w, r)
		return
	}
	found, wrongMethod := s.router.find(r.Method, r.URL)
	if found == nil && !wrongMethod {
		if a := s.page(r); a != nil {
			a.write(w, r)
			return
		}
	}
	s.serveOperation(w, r, found, wrongMethod)
}

// serveOperation answers a request to the API and keeps it in the journal.
func (s *Server) serveOperation(w http.ResponseWriter, r *http.Request, f *found, wrongMethod bool) {
	began := time.Now()
	entry := Entry{Time: s.clock.Now(), Method: r.Method, Workspace: s.scopeOf(r.Header)}
	var seen sent
	a := s.safely(r, func() *answer {
		switch {
		case f != nil:
			entry.Operation = f.operation.ID
			return s.endpoints[f.operation].answer(w, r, f.parameters, &seen)
		case r.Method == http.MethodOptions && wrongMethod:
			return (&answer{status: http.StatusNoContent}).set("Allow", strings.Join(s.router.methods(r.URL), ", "))
		}
		seen.body, _, _ = readBody(w, r, s.options.MaxBody)
		if wrongMethod {
			return s.router.refuseMethod(r, s.known)
		}
		return s.router.refuseRoute(r, s.known)
	})
	a.describe(w.Header())
	entry.Status, entry.Violations = a.status, a.violations
	entry.DurationMs = float64(time.Since(began).Microseconds()) / 1000
	hide := s.redactor.With(seen.secrets...)
	entry.Path, entry.Workspace = hide.Target(r.URL.RequestURI()), hide.Text(entry.Workspace)
	entry.Request = messageOf(r.Header, seen.body, seen.isJSON, hide)
	entry.Response = messageOf(w.Header(), a.body, strings.HasSuffix(a.mediaType, "json"),
		s.known.With(seen.secrets...))
	s.journal.add(entry) // before the answer goes out: whoever has it finds the request in the journal
	a.send(w, r)
	s.log(&entry)
}

func (s *Server) log(e *Entry) {
	attributes := []any{"method", e.Method, "path", e.Path, "status", e.Status, "durationMs", e.DurationMs,
		"operation", e.Operation}
	if e.Workspace != "" {
		attributes = append(attributes, "workspace", e.Workspace)
	}
	if len(e.Violations) > 0 {
		attributes = append(attributes, "reason", e.Violations[0].String()+andMore(e.Violations[1:]))
	}
	s.options.Log.Info("request", attributes...)
}

// safely turns a panic, which is a mistake of ours, into a logged 500.
func (s *Server) safely(r *http.Request, f func() *answer) (a *answer) {
	defer func() {
		caught := recover()
		if caught == nil {
			return
		}
		if err, ok := caught.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(caught)
		}
		path := s.redactor.Target(r.URL.RequestURI())
		s.options.Log.Error("panic", "method", r.Method, "path", path, "panic", fmt.Sprint(caught), "stack",
			string(debug.Stack()))
		a = refuse(http.StatusInternalServerError)
	}()
	return f()
}
