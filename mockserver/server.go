package mockserver

import (
	"context"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/agentmock/agentmock/openapi"
)

// Server is a mock of the API that a document describes. It is an http.Handler, safe for concurrent
// use. Its methods without a session are about the shared Session, that of all requests that
// name none.
type Server struct {
	*Session
	options   Options
	current   atomic.Pointer[api]
	control   *service
	sessions  sessions
	reloading sync.Mutex // is held while another document takes the place of the current one
	generated int        // items of each workspace at start, at most
	memory    memory
	listening atomic.Pointer[string] // address while Serve runs
	calledBy  atomic.Pointer[string] // the last Host under which a client may call the API
	origins   []originPattern        // of Options.CORSOrigins, but for * and null
	strangers strangers
	passing   passing
	stopping  atomic.Pointer[context.Context] // ends when Serve is to end; nil before it
	// faultsAtStart are those that each session begins with.
	faultsAtStart []Fault
}

// New makes a server for a document. The error tells what is wrong with the document's paths or
// with the Options: a *StateError for a state that the document does not allow, or a
// profile of items that there is not. Items and examples that cannot be made as the document wants
// them are no error: the log has the reason.
func New(doc *openapi.Document, o Options) (*Server, error) {
	s := &Server{options: o.withDefaults(doc)}
	s.sessions.byName = map[string]*Session{}
	s.passing.shorter = sync.NewCond(&s.passing.mu)
	if o.Backend != nil {
		s.options.State, s.options.Agents, s.options.ReadyAfter = nil, 0, 0
		s.options.Faults, s.options.Latency, s.options.RateLimit = nil, Delay{}, Rate{}
	}
	var err error
	if s.origins, err = parseOrigins(o.CORSOrigins); err != nil {
		return nil, err
	}
	a, err := newAPI(doc, &s.options)
	if err != nil {
		return nil, err
	}
	s.current.Store(a)
	if s.control, err = newControl(newExamples(s.options.Log)); err != nil {
		return nil, err
	}
	s.Session = &Session{
		server: s, created: time.Now(), store: newStore(newBounds(doc, s.options)), clock: s.options.Clock,
		journal: newJournal(s.options),
	}
	if s.faultsAtStart, err = a.faultsAtStart(); err != nil {
		return nil, err
	}
	s.faults.begin(s.faultsAtStart)
	if err := s.populate(); err != nil {
		return nil, err
	}
	a.examine()
	if s.options.ReadyAfter != 0 && !a.anyTurns() {
		s.options.Log.Warn("no item becomes anything by the clock: the document has no x-mock: {then: …}, and a time "+
			"for it has no effect (--ready-after)", "document", doc.Name)
	}
	s.options.State = nil
	s.start = s.store.snapshot()
	s.start.isFirst = true
	s.store.family.hold(s.start)
	if s.start.bytes >= worthReturning { // and was made from more
		debug.FreeOSMemory()
		s.memory.drop(int(s.start.bytes)) // that of the caller, who has Options.State till now
	}
	return s, nil
}

// api returns what the document says.
func (s *Server) api() *api { return s.current.Load() }

// populate fills the store with the items that Options ask for.
func (s *Server) populate() error {
	if raw, isText := jsonText(s.options.State); s.options.State != nil && !(isText && raw == nil) {
		if err := s.SetState(s.options.State); err != nil {
			return err
		}
	}
	if s.options.Agents == 0 || s.api().doc.DefaultResource() == nil {
		return nil
	}
	base, err := s.baseTime(time.Time{}) // one for all workspaces
	if err != nil {
		return err
	}
	for _, workspace := range s.options.Workspaces {
		added, short, err := s.seedWhatCanBe(SeedOptions{Count: s.options.Agents, Workspace: workspace, BaseTime: base})
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

// Generated returns how many items were generated at start in a workspace, which are fewer than
// Options.Agents where not all can be made.
func (s *Server) Generated() int { return s.generated }
