package mockserver

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/agentmock/agentmock/openapi"
)

// serveBackend serves the control API, and passes all else on to the backend.
func (s *Server) serveBackend(w http.ResponseWriter, r *http.Request) {
	if !isControl(r) {
		s.pass(w, r)
		return
	}
	s.setCORS(w, r)
	s.settle(r.Context())
	s.send(w, r, s.respondControl(w, r))
}

// settle waits until what has passed so far is in the journal.
func (s *Server) settle(ctx context.Context) {
	if s.options.Backend == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	s.passing.settled(ctx)
}

// besideBackend are the calls of the control API that there are with a backend, by their ids.
var besideBackend = []string{"findInspector", "getInspector", "getInspectorFile", "getHealth", "getControlDocument",
	"listOperations", "listRequests", "readRequest", "clearRequests"}

// refuseOfMock refuses a call of the control API that is about what only a mock has: items, sessions, a clock and
// faults. It returns nil for others, and where there is no backend.
func (s *Server) refuseOfMock(r *http.Request) *response {
	if s.options.Backend == nil {
		return nil
	}
	route, ok := s.control.router.find(r.Method, r.URL)
	if ok && !slices.Contains(besideBackend, route.operation.ID) {
		return refuse(http.StatusBadRequest, openapi.Violation{
			Rule: ruleNoMock, In: "path", Actual: route.operation.ID,
			Message: fmt.Sprintf("%s %s is for a mock, and this is a proxy: items and time are those of its "+
				"upstream, and sessions and faults there are none; there are GET and DELETE /__mock/requests, "+
				"GET /__mock/operations and GET /__mock/health", route.operation.Method, route.operation.Path),
		})
	}
	for _, name := range append(r.URL.Query()["session"], sessionsOf(r)...) {
		if name != "" {
			return refuse(http.StatusBadRequest, namedAt(r, name, openapi.Violation{
				Rule: ruleNoMock, Actual: truncate(name, 200),
				Message: "a proxy has no sessions: all that passes is in one journal",
			}))
		}
	}
	return nil
}
