package openapi

import (
	"cmp"
	"strconv"
	"strings"
)

// Action is what an operation does to a resource.
type Action string

// The actions that paths and methods imply. NoAction: the operation belongs to no resource.
const (
	NoAction Action = ""
	List     Action = "list"   // GET on a collection
	Create   Action = "create" // POST on a collection
	Read     Action = "read"   // GET on an item
	// PATCH on an item, or PUT with x-mock {update: merge}: members that are left out keep their
	// values
	Update  Action = "update"
	Replace Action = "replace" // PUT on an item: members that are left out are deleted
	Delete  Action = "delete"  // DELETE on an item
)

// Operation is one method on one path. It is immutable and safe for concurrent use.
type Operation struct {
	ID     string // operationId; where the document has none, "METHOD /path"
	Method string // upper case
	Path   string // up to a ? or #, else as written: /v1/api/agents/{agentId}
	// BasePaths are the paths of the operation's servers, as clients put them before Path: /v2.
	// Empty: the servers have no paths.
	BasePaths   []string
	Summary     string
	Description string
	Tags        []string
	Position    Position

	// Parameters of the path item and of the operation, in document order. Credentials are not
	// among them.
	Parameters []*Parameter
	// Security lists alternative requirements, of which a request must meet one; each lists
	// credentials that it must carry together. Empty: the operation needs none. An empty
	// alternative: a request without credentials is accepted, too.
	Security [][]*Credential
	// Body is nil where the operation takes no body.
	Body *RequestBody
	// Responses in document order.
	Responses []*Response

	// Action and Resource are what the operation does; NoAction and nil where nothing can be
	// inferred.
	Action   Action
	Resource *Resource
	// ItemParameter is the path parameter that names the item; "" where the operation is about a whole
	// collection or a singleton. Different ways to one item may call it differently.
	ItemParameter string
	// Parents are the path parameters that name the items to which the resource belongs, outermost
	// first. A flat way to the items of a nested collection has none.
	Parents []string
	// Creates is true for an Update or Replace that also creates an item which does not exist: the
	// document has 201 for it.
	Creates bool
	// Wrapper is the JSON pointer to where a successful response has the item, or the list of items:
	// "/data"; "" where they are the whole body.
	Wrapper string
	// BodyWrapper is the JSON pointer to where the body of a request has the item; "" where the item
	// is the whole body.
	BodyWrapper string
	// Bulk is true where the value at BodyWrapper is a list of items: a creation of several at once.
	Bulk bool

	// Listing is how a list is asked for; nil for other actions.
	Listing *Listing

	doc     *Document
	pointer string // to where it stands in the bundle
	written string // the path as the document has it
	hint    hint

	shownIdentity string // the property of ShownSchema that holds an item's identity; "" where it has none
}

// Parameter is a path, query, header or cookie parameter, or a header of a response.
type Parameter struct {
	Name        string // as written
	In          string // path, query, header or cookie
	Required    bool
	Description string
	Schema      *Schema // never nil
	Example     any     // the first example; nil if there is none
	Assumed     bool    // x-mock: {assumed: true}
	Position    Position

	pointer string // to where it stands in the bundle
	key     string // the name under which a request has it: of a header, in canonical form
	style   string
	explode bool
	json    bool // described by content, not by schema
	// allowEmpty is allowEmptyValue: a name without a value counts as sent
	allowEmpty bool
	// x-mock: {list: filter, property: status}
	listRole, listProperty string
	examples               []Example
}

// Credential is a security scheme of the document as a requirement of an operation.
type Credential struct {
	Scheme   string // the scheme's name in the document
	In       string // header, query or cookie
	Name     string // the header, query parameter or cookie: x-api-key, Authorization
	Prefix   string // the text before the secret: "Bearer ", "Basic ", or ""
	Position Position

	key string // the name under which a request has it
}

// RequestBody describes the body of a request.
type RequestBody struct {
	Required bool
	Content  []*MediaType // in document order
	Position Position
}

