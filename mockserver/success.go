package mockserver

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// success is the successful response of an operation, worked out once from its schema.
type success struct {
	status    int
	mediaType string // "" where there is no body
	schema    *openapi.Schema
	shape     bodyShape
	wrapper   []string             // names of the nested properties that lead to the item or the items, for wrapped
	example   []byte               // the body, for fixed
	headers   []*openapi.Parameter // the required ones
}

// bodyShape tells where a body has the item, or the list of items.
type bodyShape int

const (
	bare    bodyShape = iota // it is the body
	wrapped                  // it is a property of the body, or of an object in it
	fixed                    // nowhere: every response has the same body
)

func newSuccess(op *openapi.Operation) *success {
	r := documentedSuccess(op)
	if r == nil {
		return &success{status: http.StatusNoContent, shape: fixed}
	}
	s := &success{status: r.StatusCode(), shape: fixed}
	if r.Status == "default" {
		s.status = http.StatusOK
	}
	for _, h := range r.Headers {
		if h.Required {
			s.headers = append(s.headers, h)
		}
	}
	if len(r.Content) == 0 {
		return s
	}
	media := r.JSON() // of */* and application/* too
	if media == nil {
		media = r.Content[0]
	}
	s.mediaType, s.schema = concreteType(media), media.Schema
	if media == r.JSON() && op.Resource != nil {
		s.shape, s.wrapper = shapeOf(op, media.Schema)
	}
	if s.shape == fixed {
		s.example = exampleBody(media)
	}
	return s
}

// documentedSuccess returns the 2xx response of an operation, else its redirection or default
// response, else nil.
func documentedSuccess(op *openapi.Operation) *openapi.Response {
	if r := op.Success(); r != nil {
		return r
	}
	for _, r := range op.Responses {
		if strings.HasPrefix(r.Status, "3") || r.Status == "default" {
			return r
		}
	}
	return nil
}

// shapeOf finds the item, or the list of items, in a response schema.
func shapeOf(op *openapi.Operation, s *openapi.Schema) (shape bodyShape, wrapper []string) {
	item := op.Resource.Schema
	switch {
	case op.Wrapper != "":
		return wrapped, jsonvalue.Tokens(op.Wrapper)
	case op.Action == openapi.List, s == nil, item == nil, s.Same(item), isViewOf(s, item):
		return bare, nil
	}
	return fixed, nil
}

// isViewOf reports whether an item has everything that another schema requires, as a summary of the
// item does.
func isViewOf(s, item *openapi.Schema) bool {
	if !s.Allows("object") {
		return false
	}
	common := 0
	for _, p := range s.Properties {
		switch {
		case item.Property(p.Name) != nil:
			common++
		case p.RequiredIn(openapi.ResponseView):
			return false
		}
	}
	return common > 0 || len(s.Properties) == 0
}

// concreteType returns a media type without wildcards.
func concreteType(m *openapi.MediaType) string {
	switch {
	case !strings.Contains(m.Type, "*"):
		return m.Type
	case strings.HasPrefix(m.Type, "text/"):
		return "text/plain; charset=utf-8"
	}
	return applicationJSON
}

// exampleBody returns the document's example of a body, or one generated from its schema. A string
// is the body itself where the media type is not JSON.
func exampleBody(m *openapi.MediaType) []byte {
	var v any
	switch {
	case len(m.Examples) > 0:
		v = m.Examples[0].Value
	case m.Schema != nil:
		v = sample(m.Schema)
	case m.IsJSON():
		v = &jsonvalue.Object{}
	}
	if text, ok := v.(string); ok && !m.IsJSON() && m.Type != "*/*" {
		return []byte(text)
	}
	if v == nil && !m.IsJSON() {
		return nil
	}
	return jsonvalue.Marshal(v)
}

// response returns the response with the example body, if it has one.
func (s *success) response() *response {
	res := &response{status: s.status, mediaType: s.mediaType, body: s.example}
	for _, h := range s.headers {
		if v := sample(h.Schema); v != nil {
			res.set(h.Name, headerText(v))
		}
	}
	return res
}

func headerText(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	return string(jsonvalue.Marshal(v))
}

// with returns the response with a body.
func (s *success) with(body []byte) *response {
	res := s.response()
	res.body = body
	return res
}

// item returns the response that shows an item.
func (s *success) item(r *record) *response { return s.show(r.encoded, -1) }

// list returns the response that shows items.
func (s *success) list(items []*record) *response {
	return s.show(encodeList(items, func(r *record) []byte { return r.encoded }), len(items))
}

// encodeList returns a JSON array of items.
func encodeList(items []*record, encode func(*record) []byte) []byte {
	size := 2 + len(items)
	for _, r := range items {
		size += len(r.encoded)
	}
	list := append(make([]byte, 0, size), '[')
	for i, r := range items {
		if i > 0 {
			list = append(list, ',')
		}
		list = append(list, encode(r)...)
	}
	return append(list, ']')
}

// show returns the response with an item, or with a list of count items.
func (s *success) show(content []byte, count int) *response {
	switch s.shape {
	case fixed:
		return s.response()
	case wrapped:
		content = jsonvalue.Marshal(wrap(s.schema, s.wrapper, content, count))
	}
	return s.with(content)
}

// wrap returns content inside the nested properties of a schema that names lists. Other required
// properties get samples, except those that are named for the number of items: they get count,
// unless it is negative.
func wrap(s *openapi.Schema, names []string, content []byte, count int) any {
	if len(names) == 0 {
		return json.RawMessage(content)
	}
	out := &jsonvalue.Object{}
	for _, p := range s.Properties {
		switch {
		case p.Name == names[0]:
			out.Set(p.Name, wrap(p.Schema, names[1:], content, count))
		case count >= 0 && countsItems(p):
			out.Set(p.Name, json.Number(strconv.Itoa(count)))
		case p.RequiredIn(openapi.ResponseView):
			out.Set(p.Name, sample(p.Schema))
		}
	}
	return out
}

// countsItems reports whether a property of a list is named for the number of its items.
func countsItems(p *openapi.Property) bool {
	if !p.Schema.Allows("integer") || p.Schema.Allows("string") {
		return false
	}
	name := strings.ToLower(p.Name)
	return strings.Contains(name, "total") && !strings.Contains(name, "page") ||
		strings.Contains(name, "count") || name == "size" || name == "length"
}
