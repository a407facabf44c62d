package mockserver

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"

	samples "github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// success is a successful response of an operation, worked out once from its schema.
type success struct {
	status    int
	mediaType string // "" where there is no body
	schema    *openapi.Schema
	shape     bodyShape
	wrapper   []string // names of the nested properties that lead to the item or the items, for wrapped
	lists     bool     // it shows a list of items, not one
	deletes   bool     // it tells that an item has gone
	view      *view    // by which it shows items; nil: as they are
	made      maker    // of what stands around them
	examples  *examples
	example   func() []byte        // the body where no item is shown; it is made when it is asked for
	write     func(any) []byte     // writes a value as the media type has it; nil: as JSON
	headers   []*openapi.Parameter // the required ones
	location  *openapi.Parameter   // the header of that name; nil where the document has none
}

// bodyShape tells where a body has the item, or the list of items.
type bodyShape int

const (
	bare    bodyShape = iota // it is the body
	wrapped                  // it is a property of the body, or of an object in it
	fixed                    // nowhere: every response has the same body
)

// newSuccess returns the success of an operation with a documented response, in the representation of
// a media type where it has that; "" for the mock's own choice. A nil response is none, which is
// answered by 204.
func newSuccess(op *openapi.Operation, r *openapi.Response, mediaType string, from *examples) *success {
	if r == nil {
		return &success{status: http.StatusNoContent, shape: fixed, examples: from, example: nothing}
	}
	s := &success{status: r.StatusCode(), shape: fixed, deletes: op.Action == openapi.Delete, examples: from,
		example: nothing}
	if r.Status == "default" {
		s.status = http.StatusOK
	}
	for _, h := range r.Headers {
		if h.Required {
			s.headers = append(s.headers, h)
		}
		if strings.EqualFold(h.Name, "Location") {
			s.location = h
		}
	}
	if len(r.Content) == 0 {
		return s
	}
	own := cmp.Or(r.JSON(), r.Content[0]) // JSON of */* and application/* too
	media := cmp.Or(representation(r, mediaType), own)
	s.mediaType, s.schema = concreteType(media), media.Schema
	write, writes := samples.Writer(media)
	if op.Resource != nil && (media == r.JSON() || media.IsJSON() || writes) {
		s.findItem(op, media)
		s.write = write
	}
	s.example = sync.OnceValue(func() []byte { return from.body(op, media) })
	return s
}

// nothing is the example of a response without a body.
func nothing() []byte { return nil }

// preferredStatus is the status of a success, where the document has several.
var preferredStatus = map[openapi.Action]string{
	openapi.List: "200", openapi.Read: "200", openapi.Create: "201",
}

// documentedSuccess returns the response of a success: where nothing is created, one other than 201
// if there is one. It is the redirection or the default response of an operation without a 2xx
// response, and nil where the operation has none of these.
func documentedSuccess(op *openapi.Operation) *openapi.Response {
	found := op.Success()
	for _, r := range op.Responses {
		switch {
		case r.Status == preferredStatus[op.Action]:
			return r
		case r.Status[0] == '2' && op.Creates && found.Status == "201":
			found = r
		case found == nil && (r.Status[0] == '3' || r.Status == "default"):
			found = r
		}
	}
	return found
}

// findItem finds the item, or the list of items, in the body of a response. The body is fixed where
// it has nothing of an item.
func (s *success) findItem(op *openapi.Operation, media *openapi.MediaType) {
	shown, item := media.Schema.At(op.Wrapper), op.Resource.Schema
	s.wrapper = jsonvalue.Tokens(op.Wrapper)
	if shown == nil {
		shown, s.wrapper = media.Schema, nil
	}
	example := any(nil)
	if len(media.Examples) > 0 {
		example = media.Examples[0].Value
	}
	if shown.IsList() || shown == nil && op.Action == openapi.List {
		s.lists, shown = true, shown.Item(0)
	}
	switch {
	case shown == nil, item == nil, shown.Same(item), op.Action == openapi.List, showsItem(op, shown):
	default:
		return
	}
	s.shape = bare
	if len(s.wrapper) > 0 {
		s.shape = wrapped
	}
	s.made = s.examples.like(example)
	if example, _ = jsonvalue.Lookup(example, op.Wrapper); s.lists {
		example, _ = jsonvalue.Lookup(example, "/0")
	}
	s.view = newView(op, shown, s.examples.like(example))
}