// MediaType is one representation of a body.
type MediaType struct {
	Type     string  // application/json; may have wildcards
	Schema   *Schema // nil: anything
	Examples []Example
	Position Position

	encodings map[string]encoding // of a form, by property
}

// Example is an example value.
type Example struct {
	Name     string // "" where the document has just one, in example
	Summary  string
	Value    any // as the values of Schema
	Position Position
}

// Response is a documented response.
type Response struct {
	Status      string // 200, 4XX or default
	Description string
	Content     []*MediaType // in document order; empty: no body
	Headers     []*Parameter // In is "header"
	// Assumed marks a response that is a choice of the document's author and not promised by the
	// API (x-mock: {assumed: true}): the mock sends it, and a contract run only notes departures.
	Assumed  bool
	Position Position
}

// Success returns the first documented 2xx response, or nil.
func (op *Operation) Success() *Response {
	return first(op.Responses, func(r *Response) bool { return r.Status[0] == '2' })
}

// Response returns the documented response for a status: the exact one, else its class (4XX), else
// default, else nil.
func (op *Operation) Response(status int) *Response {
	named := func(name string) *Response {
		return first(op.Responses, func(r *Response) bool { return r.Status == name })
	}
	return cmp.Or(named(strconv.Itoa(status)), named(strconv.Itoa(status/100)+"XX"), named("default"))
}

// Refusal returns the documented response for a request that is refused with a status, from 400 on;
// nil where there is none. The default response describes refusals where another one describes
// successes and has another schema.
func (op *Operation) Refusal(status int) *Response {
	if status < 400 {
		return nil
	}
	r := op.Response(status)
	if r == nil || r.Status != "default" {
		return r
	}
	success := op.Success()
	if success == nil || r.JSON() != nil && success.JSON() != nil && r.JSON().Schema.Same(success.JSON().Schema) {
		return nil
	}
	return r
}

// StatusCode returns the status to send: the status itself, 200 for 2XX (and so on), 500 for
// default.
func (r *Response) StatusCode() int {
	if code, err := strconv.Atoi(r.Status); err == nil {
		return code
	}
	if r.Status == "default" {
		return 500
	}
	return int(r.Status[0]-'0') * 100
}

// JSON returns the first JSON representation of the response, else the first that may be JSON
// (*/*), else nil.
func (r *Response) JSON() *MediaType { return firstJSON(r.Content) }

// JSON returns the first JSON representation of the body, else the first that may be JSON (*/*),
// else nil. A nil body has none.
func (b *RequestBody) JSON() *MediaType {
	if b == nil {
		return nil
	}
	return firstJSON(b.Content)
}

// Preferred returns the representation in which values are sent: JSON where there is one, else a
// form, else a text that its schema takes for one (XML is often described as an object), else any
// bytes; nil where there is none of these. A nil body has none.
func (b *RequestBody) Preferred() *MediaType {
	if m := b.JSON(); b == nil || m != nil {
		return m
	}
	named := func(name, typ string) *MediaType {
		return first(b.Content, func(m *MediaType) bool { return m.essence() == name && m.takes(typ) })
	}
	return cmp.Or(named(urlencodedType, "object"), named(multipartType, "object"),
		first(b.Content, func(m *MediaType) bool {
			return strings.HasPrefix(m.essence(), "text/") && m.takes("string")
		}),
		named("application/octet-stream", "string"))
}

// takes reports whether values of a JSON type are meant: one that declares properties is an object,
// though it may not say so.
func (m *MediaType) takes(typ string) bool {
	return m.Schema == nil ||
		m.Schema.Allows(typ) && (typ == "object" || len(m.Schema.Types) > 0 || len(m.Schema.Properties) == 0)
}

// firstJSON falls back on a wildcard that covers JSON: some frameworks write */* for it.
func firstJSON(content []*MediaType) *MediaType {
	if m := first(content, func(m *MediaType) bool { return m.IsJSON() && m.wildcards() == 0 }); m != nil {
		return m
	}
	return first(content, func(m *MediaType) bool { return m.covers("application/json") || m.IsJSON() })
}
