package openapi

import (
	"net/http"
	"net/url"
)

// The bounds that a zero Limits stands for; depth and numbers are bounded as internal/jsonvalue says (64 levels, numbers of
// 1,000 characters, exponents of ±1,000).
const (
	DefaultMaxBody = 4 << 20 // bytes
	MaxViolations  = 100     // more are counted, not listed
)

// Request is a request as it is judged.
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
// violation by credentials has a rule that IsCredentialRule knows; media-type stands for what 415 answers; In "body" for the rest.
func (op *Operation) JudgeRequest(r *Request) []Violation { panic("soon") }

// JudgeCredentials is the part of JudgeRequest that 401 answers.
func (op *Operation) JudgeCredentials(r *Request) []Violation { panic("soon") }

// JudgeParameters is the part of JudgeRequest about path, query, header and cookie parameters.
func (op *Operation) JudgeParameters(r *Request) []Violation { panic("soon") }

// JudgeBody is the part of JudgeRequest about the body. The value is the body as ReadJSON returns it, nil where there is no
// body or it is not JSON.
func (op *Operation) JudgeBody(r *Request) (value any, violations []Violation) { panic("soon") }

// JudgeAnswer lists every violation of an answer: an undocumented status, a wrong or missing content type, missing or bad
// headers, a body that is not JSON or does not meet the schema. The documented answer that it was judged by may be Assumed:
// the caller decides what that means.
func (op *Operation) JudgeAnswer(a *Answer) []Violation { panic("soon") }

// Validate judges one value (of any form that encoding/json or ReadJSON makes) by the schema; In is "body", and pointers start at
// the value. At most MaxViolations are listed; a last one with rule and-more counts the rest.
func (s *Schema) Validate(value any, view View) []Violation { panic("soon") }

// ReadJSON is the strict reader of bodies: one JSON value and nothing after it, no duplicate names, valid UTF-8, bounded depth and
// numbers. Objects keep their order and numbers their digits. The violation (In "body") is nil where all is well.
func ReadJSON(body []byte) (any, *Violation) { panic("soon") }

// IsJSON says whether the representation is JSON: application/json or a +json suffix, whatever its parameters.
func (m *MediaType) IsJSON() bool { panic("soon") }

// Rule is a rule that this package judges by.
type Rule struct{ ID, Summary string }

// Rules lists the rules of this package, sorted by id.
func Rules() []Rule { panic("soon") }

// IsCredentialRule tells violations by credentials from the rest.
func IsCredentialRule(rule string) bool { panic("soon") }
