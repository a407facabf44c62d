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

// firstRead bounds the memory that a request gets for its body before any of it has arrived, in bytes.
const firstRead = 64 << 10

// readBody reads a body of at most limit bytes. Its memory is never used again, so that it can be kept.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) body {
	if r.Body == nil || r.Body == http.NoBody {
		return body{}
	}
	if r.ContentLength > limit {
		return tooLong(nil, limit, r.ContentLength)
	}
	size := r.ContentLength
	if size < 0 { // unknown
		size = 511
	}
	raw, err := appendAll(make([]byte, 0, min(size, firstRead)+1), http.MaxBytesReader(w, r.Body, limit))
	var over *http.MaxBytesError
	switch {
	case err == nil:
		return body{raw: raw}
	case errors.As(err, &over):
		return tooLong(raw, limit, nil)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return interrupted(raw, http.StatusRequestTimeout, "the body did not arrive in time")
	}
	return interrupted(raw, http.StatusBadRequest, "the body ended before all of it had arrived")
}

// appendAll is io.ReadAll into a buffer that may be as long as what comes, and one byte longer.
func appendAll(buffer []byte, from io.Reader) ([]byte, error) {
	for {
		if len(buffer) == cap(buffer) {
			buffer = append(buffer, 0)[:len(buffer)]
		}
		n, err := from.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		switch err {
		case nil:
		case io.EOF:
			return buffer, nil
		default:
			return buffer, err
		}
	}
}

func tooLong(raw []byte, limit int64, actual any) body {
	return body{raw, http.StatusRequestEntityTooLarge, []openapi.Violation{{
		Rule: ruleBodyTooLarge, In: "body", Expected: limit, Actual: actual,
		Message: fmt.Sprintf("the body is longer than %d bytes", limit),
	}}}
}

func interrupted(raw []byte, status int, message string) body {
	return body{raw, status, []openapi.Violation{{Rule: ruleBodyInterrupted, In: "body", Message: message}}}
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
