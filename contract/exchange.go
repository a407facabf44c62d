package contract

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// exchange is one request with what is wanted of its response and what came back.
type exchange struct {
	sent    sent
	wanted  wanted
	got     got
	session *session // that sends it; nil: the run itself
	number  int64    // stands for it in traits; 0: nothing has asked for it
}

// sent is a request. Its sender sets the first four fields, session.send the others.
type sent struct {
	op       *openapi.Operation
	request  *openapi.Request
	byRun    bool               // to create, restore, read or remove an item: findings are not a fixture's
	mutation *fixtures.Mutation // what is particular about the request; nil: nothing
	together bool               // it is sent at the same time as others, whose effects its answer may show
	gave     string             // the identity that its body gives; "": none, set by session.send
	gaveMore []string           // those of the items after the first, of several

	url       string
	body      any // the body as a JSON value; nil where it is none
	workspace workspace
	gap       time.Duration // since the session's previous response
}

// workspace is the one that a request names, beside the run's.
type workspace int

const (
	ownWorkspace     workspace = iota // or the document knows of none
	otherWorkspace                    // a sound name of another one
	unclearWorkspace                  // no name, no sound one, or several
)

// wanted is what is right as a response. The zero value wants any 2xx.
type wanted struct {
	kind   wantedKind
	status fixtures.Status
}

type wantedKind int

const (
	wantSuccess  wantedKind = iota // a status that matches; where it allows refusals, too, either
	wantRefusal                    // a refusal, and nothing else
	wantAnything                   // an open question: the outcome is only noted
)

// wantedBy returns what a step wants of its response.
func wantedBy(f *fixtures.Fixture, step *fixtures.Step) wanted {
	w := wanted{status: step.Expect.Status}
	switch {
	case f.Open != "":
		w.kind = wantAnything
	case step.Expect.Refused():
		w.kind = wantRefusal
	}
	return w
}

// got is what came back.
type got struct {
	answer *openapi.ResponseData
	err    error  // why there is no answer
	body   any    // the body as a JSON value; nil where it is none
	walk   *walk  // of the pages of a list; nil: the response is all that was looked at
	shown  any    // the item, or the list of items, in the body; the whole body where nothing wraps it
	id     string // the identity of the item that the exchange has created; "": none, or none is known
	// violations are the document's rules that the answer breaks.
	violations []Finding
	// variable and form are the secret that the answer shows, and how it does; "": none.
	variable, form string
}

// item returns what the body has of the item; empty where it has nothing.
func (s *sent) item() *jsonvalue.Object { return s.op.SentItem(s.body) }

// wrapped returns an item as the body of the answer has it.
func (x *exchange) wrapped(shown any) any {
	if x.sent.op.ShowsList() && x.sent.op.Action != openapi.List {
		shown = []any{shown}
	}
	return x.sent.op.Wrap(shown)
}

// item returns the item that the answer shows; nil where it shows none.
func (g *got) item() *jsonvalue.Object {
	item, _ := g.shown.(*jsonvalue.Object)
	return item
}

// method is the operation as reports show it: PUT /v1/api/agents/{agentId}.
func (x *exchange) method() string { return x.sent.op.Method + " " + x.sent.op.Path }

// brief returns an exchange that can be kept for long: of the answer, it has the status and no more.
func (x *exchange) brief() *exchange {
	kept := &exchange{sent: x.sent, wanted: x.wanted, session: x.session, got: got{err: x.got.err, id: x.got.id}}
	if answer := x.got.answer; answer != nil {
		kept.got.answer = &openapi.ResponseData{Status: answer.Status}
	}
	request := *x.sent.request
	request.Path = maps.Clone(request.Path)
	for name, value := range request.Path {
		request.Path[name] = strings.Clone(value) // which may be a part of a long answer
	}
	kept.sent.request = &request
	return kept
}

// succeeded reports whether the status is 2xx.
func (x *exchange) succeeded() bool { return x.got.answer != nil && x.got.answer.Status/100 == 2 }

// refused reports whether the answer refuses the request.
func (x *exchange) refused() bool {
	return x.got.answer != nil && fixtures.Status{fixtures.Refused}.Matches(x.got.answer.Status)
}

// refusedAsAllowed reports whether the answer is a 4xx where both success and refusal are right.
func (x *exchange) refusedAsAllowed() bool {
	return x.wanted.kind == wantSuccess && x.got.answer != nil && x.got.answer.Status/100 == 4 &&
		x.wanted.status.Matches(x.got.answer.Status)
}

