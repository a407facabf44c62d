package openapi

// Resource is a collection and its items, inferred from paths: the collection's path, and that plus one parameter.
type Resource struct {
	Name           string // the last fixed part of the collection's path: agents
	CollectionPath string
	ItemPath       string // "" where the document has none
	ItemParameter  string // agentId
	// Identity is the property of an item that ItemParameter names: x-mock {id: …}, else the parameter's own name, id or _id,
	// whichever the item's schema has.
	Identity string
	// Schema is that of a whole item as answers show it; nil where no answer does.
	Schema *Schema
	// ListProperty is the property that holds the items where a list is wrapped in an object; "" for a bare array.
	ListProperty string
	// Parents are the parameters of CollectionPath, outermost first: items belong to them.
	Parents []string
	// The operations by what they do; each nil where the document has none. Update and Replace may both exist.
	List, Create, Read, Update, Replace, Delete *Operation
}

// Scope says that each value of a header has a world of its own, whose items carry that value in a property.
type Scope struct {
	Header   string // x-workspace-id
	Property string // workspaceId; "" where items do not say
}

// Write is the operation that changes an item: Update, else Replace, else nil.
func (r *Resource) Write() *Operation {
	if r.Update != nil {
		return r.Update
	}
	return r.Replace
}
