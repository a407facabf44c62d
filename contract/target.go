package contract

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/openapi"
)

// Target is the implementation to check, with the credentials to use. Only BaseURL is required.
type Target struct {
	// BaseURL is the URL to which the paths of the document are appended as they are, such as
	// http://127.0.0.1:4010.
	BaseURL string
	// APIKey is sent as whatever credential an operation demands; after "Bearer " or "Basic "
	// (there as user:password) where the document says so. It is never shown.
	APIKey string
	// WorkspaceID is the value of the document's scope header; empty: fixtures.DefaultWorkspace.
	// OtherWorkspaceID is another one, which must not see the items of the run; empty: WorkspaceID
	// and "-other".
	WorkspaceID, OtherWorkspaceID string
	// AgentID is an existing item to work on where the target cannot create any. It is put back at
	// the end as far as it can be.
	AgentID string
	// SandboxOnly forbids to create: everything happens on the item that AgentID names.
	SandboxOnly bool
	// Header is added to every request.
	Header http.Header
	// Transport sends the requests; nil: one that belongs to the run and follows the proxy settings
	// of the environment.
	Transport http.RoundTripper
	// TLS is the TLS configuration; nil: the default. It is ignored if Transport is set.
	TLS *tls.Config
	// Insecure and CAFile state TLS in curl's options, for the curl commands of the report.
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
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" ||
		u.User != nil {
		return t, fmt.Errorf("base URL %q is not like http://host:port or https://host/path", u.Redacted())
	}
	t.BaseURL = strings.TrimRight(t.BaseURL, "/")
	if t.SandboxOnly && t.AgentID == "" {
		return t, errors.New("nothing may be created and no existing agent is named: an agent id is needed")
	}
	t.WorkspaceID = cmp.Or(t.WorkspaceID, fixtures.DefaultWorkspace)
	t.OtherWorkspaceID = cmp.Or(t.OtherWorkspaceID, t.WorkspaceID+"-other")
	if t.OtherWorkspaceID == t.WorkspaceID {
		return t, fmt.Errorf("the other workspace must not be %q as well", t.WorkspaceID)
	}
	return t, nil
}

// base returns a request of an operation with what every request carries.
func (t Target) base(doc *openapi.Document, op *openapi.Operation) *openapi.Request {
	r := t.caller().Request(doc, op)
	if len(r.Header.Values("Accept")) == 0 {
		r.Header.Set("Accept", "application/json, */*;q=0.5")
	}
	return r
}

func (t Target) caller() apiclient.Caller {
	return apiclient.Caller{Key: t.APIKey, Workspace: t.WorkspaceID, Header: t.Header}
}

// address returns the URL of a request.
func (t Target) address(op *openapi.Operation, r *openapi.Request) string {
	return apiclient.Address(t.BaseURL, op, r)
}
