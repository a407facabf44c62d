package contract

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/openapi"
)

// The exchange checks see one exchange and nothing else.

func answered(x *exchange) []Finding {
	if x.got.err == nil {
		return nil
	}
	found := Finding{Violation: openapi.Violation{In: "status", Document: x.sent.op.Position,
		Message: fmt.Sprintf("no whole answer to %s: %v", x.method(), x.got.err)}}
	if errors.As(x.got.err, new(*apiclient.UnreadableError)) { // whatever is asked: it is said once
		found.Message, found.operation = fmt.Sprintf("%s: %v", x.method(), x.got.err), x.sent.op.ID
	}
	return []Finding{found}
}

func serverError(x *exchange) []Finding {
	if x.got.answer == nil || x.got.answer.Status < 500 {
		return nil
	}
	status := x.got.answer.Status
	return []Finding{x.statusFinding("status", "any status below 500", x.position(),
		"%s made the target fail with %d %s", x.subject(), status, http.StatusText(status))}
}

func statusExpected(x *exchange) []Finding {
	if x.got.answer == nil || x.got.answer.Status >= 500 || x.wanted.kind != wantSuccess {
		return nil
	}
	status := x.got.answer.Status
	switch {
	case !x.wanted.status.Matches(status):
		return []Finding{x.unexpectedStatus()}
	case status/100 != 2:
		return nil // the fixture allows what the document need not describe
	}
	found := x.violated(func(v openapi.Violation) bool { return v.In == "status" })
	for i := range found { // a document that describes no success at all has left it out
		found[i].note = found[i].note || !describesSuccess(x.sent.op)
	}
	return found
}

// describesSuccess reports whether a document says how an operation is answered when all is well.
func describesSuccess(op *openapi.Operation) bool {
	return slices.ContainsFunc(op.Responses, func(r *openapi.Response) bool {
		return r.Status[0] < '4' || r.Status == "default"
	})
}

func (x *exchange) unexpectedStatus() Finding {
	status, right := x.got.answer.Status, x.wanted.status.String()
	v := x.statusFinding("status", right, x.position(), "%s was answered %d where %s is right", x.subject(), status,
		right)
	switch {
	case status == http.StatusTooManyRequests:
		v.Message += ": the target would not take more requests, even after waiting"
	case status/100 == 4 && len(x.sent.op.ValidateRequest(x.sent.request)) == 0:
		v.Message += ": the request is valid"
	case status/100 == 3:
		v.Message += ": redirected to " + strconv.Quote(x.got.answer.Header.Get("Location"))
	}
	if m := x.sent.mutation; m != nil {
		v.Name = m.Name
		if m.In == "body" {
			v.Pointer = m.Pointer
		}
	}
	return v
}

func contentType(x *exchange) []Finding { return x.violated(isContentType) }

func responseHeaders(x *exchange) []Finding {
	return x.violated(func(v openapi.Violation) bool { return v.In == "header" && !isContentType(v) })
}

func responseSchema(x *exchange) []Finding {
	return x.violated(func(v openapi.Violation) bool { return v.In != "header" && v.In != "status" })
}

func secretShown(x *exchange) []Finding {
	if x.got.form == "" {
		return nil
	}
	return []Finding{{Violation: openapi.Violation{
		In: "body", Message: fmt.Sprintf("the answer %d to %s shows the secret $%s %s", x.got.answer.Status,
			x.method(), x.got.variable, x.got.form),
	}}}
}
