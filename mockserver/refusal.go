package mockserver

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// The rules that the server applies beyond the document.
const (
	ruleUnknownOperation = "unknown-operation"
	ruleUnknownMethod    = "unknown-method"
	ruleUnknownItem      = "unknown-item"
	ruleAmbiguousItem    = "ambiguous-item"
	ruleIdentityTaken    = "identity-taken"
	ruleContentEncoding  = "content-encoding"
	ruleBodyTooLarge     = "body-too-large"
	ruleBodyInterrupted  = "body-interrupted"
	ruleClock            = "clock"
	ruleFault            = "fault"
	ruleForeignHost      = "foreign-host"
	ruleForeignOrigin    = "foreign-origin"
	ruleNoMock           = "no-mock"
	rulePatch            = "patch"
	rulePreference       = "preference"
	ruleSessionName      = "session-name"
	ruleState            = "state"
	ruleStateFull        = "state-full"
	ruleUnknownParameter = "unknown-parameter"
	ruleUnknownPlace     = "unknown-place"
)

// Rules of package openapi that this package names.
const (
	ruleMissingCredential = "missing-credential"
	ruleUnknownCredential = "unknown-credential"
	ruleMediaType         = "media-type"
	ruleUnexpectedBody    = "unexpected-body"
)

// refusalCode returns the error code of a status, for programs.
func refusalCode(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "validation_failed"
	case http.StatusRequestEntityTooLarge:
		return "content_too_large"
	}
	return strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(http.StatusText(status)))
}

// refuse returns an error response. The first violation is the reason and becomes the message; all
// are listed as details.
func refuse(status int, violations ...openapi.Violation) *response {
	res := &response{status: status, mediaType: applicationJSON, violations: violations,
		message: http.StatusText(status)}
	if len(violations) > 0 {
		res.message = violations[0].Message + andMore(violations[1:])
	}
	reason := jsonvalue.ObjectOf("code", refusalCode(status), "message", res.message)
	if len(violations) > 0 {
		details := make([]any, len(violations))
		for i := range violations {
			details[i] = violations[i].Object()
		}
		reason.Set("details", details)
	}
	res.body = marshal(jsonvalue.ObjectOf("error", reason))
	return res
}

// andMore returns a remark on the number of further violations, "" for none.
func andMore(rest []openapi.Violation) string {
	switch {
	case len(rest) == 0:
		return ""
	case rest[len(rest)-1].Rule == openapi.AndMore:
		more, _ := rest[len(rest)-1].Actual.(int)
		return fmt.Sprintf(" (and %d more)", len(rest)-1+more)
	}
	return fmt.Sprintf(" (and %d more)", len(rest))
}

// withoutSecrets returns violations with the values of a set hidden.
func withoutSecrets(list []openapi.Violation, r *redact.Set) []openapi.Violation {
	out := make([]openapi.Violation, len(list))
	for i, v := range list {
		v.Message, v.Pointer, v.Suggestion = r.Text(v.Message), r.Text(v.Pointer), r.Text(v.Suggestion)
		v.Actual = r.Value(v.Actual)
		out[i] = v
	}
	return out
}

// truncate shortens a text to n bytes, at a character boundary.
func truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
