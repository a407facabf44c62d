package mockserver

import (
	"net/http"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// newRedactor returns what hides the secrets that clients send: by the names of secrets, by names that
// look like them where the document does not describe them, and by the keys.
func newRedactor(doc *openapi.Document, keys []string) *redact.Set {
	return redact.New(secretNames(doc), keys).Suspect(describedNames(doc))
}

// secretNames returns the names of properties, parameters, headers and cookies whose values are
// secret, some of them several times.
func secretNames(doc *openapi.Document) []string {
	names := doc.HiddenNames()
	for _, op := range doc.Operations {
		for _, c := range slices.Concat(op.Security...) {
			names = append(names, c.Name)
		}
		for _, p := range op.Parameters {
			if isSecret(p.Schema) || p.Schema.Format == "password" {
				names = append(names, p.Name)
			}
		}
	}
	return names
}

// describedNames returns a function that reports whether the document describes a name in a place.
func describedNames(doc *openapi.Document) func(redact.Place, string) bool {
	body, query := map[string]bool{}, map[string]bool{}
	header := map[string]bool{ // by RFC 9110, in nearly every request
		"Accept": true, "Accept-Encoding": true, "Content-Length": true, "Content-Type": true, "User-Agent": true,
		SessionHeader: true, // is the mock's own: who can name a session can read all of it
	}
	for _, name := range doc.PropertyNames() {
		body[name] = true
	}
	for _, op := range doc.Operations {
		for _, p := range op.Parameters {
			switch p.In {
			case "query":
				query[p.Name] = true
			case "header":
				header[http.CanonicalHeaderKey(p.Name)] = true
			}
		}
	}
	return func(at redact.Place, name string) bool {
		switch at {
		case redact.Query:
			return query[name]
		case redact.Header:
			return header[http.CanonicalHeaderKey(name)]
		}
		return body[name]
	}
}

// secretsOf returns the texts that are secret in a request with a decoded body, wherever they stand:
// a response must not show them either.
func (a *api) secretsOf(op *openapi.Operation, r *openapi.Request, body any) []string {
	return append(credentialValues(op, r), a.redactor.Secrets(body)...)
}

// credentialValues returns everything that a request sends as credentials, to be hidden: repeated
// ones, and those without the prefix of their scheme too. A short one is hidden in its own place alone.
func credentialValues(op *openapi.Operation, r *openapi.Request) []string {
	var list []string
	for _, alternative := range op.Security {
		for _, c := range alternative {
			from := len(list)
			list = append(list, c.Secrets(r)...)
			if c.Prefix != "" {
				list = append(list, c.Texts(r)...)
			}
			long := slices.DeleteFunc(list[from:], func(text string) bool {
				return len(strings.TrimPrefix(text, c.Prefix)) < redact.ShortestSecret
			})
			list = list[:from+len(long)]
		}
	}
	return list
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
		x.hidden = append(credentialValues(op, x.request), x.api.redactor.SecretsIn(text.Root())...)
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
