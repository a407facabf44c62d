package mockserver

import (
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Bounds of the fields of a collection: schemas may be recursive, and of any size.
const (
	deepestField = 3
	mostFields   = 500
)

// listCollections tells what the state holds: names, identities and fields, as an editor needs them.
func listCollections(x *exchange) ([]byte, error) {
	list := make([]any, len(x.api.collections))
	for i, c := range x.api.collections {
		description := jsonvalue.ObjectOf("name", c.Name, "path", c.CollectionPath)
		if c.Identity != "" {
			description.Set("identity", c.Identity)
		}
		if c.Singleton {
			description.Set("singleton", true)
		}
		description.Set("fields", fieldsOf([]any{}, c.Schema, c.sentSchema(), "", deepestField))
		list[i] = description
	}
	return jsonvalue.Marshal(jsonvalue.ObjectOf("collections", list)), nil
}

// sentSchema returns the schema by which clients write an item; nil for none.
func (c *collection) sentSchema() *openapi.Schema {
	if op := c.Write(); op != nil {
		return op.SentSchema()
	}
	return nil
}

// fieldsOf appends the fields of an object, and those of objects in it. Of them, sent is what clients write.
func fieldsOf(list []any, s, sent *openapi.Schema, pointer string, depth int) []any {
	if s == nil || depth == 0 {
		return list
	}
	for _, p := range s.Properties {
		if len(list) >= mostFields {
			return list
		}
		at := jsonvalue.Join(pointer, p.Name)
		written := sent.Member(p.Name)
		list = append(list, describeField(p.Schema, written, at))
		if p.Schema.Allows("object") {
			list = fieldsOf(list, p.Schema, written, at, depth-1)
		}
	}
	return list
}

func describeField(s, written *openapi.Schema, pointer string) *jsonvalue.Object {
	field := jsonvalue.ObjectOf("pointer", pointer)
	types := make([]any, len(s.Types))
	for i, name := range s.Types {
		types[i] = name
	}
	field.Set("types", types)
	switch {
	case s.Enum != nil:
		field.Set("enum", s.Enum)
	case written != nil && written.Enum != nil:
		field.Set("suggested", written.Enum)
	}
	if isReadOnly(s) {
		field.Set("readOnly", true)
	}
	if isSecret(s) {
		field.Set("secret", true)
	}
	if s.Description != "" {
		field.Set("description", truncate(s.Description, 500))
	}
	return field
}
