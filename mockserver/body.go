package mockserver

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// body is the body of a request as far as it was read.
type body struct {
	raw []byte
	// status and violations tell why it was not read to the end: 413, 408 or 400. 0 and none where
	// it was.
	status     int
	violations []openapi.Violation
}

// readBody reads a body of at most limit bytes.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) body {
	if r.Body == nil || r.Body == http.NoBody {
		return body{}
	}
	v := openapi.Violation{
		Rule: ruleBodyTooLarge, In: "body", Expected: limit,
		Message: fmt.Sprintf("the body is longer than %d bytes", limit),
	}
	if r.ContentLength > limit {
		v.Actual = r.ContentLength
		return body{nil, http.StatusRequestEntityTooLarge, []openapi.Violation{v}}
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var over *http.MaxBytesError
	status := http.StatusRequestEntityTooLarge
	switch {
	case err == nil:
		return body{raw: raw}
	case errors.As(err, &over):
	case errors.Is(err, os.ErrDeadlineExceeded):
		status = http.StatusRequestTimeout
		v = openapi.Violation{Rule: ruleBodyInterrupted, In: "body", Message: "the body did not arrive in time"}
	default:
		status = http.StatusBadRequest
		v = openapi.Violation{Rule: ruleBodyInterrupted, In: "body",
			Message: "the body ended before all of it had arrived"}
	}
	return body{raw, status, []openapi.Violation{v}}
}

// validateBody decodes the body and returns its violations, those of the media type apart: they
// have a status of their own. Of a body that was not read to the end only the media type is
// validated.
func (x *exchange) validateBody() (mediaType, body []openapi.Violation) {
	request := x.request
	if x.body.status != 0 {
		request = &openapi.Request{Header: x.request.Header, Body: []byte("{}")} // any body will do
	}
	value, violations := x.endpoint.operation.ValidateBody(request)
	for _, v := range violations {
		if v.Rule == ruleMediaType {
			mediaType = append(mediaType, v)
		} else if x.body.status == 0 {
			body = append(body, v)
		}
	}
	if x.body.status == 0 {
		x.value = value
	}
	encoding := x.http.Header.Get("Content-Encoding")
	if x.endpoint.operation.Body != nil && encoding != "" && !strings.EqualFold(encoding, "identity") {
		mediaType = append(mediaType, openapi.Violation{
			Rule: ruleContentEncoding, In: "header", Name: "Content-Encoding", Expected: "identity", Actual: encoding,
			Message: fmt.Sprintf("header Content-Encoding is %q; only bodies that are not compressed are read",
				encoding),
		})
		body = nil
	}
	return mediaType, body
}
