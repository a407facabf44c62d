package mockserver

import (
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// locator is a property that tells where an item lives.
type locator struct {
	property string
	of       func(place) string
}

// collection is a resource as it is served.
type collection struct {
	resource *openapi.Resource
	name     string // in states
	locators []locator
	// parent is the collection whose items these belong to; nil where they belong to none.
	parent *collection
	// children are the collections that go when an item goes.
	children []*collection
}

func (c *collection) schema() *openapi.Schema { return c.resource.Schema }

// located lists the properties that are the place's and the identity's, not the client's.
func (c *collection) located() []string {
	list := []string{c.resource.Identity}
	for _, l := range c.locators {
		list = append(list, l.property)
	}
	return list
}

// newCollections links the resources of a document.
func newCollections(doc *openapi.Document) []*collection {
	var list []*collection
	names := map[string]int{}
	for _, r := range doc.Resources {
		names[r.Name]++
	}
	for _, r := range doc.Resources {
		c := &collection{resource: r, name: r.Name}
		if names[r.Name] > 1 {
			c.name = r.CollectionPath
		}
		if doc.Scope != nil {
			property := doc.Scope.Property
			if property == "" {
				property = doc.Scope.Header
			}
			c.locators = append(c.locators, locator{property, func(p place) string { return p.scope }})
		}
		for i, parent := range r.Parents {
			c.locators = append(c.locators, locator{parent, func(p place) string { return p.parents[i] }})
		}
		list = append(list, c)
	}
	for _, c := range list {
		for _, other := range list {
			if other.resource.ItemPath != "" && strings.HasPrefix(c.resource.CollectionPath,
				other.resource.ItemPath+"/") {
				other.children = append(other.children, c)
				if c.parent == nil || len(other.resource.ItemPath) > len(c.parent.resource.ItemPath) {
					c.parent = other
				}
			}
		}
	}
	return list
}
