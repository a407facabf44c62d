package openapi

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Resource is a collection and its items, inferred from paths: the collection's path, and the same
// with one more parameter.
type Resource struct {
	// the last segment of the collection's path: agents; the whole path where two would have one
	// name
	Name           string
	CollectionPath string
	ItemPath       string // "" where the document has none
	ItemParameter  string // agentId; that of ItemPath: an operation has its own
	// Identity is the property of an item that holds its identity: the one that x-mock {id: …}
	// names, else the first of ItemParameter, id and _id that the item's schema has, else id.
	Identity string
	// Schema describes a whole item as responses show it; nil where no response does.
	Schema *Schema
	// Parents are the path parameters of CollectionPath, outermost first: they name the items that
	// the collection belongs to.
	Parents []string
	// Singleton: there is one item, read and written at CollectionPath; it has no ItemPath and no
	// identity in a path.
	Singleton bool
	// ClientID is true where the body of a creation can name the identity.
	ClientID bool
	// The operations by action; each nil where the document has none. Update and Replace may both
	// exist. Where several do the same, these are the preferred ones.
	List, Create, Read, Update, Replace, Delete *Operation
	// Operations are all operations of the resource, in the document's order.
	Operations []*Operation
}

// Scope partitions the data by the value of a header (x-mock {scope: …} at the root): an item is
// visible only to requests with the value that it was created with.
type Scope struct {
	Header   string // x-workspace-id
	Property string // workspaceId, the property of an item that shows the value; "" for none
}

// Write returns the operation that changes an item: Update, else Replace, else nil.
func (r *Resource) Write() *Operation { return cmp.Or(r.Update, r.Replace) }

// Creator returns the operation that brings an item about: Create, else the Replace or Update that
// also creates, else nil.
func (r *Resource) Creator() *Operation {
	if r.Create != nil {
		return r.Create
	}
	return first([]*Operation{r.Replace, r.Update}, func(op *Operation) bool { return op != nil && op.Creates })
}

// resources infers collections and items from paths, ignoring a slash at the end, and methods.
func (b *documentBuilder) resources() []*Resource {
	byPath := map[string]*Resource{}
	var list []*Resource
	resource := func(path, collection string) *Resource {
		key := strings.TrimSuffix(collection, "/")
		r := byPath[key]
		if r == nil {
			r = &Resource{}
			byPath[key] = r
			list = append(list, r)
		}
		if r.CollectionPath == "" || path == collection && r.List == nil && r.Create == nil {
			r.CollectionPath = collection
		}
		return r
	}
	for _, op := range b.doc.Operations {
		if collection, parameter, isItem := splitItem(op.Path); isItem {
			resource(op.Path, collection).takeItem(op, parameter)
		} else {
			resource(op.Path, op.Path).takeCollection(op)
		}
	}
	list = slices.DeleteFunc(list, func(r *Resource) bool { return !r.settle() })
	slices.SortFunc(list, func(a, b *Resource) int { return cmp.Compare(a.CollectionPath, b.CollectionPath) })
	names := map[string]bool{}
	for _, r := range list {
		whole := strings.Trim(r.CollectionPath, "/")
		if _, r.Name = splitLast(whole); names[r.Name] {
			r.Name = whole // two collections of one name are told apart by their paths
		}
		names[r.Name] = true
		r.describe(b.doc.Operations)
	}
	return list
}

var itemPath = regexp.MustCompile(`^(.*[^/])/\{([^{}/]+)\}(/?)$`)

// splitItem splits the path of an item into the path of its collection and the parameter.
func splitItem(path string) (collection, parameter string, ok bool) {
	m := itemPath.FindStringSubmatch(path)
	if m == nil || strings.HasSuffix(m[1], "}") {
		return "", "", false
	}
	return m[1] + m[3], m[2], true
}

func (r *Resource) takeItem(op *Operation, parameter string) {
	if r.ItemPath == "" {
		r.ItemPath, r.ItemParameter = op.Path, parameter
	}
	if r.ItemPath != op.Path { // the same path but for a slash or the parameter's name
		return
	}
	slot, action := &r.Replace, Replace
	switch {
	case op.Method == "GET":
		slot, action = &r.Read, Read
	case op.Method == "DELETE":
		slot, action = &r.Delete, Delete
	case op.Method == "PATCH" || op.Method == "PUT" && op.merge:
		slot, action = &r.Update, Update
	case op.Method != "PUT":
		return
	}
	if *slot == nil {
		*slot = op
	}
	op.Action, op.Resource = action, r
}

