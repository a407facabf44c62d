package mockserver

import (
	_ "embed"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/big"
	"net/http"
	"sync"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// controlPath is the URL prefix of the control API.
const controlPath = "/__mock"

// maxState bounds in bytes the bodies of the control API, which may be whole states.
const maxState = 256 << 20

//go:embed control.yaml
var controlSource []byte

// controlDocument compiles control.yaml once; documents are immutable.
var controlDocument = sync.OnceValues(func() (*openapi.Document, error) {
	return openapi.Parse("control.yaml", controlSource)
})

// newControl makes the service of the control API, which control.yaml describes. Its requests are
// validated like those of the API; its actions return the body of a success.
func newControl(from *examples) (*service, error) {
	doc, err := controlDocument()
	if err != nil {
		return nil, err
	}
	actions := map[string]func(*exchange) ([]byte, error){
		"getHealth":          health,
		"getControlDocument": func(x *exchange) ([]byte, error) { return doc.YAML(x.server.address(x.http)), nil },
		"reset":              func(x *exchange) ([]byte, error) { x.session.Reset(); return nil, nil },
		"setState":           setState,
		"editItem":           editItem,
		"seed":               seed,
		"listRequests":       listRequests,
		"clearRequests":      func(x *exchange) ([]byte, error) { x.session.ClearRequests(); return nil, nil },
	}
	return newService(doc.Operations, func(op *openapi.Operation) *endpoint {
		success := newSuccess(op, documentedSuccess(op), "", from)
		return &endpoint{operation: op, success: success, act: func(x *exchange) *response {
			if op.ID == "getState" {
				return x.getState(success)
			}
			body, err := actions[op.ID](x)
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
		return refusal
	}
	if refusal := s.refuseUntold(r); refusal != nil {
		return refusal
	}
	session, refusal := s.sessionNamed(r, r.URL.Query()["session"]...)
	if refusal != nil {
		return refusal
	}
	return s.control.serve(s.newExchange(session, r), w, max(maxState, s.options.MaxBody))
}

// refuseControl is for the error of an action.
func refuseControl(err error) *response {
	var invalid *StateError
	switch {
	case errors.As(err, &invalid) && invalid.isFull():
		return refuse(http.StatusInsufficientStorage, invalid.Violations...)
	case errors.As(err, &invalid):
		return refuse(http.StatusBadRequest, invalid.Violations...)
	case errors.Is(err, ErrUnknownItem):
		return refuse(http.StatusNotFound, openapi.Violation{Rule: ruleUnknownItem, In: "path", Message: err.Error()})
	case errors.Is(err, ErrAmbiguousItem):
		return refuse(http.StatusConflict, openapi.Violation{Rule: ruleAmbiguousItem, In: "path", Message: err.Error()})
	}
	return refuse(http.StatusBadRequest, openapi.Violation{Rule: ruleState, In: "body", Message: err.Error()})
}

func health(x *exchange) ([]byte, error) {
	doc, snapshot := x.api.doc, x.session.store.latest()
	items := &jsonvalue.Object{}
	for _, c := range x.api.collections {
		items.Set(c.Name, snapshot.counts[c.CollectionPath])
	}
	return jsonvalue.Marshal(jsonvalue.ObjectOf(
		"status", "ok",
		"document", jsonvalue.ObjectOf("name", doc.Name, "title", doc.Title, "version", doc.Version,
			"sha256", doc.SHA256, "operations", len(doc.Operations)),
		"items", items,
		"time", x.session.clock.Now().Format(timeForm),
	)), nil
}

// getState responds with the state of one moment, which is written as it is read: however large it is,
// it takes no memory of its own.
func (x *exchange) getState(s *success) *response {
	snapshot := x.session.store.snapshot()
	res := s.with(nil)
	res.stream = func(w io.Writer) error { return x.api.writeState(w, snapshot) }
	return res
}

func setState(x *exchange) ([]byte, error) {
	x.server.memory.drop(4 * len(x.body.raw)) // it is read into as much again, and more
	if text := x.value.Text(); text != nil {
		return nil, x.session.setState(partOfText(text.Root()))
	}
	return nil, x.session.setState(partOfValue(x.value.Value()))
}

func editItem(x *exchange) ([]byte, error) {
	return x.session.edit(ItemRef{
		Collection: x.request.Path["collection"], ID: x.request.Path["id"], Workspace: x.request.Query.Get("workspace"),
	}, x.value.Value())
}

func seed(x *exchange) ([]byte, error) {
	sent := x.sent()
	body := sent.item().value()
	setDefaults(body, sent.schema, sent.schema, maxDepth)
	text := func(name string) string {
		v, _ := body.Get(name)
		return identityText(v)
	}
	added, err := x.session.Seed(SeedOptions{
		Count: int(wholeNumber(text("count"))), Seed: wholeNumber(text("seed")), // count has a maximum
		Profile: fixtures.Profile(text("profile")), Workspace: text("workspace"),
	})
	return jsonvalue.Marshal(jsonvalue.ObjectOf("added", added)), err
}

func listRequests(x *exchange) ([]byte, error) {
	query := x.request.Query
	number := func(name string) int {
		return int(min(wholeNumber(query.Get(name)), math.MaxInt32)) // bounded here
	}
	return json.Marshal(x.session.Requests(Filter{
		Operation: query.Get("operation"), Method: query.Get("method"), Workspace: query.Get("workspace"),
		Status: number("status"), Limit: number("limit"),
	}))
}

// wholeNumber returns the integer that a schema has accepted, in any spelling: 10, 1e1, 10.0. It
// returns 0 where there is none, and for one of more than 64 bits.
func wholeNumber(text string) uint64 {
	if n, ok := new(big.Rat).SetString(text); ok && n.Num().IsUint64() {
		return n.Num().Uint64()
	}
	return 0
}
