package openapi

import (
	"cmp"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Request is a request as it is judged. Nil maps are empty.
type Request struct {
	Path   map[string]string // path parameters, decoded
	Query  url.Values
	Header http.Header
	Body   []byte // empty: none was sent
}

// ResponseData is a response as it is judged.
type ResponseData struct {
	Status int
	Header http.Header
	Body   []byte
}

// ValidateRequest lists every violation of a request at once: credentials, parameters, media type
// and body, in this order. A violation by credentials has a rule that IsCredentialRule knows;
// media-type is what 415 answers; the rest is 400's.
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
		found = append(found, p.judgeIn(r)...)
	}
	sortViolations(found)
	return found
}

// ValidateBody is the part of ValidateRequest about the media type and the body. The value is the
// body as ReadJSON returns it; nil where there is none, the operation takes none, or it is not
// JSON.
func (op *Operation) ValidateBody(r *Request) (value any, found []Violation) {
	switch {
	case op.Body == nil:
		return nil, nil
	case len(r.Body) == 0 && op.Body.Required:
		return nil, []Violation{{
			Rule: "missing-body", In: "body", Document: op.Body.Position,
			Message: "body: missing; the request needs one of the type " + mediaNames(op.Body.Content),
		}}
	case len(r.Body) == 0:
		return nil, nil
	}
	if len(op.Body.Content) == 0 { // any body, says the document
		return nil, nil
	}
	media, name, wrong := matchMedia(op.Body.Content, r.Header, op.Body.Position)
	if wrong != nil {
		return nil, []Violation{*wrong}
	}
	return media.judge(name, r.Body, RequestView)
}

// judge reads and validates a body of a media type that this one, which may have wildcards, covers.
// Bodies that are not JSON are taken as they are.
func (m *MediaType) judge(name string, body []byte, view View) (any, []Violation) {
	if !isJSON(name) {
		return nil, nil
	}
	value, unreadable := ReadJSON(body)
	if unreadable != nil {
		unreadable.Document = m.Position
		return nil, []Violation{*unreadable}
	}
	return value, m.Schema.Validate(value, view)
}

// matchMedia finds the representation that a Content-Type header names; of several that cover it,
// the most specific one.
func matchMedia(content []*MediaType, h http.Header, at Position) (found *MediaType, name string, wrong *Violation) {
	v := &Violation{Rule: "media-type", In: "header", Name: "Content-Type", Expected: mediaNames(content), Document: at}
	values := distinct(h.Values("Content-Type"))
	switch {
	case len(values) == 0 || len(values) == 1 && strings.TrimSpace(values[0]) == "":
		if i := slices.IndexFunc(content, func(m *MediaType) bool { return m.covers("*/*") }); i >= 0 {
			return content[i], "application/octet-stream", nil // RFC 9110 §8.3: unnamed, it is bytes
		}
		v.Message = fmt.Sprintf("%s: missing; the body is to be %s", v.Where(), v.Expected)
		return nil, "", v
	case len(values) > 1:
		v.Message = fmt.Sprintf("%s: sent %d times with different values; send it once", v.Where(), len(values))
		return nil, "", v
	}
	v.Actual = clipped(values[0])
	name, parameters, err := mime.ParseMediaType(values[0])
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		v.Message = fmt.Sprintf("%s: %q is no media type; the body is to be %s", v.Where(), v.Actual, v.Expected)
		return nil, "", v
	}
	for _, m := range content {
		if m.covers(name) && (found == nil || m.closerThan(found)) {
			found = m
		}
	}
	if found == nil {
		v.Message = fmt.Sprintf("%s: %q is not offered; the body is to be %s", v.Where(), v.Actual, v.Expected)
		return nil, name, v
	}
	return found, name, wrongCharset(name, parameters["charset"], v)
}

// essence is the media type without its parameters, in lower case.
func (m *MediaType) essence() string {
	name, _, _ := strings.Cut(strings.ToLower(m.Type), ";")
	return strings.TrimSpace(name)
}

// covers says whether a media type is the one that is written, or one of those that it stands for:
// text/*, application/*+json, */*.
func (m *MediaType) covers(name string) bool {
	prefix, suffix, wild := strings.Cut(strings.Replace(m.essence(), "*/*", "*", 1), "*")
	if !wild {
		return name == prefix
	}
	return len(name) >= len(prefix)+len(suffix) && strings.HasPrefix(name, prefix) && strings.HasSuffix(name, suffix)
}

func (m *MediaType) wildcards() int { return strings.Count(m.Type, "*") }

// closerThan says which of two that cover a media type says more about it: application/*+json
// before application/*.
func (m *MediaType) closerThan(other *MediaType) bool {
	return cmp.Or(cmp.Compare(m.wildcards(), other.wildcards()), cmp.Compare(len(other.essence()),
		len(m.essence()))) < 0
}

// wrongCharset refuses JSON in anything but UTF-8 (RFC 8259 §8.1).
func wrongCharset(name, charset string, v *Violation) *Violation {
	if charset == "" || !isJSON(name) || strings.EqualFold(charset, "utf-8") ||
		strings.EqualFold(charset, "utf8") || strings.EqualFold(charset, "us-ascii") {
		return nil
	}
	v.Message = fmt.Sprintf("%s: charset %q; JSON is UTF-8", v.Where(), clipped(charset))
	return v
}

