package mockserver

import (
	"io"
	"math/big"
	"net/http"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// stateActions are the calls of the control API about the items. That which reads them all is getState.
var stateActions = map[string]controlAction{
	"reset":          reset,
	"setState":       setState,
	"editItem":       editItem,
	"seed":           seed,
	"keepSnapshot":   keepSnapshot,
	"listSnapshots":  listSnapshots,
	"dropSnapshot":   dropSnapshot,
	"restoreToNamed": restoreToNamed,

	"listCollections": listCollections,
}

// workspace returns the workspace that a call is about; "" for all.
func (x *exchange) workspace() string { return x.request.Query.Get("workspace") }

func reset(x *exchange) ([]byte, error) {
	if w := x.workspace(); w != "" {
		return nil, x.session.ResetWorkspace(w)
	}
	x.session.Reset()
	return nil, nil
}

// getState responds with the state of one moment, which is written as it is read: however large it is,
// it takes no memory of its own.
func (x *exchange) getState(s *success) *response {
	var place []string
	if w := x.workspace(); w != "" {
		var err error
		if place, err = x.api.placeOf(w); err != nil {
			return refuseControl(err)
		}
	}
	snapshot := x.session.store.snapshot()
	res := s.with(nil)
	now := x.session.clock.milliseconds()
	res.stream = func(w io.Writer) error { return x.api.writeState(w, snapshot, place, now) }
	return res
}

func setState(x *exchange) ([]byte, error) {
	w := x.workspace()
	if w != "" {
		if _, err := x.api.placeOf(w); err != nil {
			return nil, err
		}
	}
	x.server.memory.drop(4 * len(x.body.raw)) // it is read into as much again, and more
	if text := x.value.Text(); text != nil {
		return nil, x.session.setState(partOfText(text.Root()), w)
	}
	return nil, x.session.setState(partOfValue(x.value.Value()), w)
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
	var base time.Time
	if sent, ok := memberText(body, "baseTime"); ok {
		var err error
		if base, err = readTime("baseTime", sent, x.session.clock.Now); err != nil {
			return nil, err
		}
	}
	if text("workspace") != "" && x.api.scope == "" {
		return nil, refused{refuse(http.StatusBadRequest, openapi.Violation{Rule: ruleUnknownParameter, In: "body",
			Pointer: "/workspace", Message: "body /workspace: " + ErrNoWorkspaces.Error()})}
	}
	added, err := x.session.Seed(SeedOptions{
		Count: int(wholeNumber(text("count"))), Seed: wholeNumber(text("seed")), // count has a maximum
		Profile: fixtures.Profile(text("profile")), Workspace: text("workspace"), BaseTime: base,
	})
	return jsonvalue.Marshal(jsonvalue.ObjectOf("added", added)), err
}

// wholeNumber returns the integer that a schema has accepted, in any spelling: 10, 1e1, 10.0. It
// returns 0 where there is none, and for one of more than 64 bits.
func wholeNumber(text string) uint64 {
	if n, ok := new(big.Rat).SetString(text); ok && n.Num().IsUint64() {
		return n.Num().Uint64()
	}
	return 0
}
