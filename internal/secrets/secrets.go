// Package secrets says what is secret in the requests to an API, by its document.
package secrets

import (
	"net/http"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
)

// Hiding returns what hides the secrets that clients send: by the names of secrets, by names that look like
// them where the document does not describe them, and by values. Further headers are no secrets, whatever
// they are called.
func Hiding(doc *openapi.Document, values []string, headers ...string) *redact.Set {
	return redact.New(Names(doc), values).Suspect(described(doc, headers))
}

// Names returns the names of properties, parameters, headers and cookies whose values are secret, some of
// them several times.
func Names(doc *openapi.Document) []string {
	names := doc.HiddenNames()
	for _, op := range doc.Operations {
		for _, c := range slices.Concat(op.Security...) {
			names = append(names, c.Name)
		}
		for _, p := range op.Parameters {
			if p.Schema.Mock.Value == openapi.MockSecret || p.Schema.Format == "password" {
				names = append(names, p.Name)
			}
		}
	}
	return names
}

// described returns a function that reports whether the document describes a name in a place.
func described(doc *openapi.Document, headers []string) func(redact.Place, string) bool {
	body, query := map[string]bool{}, map[string]bool{}
	header := map[string]bool{ // by RFC 9110, in nearly every request
		"Accept": true, "Accept-Encoding": true, "Content-Length": true, "Content-Type": true, "User-Agent": true,
	}
	for _, name := range headers {
		header[http.CanonicalHeaderKey(name)] = true
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

// Credentials returns everything that a request sends as credentials, to be hidden wherever it stands: repeated
// ones, and those without the prefix of their scheme too. A short one is hidden in its own place alone.
func Credentials(op *openapi.Operation, r *openapi.Request) []string {
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