func (r *Resource) takeCollection(op *Operation) {
	if r.CollectionPath != op.Path {
		return
	}
	switch op.Method {
	case "GET":
		r.List, op.Action, op.Resource = op, List, r
	case "POST":
		r.Create, op.Action, op.Resource = op, Create, r
	}
}

// settle infers the rest from the operations, and reports whether they make up a resource.
func (r *Resource) settle() bool {
	for _, op := range []*Operation{r.Read, r.Create, r.Update, r.Replace} {
		if s := op.responseSchema(); r.Schema == nil && s.isItem() {
			if p := r.wrapper(s); p != nil {
				s = p.Schema
			}
			r.Schema = s
		}
	}
	for _, op := range []*Operation{r.Read, r.Create, r.Update, r.Replace} {
		if p := r.wrapper(op.responseSchema()); p != nil {
			op.Wrapper = jsonvalue.Join("", p.Name)
		}
	}
	if r.List != nil {
		items, property := listItems(r.List.responseSchema(), r.Schema)
		if items == nil { // a GET that returns no list
			release(&r.List)
		} else {
			if property != "" {
				r.List.Wrapper = jsonvalue.Join("", property)
			}
			r.Schema = cmp.Or(r.Schema, items)
		}
	}
	if r.ItemPath == "" && (r.List == nil || r.Create == nil) { // a singleton, a report, or an action
		release(&r.Create)
		release(&r.List)
		return false
	}
	for _, m := range pathParameter.FindAllStringSubmatch(r.CollectionPath, -1) {
		r.Parents = append(r.Parents, m[1])
	}
	r.Identity = cmp.Or(r.identityOf(r.Schema), "id")
	r.ClientID = r.takesIdentity()
	return true
}

// describe fills in what the operations know of their resource.
func (r *Resource) describe(operations []*Operation) {
	for _, op := range operations {
		if op.Resource != r {
			continue
		}
		r.Operations = append(r.Operations, op)
		op.Parents = r.Parents
		if op.Action != List && op.Action != Create {
			op.ItemParameter = r.ItemParameter
		}
	}
}

// takesIdentity reports whether the body of a creation can name the identity.
func (r *Resource) takesIdentity() bool {
	if r.Create == nil || r.Create.Body.Preferred() == nil {
		return false
	}
	p := r.Create.Body.Preferred().Schema.Property(r.Identity)
	return p != nil && !p.Schema.ReadOnly
}

// wrapper returns the property that holds the item in a response such as {"data": item}: one with
// the schema of the item, else the only one with an identity where the response itself has none. It
// is nil where the response is the item.
func (r *Resource) wrapper(response *Schema) *Property {
	if response == nil || response.Same(r.Schema) {
		return nil
	}
	for _, p := range response.Properties {
		if p.Schema.Same(r.Schema) {
			return p
		}
	}
	if r.identityOf(response) != "" {
		return nil
	}
	var wrapper *Property
	for _, p := range response.Properties {
		switch {
		case r.identityOf(p.Schema) == "":
		case wrapper != nil:
			return nil
		default:
			wrapper = p
		}
	}
	return wrapper
}

// release removes an operation from the resource.
func release(op **Operation) {
	if *op != nil {
		(*op).Action, (*op).Resource, *op = NoAction, nil, nil
	}
}

// isItem reports whether a response of this schema may be one item: an object, not a list.
func (s *Schema) isItem() bool {
	return s != nil && (len(s.Properties) > 0 || s.Allows("object") && !s.Allows("array"))
}

// identityOf returns the property of a schema that holds the identity; "" where it has none.
func (r *Resource) identityOf(s *Schema) string {
	if s != nil && s.Mock.ID != "" {
		return s.Mock.ID
	}
	for _, name := range []string{r.ItemParameter, "id", "_id"} {
		if s.Property(name) != nil {
			return name
		}
	}
	return ""
}

// listItems returns the schema of the items of a response that is a list, or an object with one
// array property that holds them, and the name of that property.
func listItems(s, item *Schema) (items *Schema, property string) {
	switch {
	case s == nil:
		return nil, ""
	case s.Items != nil && s.Allows("array") && len(s.Properties) == 0:
		return s.Items, ""
	}
	for _, p := range s.Properties {
		list := p.Schema
		if list.Items == nil || !list.Allows("array") || !list.Items.Allows("object") {
			continue
		}
		if item != nil && item.Name != "" && list.Items.Name == item.Name {
			return list.Items, p.Name
		}
		if items != nil {
			return nil, "" // two lists, and it is unclear which holds the items
		}
		items, property = list.Items, p.Name
	}
	return items, property
}

func (op *Operation) responseSchema() *Schema {
	if op == nil || op.Success() == nil || op.Success().JSON() == nil {
		return nil
	}
	return op.Success().JSON().Schema
}
