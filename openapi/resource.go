package openapi

import "cmp"

// Resource is a collection and its items, inferred from paths, methods and schemas: the collection's
// path, and the same with one more parameter; or a singleton.
type Resource struct {
	// the last segment of the collection's path: agents; the whole path where two would have one
	// name
	Name           string
	CollectionPath string
	ItemPath       string // "" where the document has none
	ItemParameter  string // agentId; that of ItemPath: an operation has its own
	// Identity is the property of an item that holds its identity: the one that x-mock {id: …}
	// names, else the one that the item's schema, or another answer, has for what the path parameter
	// names (callId, call_id or id for {callId} of calls), else id. "" for a singleton.
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
	// Parent is the resource to whose items the collection belongs, that of the last of Parents; nil
	// where there is none.
	Parent *Resource

	noun      string    // what one item is called, see nounOf
	elsewhere []*Schema // of the identity, outside of items: identityElsewhere
}

// Scope partitions the data by the value of a header (x-mock {scope: …} at the root): an item is
// visible only to requests with the value that it was created with.
type Scope struct {
	Header   string // x-workspace-id
	Property string // workspaceId, the property of an item that shows the value; "" for none
}

// Sourced reports whether clients can come to know items: an operation creates or lists them, or there
// is always one.
func (r *Resource) Sourced() bool { return r.Singleton || r.Creator() != nil || r.List != nil }

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
