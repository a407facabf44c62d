package mockserver

import (
	"slices"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/internal/secrets"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// secretsOf returns the texts that are secret in a request with a decoded body, wherever they stand:
// a response must not show them either.
func (a *api) secretsOf(op *openapi.Operation, r *openapi.Request, body any) []string {
	return append(secrets.Credentials(op, r), a.redactor.Secrets(body)...)
}

// telling returns those of some secrets that are hidden wherever they stand. The others hold nothing that is
// secret, and stand elsewhere for other things.
func (o *Options) telling(secrets []string) []string {
	if !slices.ContainsFunc(secrets, o.isOpen) { // as in most requests
		return secrets
	}
	return slices.DeleteFunc(slices.Clone(secrets), o.isOpen)
}

// isOpen reports whether a text is no secret, even where one should stand: it stands in for one, or is the name
// of a workspace that the server was started with.
func (o *Options) isOpen(text string) bool {
	return slices.Contains(o.Workspaces, text) || redact.IsStandIn(text)
}

// withoutSecrets returns violations without the secrets of their request.
func (a *api) withoutSecrets(list []openapi.Violation, secrets []string) []openapi.Violation {
	telling := a.options.telling(secrets)
	words, all := a.known.With(telling...), (*redact.Set)(nil)
	out := withoutSecrets(list, words)
	for i, v := range list {
		tokens := jsonvalue.Tokens(v.Pointer)
		if len(telling) == len(secrets) || len(tokens) == 0 || !a.redactor.IsNamed(tokens[len(tokens)-1]) {
			continue
		}
		if all == nil {
			all = a.known.With(secrets...)
		}
		out[i] = withoutSecrets(list[i:i+1], all)[0]
	}
	return out
}

// secrets returns the texts that are secret in the request, wherever they stand. It is for a request whose
// body has been validated, or that has no route.
func (x *exchange) secrets() []string {
	if x.searched || x.request == nil {
		return x.hidden
	}
	x.searched = true
	op := x.endpoint.operation
	if text := x.value.Text(); text != nil { // it is seldom decoded
		x.hidden = append(secrets.Credentials(op, x.request), x.api.redactor.SecretsIn(text.Root())...)
	} else {
		x.hidden = x.api.secretsOf(op, x.request, x.value.Value())
	}
	x.hidden = slices.Clip(x.hidden) // callers append to it
	return x.hidden
}

// suspects returns the texts in the request that stand under names like those of secrets.
func (x *exchange) suspects() []string {
	if x.request == nil {
		return x.api.redactor.Suspects(x.http.Header, x.http.URL.Query(), nil)
	}
	if text := x.value.Text(); text != nil {
		return x.api.redactor.SuspectsIn(x.request.Header, x.request.Query, text.Root())
	}
	return x.api.redactor.Suspects(x.request.Header, x.request.Query, x.value.Value())
}
