package mockserver

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/agentmock/agentmock/internal/nearest"
	"github.com/agentmock/agentmock/openapi"
)

// journalActions are the calls of the control API about the journal.
var journalActions = map[string]controlAction{
	"listRequests":  listRequests,
	"readRequest":   readRequest,
	"clearRequests": clearRequests,
}

func clearRequests(x *exchange) ([]byte, error) {
	if w := x.workspace(); w != "" {
		return nil, x.session.ClearWorkspaceRequests(w)
	}
	x.session.ClearRequests()
	return nil, nil
}

func listRequests(x *exchange) ([]byte, error) {
	query := x.request.Query
	number := func(name string) int {
		return int(min(wholeNumber(query.Get(name)), math.MaxInt32)) // bounded here
	}
	f := Filter{
		Operation: query.Get("operation"), Method: query.Get("method"), Workspace: query.Get("workspace"),
		Status: number("status"), Limit: number("limit"), After: wholeNumber(query.Get("after")),
		Summary: query.Get("view") == "summary",
	}
	if refusal := x.refuseUnknownID(f.Operation); refusal != nil {
		return nil, refused{refusal}
	}
	wait := time.Duration(number("wait")) * time.Second
	if wait == 0 {
		return json.Marshal(x.session.Requests(f))
	}
	// The answer must be written before Serve takes the client for one that does not read.
	ctx, cancel := context.WithTimeout(x.http.Context(), min(wait, 2*x.server.options.ReadTimeout))
	defer cancel()
	if stopping := x.server.stopping.Load(); stopping != nil {
		defer context.AfterFunc(*stopping, cancel)()
	}
	return json.Marshal(x.session.AwaitRequests(ctx, f))
}

// refuseUnknownID refuses the id of an operation that neither the document nor the journal has: a test that
// wants no request to a misspelt one would pass for ever. It returns nil for others, and for none.
func (x *exchange) refuseUnknownID(id string) *response {
	if id == "" || x.api.doc.Operation(id) != nil || len(x.session.journal.read(Filter{Operation: id}).entries) > 0 {
		return nil
	}
	ids := make([]string, len(x.api.doc.Operations))
	for i, op := range x.api.doc.Operations {
		ids[i] = op.ID
	}
	v := openapi.Violation{Rule: ruleUnknownOperation, In: "query", Name: "operation", Actual: truncate(id, 200),
		Suggestion: nearest.To(id, ids)}
	v.Message = fmt.Sprintf("query operation: the document has no operation %q", v.Actual)
	if v.Suggestion != "" {
		v.Message += fmt.Sprintf("; did you mean %q?", v.Suggestion)
	} else {
		v.Message += "; it has " + truncate(strings.Join(ids, ", "), 500)
	}
	return refuse(http.StatusBadRequest, v)
}

// readRequest answers with one entry, and what repeats its request.
func readRequest(x *exchange) ([]byte, error) {
	sequence := wholeNumber(x.request.Path["sequence"])
	k := x.session.journal.find(sequence)
	if k == nil {
		return nil, x.unknownRequest(sequence)
	}
	out := struct {
		Entry
		Curl    string `json:"curl,omitempty"`
		Fixture string `json:"fixture,omitempty"`
	}{Entry: x.session.entry(k, Filter{})}
	if !k.sent.cutOff {
		again := k.api.repeat(k, out.Violations)
		out.Curl, out.Fixture = again.curl(x.server.origin(x.http), out.Session), again.fixture()
	}
	return json.Marshal(out)
}

func (x *exchange) unknownRequest(sequence uint64) error {
	found := x.session.journal.read(Filter{})
	reason := "the journal is empty"
	if n := len(found.entries); n > 0 {
		reason = fmt.Sprintf("the journal has those from %d to %d", found.entries[0].sequence, found.last)
	}
	return refused{refuse(http.StatusNotFound, openapi.Violation{Rule: ruleUnknownItem, In: "path", Name: "sequence",
		Message: fmt.Sprintf("path sequence: there is no request %s; %s",
			cmp.Or(truncate(x.request.Path["sequence"], 50), "of that number"), reason)})}
}
