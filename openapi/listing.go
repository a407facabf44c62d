package openapi

import (
	"slices"
	"strings"
	"unicode"
)

// Listing is what the document says of how a list is asked for and what it tells beside its items. It
// is inferred from the names and types of query parameters, response properties and headers; x-mock:
// {list: ROLE} on a parameter decides where a name misleads.
type Listing struct {
	Parameters []*ListParameter // in document order; those without a role are left out
	Fields     []*ListField     // outermost first
}

// ListRole is what a query parameter of a list does, or what a field of its response tells.
type ListRole string

// The roles of parameters. A response may repeat ListSize, ListOffset and ListPage.
const (
	ListSize      ListRole = "size"      // at most so many items
	ListOffset    ListRole = "offset"    // leave out so many items
	ListPage      ListRole = "page"      // the page of that number
	ListAfter     ListRole = "after"     // the items after a place, which a token or an identity names
	ListBefore    ListRole = "before"    // the items before such a place
	ListFilter    ListRole = "filter"    // only items whose property has this value
	ListSort      ListRole = "sort"      // by a property: name, -name, name:desc
	ListDirection ListRole = "direction" // asc or desc
)

// ParameterRoles are the roles that a parameter can have.
var ParameterRoles = []ListRole{ListSize, ListOffset, ListPage, ListAfter, ListBefore, ListFilter, ListSort,
	ListDirection}

// The roles of fields of a response.
const (
	ListTotal    ListRole = "total"    // the number of items on all pages
	ListCount    ListRole = "count"    // the number of items on this page
	ListPages    ListRole = "pages"    // the number of pages
	ListMore     ListRole = "more"     // whether there are items after these
	ListLast     ListRole = "last"     // whether there are none
	ListEarlier  ListRole = "earlier"  // whether there are items before these
	ListFirst    ListRole = "first"    // whether there are none
	ListNext     ListRole = "next"     // the token, number or offset that asks for the next page
	ListPrevious ListRole = "previous" // the same for the previous page
	ListNextURL  ListRole = "next-url" // where the next page is
	ListPrevURL  ListRole = "prev-url" // where the previous page is
	ListFirstID  ListRole = "first-id" // the identity of the first item
	ListLastID   ListRole = "last-id"  // the identity of the last item
	ListLink     ListRole = "link"     // the header Link (RFC 8288)
)

// ListParameter is a query parameter with a role.
type ListParameter struct {
	*Parameter
	Role     ListRole
	Property string // of an item; for ListFilter
	// FromZero: the first page is 0, not 1; for ListPage.
	FromZero bool
}

// ListField is a part of a response with a role: a property, or a header.
type ListField struct {
	Role    ListRole
	Pointer string // to the property in the body; "" for a header
	Header  string
	Schema  *Schema
	// Optional: a response may lack it.
	Optional bool
	// FromZero: the first page is 0, not 1.
	FromZero bool
}

// IsToken reports whether the name or the description of a field says that it is a token, which means
// something to a parameter for tokens alone.
func (f *ListField) IsToken() bool {
	said := strings.ToLower(f.Pointer + f.Header + " " + f.Schema.Description)
	return strings.Contains(said, "cursor") || strings.Contains(said, "token")
}

// Parameter returns the first parameter with one of several roles; nil where there is none, and for a
// nil Listing.
func (l *Listing) Parameter(roles ...ListRole) *ListParameter {
	if l == nil {
		return nil
	}
	return first(l.Parameters, func(p *ListParameter) bool { return slices.Contains(roles, p.Role) })
}

// Field returns the first field with one of several roles; nil where there is none, and for a nil
// Listing.
func (l *Listing) Field(roles ...ListRole) *ListField {
	if l == nil {
		return nil
	}
	return first(l.Fields, func(f *ListField) bool { return slices.Contains(roles, f.Role) })
}

// Paged reports whether a response may leave items to further pages.
func (l *Listing) Paged() bool {
	return l.Parameter(ListSize, ListOffset, ListPage, ListAfter, ListBefore) != nil ||
		l.Field(ListPages, ListMore, ListLast, ListNext, ListNextURL, ListLink) != nil
}

