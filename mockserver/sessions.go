package mockserver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/agentmock/agentmock/openapi"
)

// SessionHeader is the header of a request that names its session.
const SessionHeader = "X-Mock-Session"

// sessionPath is the URL prefix of the sessions. What follows the name of one is a path of the API, or of the
// control API, in that session: for clients that cannot set headers.
const sessionPath = controlPath + "/sessions/"

// Defaults of the bounds of sessions.
const (
	DefaultMaxSessions = 10_000
	DefaultSessionIdle = time.Hour
)

// sessionName is the form of the names of sessions, which have at most maxSessionName bytes. One of dots alone
// would be lost from a path on its way: clients read it as the folder above.
var sessionName = regexp.MustCompile(`^\.*[A-Za-z0-9_~-][A-Za-z0-9._~-]*$`)

const maxSessionName = 100

func isSessionName(text string) bool {
	return len(text) <= maxSessionName && sessionName.MatchString(text)
}

// sessions are those of a server that have names.
type sessions struct {
	mu     sync.RWMutex
	byName map[string]*Session
	swept  time.Time    // when idle ones were last looked for
	bytes  atomic.Int64 // of all their journals
}

// sweepEvery is the time between two looks for idle sessions, at least, when others begin.
const sweepEvery = time.Second

// SessionError is the error for a session that cannot be begun: its name is not allowed, or there are too
// many.
type SessionError struct {
	Violation openapi.Violation
}

func (e *SessionError) Error() string { return e.Violation.Message }

// InSession returns the session of a name. If there is none, it begins: with the state at start, which takes
// the same time for any number of items, and the clock as it is now in the shared session. "" is the
// shared session, which is always there. The error is a *SessionError.
func (s *Server) InSession(name string) (*Session, error) {
	if name == "" {
		return s.Session, nil
	}
	now := time.Now()
	s.sessions.mu.RLock()
	session := s.sessions.byName[name]
	s.sessions.mu.RUnlock()
	if session == nil {
		var err error
		if session, err = s.beginSession(name, now); err != nil {
			return nil, err
		}
	}
	session.used.Store(now.UnixNano())
	return session, nil
}

func (s *Server) beginSession(name string, now time.Time) (*Session, error) {
	if !isSessionName(name) {
		name = truncate(name, 200)
		return nil, sessionError(ruleSessionName, name, fmt.Sprintf("%q is no name of a session; letters, digits and "+
			". _ ~ - are, not dots alone, and at most %d of them", name, maxSessionName))
	}
	all := &s.sessions
	all.mu.Lock()
	defer all.mu.Unlock()
	if session := all.byName[name]; session != nil {
		return session, nil
	}
	if now.Sub(all.swept) >= sweepEvery {
		s.endIdle(now)
	}
	if len(all.byName) >= s.options.MaxSessions {
		return nil, sessionError(ruleStateFull, name, fmt.Sprintf(
			"there are %d sessions, and no more may be (--max-sessions); end some: DELETE %sNAME", len(all.byName),
			sessionPath))
	}
	start := s.atStart()
	session := &Session{
		server: s, name: name, created: now, store: s.store.fork(start), start: start, clock: s.clock.fork(),
		journal: newJournal(s.options),
	}
	s.store.family.hold(start)
	session.journal.total = &all.bytes
	session.faults.begin(s.faultsAtStart)
	session.used.Store(now.UnixNano())
	all.byName[name] = session
	return session, nil
}

func sessionError(rule, name, message string) error {
	return &SessionError{openapi.Violation{Rule: rule, In: "header", Name: SessionHeader, Actual: name,
		Message: "header " + SessionHeader + ": " + message}}
}

// endIdle ends the sessions that no request has come to for long. The lock is held.
func (s *Server) endIdle(now time.Time) {
	all := &s.sessions
	all.swept = now
	for name, session := range all.byName {
		if now.UnixNano()-session.used.Load() > int64(s.options.SessionIdle) {
			delete(all.byName, name)
			session.end()
		}
	}
}

// Sessions returns the sessions that have names, sorted by them.
func (s *Server) Sessions() []*Session {
	all := &s.sessions
	all.mu.Lock()
	defer all.mu.Unlock()
	s.endIdle(time.Now())
	list := slices.Collect(maps.Values(all.byName))
	slices.SortFunc(list, func(a, b *Session) int { return strings.Compare(a.name, b.name) })
	return list
}

// EndSession ends the session of a name, and reports whether there was one. A request that names it again
// begins a new one.
func (s *Server) EndSession(name string) bool {
	all := &s.sessions
	all.mu.Lock()
	defer all.mu.Unlock()
	session, there := all.byName[name]
	delete(all.byName, name)
	if there {
		session.end()
	}
	return there
}

