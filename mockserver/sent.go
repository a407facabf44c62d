package mockserver

import (
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// sent is what the body of a request has of the resource.
type sent struct {
	schema *openapi.Schema // of the item
	items  []written
	around *jsonvalue.Object // has the members beside the item: the kind and spec of what has its name in metadata
}

// sent returns what the body has of the resource: an item, or several where the operation is for
// several. A body that is missing, or has something else in place of the item, counts as an empty
// one: a new item then has what the server generates, and an update changes nothing.
func (x *exchange) sent() sent {
	op := x.endpoint.operation
	s := sent{schema: x.sentSchema()}
	whole := x.writtenBody()
	if c := x.endpoint.collection; c != nil && len(c.around) > 0 {
		s.around = c.beside(writtenAs(whole).value(), op)
	}
	value, _ := at(whole, op.BodyWrapper)
	if !op.Bulk {
		item := writtenAs(value)
		item.valid = op.BodyWrapper == "" // else it may be in an alternative that does not apply
		s.items = []written{item}
		return s
	}
	items, isList := asList(value)
	switch {
	case isList:
		s.schema = s.schema.Item(0)
	case value != nil:
		items = []any{value}
	}
	for _, item := range items {
		s.items = append(s.items, writtenAs(item))
	}
	return s
}

// sentSchema returns the schema of what the body has of the resource; nil where the document has none.
func (x *exchange) sentSchema() *openapi.Schema {
	op := x.endpoint.operation
	media := op.Body.MediaType(x.request.Header)
	if media == nil {
		media = op.Body.Preferred()
	}
	if media == nil {
		return nil
	}
	return media.Schema.At(op.BodyWrapper)
}

// writtenBody returns the body: a node where it is JSON text.
func (x *exchange) writtenBody() any {
	if text := x.value.Text(); text != nil {
		return asNode(text.Root())
	}
	return x.value.Value()
}

// item returns the one item that the body has, or the first.
func (s sent) item() written {
	if len(s.items) == 0 {
		return writtenAs(nil)
	}
	return s.items[0]
}