// wronglyRefused reports whether a valid request was refused.
func (x *exchange) wronglyRefused() bool {
	return x.wanted.kind == wantSuccess && x.refused() && !x.wanted.status.Matches(x.got.answer.Status)
}

// subject says what is particular about the request, to begin a sentence with.
func (x *exchange) subject() string {
	if x.sent.mutation != nil && x.sent.mutation.What != "" {
		return x.sent.mutation.What
	}
	return x.method()
}

// position is where the document describes what the request is about.
func (x *exchange) position() openapi.Position {
	if x.sent.mutation != nil && x.sent.mutation.Document.Line > 0 {
		return x.sent.mutation.Document
	}
	return x.sent.op.Position
}

// receive decodes an answer's body, as far as it is JSON, and validates the answer.
func (x *exchange) receive() {
	if x.got.answer == nil {
		return
	}
	if value, err := parseLenient(x.got.answer.Body); err == nil {
		x.got.body, x.got.shown = value, value
		if x.succeeded() {
			x.got.shown = x.sent.op.ShownItem(value)
		}
	}
	x.got.violations = x.validate()
}

// parseLenient reads all that the grammar of RFC 8259 allows, to a depth that nobody needs.
func parseLenient(body []byte) (any, error) {
	if text, plain := jsonvalue.Scan(body, jsonvalue.Limits{}); plain {
		return text.Root().Value(), nil
	}
	return jsonvalue.Parse(body, jsonvalue.Limits{Lenient: true, Depth: 10_000})
}

// validate holds the answer against the document's description of it. Where the path was sent as it is
// written, the answer may be that of another operation, or of what is in front of the target.
func (x *exchange) validate() []Finding {
	if x.got.answer.Status >= 500 || x.wanted.kind == wantAnything || len(x.sent.request.RawPath) > 0 {
		return nil
	}
	op, status := x.sent.op, x.got.answer.Status
	response := op.Response(status)
	if status/100 == 4 && response != nil && op.Refusal(status) == nil {
		return nil // what describes the status does not describe refusals
	}
	assumed := response != nil && response.Assumed
	switch success := op.Success(); {
	case status/100 != 2 || success == nil:
	case response == nil:
		assumed = assumedSuccess(op)
	case assumed && !success.Assumed:
		// Only the status is assumed: the body is promised all the same.
		status, assumed = success.StatusCode(), false
	}
	data := openapi.ResponseData{Status: status, Header: x.got.answer.Header, Body: x.got.answer.Body}
	violations := op.ValidateResponse(&data)
	value, err := parseLenient(data.Body)
	if err != nil || !slices.ContainsFunc(violations, strictOnly) {
		return findingsOf(violations, assumed)
	}
	// Our reader is stricter than the grammar. That is worth a note, and no reason not to look at
	// the rest.
	strict := slices.DeleteFunc(slices.Clone(violations), func(v openapi.Violation) bool { return !strictOnly(v) })
	data.Body = jsonvalue.Marshal(value)
	rest := slices.DeleteFunc(op.ValidateResponse(&data), strictOnly)
	return append(findingsOf(strict, true), findingsOf(rest, assumed)...)
}

// assumedSuccess reports whether no success of an operation is promised, so that any other one is as good.
func assumedSuccess(op *openapi.Operation) bool {
	return !slices.ContainsFunc(op.Successes(), func(r *openapi.Response) bool { return !r.Assumed })
}

// strictOnly reports whether a violation is of a rule that goes beyond the grammar of RFC 8259, or of
// none that the document has. Such rules bind the mock, not others.
func strictOnly(v openapi.Violation) bool {
	if v.Rule == openapi.TooComplex {
		return true
	}
	switch jsonvalue.Kind(v.Rule) {
	case jsonvalue.DuplicateName, jsonvalue.InvalidText, jsonvalue.NumberTooLong, jsonvalue.TooDeep:
		return true
	}
	return false
}

// violated returns the document's rules of one kind that the answer breaks.
func (x *exchange) violated(kind func(openapi.Violation) bool) []Finding {
	refused := x.refusedAsAllowed() || x.wanted.kind == wantRefusal && x.refused()
	var list []Finding
	for _, f := range x.got.violations {
		// Documents often leave out that a refusal says anything.
		if kind(f.Violation) && (f.Rule != unexpectedBody || !refused) {
			if refused && f.note {
				f.operation = x.sent.op.ID // refusals always have it
			}
			list = append(list, f)
		}
	}
	return list
}

// unexpectedBody is the document's rule that a response without content has none.
const unexpectedBody = "unexpected-body"

func isContentType(v openapi.Violation) bool {
	return v.In == "header" && strings.EqualFold(v.Name, "Content-Type")
}
