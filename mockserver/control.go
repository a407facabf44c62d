package mockserver

import (
	_ "embed"
	"errors"
	"maps"
	"net/http"
	"strings"
	"sync"

	"github.com/agentmock/agentmock/openapi"
)

// controlPath is the URL prefix of the control API.
const controlPath = "/__mock"

// maxState bounds in bytes the bodies of the control API, which may be whole states.
const maxState = 256 << 20

// isControl reports whether a request is a call of the control API.
func isControl(r *http.Request) bool {
	return r.URL.Path == controlPath || strings.HasPrefix(r.URL.Path, controlPath+"/")
}

//go:embed control.yaml
var controlSource []byte

// controlDocument compiles control.yaml once; documents are immutable.
var controlDocument = sync.OnceValues(func() (*openapi.Document, error) {
	return openapi.Parse("control.yaml", controlSource)
})

// controlAction performs a call of the control API, and returns the body of its success. The error is what
// refuseControl knows; a refused is a response of its own.
type controlAction func(*exchange) ([]byte, error)

// controlActions are what the operations of control.yaml do, by their ids.
var controlActions = []map[string]controlAction{
	serverActions, stateActions, journalActions, sessionActions, clockActions, faultActions,
}

// newControl makes the service of the control API, which control.yaml describes. Its requests are
// validated like those of the API; its actions return the body of a success.
func newControl(from *examples) (*service, error) {
	doc, err := controlDocument()
	if err != nil {
		return nil, err
	}
	actions := map[string]controlAction{}
	for _, some := range controlActions {
		maps.Copy(actions, some)
	}
	return newService(doc.Operations, func(op *openapi.Operation) *endpoint {
		success := newSuccess(op, documentedSuccess(op), "", from)
		act := actions[op.ID]
		return &endpoint{operation: op, success: success, strict: true, act: func(x *exchange) *response {
			if op.ID == "getState" {
				return x.getState(success)
			}
			if respond := inspectorResponses[op.ID]; respond != nil {
				return respond(x)
			}
			body, err := act(x)
			if err != nil {
				return refuseControl(err)
			}
			return success.with(body)
		}}
	})
}

// respondControl responds to a request to the control API.
func (s *Server) respondControl(w http.ResponseWriter, r *http.Request) *response {
	if isPreflight(r) {
		return s.preflight(r, s.control.router.methods(r.URL))
	}
	if refusal := s.refuseForeign(r); refusal != nil {
		s.sayForeign(r, refusal)
		return refusal
	}
	if refusal := s.refuseOfMock(r); refusal != nil {
		return refusal
	}
	if isInspector(r) { // the page has no data, and asks for the token itself
		return s.control.serve(s.newExchange(s.Session, r), w, s.options.MaxBody)
	}
	if refusal := s.refuseUntold(r); refusal != nil {
		return refusal
	}
	session := s.Session
	if !strings.HasPrefix(r.URL.Path+"/", sessionPath) { // which is about all of them, and begins none
		var refusal *response
		if session, refusal = s.sessionNamed(r, r.URL.Query()["session"]...); refusal != nil {
			return refusal
		}
	}
	return s.control.serve(s.newExchange(session, r), w, max(maxState, s.options.MaxBody))
}

// refuseControl is for the error of an action.
func refuseControl(err error) *response {
	var invalid *StateError
	if own, ok := errors.AsType[refused](err); ok {
		return own.response
	}
	switch {
	case errors.As(err, &invalid) && invalid.isFull():
		return refuse(http.StatusInsufficientStorage, invalid.Violations...)
	case errors.As(err, &invalid):
		return refuse(http.StatusBadRequest, invalid.Violations...)
	case errors.Is(err, ErrNoWorkspaces):
		return refuse(http.StatusBadRequest, openapi.Violation{Rule: ruleUnknownParameter, In: "query",
			Name: "workspace", Message: "query workspace: " + err.Error()})
	case errors.Is(err, ErrUnknownSnapshot):
		return refuse(http.StatusNotFound, openapi.Violation{Rule: ruleUnknownItem, In: "body", Pointer: "/name",
			Message: "body /name: " + err.Error()})
	case errors.Is(err, ErrUnknownItem):
		return refuse(http.StatusNotFound, openapi.Violation{Rule: ruleUnknownItem, In: "path", Message: err.Error()})
	case errors.Is(err, ErrAmbiguousItem):
		return refuse(http.StatusConflict, openapi.Violation{Rule: ruleAmbiguousItem, In: "path", Message: err.Error()})
	}
	return refuse(http.StatusBadRequest, openapi.Violation{Rule: ruleState, In: "body", Message: err.Error()})
}
