package mockserver

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
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

// sent is what the body of a request has of the resource.
type sent struct {
	schema *openapi.Schema // of the item
	items  []*jsonvalue.Object
	around *jsonvalue.Object // has the members beside the item: the kind and spec of what has its name in metadata
}

// sent returns what the body has of the resource: an item, or several where the operation is for
// several. A body that is missing, or has something else in place of the item, counts as an empty
// one: a new item then has what the server generates, and an update changes nothing.
func (x *exchange) sent() sent {
	op := x.endpoint.operation
	var s sent
	media := op.Body.MediaType(x.request.Header)
	if media == nil {
		media = op.Body.Preferred()
	}
	if media != nil {
		s.schema = media.Schema.At(op.BodyWrapper)
	}
	if whole, ok := x.value.Value().(*jsonvalue.Object); ok && x.endpoint.collection != nil {
		s.around = x.endpoint.collection.beside(whole, op)
	}
	value := op.UnwrapBody(x.value.Value())
	list, isList := value.([]any)
	switch {
	case op.Bulk && isList:
		s.schema = s.schema.Item(0)
	case op.Bulk && value == nil:
	default:
		list = []any{value}
	}
	for _, item := range list {
		object, isObject := item.(*jsonvalue.Object)
		if !isObject {
			object = &jsonvalue.Object{}
		}
		s.items = append(s.items, object)
	}
	return s
}

// item returns the one item that the body has, or the first.
func (s sent) item() *jsonvalue.Object {
	if len(s.items) == 0 {
		return &jsonvalue.Object{}
	}
	return s.items[0]
}
