package openapi

import (
	"net/http"
	"slices"
	"strings"
)

// ResponseData is a response to validate.
type ResponseData struct {
	Status int
	Header http.Header
	Body   []byte
}

// ValidateResponse lists every violation of the document by a response: an undocumented status, a
// wrong or missing content type, missing or invalid headers, a body that is not JSON or does not
// meet its schema. The documented response may be Assumed: the caller decides what that means.
func (op *Operation) ValidateResponse(a *ResponseData) []Violation {
	response := op.Response(a.Status)
	if response == nil && (len(op.Responses) == 0 || a.Status/100 == 2 && !op.describesSuccess()) {
		return nil
	}
	if response == nil {
		names := make([]string, len(op.Responses))
		for i, r := range op.Responses {
			names[i] = r.Status
		}
		v := Violation{In: "status", Actual: a.Status, Document: op.Position}
		return []Violation{v.because("undocumented-status", names, "%d is not documented for %s; documented are %s",
			a.Status, op.ID, strings.Join(names, ", "))}
	}
	var found []Violation
	headers := Request{Header: a.Header}
	for _, p := range response.Headers {
		if p.acceptedIn(&headers, ResponseView) {
			continue
		}
		for _, v := range p.validateTexts(combined(p.Name, a.Header.Values(p.Name)), ResponseView) {
			if v.Rule == "missing-parameter" {
				v.Rule = "missing-header"
			}
			found = append(found, v)
		}
	}
	found = append(found, response.validateBody(op, a)...)
	sortViolations(found)
	return found
}

// describesSuccess reports whether the document says what a success is. Some list errors alone, or
// the switch to another protocol, and OpenAPI 3.1 does not require responses at all: any success is
// right then.
func (op *Operation) describesSuccess() bool {
	return slices.ContainsFunc(op.Responses, func(r *Response) bool {
		return r.Status[0] == '2' || r.Status[0] == '3' || r.Status == "default"
	})
}

// combined returns the lines of a response header as one value, which means the same (RFC 9110
// §5.3). Set-Cookie, which must not be combined, is represented by its first.
func combined(name string, values []string) []string {
	if len(values) < 2 {
		return values
	}
	if strings.EqualFold(name, "Set-Cookie") {
		return values[:1]
	}
	return []string{strings.Join(values, ", ")}
}

// bodiless reports whether a response has no body, whatever its document says (RFC 9110 §6.4.1).
func bodiless(method string, status int) bool {
	return method == "HEAD" || status < 200 || status == http.StatusNoContent ||
		status == http.StatusResetContent || status == http.StatusNotModified
}

// validateBody lists the violations by the body and its media type.
func (r *Response) validateBody(op *Operation, a *ResponseData) []Violation {
	v := Violation{In: "body", Document: r.Position}
	switch {
	case op.Method == "HEAD" || len(a.Body) == 0 && (bodiless(op.Method, a.Status) || len(r.Content) == 0):
		return nil
	case len(r.Content) == 0:
		return []Violation{v.because("unexpected-body", "no body",
			"%d bytes where the document has no body for status %s", len(a.Body), r.Status)}
	case len(a.Body) == 0:
		names := mediaNames(r.Content)
		return []Violation{v.because("missing-body", names, "missing; the document has %s for status %s", names,
			r.Status)}
	}
	media, name, wrong := matchMedia(r.Content, a.Header, r.Position)
	var found []Violation
	if wrong != nil {
		found = append(found, *wrong)
		if media = firstJSON(r.Content); media == nil { // validate the body by the documented type all the same
			return found
		}
		name = "application/json"
	}
	_, body := media.validate(name, a.Body, a.Header, ResponseView)
	return append(found, body...)
}
