// Package apiclient makes the requests of a document's operations and sends them: within a rate,
// again where they were not delivered, and later where the target asks for patience.
//
//	r := apiclient.Caller{Key: "key-0815", Workspace: "ws-demo"}.Request(doc, op)
//	r.Path["agentId"] = "678c6a17c3f1e80b52d49a07"
//	client := apiclient.New(apiclient.Options{Rate: 5, Retries: 2})
//	defer client.Close()
//	response, err := client.Do(ctx, op, apiclient.Address("http://127.0.0.1:4010", op, r), r)
//
// It makes no bodies, follows no redirects, and judges no answers: any status is a success, and an
// error means that there was no answer.
package apiclient

import (
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/openapi"
)

// Caller is in whose name requests are made. The zero value has no key and no workspace.
type Caller struct {
	// Key is sent as whatever credential an operation demands.
	Key string
	// Workspace is the value of the document's scope header. Where it is empty, the header is sent
	// only if the document requires it.
	Workspace string
	// Header replaces headers of the same names in every request.
	Header http.Header
}

// Request returns what every request of an operation carries: the required parameters, all of those
// in the path, the scope, the credentials of the first security requirement, and the caller's own
// headers. It has neither body nor content type.
func (c Caller) Request(doc *openapi.Document, op *openapi.Operation) *openapi.Request {
	r := &openapi.Request{Path: map[string]string{}, Query: url.Values{}, Header: http.Header{}}
	values := sample.NewDocumented(openapi.RequestView, nil)
	for _, p := range op.Parameters {
		if p.In != "path" && !p.Required {
			continue
		}
		fields := values.Fields(p)
		maps.Copy(r.Query, fields)
		if fields == nil {
			place(r, p.In, p.Name, values.Parameter(p))
		}
	}
	if doc.Scope != nil && c.Workspace != "" {
		r.Header.Set(doc.Scope.Header, c.Workspace)
	}
	if len(op.Security) > 0 {
		for _, credential := range op.Security[0] {
			place(r, credential.In, credential.Name, c.Credential(credential))
		}
	}
	for name, values := range c.Header {
		r.Header[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	}
	return r
}

// Credential returns the key in the form of a credential: after "Bearer ", or encoded after "Basic
// " (RFC 7617), where the key is user:password.
func (c Caller) Credential(credential *openapi.Credential) string {
	if Basic(credential) {
		return credential.Prefix + base64.StdEncoding.EncodeToString([]byte(c.Key))
	}
	return credential.Prefix + c.Key
}

// Basic reports whether a credential is that of the scheme Basic, whose secret is encoded.
func Basic(credential *openapi.Credential) bool {
	return strings.EqualFold(strings.TrimSpace(credential.Prefix), "basic")
}

func place(r *openapi.Request, in, name, value string) {
	switch in {
	case "path":
		r.Path[name] = value
	case "query":
		r.Query.Set(name, value)
	case "header":
		r.Header.Set(name, value)
	case "cookie":
		(&http.Request{Header: r.Header}).AddCookie(&http.Cookie{Name: name, Value: url.QueryEscape(value)})
	}
}

// Address returns the URL of a request: base, the operation's path with its parameters filled in,
// and the query.
func Address(base string, op *openapi.Operation, r *openapi.Request) string {
	path := op.Path
	for _, name := range slices.Sorted(maps.Keys(r.RawPath)) {
		path = strings.ReplaceAll(path, "{"+name+"}", r.RawPath[name])
	}
	for _, name := range slices.Sorted(maps.Keys(r.Path)) {
		path = strings.ReplaceAll(path, "{"+name+"}", escapeSegment(r.Path[name]))
	}
	if len(r.Query) > 0 {
		path += "?" + r.Query.Encode()
	}
	return base + path
}

// escapeSegment escapes one path segment. Dots alone would be taken for a relative path.
func escapeSegment(s string) string {
	if s == "." || s == ".." {
		return strings.ReplaceAll(s, ".", "%2E")
	}
	return url.PathEscape(s)
}
