package openapi

import "github.com/agentmock/agentmock/openapi/jsonvalue"

// ShownSchema returns the schema of what a successful response shows of the resource: of the item
// or, where it is a list, of each entry. It is nil where the document describes no such thing, and
// for a nil operation.
func (op *Operation) ShownSchema() *Schema {
	s := op.shown()
	if s.IsList() {
		return s.Items
	}
	return s
}

// ShowsList reports whether a successful response shows a list of items: that to a creation of
// several does, too.
func (op *Operation) ShowsList() bool { return op.shown().IsList() }

func (op *Operation) shown() *Schema {
	if op == nil {
		return nil
	}
	return op.responseSchema().At(op.Wrapper)
}

// IsList reports whether the values of a schema are lists. A nil schema says nothing of them.
func (s *Schema) IsList() bool {
	return s != nil && s.Items != nil && s.Allows("array") && len(s.Properties) == 0
}

// SentSchema returns the schema of what the body of a request has of the item or, where it has
// several, of each. It is nil where there is no JSON body, and for a nil operation.
func (op *Operation) SentSchema() *Schema {
	if op == nil || op.Body.Preferred() == nil {
		return nil
	}
	s := op.Body.Preferred().Schema.At(op.BodyWrapper)
	if op.Bulk && s != nil {
		return s.Items
	}
	return s
}

// Returned returns what a value that was written by one schema is in answers by another: the value
// without what these have no place for. It is false where nothing can be said of it: it is a secret,
// one side does not have it, or they have it in different forms, such as the number of a thing where
// the answer shows the thing.
func Returned(value any, sent, shown *Schema) (any, bool) {
	if sent == nil || shown == nil || sent.WriteOnly || shown.WriteOnly ||
		sent.Mock.Value == MockSecret || shown.Mock.Value == MockSecret {
		return nil, false
	}
	switch value := value.(type) {
	case *jsonvalue.Object:
		if len(shown.Properties) > 0 && shown.Allows("object") {
			return returnedMembers(value, sent, shown), true
		}
	case []any:
		if shown.Allows("array") {
			return returnedItems(value, sent, shown)
		}
	}
	typ := jsonvalue.TypeOf(value)
	if !shown.Allows(typ) && !(typ == "number" && shown.Allows("integer")) {
		return nil, false
	}
	return value, shown.doc == nil || len(shown.Validate(value, ResponseView)) == 0
}

func returnedMembers(object *jsonvalue.Object, sent, shown *Schema) *jsonvalue.Object {
	out := &jsonvalue.Object{}
	for _, m := range object.Members {
		if inner, ok := Returned(m.Value, sent.memberOrAny(m.Name), shown.memberOrAny(m.Name)); ok {
			out.Set(m.Name, inner)
		}
	}
	return out
}

func returnedItems(list []any, sent, shown *Schema) (any, bool) {
	out := make([]any, len(list))
	for i := range list {
		from, to := sent.Item(i), shown.Item(i)
		if from == nil {
			from = anything
		}
		if to == nil {
			to = anything
		}
		var ok bool
		if out[i], ok = Returned(list[i], from, to); !ok {
			return nil, false
		}
	}
	return out, true
}

// anything is a schema that says nothing.
var anything = &Schema{Open: true}

// memberOrAny returns the schema of a declared member, or one of anything where the schema is open.
func (s *Schema) memberOrAny(name string) *Schema {
	switch declared := s.declared(name); {
	case declared != nil:
		return declared
	case s.Additional != nil:
		return s.Additional
	case s.Open:
		return anything
	}
	return nil
}
