package mockserver

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// collection is a resource of the document as the server holds it.
type collection struct {
	*openapi.Resource
	// locators are the properties that say where an item lives, in the order of collectionKey.place.
	locators []string
	parent   *collection   // whose items these belong to; nil for none
	children []*collection // at any depth, removed together with an item
}

// export returns an item with all its locators, also those that the schema does not have.
func (c *collection) export(r *record) []byte {
	if !slices.ContainsFunc(c.locators, func(name string) bool { return c.Schema.Property(name) == nil }) {
		return r.encoded
	}
	object := r.object()
	for i, name := range c.locators {
		object.Set(name, r.key.place[i])
	}
	return jsonvalue.Marshal(object)
}

// newCollections links the resources of a document.
func newCollections(doc *openapi.Document) []*collection {
	list := make([]*collection, len(doc.Resources))
	for i, r := range doc.Resources {
		list[i] = &collection{Resource: r, locators: r.Parents}
		if doc.Scope != nil {
			list[i].locators = append([]string{cmp.Or(doc.Scope.Property, doc.Scope.Header)}, r.Parents...)
		}
	}
	for _, c := range list {
		for _, other := range list {
			if other.ItemPath == "" || !strings.HasPrefix(c.CollectionPath, other.ItemPath+"/") {
				continue
			}
			other.children = append(other.children, c)
			if c.parent == nil || len(other.ItemPath) > len(c.parent.ItemPath) {
				c.parent = other
			}
		}
	}
	return list
}
