package openapi

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/agentmock/agentmock/internal/jsonvalue"
)

// Request is a request as it is judged. Nil maps are empty.
type Request struct {
	Path   map[string]string // path parameters, decoded
	Query  url.Values
	Header http.Header
	Body   []byte // empty: none was sent
}

// Answer is a response as it is judged.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// JudgeRequest lists every violation of a request at once: credentials, parameters, media type and body, in this order. A
// violation by credentials has a rule that IsCredentialRule knows; media-type is what 415 answers; the rest is 400's.
func (op *Operation) JudgeRequest(r *Request) []Violation {
	found := slices.Concat(op.JudgeCredentials(r), op.JudgeParameters(r))
	_, body := op.JudgeBody(r)
	return append(found, body...)
}

// JudgeParameters is the part of JudgeRequest about path, header, cookie and query parameters.
func (op *Operation) JudgeParameters(r *Request) []Violation {
	var found []Violation
	for _, p := range op.Parameters {
		found = append(found, p.judge(p.values(r), RequestView)...)
	}
	sortViolations(found)
	return found
}

// JudgeBody is the part of JudgeRequest about the media type and the body. The value is the body as ReadJSON returns it; nil where
// there is none, the operation takes none, or it is not JSON.
func (op *Operation) JudgeBody(r *Request) (value any, found []Violation) {
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
	media, wrong := matchMedia(op.Body.Content, r.Header, op.Body.Position)
	if wrong != nil {
		return nil, []Violation{*wrong}
	}
	return media.judge(r.Body, RequestView)
}

// judge reads and validates a body. Bodies that are not JSON are taken as they are.
func (m *MediaType) judge(body []byte, view View) (any, []Violation) {
	if !m.IsJSON() {
		return nil, nil
	}
	value, unreadable := ReadJSON(body)
	if unreadable != nil {
		unreadable.Document = m.Position
		return nil, []Violation{*unreadable}
	}
	return value, m.Schema.Validate(value, view)
}

// matchMedia finds the representation that a Content-Type header names.
func matchMedia(content []*MediaType, h http.Header, at Position) (*MediaType, *Violation) {
	v := &Violation{Rule: "media-type", In: "header", Name: "Content-Type", Expected: mediaNames(content), Document: at}
	values := distinct(h.Values("Content-Type"))
	switch {
	case len(values) == 0 || values[0] == "":
		v.Message = fmt.Sprintf("%s: missing; the body is to be %s", v.Where(), v.Expected)
		return nil, v
	case len(values) > 1:
		v.Message = fmt.Sprintf("%s: sent %d times with different values; send it once", v.Where(), len(values))
		return nil, v
	}
	v.Actual = values[0]
	name, parameters, err := mime.ParseMediaType(values[0])
	if err == nil {
		for _, m := range content {
			if m.matches(name) {
				return m, m.charset(parameters["charset"], v)
			}
		}
	}
	v.Message = fmt.Sprintf("%s: %q is not offered; the body is to be %s", v.Where(), clipped(values[0]), v.Expected)
	return nil, v
}

func clipped(s string) string {
	if len(s) > previewRunes {
		return s[:previewRunes] + "…"
	}
	return s
}

func (m *MediaType) matches(name string) bool {
	pattern, _, _ := strings.Cut(strings.ToLower(m.Type), ";")
	pattern = strings.TrimSpace(pattern)
	if prefix, wild := strings.CutSuffix(pattern, "*"); wild {
		return strings.HasPrefix(name, strings.TrimSuffix(prefix, "*/"))
	}
	return name == pattern
}

// charset refuses JSON in anything but UTF-8 (RFC 8259 §8.1).
func (m *MediaType) charset(charset string, v *Violation) *Violation {
	if charset == "" || !m.IsJSON() || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "us-ascii") {
		return nil
	}
	v.Message = fmt.Sprintf("%s: charset %q; JSON is UTF-8", v.Where(), clipped(charset))
	return v
}

// IsJSON says whether the representation is JSON: application/json or a +json suffix, whatever its parameters.
func (m *MediaType) IsJSON() bool {
	name, _, _ := strings.Cut(strings.ToLower(m.Type), ";")
	name = strings.TrimSpace(name)
	return name == "application/json" || strings.HasSuffix(name, "+json")
}

func mediaNames(content []*MediaType) string {
	names := make([]string, len(content))
	for i, m := range content {
		names[i] = m.Type
	}
	return strings.Join(names, " or ")
}

// ReadJSON is the strict reader of bodies: one JSON value and nothing after it, no duplicate names, valid UTF-8, bounded depth and
// numbers. Objects keep their order and numbers their digits. The violation (In "body") is nil where all is well; its Rule is
// one of malformed-json, duplicate-name, invalid-text, too-deep, number-too-long.
func ReadJSON(body []byte) (any, *Violation) {
	value, err := jsonvalue.Parse(body, jsonvalue.Limits{})
	if broken, ok := err.(*jsonvalue.Error); ok {
		v := &Violation{Rule: string(broken.Kind), In: "body", Pointer: broken.Pointer, Expected: "one JSON value (RFC 8259)"}
		v.Message = v.Where() + ": " + broken.Error()
		return nil, v
	}
	return value, nil
}

// JudgeAnswer lists every violation of an answer: an undocumented status, a wrong or missing content type, missing or bad
// headers, a body that is not JSON or does not meet the schema. The documented answer that it was judged by may be Assumed:
// the caller decides what that means.
func (op *Operation) JudgeAnswer(a *Answer) []Violation {
	response := op.Response(a.Status)
	if response == nil {
		names := make([]string, len(op.Responses))
		for i, r := range op.Responses {
			names[i] = r.Status
		}
		return []Violation{{
			Rule: "undocumented-status", In: "status", Expected: names, Actual: a.Status, Document: op.Position,
			Message: "status: " + strconv.Itoa(a.Status) + " is not documented for " + op.ID + "; documented are " + strings.Join(names, ", "),
		}}
	}
	var found []Violation
	for _, p := range response.Headers {
		for _, v := range p.judge(a.Header.Values(p.Name), ResponseView) {
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

func (r *Response) judgeBody(op *Operation, a *Answer) []Violation {
	switch {
	case op.Method == "HEAD" || len(r.Content) == 0 && len(a.Body) == 0:
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
	media, wrong := matchMedia(r.Content, a.Header, r.Position)
	var found []Violation
	if wrong != nil {
		found = append(found, *wrong)
		if media = firstJSON(r.Content); media == nil { // judge the body all the same, by what it was to be
			return found
		}
	}
	_, body := media.judge(a.Body, ResponseView)
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