// newListing infers how a list is asked for and what its response tells.
func newListing(op *Operation) *Listing {
	l := &Listing{}
	items := op.ShownSchema()
	if op.Resource != nil && op.Resource.Schema != nil {
		items = op.Resource.Schema
	}
	for _, p := range op.Parameters {
		if p.In != "query" {
			continue
		}
		if role, property := listRole(p, items); role != "" {
			l.Parameters = append(l.Parameters, &ListParameter{Parameter: p, Role: role, Property: property,
				FromZero: role == ListPage && fromZero(p.Schema)})
		}
	}
	l.settleOrder()
	if success := op.Success(); success != nil {
		for _, h := range success.Headers {
			if role := headerRole(h); role != "" {
				l.Fields = append(l.Fields, &ListField{Role: role, Header: h.Name, Schema: h.Schema,
					Optional: !h.Required, FromZero: role == ListPage && fromZero(h.Schema)})
			}
		}
	}
	l.addFields(op.responseSchema(), op.Wrapper, "", "", false)
	l.settleFields()
	return l
}

// fromZero reports whether pages that are numbered by a schema start at 0.
func fromZero(s *Schema) bool {
	return s.Minimum == "0" || s.HasDefault && isZero(s.Default) || s.ExclusiveMinimum == "-1"
}

// settleOrder turns a parameter that only says up or down into the direction of another one. A
// direction alone is that of the order of creation.
func (l *Listing) settleOrder() {
	for _, p := range l.Parameters {
		if p.Role == ListSort && upOrDown(p.Schema) {
			p.Role = ListDirection
		}
	}
}

// upOrDown reports whether the only values of a schema are directions.
func upOrDown(s *Schema) bool {
	if len(s.Enum) == 0 {
		return false
	}
	return !slices.ContainsFunc(s.Enum, func(v any) bool {
		text, _ := v.(string)
		return Direction(text) == 0
	})
}

// Direction returns 1 for a word that means ascending, -1 for one that means descending, else 0.
func Direction(word string) int {
	switch strings.ToLower(word) {
	case "asc", "ascending", "up", "ascend", "1", "oldest":
		return 1
	case "desc", "descending", "down", "descend", "-1", "newest", "latest":
		return -1
	}
	return 0
}

// SortKey returns the property of an item by which a value of a ListSort parameter sorts, and its
// direction: 1, -1, or 0 where it does not say. The property is "" where the value names none.
func SortKey(items *Schema, value string) (property string, direction int) {
	value = strings.TrimSpace(value)
	if rest, ok := strings.CutPrefix(value, "-"); ok {
		value, direction = rest, -1
	} else if rest, ok := strings.CutPrefix(value, "+"); ok {
		value, direction = rest, 1
	}
	if property = propertyNamed(items, value); property != "" {
		return property, direction
	}
	i := strings.LastIndexFunc(value, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if i < 0 { // nameDesc
		i = strings.LastIndexFunc(value, unicode.IsUpper) - 1
	}
	if i < 0 {
		return "", direction
	}
	word := strings.TrimFunc(value[i+1:], func(r rune) bool { return !unicode.IsLetter(r) })
	if d := Direction(word); d != 0 {
		return propertyNamed(items, value[:i+1]), d
	}
	return "", direction
}

// propertyNamed returns the property of an item that a word means: case, underscores and the like
// are ignored, and "created" is createdAt, too.
func propertyNamed(items *Schema, word string) string {
	name, found := plainName(word), ""
	if name == "" || items == nil {
		return ""
	}
	for variant := range items.Variants() {
		for _, p := range variant.Properties {
			switch plainName(p.Name) {
			case name:
				return p.Name
			case name + "at", name + "on", name + "time":
				if found == "" {
					found = p.Name
				}
			}
		}
	}
	return found
}

// plainName returns the letters and digits of a name, in lower case.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
