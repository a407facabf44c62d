package openapi

import "github.com/agentmock/agentmock/openapi/jsonvalue"

// BodyValue is the value of a request's body. One of plain JSON is decoded only when Value asks for
// it. A nil BodyValue is that of a body which is missing or has no value. It is not safe for
// concurrent use.
type BodyValue struct {
	text    jsonvalue.Text
	plain   bool // the text has been scanned
	value   any
	decoded bool
}

// Value returns the body as ReadJSON does, the object that a form stands for, or a text; nil for a
// nil BodyValue. It returns the same value each time.
func (b *BodyValue) Value() any {
	if b == nil {
		return nil
	}
	if !b.decoded {
		b.value, b.decoded = b.text.Root().Value(), true
	}
	return b.value
}

// Text returns the JSON text of the body as it was sent, for whoever needs only parts of its value;
// nil where the body is not JSON, or not plainly so (see jsonvalue.Scan).
func (b *BodyValue) Text() *jsonvalue.Text {
	if b == nil || !b.plain {
		return nil
	}
	return &b.text
}
