package openapi

import (
	"cmp"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// ShownSchema returns the schema of what a successful response shows of the resource: of the item
// or, where it is a list, of each entry. It is nil where the document describes no such thing, and
// for a nil operation.
func (op *Operation) ShownSchema() *Schema {
	if op == nil {
		return nil
	}
	return op.ShownIn(op.Success())
}

// ShownIn is ShownSchema for one of the operation's responses; nil for a nil one.
func (op *Operation) ShownIn(r *Response) *Schema {
	if r == nil || r.JSON() == nil {
		return nil
	}
	s := r.JSON().Schema.At(op.Wrapper)
	if s.IsList() {
		return s.Items
	}
	return s
}

// Successes returns the documented 2xx responses.
func (op *Operation) Successes() []*Response {
	var list []*Response
	for _, r := range op.Responses {
		if r.Status[0] == '2' {
			list = append(list, r)
		}
	}
	return list
}

// ShowsList reports whether a successful response shows a list of items: that to a creation of
// several does, too.
func (op *Operation) ShowsList() bool {
	return op != nil && op.responseSchema().At(op.Wrapper).IsList()
}

// IsList reports whether the values of a schema are lists. A nil schema says nothing of them.
func (s *Schema) IsList() bool {
	return s != nil && s.Items != nil && s.Allows("array") && len(s.Properties) == 0
}

// SentSchema returns the schema of what the body of a request has of the item or, where it has
// several, of each. It is nil where there is no body of values, and for a nil operation.
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
// the answer shows the thing. What a target keeps of a file is its own business.
func Returned(value any, sent, shown *Schema) (any, bool) {
	if sent == nil || shown == nil || sent.Format == "binary" || sent.WriteOnly || shown.WriteOnly ||
		sent.Mock.Value == MockSecret || shown.Mock.Value == MockSecret {
		return nil, false
	}
	switch value := value.(type) {
	case *jsonvalue.Object:
		if shown.namesMembers() && shown.Allows("object") {
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
	return value, shown.doc == nil || shown.IsValid(value, ResponseView)
}

// namesMembers reports whether a schema or one of its alternatives declares a member.
func (s *Schema) namesMembers() bool {
	for variant := range s.Variants() {
		if len(variant.Properties) > 0 {
			return true
		}
	}
	return false
}

func returnedMembers(object *jsonvalue.Object, sent, shown *Schema) *jsonvalue.Object {
	out := &jsonvalue.Object{}
	for _, m := range object.Members {
		to := shown.promised(m.Name)
		if to == nil && sent.Same(shown) { // the alternative that was sent is the one that is shown
			to = shown.memberOrAny(m.Name)
		}
		if inner, ok := Returned(m.Value, sent.memberOrAny(m.Name), to); ok {
			out.Set(m.Name, inner)
		}
	}
	return out
}

// promised returns the schema of a member that every value of a schema has a place for: where there
// are alternatives, all of them.
func (s *Schema) promised(name string) *Schema {
	if p := s.Property(name); p != nil {
		return p.Schema
	}
	var found *Schema
	for _, alternatives := range [][]*Schema{s.OneOf, s.AnyOf} {
		for _, alternative := range alternatives {
			member := alternative.promised(name)
			if member == nil {
				return nil
			}
			found = cmp.Or(found, member)
		}
	}
	if found == nil && len(s.OneOf)+len(s.AnyOf) == 0 {
		return s.memberOrAny(name)
	}
	return found
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

// ShownItem returns the item, or the list of items, that the body of a successful response shows.
// An operation that is about one item may show it as the only one of a list.
func (op *Operation) ShownItem(body any) any {
	shown := op.Unwrap(body)
	if list, ok := shown.([]any); ok && len(list) == 1 && op.Action != List && op.ShowsList() {
		return list[0]
	}
	return shown
}

// SentItem returns what the body of a request has of the item: of several, the first; of a JSON
// Patch, the members that it sets as a whole. It is empty where there is nothing of the kind.
func (op *Operation) SentItem(body any) *jsonvalue.Object {
	if op.JSONPatch() {
		return patched(body)
	}
	sent := op.UnwrapBody(body)
	if list, ok := sent.([]any); ok && op.Bulk && len(list) > 0 {
		sent = list[0]
	}
	if object, ok := sent.(*jsonvalue.Object); ok {
		return object
	}
	return &jsonvalue.Object{}
}

// SentPlace returns the JSON pointer to where the body of a request has the item: of several, the
// first.
func (op *Operation) SentPlace() string {
	if op.Bulk {
		return op.BodyWrapper + "/0"
	}
	return op.BodyWrapper
}

func patched(patch any) *jsonvalue.Object {
	out := &jsonvalue.Object{}
	steps, _ := patch.([]any)
	for _, step := range steps {
		op, _ := member(step, "op")
		path, _ := member(step, "path")
		value, there := member(step, "value")
		pointer, _ := path.(string)
		tokens := jsonvalue.Tokens(pointer)
		if there && len(tokens) == 1 && (op == "add" || op == "replace") {
			out.Set(tokens[0], value)
		}
	}
	return out
}

// JSONPatch reports whether the body of a request is a JSON Patch (RFC 6902): by its media type, or
// because the document describes a list of such operations.
func (op *Operation) JSONPatch() bool {
	if op == nil || op.Body.Preferred() == nil {
		return false
	}
	step := op.Body.Preferred().Schema.Item(0)
	return op.takes("application/json-patch+json") || step.Property("op") != nil && step.Property("path") != nil
}

// MergePatch reports whether the body of a request is a JSON Merge Patch (RFC 7396).
func (op *Operation) MergePatch() bool { return op.takes("application/merge-patch+json") }

func (op *Operation) takes(mediaType string) bool {
	media := op.Body.Preferred()
	return media != nil && media.essence() == mediaType
}

// IdentityText returns the identity of the item that a response shows, as it stands in a path; ""
// where it shows none. A receipt may call it otherwise than the item does.
func (op *Operation) IdentityText(shown any) string {
	object, ok := shown.(*jsonvalue.Object)
	if !ok {
		return ""
	}
	own, _ := object.Get(op.shownIdentity)
	return cmp.Or(textOfIdentity(own), op.Resource.IdentityText(shown))
}
