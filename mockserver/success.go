package mockserver

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// success is how an operation answers when all is well. It is worked out once.
type success struct {
	status    int
	mediaType string // "" where there is no body
	schema    *openapi.Schema
	shape     shape
	property  string               // that holds the item or the items, where the shape is wrapped
	example   []byte               // the body, where the shape is fixed
	headers   []*openapi.Parameter // those that must be there
}

// shape says where in a body an item, or a list of them, stands.
type shape int

const (
	bare    shape = iota // it is the body
	wrapped              // it is a property of the body
	fixed                // nowhere: the body is always the same
)

func newSuccess(op *openapi.Operation) *success {
	r := op.Success()
	if r == nil {
		r = fallback(op)
	}
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
	media := r.JSON()
	if media == nil {
		media = r.Content[0]
	}
	s.mediaType, s.schema = concreteType(media), media.Schema
	if media == r.JSON() && op.Resource != nil { // */* and application/* may well be JSON
		s.shape, s.property = shapeOf(op, media.Schema)
	}
	if s.shape == fixed {
		s.example = exampleBody(media)
	}
	return s
}

// fallback is the answer of an operation without a documented 2xx: a redirection, or the default
// one.
func fallback(op *openapi.Operation) *openapi.Response {
	for _, r := range op.Responses {
		if strings.HasPrefix(r.Status, "3") || r.Status == "default" {
			return r
		}
	}
	return nil
}

// shapeOf finds the item, or the list of items, in a schema of answers.
func shapeOf(op *openapi.Operation, s *openapi.Schema) (shape, string) {
	item := op.Resource.Schema
	if op.Action == openapi.List {
		if op.Resource.ListProperty != "" {
			return wrapped, op.Resource.ListProperty
		}
		return bare, ""
	}
	if s == nil || item == nil || sameSchema(s, item) {
		return bare, ""
	}
	for _, p := range s.Properties {
		if sameSchema(p.Schema, item) {
			return wrapped, p.Name
		}
	}
	if fits(s, item) {
		return bare, ""
	}
	return fixed, ""
}

// fits says whether an item has all that another schema of answers demands: a summary of it, or a
// view.
func fits(s, item *openapi.Schema) bool {
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

// concreteType is a media type without wildcards.
func concreteType(m *openapi.MediaType) string {
	switch {
	case !strings.Contains(m.Type, "*"):
		return m.Type
	case strings.HasPrefix(m.Type, "text/"):
		return "text/plain; charset=utf-8"
	}
	return applicationJSON
}

// exampleBody is the document's example of a body, or one made of its schema. A text stands for
// itself where the media type is not JSON.
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

// answer is the operation's success without a body of its own.
func (s *success) answer() *answer {
	a := &answer{status: s.status, mediaType: s.mediaType, body: s.example}
	for _, h := range s.headers {
		if v := sample(h.Schema); v != nil {
			a.set(h.Name, headerText(v))
		}
	}
	return a
}

func headerText(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	return string(jsonvalue.Marshal(v))
}

// item answers with one item.
func (s *success) item(r *record) *answer {
	a := s.answer()
	switch {
	case s.mediaType == "" || s.shape == fixed:
	case s.shape == wrapped:
		a.body = s.wrap(r.encoded, -1)
	default:
		a.body = r.encoded
	}
	return a
}

// list answers with items.
func (s *success) list(items []*record) *answer {
	a := s.answer()
	if s.mediaType == "" || s.shape == fixed {
		return a
	}
	size := 2 + len(items)
	for _, r := range items {
		size += len(r.encoded)
	}
	body := append(make([]byte, 0, size), '[')
	for i, r := range items {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, r.encoded...)
	}
	body = append(body, ']')
	if s.shape == wrapped {
		body = s.wrap(body, len(items))
	}
	a.body = body
	return a
}

// wrap puts what an answer is about into its property, among others that the schema demands:
// numbers of items where count is not negative and the name speaks of one, and samples.
func (s *success) wrap(body []byte, count int) []byte {
	out := &jsonvalue.Object{}
	for _, p := range s.schema.Properties {
		switch {
		case p.Name == s.property:
			out.Set(p.Name, json.RawMessage(body))
		case count >= 0 && countsItems(p):
			out.Set(p.Name, json.Number(strconv.Itoa(count)))
		case p.RequiredIn(openapi.ResponseView):
			out.Set(p.Name, sample(p.Schema))
		}
	}
	return jsonvalue.Marshal(out)
}

func countsItems(p *openapi.Property) bool {
	if p.Schema == nil || !p.Schema.Allows("integer") || p.Schema.Allows("string") {
		return false
	}
	name := strings.ToLower(p.Name)
	return strings.Contains(name, "total") && !strings.Contains(name, "page") ||
		strings.Contains(name, "count") || name == "size" || name == "length"
}