// IsJSON says whether the representation is JSON: application/json or a +json suffix, whatever its
// parameters.
func (m *MediaType) IsJSON() bool { return isJSON(m.essence()) }

func isJSON(name string) bool { return name == "application/json" || strings.HasSuffix(name, "+json") }

func mediaNames(content []*MediaType) string {
	names := make([]string, len(content))
	for i, m := range content {
		names[i] = m.Type
	}
	return strings.Join(names, " or ")
}

// ReadJSON is the strict reader of bodies: one JSON value and nothing after it, no duplicate names,
// valid UTF-8, bounded depth and numbers. Objects keep their order and numbers their digits. The
// violation (In "body") is nil where all is well; its Rule is one of malformed-json,
// duplicate-name, invalid-text, too-deep, number-too-long.
func ReadJSON(body []byte) (any, *Violation) {
	value, err := jsonvalue.Parse(body, jsonvalue.Limits{})
	if err != nil {
		return nil, unreadable(err)
	}
	return value, nil
}

// unreadable is the violation of a body that is no JSON value.
func unreadable(err error) *Violation {
	v := &Violation{Rule: "schema", In: "body", Expected: "one JSON value (RFC 8259)"}
	var broken *jsonvalue.Error
	if errors.As(err, &broken) {
		v.Rule, v.Pointer = string(broken.Kind), broken.Pointer
	}
	v.Message = v.Where() + ": " + err.Error()
	return v
}

// ValidateResponse lists every violation of an answer: an undocumented status, a wrong or missing
// content type, missing or bad headers, a body that is not JSON or does not meet the schema. The
// documented answer that it was judged by may be Assumed: the caller decides what that means.
func (op *Operation) ValidateResponse(a *ResponseData) []Violation {
	response := op.Response(a.Status)
	if response == nil && len(op.Responses) == 0 { // OpenAPI 3.1 lets an operation be silent about its answers
		return nil
	}
	if response == nil {
		names := make([]string, len(op.Responses))
		for i, r := range op.Responses {
			names[i] = r.Status
		}
		return []Violation{{
			Rule: "undocumented-status", In: "status", Expected: names, Actual: a.Status, Document: op.Position,
			Message: "status: " + strconv.Itoa(a.Status) + " is not documented for " + op.ID +
				"; documented are " + strings.Join(names, ", "),
		}}
	}
	var found []Violation
	for _, p := range response.Headers {
		for _, v := range p.judge(combined(p.Name, a.Header.Values(p.Name)), ResponseView) {
			if v.Rule == "missing-parameter" {
				v.Rule = "missing-header"
			}
			found = append(found, v)
		}
	}
	found = append(found, response.judgeBody(op, a)...)
	sortViolations(found)
	return found
}

// combined is a header of an answer as one value, which means the same as several lines (RFC 9110
// §5.3); Set-Cookie, which must not be combined, stands for its first.
func combined(name string, values []string) []string {
	if len(values) < 2 {
		return values
	}
	if strings.EqualFold(name, "Set-Cookie") {
		return values[:1]
	}
	return []string{strings.Join(values, ", ")}
}

// bodiless says that an answer has no body, whatever its document says (RFC 9110 §6.4.1).
func bodiless(method string, status int) bool {
	return method == "HEAD" || status < 200 || status == http.StatusNoContent ||
		status == http.StatusResetContent || status == http.StatusNotModified
}

func (r *Response) judgeBody(op *Operation, a *ResponseData) []Violation {
	switch {
	case op.Method == "HEAD" || len(a.Body) == 0 && bodiless(op.Method, a.Status) || len(r.Content) == 0 &&
		len(a.Body) == 0:
		return nil
	case len(r.Content) == 0:
		return []Violation{{
			Rule: "unexpected-body", In: "body", Document: r.Position, Expected: "no body",
			Message: fmt.Sprintf("body: %d bytes where the document has no body for status %s", len(a.Body), r.Status),
		}}
	case len(a.Body) == 0:
		return []Violation{{
			Rule: "missing-body", In: "body", Document: r.Position, Expected: mediaNames(r.Content),
			Message: "body: missing; the document has " + mediaNames(r.Content) + " for status " + r.Status,
		}}
	}
	media, name, wrong := matchMedia(r.Content, a.Header, r.Position)
	var found []Violation
	if wrong != nil {
		found = append(found, *wrong)
		if media = firstJSON(r.Content); media == nil { // judge the body all the same, by what it was to be
			return found
		}
		name = "application/json"
	}
	_, body := media.judge(name, a.Body, ResponseView)
	return append(found, body...)
}

// relocate turns violations of a value into those of a parameter or header.
func (v *Violation) relocate(in, name string) {
	before := v.Where()
	v.In, v.Name = in, name
	after := v.Where()
	if v.Pointer != "" {
		after += " " + v.Pointer
	}
	v.Message = after + strings.TrimPrefix(v.Message, before)
}
