package mockserver

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// validateCredentials returns violations for missing and empty credentials, as the document demands
// them, and for present ones that are not among Options.APIKeys.
func (x *exchange) validateCredentials() []openapi.Violation {
	op, keys := x.endpoint.operation, x.api.options.APIKeys
	if violations := op.ValidateCredentials(x.request); len(violations) > 0 {
		return violations
	}
	if len(keys) == 0 || len(op.Security) == 0 {
		return nil
	}
	accepted := func(secret string) bool { return isAccepted(secret, keys) }
	for _, alternative := range op.Security {
		unknown := func(c *openapi.Credential) bool { return !slices.ContainsFunc(c.Secrets(x.request), accepted) }
		if !slices.ContainsFunc(alternative, unknown) {
			return nil
		}
	}
	c := op.Security[0][0] // an empty alternative has returned above
	return []openapi.Violation{{
		Rule: ruleUnknownCredential, In: c.In, Name: c.Name, Document: c.Position,
		Message: fmt.Sprintf("%s %s is none of the keys that this server was started with", c.In, c.Name),
	}}
}

// isAccepted reports whether a secret is one of the keys. Of the credentials of the Basic scheme
// (RFC 7617) the password, or user and password, may be one.
func isAccepted(secret string, keys []string) bool {
	if plain, err := base64.StdEncoding.DecodeString(secret); err == nil {
		if _, password, ok := strings.Cut(string(plain), ":"); ok &&
			(slices.Contains(keys, password) || slices.Contains(keys, string(plain))) {
			return true
		}
	}
	return slices.Contains(keys, secret)
}

// authenticationScheme returns the challenge of WWW-Authenticate (RFC 9110 §11.6.1): "" for an
// operation without HTTP authentication, since a key in a header of its own has no scheme.
func authenticationScheme(op *openapi.Operation) string {
	for _, c := range slices.Concat(op.Security...) {
		if scheme := strings.TrimSpace(c.Prefix); scheme != "" && strings.EqualFold(c.Name, "Authorization") {
			return scheme
		}
	}
	return ""
}
