package mockserver

import (
	"net/http"
	"runtime/debug"
	"slices"
	"sync/atomic"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
)

// Server is a mock of the API that a document describes. It is an http.Handler, safe for concurrent
// use.
type Server struct {
	doc       *openapi.Document
	options   Options
	transfers *transfers
	redactor  *redact.Set // for what clients send: by the names of secrets, and by the keys
	known     *redact.Set // for the server's own words, which mention those names: by the keys alone
	exposed   string      // value of Access-Control-Expose-Headers
	scope     string      // the header of that role, in its canonical spelling; "" for none
	api       *service
	control   *service
	examples  *examples

	collections []*collection // of the document's resources, in their order
	store       *store
	start       *snapshot // what Reset returns to
	generated   int       // items of each workspace at start, at most
	journal     *journal
	memory      memory
	listening   atomic.Pointer[string] // address while Serve runs
	calledBy    atomic.Pointer[string] // the last Host under which a client may call the API
}

// New makes a server for a document. The error tells what is wrong with the document's paths or
// with the Options: a *StateError for a state that the document does not allow, or a
// profile of items that there is not. Items and examples that cannot be made as the document wants
// them are no error: the log has the reason.
func New(doc *openapi.Document, o Options) (*Server, error) {
	o = o.withDefaults()
	from := newExamples(o.Log)
	s := &Server{
		doc: doc, options: o, examples: from, transfers: newTransfers(doc.SecretNames()), exposed: exposedHeaders(doc),
		redactor: newRedactor(doc, o.secrets()), known: redact.New(nil, o.secrets()),
		collections: newCollections(doc, from), store: newStore(newBounds(doc, o)),
	}
	if doc.Scope != nil {
		s.scope = http.CanonicalHeaderKey(doc.Scope.Header)
	}
	s.journal = &journal{maxCount: s.options.JournalEntries, maxBytes: s.options.JournalBytes}
	var err error
	if s.api, err = newService(doc.Operations, s.newEndpoint); err != nil {
		return nil, err
	}
	if s.control, err = newControl(from); err != nil {
		return nil, err
	}
	if err := s.populate(); err != nil {
		return nil, err
	}
	s.examine()
	s.options.State = nil
	s.start = s.store.snapshot()
	if s.start.bytes >= worthReturning { // and was made from more
		debug.FreeOSMemory()
		s.memory.drop(int(s.start.bytes)) // that of the caller, who has Options.State till now
	}
	return s, nil
}

// examined is the number of answers that are made at start, so that the log tells at once which of
// them cannot be made; those of larger documents are made, and complained of, when they are asked for.
const examined = 200

func (s *Server) examine() {
	for _, op := range s.doc.Operations[:min(len(s.doc.Operations), examined)] {
		if success := s.api.endpoints[op].success; success.shape == fixed {
			success.example()
		}
	}
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
		added, short, err := s.seedWhatCanBe(SeedOptions{Count: s.options.Agents, Workspace: workspace})
		if err != nil {
			return err
		}
		s.generated = max(s.generated, added)
		if short != nil {
			s.options.Log.Warn("not all generated items can be made", "made", added, "wanted", s.options.Agents,
				"workspace", workspace, "reason", short.Error())
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

// Generated returns how many items were generated at start in a workspace, which are fewer than
// Options.Agents where not all can be made.
func (s *Server) Generated() int { return s.generated }

// Reset returns to the state at start. The journal and the clock stay as they are.
func (s *Server) Reset() {
	before := s.store.replace(s.start)
	s.memory.drop(int(before.bytes - s.start.bytes))
	s.memory.settle()
}

// Requests returns the journal's entries that a filter selects.
func (s *Server) Requests(f Filter) Journal {
	selected, dropped := s.journal.read(f)
	out := Journal{Requests: make([]Entry, len(selected)), Dropped: dropped}
	for i, k := range selected {
		out.Requests[i] = s.entry(k)
	}
	return out
}

// ClearRequests empties the journal.
func (s *Server) ClearRequests() { s.journal.clear() }
