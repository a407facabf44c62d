package mockserver

import (
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// collection is a resource of the document as the server holds it.
type collection struct {
	resource *openapi.Resource
	// locators are the properties that say where an item lives: the scope's, then the parents'.
	locators []locator
	parent   *collection   // whose items these belong to; nil for none
	children []*collection // at any depth, removed together with an item
}

// locator is a property that holds a part of an item's collectionKey.
type locator struct {
	property string
	value    func(collectionKey) string
}

func (c *collection) name() string { return c.resource.Name }

func (c *collection) schema() *openapi.Schema { return c.resource.Schema }

// fixed returns the properties that no request body can change: the identity and the locators.
func (c *collection) fixed() []string {
	names := []string{c.resource.Identity}
	for _, l := range c.locators {
		names = append(names, l.property)
	}
	return names
}

// export returns an item with all its locators, also those that the schema does not have.
func (c *collection) export(r *record) []byte {
	if !slices.ContainsFunc(c.locators, func(l locator) bool { return c.schema().Property(l.property) == nil }) {
		return r.encoded
	}
	object := r.object()
	for _, l := range c.locators {
		object.Set(l.property, l.value(r.key))
	}
	return jsonvalue.Marshal(object)
}

// newCollections links the resources of a document.
func newCollections(doc *openapi.Document) []*collection {
	list := make([]*collection, len(doc.Resources))
	for i, r := range doc.Resources {
		list[i] = &collection{resource: r, locators: locatorsOf(r, doc.Scope)}
	}
	for _, c := range list {
		for _, other := range list {
			if other.resource.ItemPath == "" ||
				!strings.HasPrefix(c.resource.CollectionPath, other.resource.ItemPath+"/") {
				continue
			}
			other.children = append(other.children, c)
			if c.parent == nil || len(other.resource.ItemPath) > len(c.parent.resource.ItemPath) {
				c.parent = other
			}
		}
	}
	return list
}

func locatorsOf(r *openapi.Resource, scope *openapi.Scope) []locator {
	var list []locator
	if scope != nil {
		property := scope.Property
		if property == "" {
			property = scope.Header
		}
		list = append(list, locator{property, func(k collectionKey) string { return k.scope }})
	}
	for i, parent := range r.Parents {
		list = append(list, locator{parent, func(k collectionKey) string { return k.parents[i] }})
	}
	return list
}
