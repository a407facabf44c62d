package mockserver

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	samples "github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// collection is a resource of the document as the server holds it.
type collection struct {
	*openapi.Resource
	// locators are the properties that say where an item lives, in the order of collectionKey.place.
	locators   []string
	identities *samples.Identities
	parent     *collection   // whose items these belong to; nil for none
	children   []*collection // at any depth, removed together with an item
	// always is true where every item that is asked for is there: the one of a singleton, and those of
	// a collection that nothing creates or lists, so that nobody could know which there are.
	always bool
	// flat is true where some operation does not name the parents: items may live nowhere then.
	flat  bool
	views []*view // by which operations show items, but for the items' own schema
	// around are the names of the members that bodies have beside the wrapped item.
	around []string
	made   maker
	facts  []string // the names of what a path says of an item: its identity and the locators
	times  []string // the names of its times of the last change
	// timesFit reports whether an item that was accepted stays so with any RFC 3339 date-time as one of these.
	timesFit func() bool
	order    order // of the members of an item
	course   course
}

// export returns an item with everything that an import needs: its locators, also those that the
// schema does not have, and what it keeps apart.
func (c *collection) export(r *record) []byte {
	named := func(name string) bool { return c.Schema.Property(name) != nil }
	if r.apart == "" && !slices.ContainsFunc(c.locators, func(name string) bool { return !named(name) }) {
		return r.encoded
	}
	object := r.object()
	for i, name := range c.locators {
		if value := r.key.at(i); value != "" {
			object.Set(name, value)
		}
	}
	return jsonvalue.Marshal(object)
}

// divide splits an item into the members that its own schema has a place for, and those that only
// other views of it have. nil: there are none of the latter.
func (c *collection) divide(object *jsonvalue.Object) (item, apart *jsonvalue.Object) {
	isApart := func(m jsonvalue.Member) bool { return c.keepsApart(m.Name) }
	if c.Schema == nil || !slices.ContainsFunc(object.Members, isApart) {
		return object, nil
	}
	item = &jsonvalue.Object{}
	for _, m := range object.Members {
		if c.keepsApart(m.Name) {
			if apart == nil {
				apart = &jsonvalue.Object{}
			}
			apart.Members = append(apart.Members, m)
		} else {
			item.Members = append(item.Members, m)
		}
	}
	return item, apart
}

// keepsApart reports whether a member is not shown with the item itself, but in other views of it.
func (c *collection) keepsApart(name string) bool {
	switch {
	case c.Schema.Covers(name):
		return false
	case name == c.Identity:
		return c.hidesIdentity()
	}
	return slices.Contains(c.around, name) ||
		slices.ContainsFunc(c.views, func(v *view) bool { return v.schema.Member(name) != nil })
}

// beside returns the members of a body that are kept beside the item that a property of it wraps; nil
// for none.
func (c *collection) beside(body *jsonvalue.Object, op *openapi.Operation) *jsonvalue.Object {
	var around *jsonvalue.Object
	for _, m := range body.Members {
		if jsonvalue.Join("", m.Name) != op.BodyWrapper && slices.Contains(c.around, m.Name) && c.keepsApart(m.Name) {
			if around == nil {
				around = &jsonvalue.Object{}
			}
			around.Members = append(around.Members, m)
		}
	}
	return around
}

// noteAround notes the members that the bodies of an operation have beside the item.
func (c *collection) noteAround(op *openapi.Operation) {
	if len(jsonvalue.Tokens(op.BodyWrapper)) != 1 || op.Bulk {
		return
	}
	for _, p := range op.Body.Preferred().Schema.Properties {
		if !slices.Contains(c.around, p.Name) && jsonvalue.Join("", p.Name) != op.BodyWrapper && !isSecret(p.Schema) {
			c.around = append(c.around, p.Name)
		}
	}
}

// acceptsTimes is timesFit.
func (c *collection) acceptsTimes() bool {
	moment := jsonvalue.ObjectOf("type", "string", "format", "date-time")
	return !slices.ContainsFunc(c.times, func(name string) bool {
		s, err := openapi.CompileSchema(name, jsonvalue.Marshal(jsonvalue.ObjectOf("properties",
			jsonvalue.ObjectOf(name, moment))))
		return err != nil || !c.Schema.AcceptsMemberOf(s, openapi.ResponseView, name, openapi.ResponseView)
	})
}

// hidesIdentity reports whether the schema of the items forbids to show their identity.
func (c *collection) hidesIdentity() bool {
	return c.Schema != nil && c.Schema.Closed && !c.Schema.Covers(c.Identity)
}

// locatorsOf returns the parameters that name the parents of a resource's items. One that is called as
// the items' own identity is, such as the id of /groups/{id}/members, is named for the parent.
func locatorsOf(r *openapi.Resource) []string {
	list := slices.Clone(r.Parents)
	for i, name := range list {
		if name == r.Identity {
			list[i] = fmt.Sprintf("parent%d_%s", i+1, name)
		}
	}
	return list
}

// newCollections links the resources of a document.
func newCollections(doc *openapi.Document, from *examples, o *Options) []*collection {
	list := make([]*collection, len(doc.Resources))
	for i, r := range doc.Resources {
		list[i] = &collection{Resource: r, locators: locatorsOf(r), made: from.value}
		list[i].identities = samples.NewIdentities(r)
		list[i].always = r.Singleton || !r.Sourced() && r != doc.DefaultResource()
		list[i].flat = slices.ContainsFunc(r.Operations, func(op *openapi.Operation) bool {
			return len(op.Parents) < len(r.Parents)
		})
		if doc.Scope != nil {
			list[i].locators = append([]string{cmp.Or(doc.Scope.Property, doc.Scope.Header)}, list[i].locators...)
		}
	}
	for _, c := range list {
		c.facts, c.order = append([]string{c.Identity}, c.locators...), orderOf(c.Schema)
		c.times = updateTimes(c.Schema)
		c.course = newCourse(c.Schema, o.ReadyAfter)
		c.timesFit = sync.OnceValue(c.acceptsTimes)
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
