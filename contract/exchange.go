package contract

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// exchange is a request as it was sent and the answer as it came.
type exchange struct {
	op       *openapi.Operation
	request  *openapi.Request
	address  string
	status   fixtures.Status    // what is right
	mutation *fixtures.Mutation // what is particular about the request, if anything
	refused  bool               // a refusal is right, and nothing else
	open     bool               // either is right: the fixture only looks
	scoped   bool               // in the run's own workspace
	own      bool               // the run's own request, not a fixture's

	answer *answer // nil: there was none
	err    error   // why there was none

	gap          time.Duration // since the answer before
	sent, shown  any           // the bodies as JSON values; nil where they are none
	verdict      *[]finding    // nil: not judged yet
	variableName string
	how          string // which secret the answer shows, and how
}

// succeeded says whether the request was answered with 2xx.
func (x *exchange) succeeded() bool { return x.answer != nil && x.answer.status/100 == 2 }

// refusal says whether the answer refuses the request.
func (x *exchange) refusal() bool {
	return x.answer != nil && fixtures.Status{fixtures.Refused}.Matches(x.answer.status)
}

// mayRefuse says whether both a success and a refusal are right.
func (x *exchange) mayRefuse() bool {
	return !x.refused && !x.open && x.answer != nil && x.answer.status/100 == 4 && x.status.Matches(x.answer.status)
}

// turnedDown says whether the request was refused though it is valid.
func (x *exchange) turnedDown() bool {
	return x.refusal() && !x.refused && !x.open && !x.status.Matches(x.answer.status)
}

func (x *exchange) method() string { return x.op.Method + " " + x.op.Path }

// read takes the answer's body apart, as far as it is JSON at all. What only our own reader is
// strict about is no reason not to look further.
func (x *exchange) read() {
	if x.answer == nil || len(x.answer.body) == 0 {
		return
	}
	if value, err := parseLenient(x.answer.body); err == nil {
		x.shown = value
	}
}

// parseLenient reads all that the grammar of RFC 8259 allows, down to a depth that nobody means.
func parseLenient(body []byte) (any, error) {
	return jsonvalue.Parse(body, jsonvalue.Limits{Lenient: true, Depth: 10_000})
}

// judged is what the document says about the answer. It is found out once.
func (x *exchange) judged() []finding {
	if x.verdict == nil {
		verdict := x.judge()
		x.verdict = &verdict
	}
	return *x.verdict
}

func (x *exchange) judge() []finding {
	if x.answer == nil || x.answer.status >= 500 || x.open {
		return nil
	}
	status := x.answer.status
	response := x.op.Response(status)
	lenient := response != nil && response.Assumed
	if success := x.op.Success(); response != nil && response.Assumed && status/100 == 2 && success != nil &&
		!success.Assumed {
		// Only the status is assumed: the body is promised all the same.
		status, lenient = success.StatusCode(), false
	}
	a := &openapi.ResponseData{Status: status, Header: x.answer.header, Body: x.answer.body}
	violations := x.op.ValidateResponse(a)
	if strict := slices.ContainsFunc(violations, func(v openapi.Violation) bool { return ours[v.Rule] }); strict {
		if value, err := parseLenient(a.Body); err == nil {
			noted := slices.DeleteFunc(slices.Clone(violations),
				func(v openapi.Violation) bool { return !ours[v.Rule] })
			a.Body = jsonvalue.Marshal(value)
			again := slices.DeleteFunc(x.op.ValidateResponse(a), func(v openapi.Violation) bool { return ours[v.Rule] })
			return append(findings(noted, true), findings(again, lenient)...)
		}
	}
	return findings(violations, lenient)
}

// ours are the rules of the strict reader that go beyond the grammar of RFC 8259: they bind the
// mock, not others.
var ours = map[string]bool{
	string(jsonvalue.DuplicateName): true, string(jsonvalue.InvalidText): true,
	string(jsonvalue.NumberTooLong): true, string(jsonvalue.TooDeep): true,
}