// showsItem reports whether a schema has something of an item: a member, one that the operation
// writes, its identity or the identity alone.
func showsItem(op *openapi.Operation, s *openapi.Schema) bool {
	item, sent := op.Resource.Schema, op.SentSchema()
	if !s.Allows("object") {
		identity := item.Member(op.Resource.Identity)
		return op.Action == openapi.Create && identity != nil && len(identity.Types) > 0 && s.Allows(identity.Types[0])
	}
	names := 0
	for variant := range s.Variants() {
		names += len(variant.Properties)
		for _, p := range variant.Properties {
			if item.Member(p.Name) != nil || sent.Member(p.Name) != nil {
				return true
			}
		}
	}
	return names == 0 || op.Resource.IdentityProperty(s) != ""
}

// response returns the response with the example body, if it has one.
func (s *success) response() *response { return s.with(s.example()) }

// with returns the response with a body.
func (s *success) with(body []byte) *response {
	res := &response{status: s.status, mediaType: s.mediaType, body: body}
	for _, h := range s.headers {
		res.set(h.Name, s.examples.header(h, body))
	}
	return res
}

// shows returns the response that shows what an action made or found: the one item of a list of one,
// unless the response is a list.
func (s *success) shows(items ...*record) *response {
	switch {
	case s.shape == fixed || len(items) == 0 && !s.lists:
		return s.response()
	case s.lists:
		return s.with(s.written(s.wrap(encodeList(items, s.encode), len(items), nil)))
	}
	return s.with(s.written(s.wrap(s.encode(items[0]), -1, items[0])))
}

// written returns a JSON body in the form of the media type.
func (s *success) written(body []byte) []byte {
	if s.write == nil {
		return body
	}
	value, err := jsonvalue.Parse(body, jsonvalue.Limits{Depth: storedDepth})
	if err != nil {
		return body
	}
	return s.write(value)
}

// encode returns an item as the response has it.
func (s *success) encode(r *record) []byte {
	if s.view == nil {
		return r.encoded
	}
	return s.view.encode(r)
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

// wrap returns the body around an item, or around a list of count items. What the item keeps apart is
// shown beside it where the body has a place for that; a list has no such item.
func (s *success) wrap(content []byte, count int, item *record) []byte {
	if s.shape != wrapped {
		return content
	}
	var around *jsonvalue.Object
	if item != nil && item.apart != "" {
		around = item.decoded([]byte(item.apart))
	}
	return jsonvalue.Marshal(s.wrapIn(s.schema, s.wrapper, content, count, around))
}

// wrapIn returns content inside the nested properties of a schema that names lists. Properties beside
// it have the values of around; else required ones get samples, except those that are named for the
// number of items: they get count, unless it is negative.
func (s *success) wrapIn(schema *openapi.Schema, names []string, content []byte, count int,
	around *jsonvalue.Object) any {
	if len(names) == 0 {
		return json.RawMessage(content)
	}
	out := &jsonvalue.Object{}
	for _, p := range schema.Named() {
		kept, has := around.Get(p.Name)
		switch {
		case p.Name == names[0]:
			out.Set(p.Name, nil) // in its place
		case has && meets(p.Schema, kept):
			out.Set(p.Name, kept)
		case count >= 0 && countsItems(p):
			out.Set(p.Name, json.Number(strconv.Itoa(count)))
		case p.RequiredIn(openapi.ResponseView):
			out.Set(p.Name, s.made(p.Schema, p.Name))
		}
	}
	out.Set(names[0], s.wrapIn(schema.Member(names[0]), names[1:], content, count, nil))
	affirm(out, schema, s.deletes)
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
