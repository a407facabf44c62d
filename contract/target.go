package contract

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/jsonvalue"
	"github.com/agentmock/agentmock/openapi"
)

// DefaultWorkspace is the workspace of a zero Target.
const DefaultWorkspace = "ws-demo"

// Target is the implementation that is put to the test, and who asks. Only BaseURL is required.
type Target struct {
	// BaseURL is what the paths of the document are appended to, as they are: http://127.0.0.1:4010.
	BaseURL string
	// APIKey is sent as whatever credential an operation demands; after "Bearer " or "Basic " (there as user:password) where the
	// document says so. It is never shown.
	APIKey string
	// WorkspaceID is the value of the document's scope header; empty: DefaultWorkspace. OtherWorkspaceID is another one, to
	// which the run's items must be strangers; empty: a made-up one.
	WorkspaceID, OtherWorkspaceID string
	// AgentID is an existing item to work on where the target cannot create any. It is put back at the end as far as it can be.
	AgentID string
	// SandboxOnly forbids to create: everything happens on the item that AgentID names.
	SandboxOnly bool
	// Header is sent with every request.
	Header http.Header
	// Transport carries the requests; nil: one of the run's own, which follows the proxy settings of the environment.
	Transport http.RoundTripper
	// TLS is how to trust the target; nil: as the system does. It is not for a Transport of the caller's own.
	TLS *tls.Config
	// Insecure and CAFile appear in the curl commands of the report: what TLS means, in curl's words.
	Insecure bool
	CAFile   string
}

func (t Target) normal() (Target, error) {
	if t.BaseURL == "" {
		return t, errors.New("no base URL: name the implementation to check, such as http://127.0.0.1:4010")
	}
	u, err := url.Parse(t.BaseURL)
	if err != nil {
		return t, fmt.Errorf("base URL %q is not like http://host:port or https://host/path", t.BaseURL)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return t, fmt.Errorf("base URL %q is not like http://host:port or https://host/path", u.Redacted())
	}
	t.BaseURL = strings.TrimRight(t.BaseURL, "/")
	if t.SandboxOnly && t.AgentID == "" {
		return t, errors.New("nothing may be created and no existing agent is named: an agent id is needed")
	}
	if t.WorkspaceID == "" {
		t.WorkspaceID = DefaultWorkspace
	}
	if t.OtherWorkspaceID == "" {
		t.OtherWorkspaceID = t.WorkspaceID + "-other"
	}
	if t.OtherWorkspaceID == t.WorkspaceID {
		return t, fmt.Errorf("the other workspace must not be %q as well", t.WorkspaceID)
	}
	return t, nil
}

// base is what every request of an operation carries before a fixture has its say.
func (t Target) base(doc *openapi.Document, op *openapi.Operation) *openapi.Request {
	r := &openapi.Request{Path: map[string]string{}, Query: url.Values{}, Header: http.Header{}}
	r.Header.Set("Accept", "application/json, */*;q=0.5")
	for _, p := range op.Parameters {
		if p.In == "path" || p.Required {
			place(r, p.In, p.Name, parameterText(p))
		}
	}
	if doc.Scope != nil {
		r.Header.Set(doc.Scope.Header, t.WorkspaceID)
	}
	if len(op.Security) > 0 {
		for _, c := range op.Security[0] {
			place(r, c.In, c.Name, t.credential(c))
		}
	}
	for name, values := range t.Header {
		r.Header[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	}
	return r
}

func (t Target) credential(c *openapi.Credential) string {
	if strings.EqualFold(strings.TrimSpace(c.Prefix), "basic") {
		return c.Prefix + base64.StdEncoding.EncodeToString([]byte(t.APIKey))
	}
	return c.Prefix + t.APIKey
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
		pair := name + "=" + url.QueryEscape(value)
		if before := r.Header.Get("Cookie"); before != "" {
			pair = before + "; " + pair
		}
		r.Header.Set("Cookie", pair)
	}
}

// parameterText is a value for a parameter that the fixture may not mention: the document's example, or something its schema lets
// pass.
func parameterText(p *openapi.Parameter) string {
	value, ok := p.Example, p.Example != nil
	if !ok && p.Schema != nil {
		value, ok = sample(p.Schema)
	}
	if !ok {
		return "1"
	}
	if s, is := value.(string); is {
		return s
	}
	return string(jsonvalue.Marshal(value))
}

// sample is a value that a schema names itself: an example, a default, or the first of the allowed ones.
func sample(s *openapi.Schema) (any, bool) {
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0], true
	case s.HasDefault:
		return s.Default, true
	case len(s.Enum) > 0:
		return s.Enum[0], true
	}
	return nil, false
}

// address is the URL of a request: base, the operation's path with its parameters filled in, the query.
func (t Target) address(op *openapi.Operation, r *openapi.Request) string {
	path := op.Path
	for _, name := range slices.Sorted(maps.Keys(r.Path)) {
		path = strings.ReplaceAll(path, "{"+name+"}", escapeSegment(r.Path[name]))
	}
	if len(r.Query) > 0 {
		path += "?" + r.Query.Encode()
	}
	return t.BaseURL + path
}

// escapeSegment escapes one path segment. Dots alone would be taken for a way through the path.
func escapeSegment(s string) string {
	if s == "." || s == ".." {
		return strings.ReplaceAll(s, ".", "%2E")
	}
	return url.PathEscape(s)
}
