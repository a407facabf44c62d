package mockserver

import (
	"slices"
	"sync/atomic"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
)

// Server is a mock of the API that a document describes. It is an http.Handler, safe for concurrent
// use.
type Server struct {
	doc         *openapi.Document
	options     Options
	secretNames []string    // of properties; they are secrets too where no schema describes them
	redactor    *redact.Set // for what clients send: by the names of secrets, and by the keys
	known       *redact.Set // for the server's own words, which mention those names: by the keys alone
	exposed     string      // value of Access-Control-Expose-Headers
	api         *service
	control     *service

	collections []*collection // of the document's resources, in their order
	store       *store
	start       *snapshot // what Reset returns to
	journal     *journal
	listening   atomic.Pointer[string] // address while Serve runs
}

// New makes a server for a document. The error tells what is wrong with the document's paths or
// with the Options: a *StateError for a state that the document does not allow, or the reason why
// items cannot be generated.
func New(doc *openapi.Document, o Options) (*Server, error) {
	s := &Server{
		doc: doc, options: o.withDefaults(), secretNames: doc.SecretNames(), exposed: exposedHeaders(doc),
		redactor: redact.New(append(doc.SecretNames(), credentialNames(doc)...), o.APIKeys),
		known:    redact.New(nil, o.APIKeys), collections: newCollections(doc), store: newStore(),
	}
	s.journal = &journal{maxCount: s.options.JournalEntries, maxBytes: s.options.JournalBytes}
	var err error
	if s.api, err = newService(doc.Operations, s.newEndpoint); err != nil {
		return nil, err
	}
	if s.control, err = newControl(); err != nil {
		return nil, err
	}
	if err := s.populate(); err != nil {
		return nil, err
	}
	s.start = s.store.snapshot()
	return s, nil
}

// populate fills the store with the items that Options ask for.
func (s *Server) populate() error {
	if raw, isText := jsonText(s.options.State); s.options.State != nil && !(isText && raw == nil) {
		if err := s.SetState(s.options.State); err != nil {
			return err
		}
	}
	if s.options.Agents == 0 || s.doc.DefaultResource() == nil {
		return nil
	}
	for _, workspace := range s.options.Workspaces {
		if _, err := s.Seed(SeedOptions{Count: s.options.Agents, Workspace: workspace}); err != nil {
			return err
		}
	}
	return nil
}

// collectionOf returns the collection of a resource, nil for none.
func (s *Server) collectionOf(r *openapi.Resource) *collection {
	if i := slices.Index(s.doc.Resources, r); i >= 0 {
		return s.collections[i]
	}
	return nil
}

// Clock returns the server's clock: Options.Clock, or its own.
func (s *Server) Clock() *Clock { return s.options.Clock }

// Reset returns to the state at start. The journal and the clock stay as they are.
func (s *Server) Reset() { s.store.replace(s.start) }

// Requests returns the journal's entries that a filter selects.
func (s *Server) Requests(f Filter) Journal { return s.journal.read(f) }

// ClearRequests empties the journal.
func (s *Server) ClearRequests() { s.journal.clear() }
