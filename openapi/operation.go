package openapi

import "strconv"

// Action is what an operation does to a resource.
type Action string

// The actions that paths and methods imply. NoAction: the operation belongs to no resource.
const (
	NoAction Action = ""
	List     Action = "list"   // GET on a collection
	Create   Action = "create" // POST on a collection
	Read     Action = "read"   // GET on an item
	// PATCH on an item, or PUT with x-mock {update: merge}: what is left out keeps its value
	Update  Action = "update"
	Replace Action = "replace" // PUT on an item: what is left out is gone
	Delete  Action = "delete"  // DELETE on an item
)

// Operation is one method on one path. It is immutable and safe for concurrent use.
type Operation struct {
	ID          string // operationId; where the document has none, "METHOD /path"
	Method      string // upper case
	Path        string // as written: /v1/api/agents/{agentId}
	Summary     string
	Description string
	Tags        []string
	Position    Position

	// Parameters of the path item and of the operation, in document order. Credentials are not
	// among them.
	Parameters []*Parameter
	// Security lists the alternatives of which one must be met; each lists the credentials that it
	// takes together. Empty: the operation needs none. An empty alternative: none is needed either.
	Security [][]*Credential
	// Body is nil where the operation takes none.
	Body *RequestBody
	// Responses in document order.
	Responses []*Response

	// Action and Resource say what the operation does; NoAction and nil where nothing could be
	// inferred.
	Action   Action
	Resource *Resource

	doc   *Document
	merge bool // x-mock: {update: merge}
}

// Parameter is a path, query, header or cookie parameter, or a header of an answer.
type Parameter struct {
	Name        string // as written
	In          string // path, query, header or cookie
	Required    bool
	Description string
	Schema      *Schema // never nil
	Example     any     // the first example there is; nil if none
	Assumed     bool    // x-mock: {assumed: true}
	Position    Position

	style    string
	explode  bool
	json     bool // described by content, not by schema
	examples []Example
}

// Credential is one security scheme of the document, as an operation demands it.
type Credential struct {
	Scheme   string // the scheme's name in the document
	In       string // header, query or cookie
	Name     string // the header, query parameter or cookie: x-api-key, Authorization
	Prefix   string // what stands before the secret: "Bearer ", "Basic ", or ""
	Position Position
}

// RequestBody is what an operation takes.
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
}

// Example is a named example value.
type Example struct {
	Name     string // "" for a lone example
	Summary  string
	Value    any // as Schema's values
	Position Position
}

// Response is one documented answer.
type Response struct {
	Status      string // 200, 4XX or default
	Description string
	Content     []*MediaType // in document order; empty: no body
	Headers     []*Parameter // In is "header"
	// Assumed says that the document's author chose this answer where the API promises none
	// (x-mock: {assumed: true}): the mock gives it, and a contract run only notes departures.
	Assumed  bool
	Position Position
}

// Success is the first documented 2xx answer, or nil.
func (op *Operation) Success() *Response {
	for _, r := range op.Responses {
		if r.Status[0] == '2' {
			return r
		}
	}
	return nil
}

// Response finds the documented answer for a status: the exact one, its class (4XX), then default;
// nil if there is none.
func (op *Operation) Response(status int) *Response {
	exact, class := strconv.Itoa(status), strconv.Itoa(status/100)+"XX"
	var byClass, byDefault *Response
	for _, r := range op.Responses {
		switch r.Status {
		case exact:
			return r
		case class:
			byClass = r
		case "default":
			byDefault = r
		}
	}
	if byClass != nil {
		return byClass
	}
	return byDefault
}

// StatusCode is the number to answer with: the status itself, 200 for 2XX (and so on), 500 for
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

// JSON is the first representation of the answer that is JSON, or else may be (*/*); nil where none
// is.
func (r *Response) JSON() *MediaType { return firstJSON(r.Content) }

// JSON is the first representation of the body that is JSON, or else may be (*/*); nil where none
// is.
func (b *RequestBody) JSON() *MediaType {
	if b == nil {
		return nil
	}
	return firstJSON(b.Content)
}

// firstJSON falls back on a wildcard that covers JSON: */* is what some frameworks write for it.
func firstJSON(content []*MediaType) *MediaType {
	for _, m := range content {
		if m.IsJSON() && m.wildcards() == 0 {
			return m
		}
	}
	for _, m := range content {
		if m.covers("application/json") || m.IsJSON() {
			return m
		}
	}
	return nil
}