// EndSessions ends all sessions that have names.
func (s *Server) EndSessions() {
	for _, session := range s.Sessions() {
		s.EndSession(session.name)
	}
}

// end gives back what the session has of what is bounded.
func (s *Session) end() {
	s.server.memory.drop(int(s.store.latest().own) + int(s.journal.leave()) + sessionOverhead)
	s.store.leave()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, kept := range s.snapshots {
		s.store.family.release(kept)
	}
	s.store.family.release(s.start)
	s.snapshots, s.ended = nil, true
}

// sessionOverhead is about what a session takes in which something was written, besides its items and its
// journal: the nodes of its trees.
const sessionOverhead = 16 << 10

// journaled is how much of the memory of one journal those of all sessions may take.
const journaled = 16

// record adds an exchange to the journal. Where the journals of all sessions are too large, those of the
// sessions are emptied that have been idle for the longest time.
func (s *Session) record(k *kept) {
	s.journal.add(k)
	all, most := &s.server.sessions, journaled*s.server.options.JournalBytes
	if s.name == "" || all.bytes.Load() <= most {
		return
	}
	others := slices.DeleteFunc(s.server.Sessions(), func(other *Session) bool { return other == s })
	slices.SortFunc(others, func(a, b *Session) int { return int(a.used.Load() - b.used.Load()) })
	for _, other := range others {
		if all.bytes.Load() <= most*3/4 {
			return
		}
		other.journal.dropAll()
	}
}

// sessionNamed returns the session that a request names, by the header, by the prefix of its path or, for the
// control API, by its query; the refusal where it names two, or one that cannot be.
func (s *Server) sessionNamed(r *http.Request, others ...string) (*Session, *response) {
	name := ""
	for _, named := range append(others, sessionsOf(r)...) {
		switch {
		case name == "":
			name = named
		case named != name:
			return nil, refuse(http.StatusBadRequest, namedAt(r, named, openapi.Violation{
				Rule: ruleSessionName, Actual: truncate(named, 200),
				Message: fmt.Sprintf("the request names two sessions, %q here and %q elsewhere; name one",
					truncate(named, 200), truncate(name, 200)),
			}))
		}
	}
	session, err := s.InSession(name)
	switch bad, _ := errors.AsType[*SessionError](err); {
	case bad == nil:
		return session, nil
	case bad.Violation.Rule == ruleStateFull:
		return nil, refuse(http.StatusInsufficientStorage, namedAt(r, name, bad.Violation))
	default:
		return nil, refuse(http.StatusBadRequest, namedAt(r, name, bad.Violation))
	}
}

// namedAt returns a violation at the place where a request names a session: the header, the prefix of the path, or
// the query.
func namedAt(r *http.Request, name string, v openapi.Violation) openapi.Violation {
	message := strings.TrimPrefix(v.Message, "header "+SessionHeader+": ")
	of := basePath(r)
	switch {
	case slices.Contains(r.Header[SessionHeader], name):
		v.In, v.Name = "header", SessionHeader
	case of.session == name:
		v.In, v.Name = "path", truncate(of.path, 200)
	default:
		v.In, v.Name = "query", "session"
	}
	v.Message = v.Where() + ": " + message
	return v
}

// sessionsOf returns the sessions that the header of a request and the prefix of its path name.
func sessionsOf(r *http.Request) (names []string) {
	for _, name := range r.Header[SessionHeader] {
		if name != "" {
			names = append(names, name)
		}
	}
	if name := basePath(r).session; name != "" {
		names = append(names, name)
	}
	return names
}

// base is the prefix of the path by which a request has named its session.
type base struct{ session, path string }

type baseKey struct{}

// basePath returns the prefix that was cut off from the path of a request; the zero value for none.
func basePath(r *http.Request) base {
	b, _ := r.Context().Value(baseKey{}).(base)
	return b
}

// withoutBase returns a request without the prefix of its path that names a session: as it would be with the
// header.
func withoutBase(r *http.Request) *http.Request {
	escaped, ok := strings.CutPrefix(r.URL.EscapedPath(), sessionPath)
	if !ok {
		return r
	}
	segment, rest, below := strings.Cut(escaped, "/")
	name, err := url.PathUnescape(segment)
	path, pathErr := url.PathUnescape("/" + rest)
	if !below || err != nil || pathErr != nil || name == "" {
		return r
	}
	of := base{name, sessionPath + segment}
	r = r.WithContext(context.WithValue(r.Context(), baseKey{}, of))
	u := *r.URL
	u.Path, u.RawPath = path, "/"+rest
	if u.RawPath == u.Path {
		u.RawPath = ""
	}
	r.URL = &u
	return r
}