func findings(violations []openapi.Violation, note bool) []finding {
	list := make([]finding, len(violations))
	for i, v := range violations {
		list[i] = finding{v, note}
	}
	return list
}

// unexpectedBody is the document's rule that an answer without content has none.
const unexpectedBody = "unexpected-body"

// part is the findings of the document about one part of the answer.
func (x *exchange) part(belongs func(openapi.Violation) bool) []finding {
	if x.refused && x.refusal() {
		return nil // a refusal may have any body in any media type
	}
	var list []finding
	for _, f := range x.judged() {
		described := f.Rule != unexpectedBody || !x.mayRefuse() // documents often leave out what a refusal says
		if belongs(f.Violation) && described {
			list = append(list, f)
		}
	}
	return list
}

func answered(x *exchange) []finding {
	if x.err == nil {
		return nil
	}
	return []finding{{Violation: openapi.Violation{
		Rule: checkAnswered, In: "status", Message: fmt.Sprintf("no whole answer to %s: %v", x.method(), x.err),
		Document: x.op.Position,
	}}}
}

func serverError(x *exchange) []finding {
	if x.answer == nil || x.answer.status < 500 {
		return nil
	}
	return []finding{{Violation: openapi.Violation{
		Rule: checkServerError, In: "status", Message: fmt.Sprintf("%s made the target fail with %d %s",
			x.what(), x.answer.status, http.StatusText(x.answer.status)),
		Actual: x.answer.status, Document: x.place(),
	}}}
}

// what says what was particular about the request.
func (x *exchange) what() string {
	if x.mutation != nil && x.mutation.What != "" {
		return x.mutation.What
	}
	return x.method()
}

// place is where the document says what the request is about.
func (x *exchange) place() openapi.Position {
	if x.mutation != nil && x.mutation.Document.Line > 0 {
		return x.mutation.Document
	}
	return x.op.Position
}

func statusExpected(x *exchange) []finding {
	if x.answer == nil || x.answer.status >= 500 || x.refused || x.open {
		return nil
	}
	code := x.answer.status
	if !x.status.Matches(code) {
		return []finding{{Violation: x.unexpected()}}
	}
	if code/100 != 2 && x.status.Matches(code) {
		return nil
	}
	return x.part(func(v openapi.Violation) bool { return v.In == "status" })
}

func (x *exchange) unexpected() openapi.Violation {
	code := x.answer.status
	v := openapi.Violation{Rule: checkStatus, In: "status", Expected: x.status.String(), Actual: code,
		Document: x.place()}
	v.Message = fmt.Sprintf("%s was answered %d where %s is right", x.what(), code, x.status)
	switch {
	case code == http.StatusTooManyRequests:
		v.Message += ": the target would not take more requests, even after waiting"
	case code/100 == 4:
		v.Message += ": the request is valid"
	case code/100 == 3:
		v.Message += ": redirected to " + strconv.Quote(x.answer.header.Get("Location"))
	}
	if x.mutation != nil {
		v.Name = x.mutation.Name
		if x.mutation.In == "body" {
			v.Pointer = x.mutation.Pointer
		}
	}
	return v
}

func contentType(x *exchange) []finding {
	return x.part(func(v openapi.Violation) bool {
		return v.In == "header" &&
			strings.EqualFold(v.Name, "Content-Type")
	})
}

func responseHeaders(x *exchange) []finding {
	return x.part(func(v openapi.Violation) bool {
		return v.In == "header" &&
			!strings.EqualFold(v.Name, "Content-Type")
	})
}

func responseSchema(x *exchange) []finding {
	return x.part(func(v openapi.Violation) bool { return v.In != "header" && v.In != "status" })
}

func secretShown(x *exchange) []finding {
	if x.how == "" {
		return nil
	}
	return []finding{{Violation: openapi.Violation{
		Rule: checkSecret, In: "body", Message: fmt.Sprintf("the answer %d to %s shows the secret $%s %s",
			x.answer.status, x.method(), x.variableName, x.how),
	}}}
}
