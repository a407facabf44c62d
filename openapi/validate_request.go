package openapi

import (
	"net/http"
	"net/url"
	"slices"
)

// Request is a request to validate. Nil maps are empty.
type Request struct {
	Path   map[string]string // path parameters, decoded
	Query  url.Values
	Header http.Header
	Body   []byte // empty: none was sent

	// RawPath has path parameters as a client is to write them in the URL, where that is not how Path has
	// them, escaped: what cannot be decoded, such as %zz.
	RawPath map[string]string
}

// ValidateRequest lists every violation of the document by a request: credentials, parameters,
// media type and body, in this order. IsCredentialRule tells the rules that a server answers with
// 401; media-type goes with 415, all others with 400.
func (op *Operation) ValidateRequest(r *Request) []Violation {
	found := slices.Concat(op.ValidateCredentials(r), op.ValidateParameters(r))
	_, body := op.ValidateBody(r)
	return append(found, body...)
}

// ValidateParameters is the part of ValidateRequest about path, header, cookie and query
// parameters.
func (op *Operation) ValidateParameters(r *Request) []Violation {
	var found []Violation
	for _, p := range op.Parameters {
		found = append(found, p.validateRequest(r)...)
	}
	sortViolations(found)
	return found
}

// ValidateBody is the part of ValidateRequest about the media type and the body. The value is nil
// where there is no body, where the operation takes none, and where it is neither JSON nor a form nor
// a text. The body must not change as long as the value is used.
func (op *Operation) ValidateBody(r *Request) (value *BodyValue, found []Violation) {
	switch {
	case op.Body == nil:
		return nil, nil
	case len(r.Body) == 0 && op.Body.Required:
		return nil, []Violation{Violation{In: "body", Document: op.Body.Position}.because("missing-body", nil,
			"missing; the request needs one of the type %s", mediaNames(op.Body.Content))}
	case len(r.Body) == 0 || len(op.Body.Content) == 0: // without content, the document allows any body
		return nil, nil
	}
	media, name, wrong := matchMedia(op.Body.Content, r.Header, op.Body.Position)
	if wrong != nil {
		return nil, []Violation{*wrong}
	}
	return media.validate(name, r.Body, r.Header, RequestView)
}
